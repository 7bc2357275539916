"""Wording faults a proof-reader of an official text would mark, from a list with the right word and the reason."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import ahocorasick_rs

from gongkai.foundation.hanzi.scripts import to_simplified

_TABLES = Path(__file__).parent / "tables"


@dataclass(frozen=True, slots=True)
class WordingFault:
    start: int
    end: int
    text: str
    right: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Rule:
    wrong: str
    right: str
    reason: str
    unless: tuple[str, ...]
    beside: tuple[str, ...]
    """Words that are right in themselves are faults only in a text that holds one of these."""


@cache
def _rules() -> tuple[ahocorasick_rs.AhoCorasick, list[_Rule]]:
    table = tomllib.loads((_TABLES / "wording.toml").read_text(encoding="utf-8"))
    rules = [
        _Rule(wrong, right, group["reason"], tuple(group.get("unless", ())), tuple(group.get("beside", ())))
        for group in table["group"]
        for wrong, right in group["words"].items()
    ]
    longest = ahocorasick_rs.MatchKind.LeftmostLongest
    return ahocorasick_rs.AhoCorasick([rule.wrong for rule in rules], matchkind=longest), rules


def wording(text: str) -> list[WordingFault]:
    """Faults in ``text``, in either script, in order. Offsets are those of ``text``."""
    simplified = to_simplified(text)
    if len(simplified) != len(text):
        simplified = text
    matcher, rules = _rules()
    faults = []
    for index, start, end in matcher.find_matches_as_indexes(simplified):
        rule = rules[index]
        around = simplified[max(0, start - 6) : end + 6]
        if rule.beside and not any(telltale in simplified for telltale in rule.beside):
            continue
        if not any(harmless in around for harmless in rule.unless):
            faults.append(WordingFault(start, end, text[start:end], rule.right, rule.reason))
    return faults
