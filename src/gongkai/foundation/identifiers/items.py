"""Codes of service items and of cases (政务服务事项, GB/T 39554.1-2020), from 12 to 43 characters.

Real codes confirm the 31 and the 43 characters. The inner parts of the 12 digits and the code of 33 are known
from memory only; ``confirmed`` tells the two apart.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import ClassVar

from .errors import IdentifierError
from .organisations import CreditCode
from .reading import clean

_LABELS = {12: "基本编码", 31: "实施编码", 33: "业务办理项编码", 43: "办件流水号"}
_CONFIRMED = frozenset({31, 43})


@dataclass(frozen=True, slots=True)
class ItemCode:
    """Basic code 12; implementation code 31 = credit code 18, level 1, basic 12; then option 2, or date 8 and serial 4."""

    kind: ClassVar[str] = "item-code"
    label: ClassVar[str] = "政务服务事项编码"
    personal: ClassVar[bool] = False
    shape: ClassVar[re.Pattern[str]] = re.compile(
        r"[0-9]{12}|[0-9A-Z]{18}[0-9]{13}|[0-9A-Z]{18}[0-9]{15}|[0-9A-Z]{18}[0-9]{25}"
    )

    basic: str
    organisation: CreditCode | None = None
    level: str = ""
    option: str = ""
    received_on: dt.date | None = None
    serial: str = ""

    @classmethod
    def parse(cls, value: str) -> ItemCode:
        """Raises ``IdentifierError``: pattern, date, and those of the credit code."""
        code = re.sub(r"\s", "", clean(value)).upper()
        if not cls.shape.fullmatch(code):
            raise IdentifierError(
                "pattern",
                "it is not an item code of 12, 31, 33 or 43 characters",
                "write the credit code of the organ, the level and the basic code without separators",
            )
        if len(code) == 12:
            return cls(code)
        organisation = CreditCode.parse(code[:18])
        level, basic, rest = code[18], code[19:31], code[31:]
        if len(code) == 43:
            return cls(basic, organisation, level, received_on=_date(rest[:8]), serial=rest[8:])
        return cls(basic, organisation, level, option=rest)

    @property
    def name(self) -> str:
        """What a code of this length is called."""
        return _LABELS[len(self.format())]

    @property
    def confirmed(self) -> bool:
        """True when the structure was checked against real codes."""
        return len(self.format()) in _CONFIRMED

    def format(self) -> str:
        if self.organisation is None:
            return self.basic
        received = f"{self.received_on:%Y%m%d}" if self.received_on else ""
        return f"{self.organisation.number}{self.level}{self.basic}{self.option}{received}{self.serial}"

    def mask(self) -> str:
        """Unchanged: it names no person."""
        return self.format()

    def facts(self) -> dict[str, str]:
        facts = {
            "name": self.name,
            "confirmed": "yes" if self.confirmed else "no",
            "organisation": self.organisation.number if self.organisation else "",
            "level of exercise": self.level,
            "basic": self.basic,
            "option": self.option,
            "received_on": self.received_on.isoformat() if self.received_on else "",
            "serial": self.serial,
        }
        return {key: value for key, value in facts.items() if value}


def _date(digits: str) -> dt.date:
    try:
        day = dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError as error:
        raise _no_date(digits) from error
    if day.year < 1949:
        raise _no_date(digits)
    return day


def _no_date(digits: str) -> IdentifierError:
    return IdentifierError(
        "date", "%(digits)s is no date", "characters 32 to 39 are the date of receipt", {"digits": digits}
    )
