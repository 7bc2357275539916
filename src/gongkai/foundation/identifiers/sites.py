"""Identification codes of government websites (政府网站标识码): ten characters."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from .errors import IdentifierError
from .reading import PROVINCES, compact


@dataclass(frozen=True, slots=True)
class SiteCode:
    """Six digits of the division and a serial of four; sites of central departments: bm and eight digits."""

    kind: ClassVar[str] = "site-code"
    label: ClassVar[str] = "政府网站标识码"
    personal: ClassVar[bool] = False
    shape: ClassVar[re.Pattern[str]] = re.compile(r"[0-9]{10}|(?:BM|bm)[0-9]{8}")

    number: str

    @classmethod
    def parse(cls, value: str) -> SiteCode:
        """Raises ``IdentifierError``: pattern, division."""
        number = compact(value).lower()
        if not cls.shape.fullmatch(number):
            raise IdentifierError(
                "pattern",
                "it is not ten digits, or bm and eight digits",
                "write it as the footer of the site prints it",
            )
        if not number.startswith("bm") and number[:2] not in PROVINCES:
            raise IdentifierError(
                "division",
                "no province has the code %(province)s",
                "compare the first six digits with the division code of the organ",
                {"province": number[:2]},
            )
        return cls(number)

    @property
    def division(self) -> str:
        """Division code; empty for central departments."""
        return "" if self.number.startswith("bm") else self.number[:6]

    def format(self) -> str:
        return self.number

    def mask(self) -> str:
        """Unchanged: it names no person."""
        return self.number

    def facts(self) -> dict[str, str]:
        return {"division": self.division} if self.division else {}
