"""What imports of cases have in common: the report, the register of organs, faults by cell."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from gongkai.engines.exchange.faults import RowFault
from gongkai.engines.exchange.shapes import CheckedRow, Shape
from gongkai.foundation.organs.models import Organ

FIRST_DAY = dt.date(2008, 5, 1)
"""The regulation came into force."""


@dataclass(slots=True)
class IntakeReport:
    """What came of a file. With faults and nothing imported, nothing was written."""

    read: int = 0
    imported: int = 0
    faults: list[RowFault] = field(default_factory=list)
    unknown_headings: set[str] = field(default_factory=set)

    @property
    def refused_rows(self) -> int:
        return len({fault.row for fault in self.faults})


class IntakeDesk:
    """What every row is checked against: the register of organs and the calendar."""

    def __init__(self, shape: Shape) -> None:
        self._headings = {item.name: item.headings[0] for item in shape.fields}
        self._organs: dict[str, Organ] = {}
        for organ in Organ.objects.all():
            for name in (organ.name, organ.short_name, organ.code):
                if name:
                    self._organs.setdefault(name, organ)
        self.today = timezone.localdate()

    def organ(self, row: CheckedRow) -> Organ | None:
        return self._organs.get(row.values.get("organ", ""))

    def fault(self, row: CheckedRow, name: str, rule: str, mend: str) -> RowFault:
        value: Any = row.values.get(name, "")
        return RowFault(row=row.number, field=self._headings[name], value=str(value), rule=rule, mend=mend)

    def organ_faults(self, row: CheckedRow) -> list[RowFault]:
        if "organ" not in row.values or self.organ(row) is not None:
            return []
        mend = _("write it as in the register of organs")
        return [self.fault(row, "organ", _("no organ of this name or code"), mend)]

    def day_faults(self, row: CheckedRow, *names: str) -> list[RowFault]:
        """Days that cannot be: before the regulation, or still to come."""
        rule = _("not between 2008-05-01, when the regulation came into force, and today")
        return [
            self.fault(row, name, rule, _("check the day"))
            for name in names
            if row.values.get(name) is not None and not FIRST_DAY <= row.values[name] <= self.today
        ]
