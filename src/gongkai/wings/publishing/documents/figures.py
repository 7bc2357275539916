"""What is counted of rules and normative documents: 第二十条第（一）项 of section 二 of the annual report.

Counted by the issuing organ, of what the library shows to the public. A text counts as made on the day it was written, and
as ended from the day it is repealed, replaced or past its last day; in between it is in force. So for every organ: in
force at the end of a year = in force a year before + made − ended, whatever the library holds. A text that was made but has
not taken effect yet counts as in force, for the form has no fourth column.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, Final

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gongkai.engines.figures import Dimension, Figure, Period, Source
from gongkai.foundation.accounts.models import User
from gongkai.foundation.statutes.annual_form import ANNUAL_FORM, EARLIER_ANNUAL_FORMS
from gongkai.wings.publishing.documents.kinds import Kind, Validity
from gongkai.wings.publishing.documents.models import Document
from gongkai.wings.publishing.documents.querysets import DocumentQuerySet
from gongkai.wings.publishing.documents.rules import Timeline
from gongkai.wings.publishing.documents.standing import timelines

OWNER: Final = "documents"
_COUNTED: Final = (Kind.REGULATION, Kind.NORMATIVE)
_ENDED: Final = frozenset({Validity.REPEALED, Validity.EXPIRED})


def _made(period: Period) -> DocumentQuerySet:
    return _all().filter(written_on__gte=period.since, written_on__lte=period.until)


def _ended(period: Period) -> DocumentQuerySet:
    return _by_end(lambda end: end is not None and period.since <= end <= period.until)


def _in_force(period: Period) -> DocumentQuerySet:
    return _by_end(lambda end: end is None or end > period.until).filter(written_on__lte=period.until)


def _published(period: Period) -> DocumentQuerySet:
    return _all().filter(published_at__gte=_moment(period.since), published_at__lt=_moment(period.until, 1))


def _public(period: Period) -> DocumentQuerySet:
    return _all().filter(published_at__lt=_moment(period.until, 1))


def _moment(day: dt.date, later: int = 0) -> dt.datetime:
    """Midnight here at the beginning of a day, or of one ``later`` days on."""
    return timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=later), dt.time.min))


def _all() -> DocumentQuerySet:
    return Document.objects.public().of_kind(*_COUNTED)


def _by_end(wanted: Callable[[dt.date | None], bool]) -> DocumentQuerySet:
    """Validity follows from links and dates, not from a column: a city has some thousands of such texts at most."""
    texts = list(
        _all()
        .filter(written_on__isnull=False)
        .only("kind", "effective_on", "written_on", "published_at", "expires_on")
    )
    lines = timelines(texts)
    return _all().filter(pk__in=[each.pk for each in texts if wanted(_end(each, lines[each.pk]))])


def _end(text: Document, line: Timeline) -> dt.date | None:
    """The day from which a text is no longer in force. One that ended before it was made ended as it was made."""
    end = next((since for since, state in line if state in _ENDED), None)
    return None if end is None or text.written_on is None else max(end, text.written_on)


def _visible(rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
    return rows.visible_to(user) if isinstance(user, User) else rows.none()  # type: ignore[attr-defined]


_KIND: Final = Dimension(
    code="kind", column="kind", values=tuple((kind.value, kind.label) for kind in _COUNTED)
)

SOURCES: Final = tuple(
    Source(code=code, rows=rows, dimensions=(_KIND,), organ="issuer_id", visible=_visible)
    for code, rows in (
        ("documents.made", _made),
        ("documents.ended", _ended),
        ("documents.standing", _in_force),
        ("documents.published", _published),
        ("documents.public", _public),
    )
)


def _figures(name: str, kind: Kind) -> tuple[Figure, ...]:
    return tuple(
        Figure(
            code=f"documents.{name}.{column}",
            title=title,
            unit="件",
            source=source,
            provision=ANNUAL_FORM,
            earlier=EARLIER_ANNUAL_FORMS,
            owner=OWNER,
            where={"kind": (kind.value,)},
        )
        for column, title, source in (
            ("issued", _("Made in the year"), "documents.made"),
            ("repealed", _("Ended in the year"), "documents.ended"),
            ("in_force", _("In force at the end of the year"), "documents.standing"),
            ("published", _("Published in the year"), "documents.published"),
            ("public_in_total", _("Public in total"), "documents.public"),
        )
    )


FIGURES: Final = (*_figures("rules", Kind.REGULATION), *_figures("normative", Kind.NORMATIVE))
