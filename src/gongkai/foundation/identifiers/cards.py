"""Bank card numbers: 16 to 19 digits with a Luhn check digit (ISO/IEC 7812)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from stdnum import luhn

from .errors import IdentifierError
from .reading import compact, hide, wrong_check


@dataclass(frozen=True, slots=True)
class BankCard:
    """A payment card as banks issue them: first digit 3, 4, 5, 6 or 9."""

    kind: ClassVar[str] = "bank-card"
    label: ClassVar[str] = "银行卡号"
    personal: ClassVar[bool] = True
    shape: ClassVar[re.Pattern[str]] = re.compile(r"[34569][0-9]{15,18}")

    number: str

    @classmethod
    def parse(cls, value: str) -> BankCard:
        """Raises ``IdentifierError``: pattern, check."""
        number = compact(value)
        if not cls.shape.fullmatch(number):
            raise IdentifierError(
                "pattern",
                "it is not 16 to 19 digits beginning with 3, 4, 5, 6 or 9",
                "write all digits of the card and nothing else",
            )
        if number[-1] != luhn.calc_check_digit(number[:-1]):
            raise wrong_check()
        return cls(number)

    def format(self) -> str:
        return self.number

    def mask(self) -> str:
        """First six digits, which name the bank, and the last four."""
        return hide(self.number, head=6, tail=4)

    def facts(self) -> dict[str, str]:
        return {"issuer": self.number[:6]}
