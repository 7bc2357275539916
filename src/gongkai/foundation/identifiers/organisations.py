"""Codes of organisations: unified social credit code (GB 32100-2015) and organisation code (GB 11714)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from stdnum.cn import uscc

from .errors import IdentifierError
from .reading import compact, wrong_check, wrong_length

_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_VALUES = {character: value for value, character in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")}


def organisation_check(body: str) -> str:
    """Check character of the first eight characters of an organisation code: 11 − Σ mod 11, 10 as X, 11 as 0."""
    total = sum(
        _VALUES[character] * weight for character, weight in zip(body, _ORGANISATION_WEIGHTS, strict=True)
    )
    return "0X987654321"[total % 11]


@dataclass(frozen=True, slots=True)
class OrganisationCode:
    """Eight characters and a check character, printed with a hyphen: 00817804-9."""

    kind: ClassVar[str] = "organisation-code"
    label: ClassVar[str] = "组织机构代码"
    personal: ClassVar[bool] = False
    shape: ClassVar[re.Pattern[str]] = re.compile(r"[0-9A-Z]{8}[0-9X]")

    number: str
    """Nine characters without the hyphen."""

    @classmethod
    def parse(cls, value: str) -> OrganisationCode:
        """Raises ``IdentifierError``: length, characters, check."""
        number = compact(value)
        if len(number) != 9:
            raise wrong_length(len(number), "9")
        if not cls.shape.fullmatch(number):
            raise IdentifierError(
                "characters",
                "it holds something other than digits and capital letters, or no check digit at the end",
                "write eight digits or letters, a hyphen and the check digit",
            )
        if number[-1] != organisation_check(number[:8]):
            raise wrong_check()
        return cls(number)

    def format(self) -> str:
        return f"{self.number[:8]}-{self.number[8]}"

    def mask(self) -> str:
        """Unchanged: it names no person."""
        return self.format()

    def facts(self) -> dict[str, str]:
        return {}


@dataclass(frozen=True, slots=True)
class CreditCode:
    """18 characters: authority 1, kind of entity 1, division 6, organisation code 9, check 1."""

    kind: ClassVar[str] = "credit-code"
    label: ClassVar[str] = "统一社会信用代码"
    personal: ClassVar[bool] = False
    shape: ClassVar[re.Pattern[str]] = re.compile(r"[0-9A-Z]{2}[0-9]{6}[0-9A-Z]{10}")

    number: str

    @classmethod
    def parse(cls, value: str) -> CreditCode:
        """Raises ``IdentifierError``: length, characters, check, organisation-check."""
        number = compact(value)
        if len(number) != 18:
            raise wrong_length(len(number), "18")
        if not re.fullmatch(r"[0-9A-HJ-NP-RTUWXY]{2}[0-9]{6}[0-9A-HJ-NP-RTUWXY]{10}", number):
            raise IdentifierError(
                "characters",
                "it holds a character that the code does not use there",
                "write digits and capitals without I, O, S, V and Z; characters 3 to 8 are digits",
            )
        if number[-1] != uscc.calc_check_digit(number[:17]):
            raise wrong_check()
        if number[16] != organisation_check(number[8:16]):
            raise IdentifierError(
                "organisation-check",
                "the check character of the organisation code within it does not fit",
                "compare characters 9 to 17 with the certificate",
            )
        return cls(number)

    @property
    def division(self) -> str:
        return self.number[2:8]

    @property
    def organisation(self) -> OrganisationCode:
        return OrganisationCode(self.number[8:17])

    def format(self) -> str:
        return self.number

    def mask(self) -> str:
        """Unchanged: it names no person."""
        return self.number

    def facts(self) -> dict[str, str]:
        return {"division": self.division, "organisation_code": self.organisation.format()}
