"""From a draft to the words on paper. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter

from gongkai.engines.letters.declarations import LetterDraft
from gongkai.foundation.hanzi import to_traditional

_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
EITHER = "你（单位）"
"""In the words of a kind: the reader, whoever it is."""
_READERS = {"person": "你", "organisation": "你单位"}
_STOPS = ("，", "。", "；", "、", "：")
_ENDS = ("。", "！", "？", "…", "；", "：", "!", "?")
_BECAUSE = re.compile(r"^\s*(?:因为|由于|因)(?=\S)")
_ADDRESS = re.compile(r"https?://[!-~]+$")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class ComposedLetter:
    """What stands on the paper, top to bottom. Every part is plain text."""

    organ: str
    title: str
    number: str
    salutation: str
    paragraphs: tuple[str, ...]
    attachments: tuple[str, ...]
    contact: str
    dated: str

    def text(self) -> str:
        """Everything as one text, for search and comparison."""
        return "\n".join(
            part
            for part in (
                self.title,
                self.number,
                self.salutation,
                *self.paragraphs,
                *self.attachments,
                self.organ,
                self.dated,
            )
            if part
        )

    def attachment_lines(self) -> tuple[str, ...]:
        """As GB/T 9704-2012, 7.3.4 has them: one by its name, several with numbers; only the first line says 附件."""
        if len(self.attachments) == 1:
            return (f"附件：{self.attachments[0]}",)
        lines = [f"{number}．{name}" for number, name in enumerate(self.attachments, start=1)]
        return (f"附件：{lines[0]}", *lines[1:]) if lines else ()

    def in_traditional(self) -> ComposedLetter:
        """The same letter in Traditional script, sign by sign; the reader's name stays as it is: 于 and 於 are two."""
        return ComposedLetter(
            organ=to_traditional(self.organ),
            title=to_traditional(self.title),
            number=to_traditional(self.number),
            salutation=self.salutation,
            paragraphs=tuple(to_traditional(paragraph) for paragraph in self.paragraphs),
            attachments=tuple(to_traditional(name) for name in self.attachments),
            contact=to_traditional(self.contact),
            dated=to_traditional(self.dated),
        )


def chinese_day(day: dt.date) -> str:
    """2020年4月22日: Arabic figures, months and days without a leading zero (GB/T 9704-2012, 7.3.5.4)."""
    return f"{day.year}年{day.month}月{day.day}日"


def compose(draft: LetterDraft) -> ComposedLetter:
    """Fill the paragraphs in. A place without a fact stays empty: the linter says so before the letter goes out."""
    facts = dict.fromkeys(draft.kind.places, "")
    facts |= {name: _printed(value) for name, value in draft.facts.items()}
    facts |= {"organ": draft.organ, "addressee": draft.addressee}
    filled = [
        _filled(paragraph.text, facts, draft)
        for paragraph in draft.kind.paragraphs
        if not paragraph.when or facts.get(paragraph.when)
    ]
    paragraphs = [line for text in filled for line in text.split("\n") if line.strip()]
    if draft.remedies:
        paragraphs.append(draft.remedies)
    return ComposedLetter(
        organ=_clean(draft.organ) if draft.kind.signed else "",
        title=draft.kind.title,
        number=_clean(draft.number),
        salutation=f"{_clean(draft.addressee)}：" if draft.addressee else "",
        paragraphs=tuple(_clean(paragraph) for paragraph in paragraphs),
        attachments=tuple(_clean(name) for name in draft.attachments),
        contact=_clean(draft.contact),
        dated=chinese_day(draft.dated_on) if draft.kind.signed else "",
    )


def _filled(text: str, facts: Mapping[str, str], draft: LetterDraft) -> str:
    """One paragraph. What people typed into a sentence brings no second stop and no second 因, and a sentence that ends
    with it has its stop; a sheet that is filled in by hand is left as it is."""
    text = text.replace(EITHER, _READERS.get(draft.reader, EITHER))
    if draft.kind.direction == "internal":
        return text.format_map(facts)
    parts: list[str] = []
    for literal, name, _spec, _conversion in Formatter().parse(text):
        if parts and literal.startswith(_STOPS):
            parts[-1] = parts[-1].rstrip().rstrip("".join(_STOPS))
        parts.append(literal)
        if name is not None:
            value = facts[name].strip()
            parts.append(_BECAUSE.sub("", value) if literal.endswith("因") else value)
    whole = "".join(parts)
    typed = text.endswith("}") and bool(parts[-1].strip())
    ended = whole.rstrip()
    return f"{ended}。" if typed and not ended.endswith(_ENDS) and not _ADDRESS.search(ended) else whole


def _printed(value: str) -> str:
    """Days as people write them."""
    if _ISO_DAY.fullmatch(value):
        return chinese_day(dt.date.fromisoformat(value))
    return value


def _clean(text: str) -> str:
    """Without control signs and signs that turn the direction of writing; no line may pretend to be another one."""
    return _UNPRINTABLE.sub("", text).strip()
