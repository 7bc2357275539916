"""Where promise and publication differ: what is not there, what is late, what is there but promised to nobody; and how far
the fifteen items of 条例 Art. 20 are covered, organ by organ."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from django.utils.translation import gettext as _

from gongkai.foundation.organs.models import Organ
from gongkai.foundation.statutes.disclosure import disclosure_item, disclosure_items
from gongkai.wings.disclosure.catalogue.models import Binding, CatalogueEntry, EntryQuerySet
from gongkai.wings.disclosure.catalogue.standing import EntryStanding, State, standings
from gongkai.wings.disclosure.catalogue.targets import Choice, targets

NO_ITEM: Final = ""


@dataclass(slots=True)
class GapReport:
    """What stands against an organ, or several, on a day. Every row of them is in exactly one state."""

    today: dt.date
    rows: list[EntryStanding]
    unpromised: list[Choice] = field(default_factory=list)

    def of(self, *states: State) -> list[EntryStanding]:
        return [row for row in self.rows if row.state in states]

    @property
    def counts(self) -> dict[str, int]:
        counted = Counter(row.state for row in self.rows)
        return {state.value: counted[state] for state in State if state is not State.RETIRED}

    @property
    def missing(self) -> list[EntryStanding]:
        """Promised and not there: nothing fulfils it, or what should is still empty."""
        return self.of(State.UNBOUND, State.MISSING)

    @property
    def late(self) -> list[EntryStanding]:
        return sorted(self.of(State.LATE), key=lambda row: row.due.day if row.due else self.today)

    @property
    def near(self) -> list[EntryStanding]:
        return self.of(State.NEAR)

    @property
    def unread(self) -> list[EntryStanding]:
        """Rows whose time limit nobody can count."""
        return [row for row in self.rows if row.limit_unread]

    def as_json(self) -> dict[str, Any]:
        return {
            "day": self.today.isoformat(),
            "rows": len(self.rows),
            "states": self.counts,
            "missing": [line(row) for row in self.missing],
            "late": [line(row) for row in self.late],
            "due_soon": [line(row) for row in self.near],
            "limits_not_understood": [line(row) for row in self.unread],
            "promised_to_nobody": [
                {"kind": each.kind, "key": each.key, "title": each.title, "place": each.place}
                for each in self.unpromised
            ],
        }


def line(row: EntryStanding) -> dict[str, Any]:
    """One row of a report for machines."""
    best = row.best
    return {
        "id": row.entry.pk,
        "organ": row.entry.organ.name,
        "field": row.entry.field,
        "title": row.entry.path,
        "time_limit": row.entry.limit_text,
        "not_understood": list(row.limit_unread),
        "state": row.state.value,
        "due": row.due.day.isoformat() if row.due else None,
        "days_late": row.days_late,
        "because": row.reason,
        "last_published": row.last_on.isoformat() if row.last_on else None,
        "where": best.address if best else "",
    }


def entries_of(organs: Sequence[Organ] | None, today: dt.date) -> EntryQuerySet:
    """The rows that hold, of some organs with all below them or of all."""
    rows = CatalogueEntry.objects.current(today).select_related("organ")
    if organs is not None:
        rows = rows.filter(organ__in=branch_ids(organs))
    return rows


def branch_ids(organs: Sequence[Organ]) -> list[int]:
    """The numbers of organs and of all below them."""
    paths = tuple(organ.path for organ in organs)
    return [pk for pk, path in Organ.objects.values_list("pk", "path") if path.startswith(paths)]


def gap_report(*, organs: Sequence[Organ] | None, today: dt.date, with_unpromised: bool = True) -> GapReport:
    """The report over some organs with all below them, or over all."""
    report = GapReport(today, list(standings(entries_of(organs, today), today)))
    if with_unpromised:
        ids = (
            branch_ids(organs)
            if organs is not None
            else list(Organ.objects.current(today).values_list("pk", flat=True))
        )
        report.unpromised = unpromised(ids)
    return report


def unpromised(organs: Sequence[int]) -> list[Choice]:
    """What organs have made public that no row of any directory binds."""
    claimed: dict[str, set[str]] = defaultdict(set)
    holding = Binding.objects.filter(entry__retired_on__isnull=True).values_list("kind", "key").distinct()
    for kind, key in holding:
        claimed[kind].add(key)
    return [choice for each in targets() for choice in each.unclaimed(organs, claimed)]


# -- The matrix ------------------------------------------------------------------------------------------------


class Cell(NamedTuple):
    """Rows of one item and organ, and how many of them are fulfilled (near ones too: nothing of them is late)."""

    rows: int = 0
    fulfilled: int = 0

    @property
    def open(self) -> int:
        return self.rows - self.fulfilled


@dataclass(frozen=True, slots=True)
class Matrix:
    """Items of 条例 Art. 20 against organs. ``items`` ends with "21" and, if there are such rows, with ""."""

    items: tuple[str, ...]
    organs: tuple[Organ, ...]
    cells: dict[tuple[str, int], Cell]

    def cell(self, item: str, organ: Organ) -> Cell:
        return self.cells.get((item, organ.pk), Cell())

    def total(self, *, item: str | None = None, organ: Organ | None = None) -> Cell:
        chosen = [
            cell
            for (of_item, of_organ), cell in self.cells.items()
            if (item is None or of_item == item) and (organ is None or of_organ == organ.pk)
        ]
        return Cell(sum(cell.rows for cell in chosen), sum(cell.fulfilled for cell in chosen))

    @property
    def uncovered(self) -> tuple[str, ...]:
        """Items no organ promises anything of."""
        return tuple(item for item in self.items if item and not self.total(item=item).rows)


def matrix(report: GapReport) -> Matrix:
    """Coverage over the rows of a report; rows only on request are left out."""
    counted: dict[tuple[str, int], list[int]] = defaultdict(lambda: [0, 0])
    organs: dict[int, Organ] = {}
    for row in report.rows:
        if row.state is State.ON_REQUEST:
            continue
        organs[row.entry.organ_id] = row.entry.organ
        cell = counted[row.entry.item, row.entry.organ_id]
        cell[0] += 1
        cell[1] += row.state in (State.FULFILLED, State.NEAR)
    items = [item.code for item in disclosure_items()] + ["21"]
    if any(item == NO_ITEM for item, _organ in counted):
        items.append(NO_ITEM)
    return Matrix(
        tuple(items),
        tuple(sorted(organs.values(), key=lambda organ: organ.path)),
        {key: Cell(*numbers) for key, numbers in counted.items()},
    )


def item_label(code: str) -> str:
    """ "（七）财政预算、决算信息"."""
    if not code:
        return _("No item named")
    item = disclosure_item(code)
    return f"{item.numeral}{item.label}" if item.numeral else f"{_('Art. 21')}：{item.label}"


# -- As tables -------------------------------------------------------------------------------------------------


def report_table(report: GapReport) -> tuple[list[str], Iterable[list[object]]]:
    """Every gap as a line: what is missing, what is late, what is near, what cannot be counted, what nobody promised."""
    headings = [
        _("Gap"),
        _("Organ"),
        _("Field of the catalogue"),
        _("Matter"),
        _("Time limit"),
        _("Due"),
        _("Working days late"),
        _("Last made public"),
        _("Remark"),
    ]

    def lines() -> Iterable[list[object]]:
        for row in (*report.missing, *report.late, *report.near):
            yield [
                str(row.state.label),
                row.entry.organ.name,
                row.entry.field,
                row.entry.path,
                row.entry.limit_text,
                row.due.day if row.due else "",
                row.days_late or "",
                row.last_on or "",
                row.reason,
            ]
        for row in report.unread:
            yield [
                _("Time limit not understood"),
                row.entry.organ.name,
                row.entry.field,
                row.entry.path,
                row.entry.limit_text,
                "",
                "",
                row.last_on or "",
                "；".join(row.limit_unread),
            ]
        for choice in report.unpromised:
            yield [
                _("Public, promised to nobody"),
                choice.place,
                "",
                choice.title,
                "",
                "",
                "",
                "",
                choice.kind,
            ]

    return headings, lines()


def matrix_table(found: Matrix) -> tuple[list[str], list[list[object]]]:
    """The matrix with "fulfilled/rows" in each cell, sums at the right and below."""
    headings = [_("Item of Art. 20"), *(organ.short_name or organ.name for organ in found.organs), _("Total")]
    rows: list[list[object]] = []
    for item in found.items:
        cells = [found.cell(item, organ) for organ in found.organs]
        rows.append([item_label(item), *(_shown(cell) for cell in cells), _shown(found.total(item=item))])
    rows.append(
        [
            _("Total"),
            *(_shown(found.total(organ=organ)) for organ in found.organs),
            _shown(found.total()),
        ]
    )
    return headings, rows


def _shown(cell: Cell) -> str:
    return f"{cell.fulfilled}/{cell.rows}" if cell.rows else ""
