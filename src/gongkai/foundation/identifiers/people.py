"""Resident identity numbers (公民身份号码, GB 11643): division 6, birth date 8, serial 3, check 1."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import ClassVar, Literal

from stdnum.cn import ric
from stdnum.exceptions import InvalidComponent

from .errors import IdentifierError
from .reading import PROVINCES, compact, hide, wrong_check, wrong_length

OLDEST_BIRTH = dt.date(1850, 1, 1)
NEWEST_BIRTH = dt.date(2100, 12, 31)


@dataclass(frozen=True, slots=True)
class ResidentId:
    """The 18 characters of a resident identity card, or of a residence permit of Hong Kong, Macao and Taiwan people."""

    kind: ClassVar[str] = "resident-id"
    label: ClassVar[str] = "公民身份号码"
    personal: ClassVar[bool] = True
    shape: ClassVar[re.Pattern[str]] = re.compile(r"[0-9]{15}|[0-9]{17}[0-9X]")

    number: str

    @classmethod
    def parse(cls, value: str) -> ResidentId:
        """Raises ``IdentifierError``: length, characters, division, birth-date, check, first-generation."""
        number = compact(value)
        if re.fullmatch(r"[0-9]{15}", number):
            raise IdentifierError(
                "first-generation",
                "it is a number of 15 digits, which has not been valid since 2013",
                "ask for the number of 18 characters",
            )
        if len(number) != 18:
            raise wrong_length(len(number), "18")
        if not cls.shape.fullmatch(number):
            raise IdentifierError(
                "characters",
                "it holds something other than 17 digits and a digit or X",
                "compare with the card: O is no zero, l is no one",
            )
        if number[:2] not in PROVINCES:
            raise IdentifierError(
                "division",
                "no province has the code %(province)s",
                "compare the first six digits with the card",
                {"province": number[:2]},
            )
        _birth_date(number)
        if number[-1] != ric.calc_check_digit(number):
            raise wrong_check()
        return cls(number)

    @property
    def birth_date(self) -> dt.date:
        return _birth_date(self.number)

    @property
    def sex(self) -> Literal["male", "female"]:
        return "male" if int(self.number[16]) % 2 else "female"

    @property
    def division(self) -> str:
        return self.number[:6]

    @property
    def place(self) -> str:
        """Province and county of first registration; empty when the division is not in the table of old codes.

        That is no fault of the number: the table ends before the newest divisions.
        """
        try:
            found = ric.get_birth_place(self.number)
        except (InvalidComponent, KeyError):
            # KeyError: python-stdnum 2.2 knows the province but not the county.
            return ""
        return found.get("province", "") + found.get("county", "")

    def format(self) -> str:
        return self.number

    def mask(self) -> str:
        """First three and last four characters: division, birth date and most of the serial stay hidden."""
        return hide(self.number, head=3, tail=4)

    def facts(self) -> dict[str, str]:
        return {
            "birth_date": self.birth_date.isoformat(),
            "sex": self.sex,
            "division": self.division,
            "place": self.place,
        }


def _birth_date(number: str) -> dt.date:
    try:
        born = ric.get_birth_date(number)
    except (InvalidComponent, ValueError) as error:
        raise _no_birth_date() from error
    if not OLDEST_BIRTH <= born <= NEWEST_BIRTH:
        raise _no_birth_date()
    return born


def _no_birth_date() -> IdentifierError:
    # The digits are not repeated: messages end up in logs.
    return IdentifierError(
        "birth-date",
        "digits 7 to 14 are no birth date",
        "compare them with the card: year, month, day",
    )
