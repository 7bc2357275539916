"""What is counted of a site for its yearly report. An organ has one site at most, so a site's numbers are its organ's."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.db.models import Case, CharField, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gongkai.engines.figures import Dimension, Figure, Period, Source
from gongkai.foundation.accounts.models import User
from gongkai.wings.publishing.documents.kinds import Kind
from gongkai.wings.publishing.sites.models import Column, ColumnType, Placement

OWNER: Final = "sites"
_FORM: Final = "国办函〔2018〕12号"
_GROUPS: Final = {
    "overview": (ColumnType.OVERVIEW, ColumnType.INSTITUTION),
    "catalogue": (ColumnType.STATUTORY, ColumnType.POLICY, ColumnType.INTERPRETATION, ColumnType.DATA),
}
"""Types of columns by what the form calls their entries; all others are 政务动态."""
_PRODUCTS: Final = ("picture", "video")


def _shown(period: Period) -> QuerySet[Placement]:
    return Placement.objects.public().filter(
        shown_at__gte=_midnight(period.since), shown_at__lt=_midnight(period.until + dt.timedelta(days=1))
    )


def _updates(period: Period) -> QuerySet[Any]:
    group = Case(
        *(When(column__type__in=types, then=Value(name)) for name, types in _GROUPS.items()),
        default=Value("news"),
        output_field=CharField(),
    )
    return _shown(period).annotate(group=group)


def _readings(period: Period) -> QuerySet[Any]:
    form = Case(
        When(document__interpretation_form__in=_PRODUCTS, then=Value("product")),
        default=Value("material"),
        output_field=CharField(),
    )
    return (
        _shown(period)
        .filter(document__kind=Kind.INTERPRETATION, column__type=ColumnType.INTERPRETATION)
        .annotate(form=form)
    )


def _topics(period: Period) -> QuerySet[Any]:
    """Topics open at any time of the period: the topic itself, not the blocks below it."""
    return Column.objects.filter(
        Q(closed_on__isnull=True) | Q(closed_on__gte=period.since),
        Q(parent__isnull=True) | ~Q(parent__type=ColumnType.TOPIC),
        type=ColumnType.TOPIC,
        opened_on__lte=period.until,
    )


def _topics_opened(period: Period) -> QuerySet[Any]:
    return _topics(period).filter(opened_on__gte=period.since)


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


def _everybody(rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
    """What is counted here is public; its rows are shown to whoever is signed in."""
    return rows if isinstance(user, User) else rows.none()


_GROUP: Final = Dimension(
    code="group",
    column="group",
    values=(("overview", _("Overview")), ("news", _("News")), ("catalogue", _("Statutory disclosure"))),
)
_READING: Final = Dimension(
    code="form", column="form", values=(("material", _("Texts")), ("product", _("Pictures and videos")))
)

SOURCES: Final = (
    Source(
        code="sites.updates",
        rows=_updates,
        dimensions=(_GROUP,),
        organ="column__site__organ_id",
        visible=_everybody,
    ),
    Source(
        code="sites.readings",
        rows=_readings,
        dimensions=(_READING,),
        organ="column__site__organ_id",
        visible=_everybody,
    ),
    Source(code="sites.topics", rows=_topics, dimensions=(), organ="site__organ_id", visible=_everybody),
    Source(
        code="sites.topics_opened",
        rows=_topics_opened,
        dimensions=(),
        organ="site__organ_id",
        visible=_everybody,
    ),
)


def _figure(code: str, title: Any, source: str, **where: tuple[str, ...]) -> Figure:
    return Figure(code=code, title=title, unit="条", source=source, provision=_FORM, owner=OWNER, where=where)


FIGURES: Final = (
    _figure("sites.updates.overview", _("Updates of overviews"), "sites.updates", group=("overview",)),
    _figure("sites.updates.news", _("Updates of news"), "sites.updates", group=("news",)),
    _figure(
        "sites.updates.catalogue", _("Updates of statutory disclosure"), "sites.updates", group=("catalogue",)
    ),
    _figure("sites.readings.material", _("Interpretations as text"), "sites.readings", form=("material",)),
    _figure(
        "sites.readings.product",
        _("Interpretations as picture or video"),
        "sites.readings",
        form=("product",),
    ),
    _figure("sites.topics.kept", _("Topics kept"), "sites.topics"),
    _figure("sites.topics.opened", _("Topics opened"), "sites.topics_opened"),
)
