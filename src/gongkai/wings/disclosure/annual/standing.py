"""How a report stands now: its numbers, live while it is drafted and frozen from the approval on, and its texts printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from gongkai.engines.figures.freezing import Change, then_and_now
from gongkai.wings.disclosure.annual import drafting
from gongkai.wings.disclosure.annual.models import AnnualReport, Status, from_json
from gongkai.wings.disclosure.annual.numbers import Numbers, numbers, report_of
from gongkai.wings.disclosure.annual.shape import Number, Report

FROZEN = (Status.APPROVED, Status.PUBLISHED)


@dataclass(frozen=True)
class Standing:
    """One report with everything about it that is worked out; each part at first use."""

    report: AnnualReport

    @cached_property
    def numbers(self) -> Numbers:
        """What the records and filings say today."""
        return numbers(self.report.organ, self.report.year, self.report.form, whole=self.report.whole)

    @cached_property
    def cells(self) -> dict[str, Number]:
        """The numbers of the report: those of its approval, else today's."""
        return from_json(self.report.cells) if self.is_frozen else self.numbers.cells

    @property
    def is_frozen(self) -> bool:
        return self.report.status in FROZEN

    @property
    def filed(self) -> frozenset[str]:
        return frozenset(self.report.filed) if self.is_frozen else self.numbers.filed

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """Each section with its numbers in place."""
        report = self.report
        return {
            section: drafting.printed(text, self.cells, report.form, report.year)
            for section, text in report.texts.items()
        }

    @cached_property
    def shape(self) -> Report:
        report = self.report
        return report_of(
            self.cells,
            report.form,
            year=report.year,
            issuer=report.organ.name,
            level=report.organ.get_level_display(),
            narrative=[sentence for text in self.texts.values() for sentence in drafting.sentences(text)],
            sections=self.texts,
            id=f"{report.organ.code}-{report.year}",
        )

    @cached_property
    def given_out(self) -> Report:
        """The same with the plan of improvements in section five: what is checked, and written to files."""
        plan = self.report.improvements.values_list("problem", "measure", "owner", "due_on")
        return drafting.with_plan(self.shape, [drafting.Promise(*row) for row in plan])

    @cached_property
    def moved(self) -> list[Change]:
        """Frozen cells the records say something else of today."""
        snapshot = self.report.snapshot if self.is_frozen else None
        return [change for change in then_and_now(snapshot) if change.moved] if snapshot else []


def standing(report: AnnualReport) -> Standing:
    return Standing(report)
