"""Where the reports of a year stand, organ by organ, in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from gongkai.foundation.organs.models import Organ, OrganKind
from gongkai.wings.disclosure.annual.deadlines import Deadline, due
from gongkai.wings.disclosure.annual.forms import form_of
from gongkai.wings.disclosure.annual.models import AnnualReport, Filing
from gongkai.wings.disclosure.annual.numbers import reports_whole

OBLIGED = (OrganKind.GOVERNMENT, OrganKind.OFFICE, OrganKind.DEPARTMENT, OrganKind.DISPATCHED)
"""Kinds of organ that report (条例 Art. 49); institutions below them do when they have begun one."""


@dataclass(frozen=True, slots=True)
class Row:
    """One organ's report and filing of a year, where there are such."""

    organ: Organ
    report: AnnualReport | None
    filing: Filing | None
    deadline: Deadline
    hand_cells: int
    """How many cells nobody but the organ can fill in."""

    @property
    def status(self) -> str:
        return self.report.status if self.report else ""

    @property
    def filed(self) -> int:
        """How many of those are filled in."""
        return min(self.hand_cells, len(self.filing.cells)) if self.filing else 0


def overview(organs: QuerySet[Organ], year: int) -> list[Row]:
    """Every organ that reports on the year, in the order given."""
    found = {
        (report.organ_id, report.whole): report
        for report in AnnualReport.objects.filter(year=year, organ__in=organs).select_related("organ")
    }
    filings = {filing.organ_id: filing for filing in Filing.objects.filter(year=year, organ__in=organs)}
    by_hand = sum(cell.by_hand for cell in form_of(year).cells)
    begun = {organ for organ, _whole in found}
    return [
        Row(
            organ,
            found.get((organ.pk, reports_whole(organ))),
            filings.get(organ.pk),
            due(organ, year),
            by_hand,
        )
        for organ in organs
        if organ.level != "outside" and (organ.kind in OBLIGED or organ.pk in begun)
    ]
