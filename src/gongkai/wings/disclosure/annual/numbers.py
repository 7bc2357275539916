"""The numbers of a report: counted from the records, filed where there are none, summed over organs.

A cell with a figure is counted. A cell without one is filed by hand; so is a counted cell of section 二 when the organ
says its library does not hold everything. An organ that keeps its requests elsewhere files sections 三 and 四 too and
has nothing counted there, so nobody counts twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gongkai.engines import figures
from gongkai.engines.figures import Period
from gongkai.foundation.organs.models import Organ, OrganKind
from gongkai.wings.disclosure.annual.forms import Cell, Form
from gongkai.wings.disclosure.annual.models import AnnualReport, Filing
from gongkai.wings.disclosure.annual.shape import Number, Report, ReportRow

RECORDS = ("table3/", "table4/")
"""Sections 三 and 四: what an organ with records elsewhere files."""


@dataclass(frozen=True, slots=True)
class Part:
    """One organ's numbers. ``elsewhere``: sections 三 and 四 were filed, not counted; ``filed``: these cells were."""

    organ: Organ
    cells: Mapping[str, Number]
    filed: frozenset[str]
    elsewhere: bool

    @property
    def missing(self) -> tuple[str, ...]:
        """Cells nobody has filled in."""
        return tuple(path for path, value in self.cells.items() if value is None)


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of one report, with the organs they are the sum of."""

    organ: Organ
    year: int
    form: Form
    parts: tuple[Part, ...]

    @property
    def cells(self) -> dict[str, Number]:
        """The sum over the parts; a cell is blank only where no part has a number."""
        return sums([part.cells for part in self.parts], self.form)

    @property
    def filed(self) -> frozenset[str]:
        return frozenset().union(*(part.filed for part in self.parts))

    @property
    def not_filed(self) -> tuple[Part, ...]:
        """Organs that still owe numbers."""
        return tuple(part for part in self.parts if part.missing)


def sums(parts: Iterable[Mapping[str, Number]], form: Form) -> dict[str, Number]:
    """AR-8: a whole report is cell by cell the sum of its parts (law.md §2.5)."""
    whole: dict[str, Number] = {cell.path: None for cell in form.cells}
    for part in parts:
        for path, value in part.items():
            if value is not None:
                known = whole[path]
                whole[path] = value if known is None else known + value
    return whole


def reports_whole(organ: Organ) -> bool:
    """A government reports for all organs below it, every other organ for itself alone."""
    return organ.kind == OrganKind.GOVERNMENT


def organs_of(organ: Organ, year: int, *, whole: bool) -> list[Organ]:
    """Whose records a report counts: those of the organ, and of all below it that existed in the year."""
    if not whole:
        return [organ]
    period = Period.year(year)
    return [
        each
        for each in Organ.objects.descendants_of(organ).order_by("path")
        if (each.established_on is None or each.established_on <= period.until)
        and (each.abolished_on is None or each.abolished_on > period.since)
    ]


def counted_cells(form: Form) -> dict[str, figures.Cell]:
    """What the figures engine is asked for: the cells that are counted, by path; ``path#2`` for a second figure of one."""
    return {
        f"{cell.path}#{at}" if at else cell.path: figures.Cell(code, _where(cell))
        for cell in form.cells
        for at, code in enumerate(cell.figures)
    }


def _where(cell: Cell) -> dict[str, str]:
    return {"applicant_kind": cell.applicant} if cell.applicant else {}


def numbers(organ: Organ, year: int, form: Form, *, whole: bool = False) -> Numbers:
    """Count and gather everything a report on ``year`` needs. One query per source, however many organs."""
    organs = organs_of(organ, year, whole=whole)
    wanted = counted_cells(form)
    counted = figures.fill(wanted, Period.year(year), organs=[each.pk for each in organs])
    filings = {
        filing.organ_id: filing
        for filing in Filing.objects.filter(year=year, form_code=form.code, organ__in=organs)
    }
    nothing = dict.fromkeys(wanted, 0)
    return Numbers(
        organ=organ,
        year=year,
        form=form,
        parts=tuple(
            _part(each, form, counted.get(each.pk, nothing), filings.get(each.pk)) for each in organs
        ),
    )


def _part(organ: Organ, form: Form, counted: Mapping[str, int], filing: Filing | None) -> Part:
    cells: dict[str, Number] = {cell.path: None for cell in form.cells}
    for key, value in counted.items():
        path = key.partition("#")[0]
        cells[path] = (cells[path] or 0) + value
    filed = filing.numbers if filing else {}
    elsewhere = filing is not None and filing.elsewhere
    taken = {path: value for path, value in filed.items() if elsewhere or not path.startswith(RECORDS)}
    return Part(organ, MappingProxyType(cells | taken), frozenset(taken), elsewhere)


def report_of(
    cells: Mapping[str, Number],
    form: Form,
    *,
    year: int,
    issuer: str,
    level: str = "",
    narrative: Iterable[str] = (),
    sections: Mapping[str, str] = MappingProxyType({}),
    id: str = "",
) -> Report:
    """The same numbers in the shape that is checked, printed and exported."""
    return Report(
        year=year,
        form=form.code,
        issuer=issuer,
        issuer_level=level,
        instrument=form.instrument,
        id=id,
        table2={
            block.key: {
                row: {column.key: cells[f"table2/{block.key}/{row}/{column.key}"] for column in block.columns}
                for row in block.rows
            }
            for block in form.blocks
        },
        table3=tuple(
            ReportRow(
                row.code,
                row.label,
                {column.key: cells[f"table3/{row.code}/{column.key}"] for column in form.columns},
            )
            for row in form.rows
        ),
        table4={
            block.key: {result.key: cells[f"table4/{block.key}/{result.key}"] for result in form.results}
            for block in form.remedies
        },
        narrative=tuple(narrative),
        sections=sections,
    )


def previous(report: AnnualReport) -> AnnualReport | None:
    """The same organ's report on the year before, if it was written here."""
    return AnnualReport.objects.filter(organ=report.organ, year=report.year - 1, whole=report.whole).first()
