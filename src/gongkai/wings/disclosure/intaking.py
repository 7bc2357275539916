"""What imports of cases have in common: the report, the register of organs, faults by cell."""

from __future__ import annotations

import datetime as dt
import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from gongkai.engines.casework.models import Case, Event
from gongkai.engines.casework.services import IMPORTED, RECOMPUTED
from gongkai.engines.exchange.faults import RowFault
from gongkai.engines.exchange.reading import read_rows
from gongkai.engines.exchange.shapes import CheckedRow, Shape
from gongkai.foundation.organs.models import Level, Organ, OrganKind
from gongkai.foundation.organs.services import establish_organ

FIRST_DAY = dt.date(2008, 5, 1)
"""The regulation came into force."""


@dataclass(slots=True)
class IntakeReport:
    """What came of a file. With faults and nothing imported, nothing was written."""

    read: int = 0
    imported: int = 0
    ended: int = 0
    """Open cases of an earlier file that this one says the end of."""
    unchanged: int = 0
    """Rows that are on record already, just so."""
    organs: list[Organ] = field(default_factory=list)
    """Organs that were entered into the register."""
    faults: list[RowFault] = field(default_factory=list)
    unknown_headings: set[str] = field(default_factory=set)

    @property
    def refused_rows(self) -> int:
        return len({fault.row for fault in self.faults})


def facts_of(name: str) -> dict[str, Any]:
    """Level and kind as far as a name tells them; what it does not tell is mended in the register."""
    level = Level.CITY
    if re.search(r"(?:镇|乡|街道)(?:人民政府|办事处)$", name):
        level = Level.TOWN
    elif re.search(r"(?:区|县|旗)人民政府$", name):
        level = Level.DISTRICT
    kinds = {
        "人民政府": OrganKind.GOVERNMENT,
        "办事处": OrganKind.DISPATCHED,
        "人民政府办公室": OrganKind.OFFICE,
    }
    kind = next((kind for end, kind in kinds.items() if name.endswith(end)), OrganKind.DEPARTMENT)
    return {"level": level, "kind": kind}


def untouched(cases: QuerySet[Case]) -> set[int]:
    """Those of open cases that came from another system and were not handled here since: a later file may end them."""
    acts = Event.objects.filter(case=OuterRef("pk")).exclude(action__in=(IMPORTED, RECOMPUTED))
    return set(cases.filter(~Exists(acts), closed_on__isnull=True).values_list("pk", flat=True))


class IntakeDesk(ABC):
    """A file of past cases from its first row to the report. A wing says what a row is checked against, beside the register
    of organs and the calendar, which case on record it speaks of, and how what is left is written."""

    shape: ClassVar[Shape]

    def __init__(self, *, register: str = "") -> None:
        """``register``: under whose name organs that are not in the register are entered; else they are faults."""
        self._register = register
        self.entered: list[Organ] = []
        self._headings = {item.name: item.headings[0] for item in self.shape.fields}
        self._organs: dict[str, Organ] = {}
        for organ in Organ.objects.all():
            for name in (organ.name, organ.short_name, organ.code):
                if name:
                    self._organs.setdefault(name, organ)
        self.today = timezone.localdate()

    # -- What a wing says -------------------------------------------------------------------------------------

    @abstractmethod
    def faults(self, row: CheckedRow) -> list[RowFault]:
        """Everything about a row that only shows beside the register, the other rows and the calendar."""

    @abstractmethod
    def on_record(self, row: CheckedRow) -> Case | None:
        """The case of an earlier file that a row without faults speaks of."""

    @abstractmethod
    def says_the_same(self, row: CheckedRow, case: Case) -> bool: ...

    @abstractmethod
    def write(self, new: Sequence[CheckedRow], ended: Sequence[tuple[CheckedRow, Case]]) -> None:
        """Open a case for each of ``new``, and end the open ones."""

    # -- The file ---------------------------------------------------------------------------------------------

    def take_in(self, path: Path, *, partial: bool) -> IntakeReport:
        """All rows are checked first; with faults nothing is written, unless ``partial``: then the good rows are.

        Raises ``FileUnreadable``, ``CaseRefused``.
        """
        report = IntakeReport()
        with transaction.atomic():
            new, ended = self._sorted(path, report)
            if partial or not report.faults:
                self.write(new, ended)
                report.imported, report.ended, report.organs = len(new), len(ended), self.entered
            else:
                transaction.set_rollback(True)
        return report

    def _sorted(
        self, path: Path, report: IntakeReport
    ) -> tuple[list[CheckedRow], list[tuple[CheckedRow, Case]]]:
        new: list[CheckedRow] = []
        ended: list[tuple[CheckedRow, Case]] = []
        for row in self.shape.check(read_rows(path, headings=self.shape.headings)):
            report.read += 1
            report.unknown_headings.update(row.unknown)
            if faults := [*row.faults, *self.faults(row)]:
                report.faults.extend(faults)
            elif (case := self.on_record(row)) is None:
                new.append(row)
            elif self.says_the_same(row, case):
                report.unchanged += 1
            else:
                ended.append((row, case))
        return new, ended

    # -- What rows have in common -----------------------------------------------------------------------------

    def organ(self, row: CheckedRow) -> Organ | None:
        return self._organs.get(row.values.get("organ", ""))

    def fault(self, row: CheckedRow, name: str, rule: str, mend: str) -> RowFault:
        value: Any = row.values.get(name, "")
        return RowFault(row=row.number, field=self._headings[name], value=str(value), rule=rule, mend=mend)

    def refused(self, row: CheckedRow, name: str) -> bool:
        """Whether a cell was filled in and could not be read, which is told already: it is not empty."""
        return any(fault.field == self._headings[name] for fault in row.faults)

    def organ_faults(self, row: CheckedRow) -> list[RowFault]:
        if "organ" not in row.values or self.organ(row) is not None:
            return []
        if self._register:
            self._enter(row.values["organ"])
            return []
        mend = _(
            "write it as in the register of organs, enter it with “gongkai organs add”, or import with --create-organs"
        )
        return [self.fault(row, "organ", _("no organ of this name or code"), mend)]

    def _enter(self, text: str) -> None:
        code = text if re.fullmatch(r"[A-Za-z0-9_-]{1,40}", text) else f"organ-{Organ.objects.count() + 1}"
        organ = establish_organ(code=code, name=text, actor=self._register, **facts_of(text))
        self._organs[text] = organ
        self.entered.append(organ)

    def day_faults(self, row: CheckedRow, *names: str) -> list[RowFault]:
        """Days that cannot be: before the regulation, or still to come."""
        rule = _("not between 2008-05-01, when the regulation came into force, and today")
        return [
            self.fault(row, name, rule, _("check the day"))
            for name in names
            if row.values.get(name) is not None and not FIRST_DAY <= row.values[name] <= self.today
        ]
