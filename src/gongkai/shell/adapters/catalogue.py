"""Columns, documents and series as what can fulfil a row of the disclosure catalogue (``catalogue.targets``)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from django.db.models import Count, Max, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gongkai.foundation.organs.models import Organ
from gongkai.wings.disclosure.catalogue.targets import Choice, Release, Standing, Target, register
from gongkai.wings.publishing.documents.kinds import Attribute
from gongkai.wings.publishing.documents.models import Document, Series
from gongkai.wings.publishing.documents.pages import local_day
from gongkai.wings.publishing.documents.rules import document_path
from gongkai.wings.publishing.sites.frame import origin
from gongkai.wings.publishing.sites.models import Column, ColumnType, PastDuty, Placement
from gongkai.wings.publishing.sites.rules import Promised, kept_until, update_duty

MOST: Final = 500
"""Choices at once: a person looks through no more."""


def _numbers(keys: Iterable[str]) -> list[int]:
    return [int(key) for key in keys if key.isdecimal() and len(key) < 19]


def _named(field: str, words: str) -> Q:
    """Every word stands somewhere in the title."""
    found = Q()
    for word in words.split()[:5]:
        found &= Q(**{f"{field}__icontains": word[:60]})
    return found


def _above_and_below(organs: Collection[int]) -> set[int]:
    """The organs and those above them: a department's matters often stand on the city's site."""
    paths = Organ.objects.filter(pk__in=list(organs)).values_list("path", flat=True)
    return {int(part) for path in paths for part in path.split("/") if part}


class Columns:
    """A column, with all below it: whatever was placed there last."""

    kind = "column"
    title = _("Column")

    def standings(self, keys: Collection[str], today: dt.date) -> Mapping[str, Standing]:
        chosen = {
            column.pk: column
            for column in Column.objects.open(today).filter(pk__in=_numbers(keys)).select_related("site")
        }
        above = _branches(chosen.values())
        newest: dict[int, tuple[int, dt.date | None]] = defaultdict(lambda: (0, None))
        placed = Placement.objects.public().filter(column_id__in=list(above)).order_by()
        for column, count, latest in placed.values_list("column_id").annotate(Count("id"), Max("shown_at")):
            for holder in above[column]:
                known, last = newest[holder]
                day = local_day(latest)
                newest[holder] = (known + count, max(day, last) if last else day)
        waiting: dict[int, set[dt.date]] = defaultdict(set)
        for column, written_on in (
            _waiting().filter(column_id__in=list(above)).values_list("column_id", "document__written_on")
        ):
            for holder in above[column]:
                waiting[holder].add(written_on)
        past: dict[int, list[Promised]] = defaultdict(list)
        for holder, until, kind, days in (
            PastDuty.objects.filter(column_id__in=list(chosen), until__lte=today)
            .order_by("until")
            .values_list("column_id", "until", "type", "update_days")
        ):
            past[holder].append(Promised(until, kind, days))
        return {
            str(pk): self._standing(column, past[pk], *newest[pk], tuple(sorted(waiting[pk])), today)
            for pk, column in chosen.items()
        }

    def _standing(
        self,
        column: Column,
        past: Sequence[Promised],
        count: int,
        last: dt.date | None,
        waiting: tuple[dt.date, ...],
        today: dt.date,
    ) -> Standing:
        history = (*past, Promised(None, column.type, column.update_days))
        duty = update_duty(column.type, own_days=column.update_days, on=today)
        return Standing(
            title=f"{column.site.name} / {column.name}",
            url=column.url,
            address=origin(column.site.host) + column.url,
            site=column.site.slug,
            count=count,
            last_on=last,
            due_on=duty.last_day(last) if duty and last else None,
            waiting=waiting,
            kept_until=partial(kept_until, history) if duty or past else None,
        )

    def releases(
        self, keys: Collection[str], since: dt.date, until: dt.date
    ) -> Mapping[str, Sequence[Release]]:
        above = _branches(Column.objects.filter(pk__in=_numbers(keys)))
        shown = Placement.objects.public().filter(
            column_id__in=list(above), shown_at__gte=_midnight(since), shown_at__lt=_midnight(until, after=1)
        )
        found: dict[str, dict[int, Release]] = defaultdict(dict)
        for column, document, at, written_on, decided_on in shown.order_by("shown_at").values_list(
            "column_id",
            "document_id",
            "shown_at",
            "document__written_on",
            "document__disclosure_decided_on",
        ):
            assert at is not None  # numbered when shown
            for holder in above[column]:
                # A text shown in two parts of a branch came out once.
                found[str(holder)].setdefault(document, Release(local_day(at), decided_on or written_on))
        return {key: list(told.values()) for key, told in found.items()}

    def choices(self, words: str, organs: Collection[int]) -> Sequence[Choice]:
        rows = self._open(_above_and_below(organs)).filter(_named("name", words))
        return [_column_choice(column) for column in rows[:MOST]]

    def unclaimed(self, organs: Collection[int], claimed: Mapping[str, Collection[str]]) -> Sequence[Choice]:
        """Columns with something in them that no row binds, nor one above them. The statutory column is promised by law."""
        taken = set(_branches(Column.objects.filter(pk__in=_numbers(claimed.get("column", ())))))
        rows = (
            self._open(set(organs))
            .filter(placements__sequence__isnull=False)
            .exclude(type__in=(ColumnType.STATUTORY, ColumnType.TOPIC))
            .exclude(pk__in=taken)
            .distinct()
        )
        return [_column_choice(column) for column in rows[:MOST]]

    @staticmethod
    def _open(organs: Collection[int]) -> Any:
        return (
            Column.objects.open(timezone.localdate())
            .filter(site__organ__in=list(organs), site__closed_on__isnull=True)
            .select_related("site")
            .order_by("site_id", "path")
        )

    def touched(self, change: str) -> Collection[str]:
        kind, _colon, key = change.partition(":")
        if kind == "column":
            return {key}
        if kind != "document":
            return ()
        placed = list(
            Column.objects.filter(placements__document_id__in=_numbers([key])).values_list("site_id", "path")
        )
        steps = Q(pk__in=[])
        for site, path in placed:
            parts = path.split("/")
            steps |= Q(site_id=site, path__in=["/".join(parts[: n + 1]) for n in range(len(parts))])
        return {str(pk) for pk in Column.objects.filter(steps).values_list("pk", flat=True)}


def _column_choice(column: Column) -> Choice:
    return Choice(
        "column", str(column.pk), column.name, column.site.name, column.disclosure_item, column.site.organ_id
    )


def _branches(columns: Iterable[Column]) -> dict[int, list[int]]:
    """Each column that lies in a branch of the given ones, with those whose branch it is in."""
    wanted = list(columns)
    by_site: dict[int, list[Column]] = defaultdict(list)
    for column in wanted:
        by_site[column.site_id].append(column)
    found: dict[int, list[int]] = defaultdict(list)
    for pk, site, path in Column.objects.filter(site_id__in=list(by_site)).values_list(
        "pk", "site_id", "path"
    ):
        for column in by_site[site]:
            if pk == column.pk or path.startswith(f"{column.path}/"):
                found[pk].append(column.pk)
    return found


def _waiting() -> Any:
    """Drafts for the public that are not out: what came into being on the day they were written."""
    return Placement.objects.filter(
        sequence__isnull=True,
        document__live=False,
        document__withdrawn_at__isnull=True,
        document__attribute=Attribute.PROACTIVE,
        document__written_on__isnull=False,
    )


class Documents:
    """One document: there, or waiting since the day it was written."""

    kind = "document"
    title = _("Document of the library")

    def standings(self, keys: Collection[str], today: dt.date) -> Mapping[str, Standing]:
        rows = list(
            Document.objects.filter(pk__in=_numbers(keys)).only(
                "title", "live", "withdrawn_at", "published_at", "written_on", "attribute"
            )
        )
        homes: dict[int, tuple[str, str]] = {}
        placed = Placement.objects.public().filter(document_id__in=[row.pk for row in rows])
        for document, slug, host in placed.order_by("-column__site__is_default", "id").values_list(
            "document_id", "column__site__slug", "column__site__host"
        ):
            homes.setdefault(document, (slug, host))
        return {str(row.pk): self._standing(row, homes.get(row.pk)) for row in rows}

    @staticmethod
    def _standing(row: Document, home: tuple[str, str] | None) -> Standing:
        if row.live and row.withdrawn_at is None and row.published_at is not None:
            day = local_day(row.published_at)
            url = document_path(day.year, row.pk) if home else ""
            return Standing(
                title=row.title,
                url=url,
                address=origin(home[1]) + url if home else "",
                site=home[0] if home else "",
                count=1,
                last_on=day,
            )
        waits = row.withdrawn_at is None and row.attribute == Attribute.PROACTIVE and row.written_on
        return Standing(title=row.title, waiting=(row.written_on,) if waits and row.written_on else ())

    def releases(
        self, keys: Collection[str], since: dt.date, until: dt.date
    ) -> Mapping[str, Sequence[Release]]:
        return _released(Document.objects.filter(pk__in=_numbers(keys)), "pk", since, until)

    def choices(self, words: str, organs: Collection[int]) -> Sequence[Choice]:
        rows = (
            Document.objects.filter(withdrawn_at__isnull=True, attribute=Attribute.PROACTIVE)
            .filter(Q(issuer__in=list(organs)) | Q(kept_by__in=list(organs)))
            .filter(_named("title", words))
        )
        return _document_choices(rows)

    def unclaimed(self, organs: Collection[int], claimed: Mapping[str, Collection[str]]) -> Sequence[Choice]:
        """Public texts that no row binds: not themselves, nor a column or series they are in."""
        taken = _branches(Column.objects.filter(pk__in=_numbers(claimed.get("column", ()))))
        rows = (
            Document.objects.public()
            .filter(issuer__in=list(organs))
            .exclude(pk__in=_numbers(claimed.get("document", ())))
            .exclude(pk__in=Placement.objects.filter(column_id__in=list(taken)).values("document_id"))
            .exclude(series__slug__in=list(claimed.get("series", ())))
        )
        return _document_choices(rows)

    def touched(self, change: str) -> Collection[str]:
        kind, _colon, key = change.partition(":")
        return {key} if kind == "document" else ()


def _released(rows: Any, by: str, since: dt.date, until: dt.date) -> dict[str, list[Release]]:
    """What of some documents came out in a time, by a column of theirs."""
    found: dict[str, list[Release]] = defaultdict(list)
    out = rows.public().filter(published_at__gte=_midnight(since), published_at__lt=_midnight(until, after=1))
    for key, at, written_on, decided_on in out.order_by("published_at").values_list(
        by, "published_at", "written_on", "disclosure_decided_on"
    ):
        found[str(key)].append(Release(local_day(at), decided_on or written_on))
    return found


def _midnight(day: dt.date, *, after: int = 0) -> dt.datetime:
    """The beginning of a day, or of one so many days after it."""
    return timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=after), dt.time.min))


def _document_choices(rows: Any) -> list[Choice]:
    return [
        Choice("document", str(pk), title, organ, item, organ_id)
        for pk, title, organ, item, organ_id in rows.order_by("-published_at", "-id").values_list(
            "pk", "title", "issuer__name", "disclosure_item", "issuer_id"
        )[:MOST]
    ]


class AllSeries:
    """A series of numbered issues: its newest one, and the interval it promises."""

    kind = "series"
    title = _("Series")

    def standings(self, keys: Collection[str], today: dt.date) -> Mapping[str, Standing]:
        rows = {row.slug: row for row in Series.objects.filter(slug__in=list(keys))}
        issues = Document.objects.public().filter(series__slug__in=list(rows))
        counted = {
            slug: (count, latest)
            for slug, count, latest in issues.order_by()
            .values_list("series__slug")
            .annotate(Count("id"), Max("published_at"))
        }
        homes: dict[str, tuple[str, str]] = {}
        placed = Placement.objects.public().filter(document__series__slug__in=list(rows)).order_by()
        for slug, site, host, _default in placed.values_list(
            "document__series__slug", "column__site__slug", "column__site__host", "column__site__is_default"
        ).distinct():
            if _default or slug not in homes:
                homes[slug] = (site, host)
        return {
            slug: self._standing(row, *counted.get(slug, (0, None)), homes.get(slug), today)
            for slug, row in rows.items()
        }

    @staticmethod
    def _standing(
        row: Series, count: int, latest: dt.datetime | None, home: tuple[str, str] | None, today: dt.date
    ) -> Standing:
        last = local_day(latest) if latest else None
        runs = row.closed_on is None or row.closed_on > today
        url = f"/series/{row.slug}/" if home else ""
        return Standing(
            title=row.name,
            url=url,
            address=origin(home[1]) + url if home else "",
            site=home[0] if home else "",
            count=count,
            last_on=last,
            due_on=last + dt.timedelta(days=row.every_days) if last and row.every_days and runs else None,
            kept_until=partial(_days_later, row.every_days) if row.every_days else None,
        )

    def releases(
        self, keys: Collection[str], since: dt.date, until: dt.date
    ) -> Mapping[str, Sequence[Release]]:
        return _released(Document.objects.filter(series__slug__in=list(keys)), "series__slug", since, until)

    def choices(self, words: str, organs: Collection[int]) -> Sequence[Choice]:
        rows = Series.objects.filter(organ__in=list(organs)).filter(_named("name", words))
        return [_series_choice(row) for row in rows.select_related("organ")[:MOST]]

    def unclaimed(self, organs: Collection[int], claimed: Mapping[str, Collection[str]]) -> Sequence[Choice]:
        rows = Series.objects.filter(organ__in=list(organs)).exclude(slug__in=list(claimed.get("series", ())))
        return [_series_choice(row) for row in rows.select_related("organ")[:MOST]]

    def touched(self, change: str) -> Collection[str]:
        kind, _colon, key = change.partition(":")
        return {key} if kind == "series" else ()


def _days_later(days: int, day: dt.date) -> dt.date:
    return day + dt.timedelta(days=days)


def _series_choice(row: Series) -> Choice:
    return Choice("series", row.slug, row.name, row.organ.name, "", row.organ_id)


def register_targets() -> None:
    kinds: tuple[Target, ...] = (Columns(), Documents(), AllSeries())
    for each in kinds:
        register(each)
