"""What a guide must hold, and whether what the register says can be right. Pure."""

from __future__ import annotations

import calendar
import datetime as dt
import functools
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from gongkai.foundation.identifiers import IdentifierError, LandlinePhone, MobilePhone

_SERVICE_NUMBER: Final = re.compile(r"1[02]\d{3}|9\d{4}|400[- ]?\d{3}[- ]?\d{4}")
"""12345 and other short numbers, 400 numbers."""
_TIME: Final = re.compile(r"([01]?\d|2[0-4])[:：]([0-5]\d)")
_SPAN: Final = re.compile(
    r"(?P<from>(?:[01]?\d|2[0-4])[:：][0-5]\d)\s*[-–—~～至到]\s*(?P<to>(?:[01]?\d|2[0-4])[:：][0-5]\d)"
)


@dataclass(frozen=True, slots=True)
class RegisterFault:
    """Something in the register a reader of the guide would stumble over. ``missing``: there is nothing at all."""

    field: str
    message: str
    missing: bool = False


@functools.cache
def _table() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("rules.toml").read_text(encoding="utf-8"))


def facts() -> tuple[tuple[str, bool], ...]:
    """The facts of the register a guide shows, each with whether it is required."""
    return tuple((entry["name"], entry["required"]) for entry in _table()["fact"])


def remind_days() -> int:
    return int(_table()["review"]["remind_days"])


def due_on(confirmed_on: dt.date | None, since: dt.date) -> dt.date:
    """The day by which an organ looks through its entry again; one never confirmed is due from ``since``."""
    if confirmed_on is None:
        return since
    month = confirmed_on.month - 1 + int(_table()["review"]["months"])
    year, month = confirmed_on.year + month // 12, month % 12 + 1
    return dt.date(year, month, min(confirmed_on.day, calendar.monthrange(year, month)[1]))


def register_faults(entry: Mapping[str, str]) -> tuple[RegisterFault, ...]:
    """Everything wrong with the facts of an organ, by name of the fact; all together."""
    found: list[RegisterFault] = []
    for name, required in facts():
        text = (entry.get(name) or "").strip()
        if not text:
            if required:
                found.append(RegisterFault(name, _("is missing"), missing=True))
            continue
        found += [RegisterFault(name, message) for message in _FORMATS.get(name, _nothing)(text)]
    return tuple(found)


def _nothing(text: str) -> Iterator[str]:
    return iter(())


def phones(text: str) -> tuple[str, ...]:
    """The single numbers of a field that names several."""
    return tuple(part.strip() for part in re.split(r"[、,，;；/]|\s{2,}", text) if part.strip())


def _phone_faults(text: str) -> Iterator[str]:
    for number in phones(text):
        if _SERVICE_NUMBER.fullmatch(number):
            continue
        try:
            LandlinePhone.parse(number)
        except IdentifierError:
            if _is_mobile(number):
                yield (
                    _("%s is a mobile number: an office is reached by a line that stays when people change")
                    % number
                )
            else:
                yield _("%s is not a telephone number with its area code; write it as 0898-68724346") % number


def _is_mobile(number: str) -> bool:
    try:
        MobilePhone.parse(number)
    except IdentifierError:
        return False
    return True


def _address_faults(text: str) -> Iterator[str]:
    if len(text) < 6:
        yield _("“%s” is too short to be found") % text
    elif not re.search(r"[路街道巷村镇区号院座楼厦]", text):
        yield _("“%s” names neither street nor building") % text


def _postcode_faults(text: str) -> Iterator[str]:
    if not re.fullmatch(r"[0-9]{6}", text):
        yield _("“%s” is not a postcode of six digits") % text


def hour_spans(text: str) -> list[tuple[int, int]]:
    """The times a text names, from and to, in minutes of the day."""
    return [(_minutes(span["from"]), _minutes(span["to"])) for span in _SPAN.finditer(text)]


def _hours_faults(text: str) -> Iterator[str]:
    spans = list(_SPAN.finditer(text))
    if not spans:
        yield _("“%s” names no hours; write them as 8:30–12:00") % text
    for span in spans:
        begin, end = (_minutes(span[name]) for name in ("from", "to"))
        if not begin < end <= 24 * 60:
            yield _("%s: the office would close before it opens") % span[0]


def _minutes(text: str) -> int:
    found = _TIME.fullmatch(text)
    assert found is not None
    return int(found[1]) * 60 + int(found[2])


def _email_faults(text: str) -> Iterator[str]:
    try:
        validate_email(text)
    except ValidationError:
        yield _("“%s” is not an e-mail address") % text


_FORMATS: Final[Mapping[str, Callable[[str], Iterator[str]]]] = {
    "phone": _phone_faults,
    "fax": _phone_faults,
    "address": _address_faults,
    "postcode": _postcode_faults,
    "office_hours": _hours_faults,
    "email": _email_faults,
}
