"""Telephone numbers of the mainland: mobile and landline."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from .errors import IdentifierError
from .reading import clean, hide

_COUNTRY = re.compile(r"^(?:\+|00)86")
_SEPARATORS = re.compile(r"[\s\-‐‑‒–—.]")


@dataclass(frozen=True, slots=True)
class MobilePhone:
    """Eleven digits beginning with 13 to 19."""

    kind: ClassVar[str] = "mobile-phone"
    label: ClassVar[str] = "手机号码"
    personal: ClassVar[bool] = True
    shape: ClassVar[re.Pattern[str]] = re.compile(r"(?:(?:\+|00)?86)?1[0-9]{10}")

    number: str

    @classmethod
    def parse(cls, value: str) -> MobilePhone:
        """Raises ``IdentifierError``: pattern."""
        digits = _SEPARATORS.sub("", clean(value))
        digits = re.sub(r"^(?:\+|00)?86(?=1[0-9]{10}$)", "", digits)
        if not re.fullmatch(r"1[3-9][0-9]{9}", digits):
            raise IdentifierError(
                "pattern",
                "it is not a mobile number of the mainland",
                "write 11 digits beginning with 13 to 19",
            )
        return cls(digits)

    def format(self) -> str:
        return self.number

    def mask(self) -> str:
        """First three and last four digits."""
        return hide(self.number, head=3, tail=4)

    def facts(self) -> dict[str, str]:
        return {}


@dataclass(frozen=True, slots=True)
class LandlinePhone:
    """Area code and local number, with an extension where there is one: 0898-68724346."""

    kind: ClassVar[str] = "landline-phone"
    label: ClassVar[str] = "固定电话号码"
    personal: ClassVar[bool] = True
    shape: ClassVar[re.Pattern[str]] = re.compile(r"\(?0[1-9][0-9]{1,2}\)?[0-9]{7,8}(?:转[0-9]{1,6})?")

    area: str
    number: str
    extension: str

    @classmethod
    def parse(cls, value: str) -> LandlinePhone:
        """Raises ``IdentifierError``: pattern."""
        text = _COUNTRY.sub("0", re.sub(r"^((?:\+|00)86)[\s\-]*\(?0?", r"\1", clean(value)))
        found = re.fullmatch(
            # Two-digit area codes (010, 02x) have local numbers of eight digits, the others of seven or eight.
            r"\(?(?P<area>010|02[0-9]|0[3-9][0-9]{2})\)?[\s\-–—]*"
            r"(?P<number>[2-8][0-9]{2,3}[\s\-–—]?[0-9]{4})"
            r"(?:\s*(?:转|-|ext\.?|x)\s*(?P<extension>[0-9]{1,6}))?",
            text,
            re.IGNORECASE,
        )
        number = re.sub(r"[^0-9]", "", found["number"]) if found else ""
        if not found or (len(found["area"]) == 3 and len(number) != 8):
            raise IdentifierError(
                "pattern",
                "it is not a landline number of the mainland with its area code",
                "write area code, hyphen, number: 0898-68724346",
            )
        return cls(found["area"], number, found["extension"] or "")

    def format(self) -> str:
        return f"{self.area}-{self.number}" + (f"转{self.extension}" if self.extension else "")

    def mask(self) -> str:
        """Area code and last two digits."""
        return f"{self.area}-{hide(self.number, head=0, tail=2)}"

    def facts(self) -> dict[str, str]:
        return {"area": self.area}
