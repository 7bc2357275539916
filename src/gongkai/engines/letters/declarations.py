"""What a kind of letter is: its title, what it must say, on which provisions, and how its reader may appeal. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from string import Formatter
from typing import Literal, NamedTuple

from gongkai.engines.letters.remedies import Regime

Reader = Literal["person", "organisation", ""]
"""Whom a letter speaks to; empty where it is not known, as of a third party."""
Direction = Literal["to_applicant", "to_third_party", "to_organ", "internal"]


class Paragraph(NamedTuple):
    """A paragraph with named places in braces. ``when`` names a fact without which the paragraph is left out."""

    text: str
    when: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterKind:
    """A kind of letter. ``required`` are the facts without which it says too little; ``outcomes`` those it may announce;
    ``due`` is the fact that holds the day something is due by, where the letter sets one."""

    code: str
    title: str
    paragraphs: tuple[Paragraph, ...]
    required: tuple[str, ...] = ()
    provisions: tuple[str, ...] = ()
    """As printed: 《中华人民共和国政府信息公开条例》第三十条."""
    outcomes: tuple[str, ...] = ()
    regime: Regime = "none"
    due: str = ""
    direction: Direction = "to_applicant"
    numbered: bool = True
    """Takes a document number 〔〕; a blank form or a receipt does not."""
    signed: bool = True
    """Ends with the organ and the day; a form that somebody else fills in and signs does not."""

    @property
    def places(self) -> frozenset[str]:
        """Every fact the paragraphs ask for."""
        return frozenset(name for paragraph in self.paragraphs for name in places(paragraph.text))


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterDraft:
    """One letter before it goes out. ``facts`` are words ready for print; days among them are ISO dates."""

    kind: LetterKind
    organ: str
    addressee: str
    dated_on: dt.date
    facts: Mapping[str, str] = field(default_factory=dict)
    number: str = ""
    outcome: str = ""
    received_on: dt.date | None = None
    """When what it answers was received; a letter is never older."""
    due_on: dt.date | None = None
    """The day the clock says, where the letter names one."""
    remedies: str = ""
    contact: str = ""
    attachments: tuple[str, ...] = ()
    reader: Reader = ""


def cites(text: str, provision: str) -> bool:
    """Whether a text cites a provision (《…条例》第十五条); several of one instrument may follow its title once."""
    if provision in text:
        return True
    title, bracket, place = provision.partition("》")
    return bool(re.search(rf"{re.escape(title + bracket)}[^。；《]*、{re.escape(place)}", text))


def places(text: str) -> frozenset[str]:
    """The names in braces. Raises ``ValueError`` for anything but plain names: attributes would reach into objects."""
    found = set()
    for _literal, name, spec, conversion in Formatter().parse(text):
        if name is None:
            continue
        if spec or conversion or not name.isidentifier():
            raise ValueError(f"{text!r}: a place is a plain name in braces, not {{{name}}}")
        found.add(name)
    return frozenset(found)
