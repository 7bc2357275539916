"""What a guide written by hand says of an organ, held against the register. Pure.

Facts are found by the words they are introduced with (联系电话：…). Nothing is said of a fact the text does not name or the
register does not have; and a text that names several values agrees when one of them is the register's, so that the
telephone of another office beside it is no fault.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from gongkai.wings.disclosure.guides.rules import hour_spans

_LABELS: Final[Mapping[str, str]] = {
    "phone": r"(?:联系|办公|咨询|受理|单位|机构)?电话(?:号码)?|联系方式",
    "fax": r"传真(?:号码|电话)?",
    "address": r"(?:办公|通信|通讯|联系|受理|机构|单位|接收|邮寄)?地址|办公地点",
    "postcode": r"邮政编码|邮编",
    "office_hours": r"(?:办公|工作|受理|上班|接待)时间",
    "email": r"电子(?:邮箱|邮件|信箱)(?:地址)?|邮箱(?:地址)?",
    "head_name": r"(?:(?:机构|单位|主要)负责人|负责人)(?:姓名)?",
}
_INTRODUCED: Final = re.compile(
    r"(?<![\u4e00-\u9fff])(?:"
    + "|".join(f"(?P<{name}>{words})" for name, words in _LABELS.items())
    + r")\s*(?:[:为是]\s*)"
)
"""A label that stands at the beginning of a word: 监督电话 and 复议机关地址 are those of others."""
_NUMBER: Final = re.compile(
    r"(?:\(?0\d{2,3}\)?[- ]?)?\d{7,8}(?:\s*(?:转|-)\s*\d{1,5})?|1[02]\d{3}|400[- ]?\d{3}[- ]?\d{4}|1[3-9]\d{9}"
)
_LONGEST: Final = 120


@dataclass(frozen=True, slots=True)
class TextFault:
    """A fact a text says otherwise than the register: what it says, and what the register does."""

    field: str
    said: str
    registered: str


def stated(text: str) -> dict[str, list[str]]:
    """The facts a text names, by field, in its own words."""
    plain = unicodedata.normalize("NFKC", text)
    found: dict[str, list[str]] = {}
    labels = list(_INTRODUCED.finditer(plain))
    for place, label in enumerate(labels):
        end = labels[place + 1].start() if place + 1 < len(labels) else len(plain)
        value = re.split(r"[;。\n]", plain[label.end() : min(end, label.end() + _LONGEST)])[0].strip(" ,、.")
        if value and label.lastgroup:
            found.setdefault(label.lastgroup, []).append(value)
    return found


def differences(entry: Mapping[str, str], text: str) -> tuple[TextFault, ...]:
    """Every fact of the text that none of the register's agrees with, in the order of the fields."""
    said = stated(text)
    found = []
    for field, agree in _AGREE.items():
        registered = unicodedata.normalize("NFKC", entry.get(field) or "").strip()
        values = [value for value in said.get(field, ()) if _tells(field, value)]
        if registered and values and not any(agree(value, registered) for value in values):
            found.append(TextFault(field, values[0], entry[field].strip()))
    return tuple(found)


def _tells(field: str, value: str) -> bool:
    """Whether a value can be held against anything: a telephone without a number ("见附件") cannot."""
    if field in ("phone", "fax"):
        return bool(_numbers(value))
    if field == "office_hours":
        return bool(hour_spans(value))
    if field == "email":
        return "@" in value
    return len(value) > 1


def _numbers(text: str) -> set[str]:
    """The telephone numbers of a text: their last digits, for the area code is often left out."""
    return {
        re.sub(r"\D", "", re.split(r"转|-(?=\d{1,5}$)", match[0])[0])[-8:] for match in _NUMBER.finditer(text)
    }


def _same_number(value: str, registered: str) -> bool:
    ours = _numbers(registered)
    return any(
        one == other or (min(len(one), len(other)) >= 7 and (one.endswith(other) or other.endswith(one)))
        for one in _numbers(value)
        for other in ours
    )


def _bare(text: str) -> str:
    return re.sub(r"[\s,、;:()《》“”\"'.-]", "", text).lower()


def _same_words(value: str, registered: str) -> bool:
    one, other = _bare(value), _bare(registered)
    return one in other or other in one


def _same_hours(value: str, registered: str) -> bool:
    """All times of the register stand in the text; it may add those of the other half of the year."""
    return set(hour_spans(registered)) <= set(hour_spans(value))


def _same_code(value: str, registered: str) -> bool:
    return registered.lower() in value.lower()


_AGREE: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "address": _same_words,
    "office_hours": _same_hours,
    "phone": _same_number,
    "fax": _same_number,
    "email": _same_code,
    "postcode": _same_code,
    "head_name": _same_words,
}


def fields() -> Iterator[str]:
    """The facts that are compared."""
    yield from _AGREE
