"""Numbers that documents carry: 发文字号 (GB/T 9704-2012) and 索引号 (index number of the disclosure catalogue)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from .errors import IdentifierError
from .organisations import CreditCode, OrganisationCode
from .reading import clean, compact

FIRST_YEAR, LAST_YEAR = 1949, 2150
LARGEST_SERIAL = 99_999

_HAN = r"[\u3400-\u9fff]"
_LOOSE = re.compile(
    rf"(?P<prefix>{_HAN}{{1,20}}?)\s*"
    r"(?P<open>[〔\[(【〖﹝{〈<])\s*(?P<year>[0-9]{1,4})\s*年?\s*(?P<close>[〕\])】〗﹞}〉>])\s*"
    r"(?P<ordinal>第?)\s*(?P<serial>[0-9]{1,7})\s*(?P<end>号?)"
)
_ORDER = re.compile(rf"(?P<prefix>{_HAN}{{0,19}}令)\s*第?\s*(?P<serial>[0-9]{{1,7}})\s*号?")


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """机关代字〔year〕serial号, or for an order (令) 机关代字第serial号, where ``year`` is None."""

    kind: ClassVar[str] = "document-number"
    label: ClassVar[str] = "发文字号"
    personal: ClassVar[bool] = False
    shape: ClassVar[re.Pattern[str]] = re.compile(
        rf"{_LOOSE.pattern}|{_ORDER.pattern.replace('?P<', '?P<order_')}"
    )

    prefix: str
    year: int | None
    serial: int

    @classmethod
    def parse(cls, value: str) -> DocumentNumber:
        """Read any usual way of writing, into the one right way; ``departures`` says what was mended.

        Raises ``IdentifierError``: pattern, year, serial.
        """
        text = clean(value)
        order = _ORDER.fullmatch(text)
        if order:
            return cls(order["prefix"], None, _serial(order["serial"]))
        found = _LOOSE.fullmatch(text)
        if not found:
            raise IdentifierError(
                "pattern",
                "it is not of the form 机关代字〔年份〕序号号",
                "write for example 海府〔2020〕14号, or for an order 国令第707号",
            )
        year = int(found["year"])
        if len(found["year"]) != 4 or not FIRST_YEAR <= year <= LAST_YEAR:
            raise IdentifierError(
                "year",
                "%(year)s is not a year in four digits",
                "write the full year, for example 〔2020〕",
                {"year": found["year"]},
            )
        return cls(found["prefix"], year, _serial(found["serial"]))

    @classmethod
    def departures(cls, value: str) -> tuple[IdentifierError, ...]:
        """What in ``value`` departs from the right way of writing, although it can be read. Raises like ``parse``."""
        number = cls.parse(value)
        return () if value == number.format() else tuple(_departures(clean(value), value))

    def format(self) -> str:
        if self.year is None:
            return f"{self.prefix}第{self.serial}号"
        return f"{self.prefix}〔{self.year}〕{self.serial}号"

    def mask(self) -> str:
        """Unchanged: it names no person."""
        return self.format()

    def facts(self) -> dict[str, str]:
        facts = {"prefix": self.prefix, "serial": str(self.serial)}
        return facts if self.year is None else facts | {"year": str(self.year)}


def _serial(digits: str) -> int:
    serial = int(digits)
    if not 1 <= serial <= LARGEST_SERIAL:
        raise IdentifierError(
            "serial",
            "%(serial)s is not a serial number",
            "number from 1 to %(largest)d",
            {"serial": digits, "largest": LARGEST_SERIAL},
        )
    return serial


def _departures(text: str, written: str) -> Iterator[IdentifierError]:
    found = _LOOSE.fullmatch(text)
    serial = (found or _ORDER.fullmatch(text) or {"serial": ""})["serial"]
    if found and found["open"] + found["close"] != "〔〕":
        yield IdentifierError("brackets", "the year is not in six-sided brackets", "write 〔 and 〕")
    if found and found["ordinal"]:
        yield IdentifierError(
            "ordinal", "第 stands before the serial number", "leave 第 out: only orders have it"
        )
    if serial.startswith("0"):
        yield IdentifierError("leading-zero", "the serial number begins with a zero", "write 1, not 01")
    if re.search(r"\s", written):
        yield IdentifierError("blank", "there is a blank in it", "write it without blanks")
    if not text.endswith("号"):
        yield IdentifierError("ending", "号 is missing at the end", "end with 号")
    if not found and "第" not in text:
        yield IdentifierError("order-ordinal", "an order lacks 第", "write for example 国令第707号")
    if found and "年" in text[found.start("year") : found.end("close")]:
        yield IdentifierError("year-word", "年 stands in the brackets", "write only the four digits")
    if re.search(r"[０-９]", written):
        yield IdentifierError("full-width", "there are full-width digits", "write half-width digits")


@dataclass(frozen=True, slots=True)
class IndexNumber:
    """Organ code/year-serial, where the year is that of the document, not of its publication.

    The organ code is an organisation code, with or without hyphen as the organ prints it, or a credit code.
    """

    kind: ClassVar[str] = "index-number"
    label: ClassVar[str] = "索引号"
    personal: ClassVar[bool] = False
    shape: ClassVar[re.Pattern[str]] = re.compile(
        r"[0-9A-Za-z]{6,18}(-[0-9Xx])?\s*/\s*[0-9]{2,4}\s*-\s*[0-9]{1,7}"
    )

    organ: str
    year: int
    serial: int

    @classmethod
    def parse(cls, value: str) -> IndexNumber:
        """Raises ``IdentifierError``: pattern, year, serial, and those of the organ code."""
        text = re.sub(r"\s", "", clean(value)).upper()
        found = re.fullmatch(
            r"(?P<organ>[0-9A-Z]+(?:-[0-9X])?)/(?P<year>[0-9]{4})-(?P<serial>[0-9]{5,7})", text
        )
        if not found:
            raise IdentifierError(
                "pattern",
                "it is not of the form organ code/year-serial",
                "write for example 00817804-9/2023-08749: four digits of the year, at least five of the serial",
            )
        year = int(found["year"])
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise IdentifierError(
                "year",
                "%(year)s is not the year of a document",
                "write the year in which the document was made",
                {"year": found["year"]},
            )
        return cls.compose(found["organ"], year=year, serial=int(found["serial"]))

    @classmethod
    def compose(cls, organ: str, *, year: int, serial: int) -> IndexNumber:
        """The index number an organ gives. Raises ``IdentifierError`` for a faulty organ code or serial."""
        organ = clean(organ).upper()
        if len(compact(organ)) == 18:
            organ = CreditCode.parse(organ).format()
        else:
            code = OrganisationCode.parse(organ)
            organ = code.format() if "-" in organ else code.number
        if not 1 <= serial <= 9_999_999:
            raise IdentifierError(
                "serial",
                "%(serial)s is not a serial number",
                "number from 1 to %(largest)d",
                {"serial": serial, "largest": 9_999_999},
            )
        return cls(organ, year, serial)

    def format(self) -> str:
        return f"{self.organ}/{self.year}-{self.serial:05d}"

    def mask(self) -> str:
        """Unchanged: it names no person."""
        return self.format()

    def facts(self) -> dict[str, str]:
        return {"organ code": self.organ, "year": str(self.year), "serial": str(self.serial)}
