"""What a checker says of a report: faults, and remarks where it cannot judge or only wonders. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal

from django.utils.translation import gettext as _

from gongkai.wings.disclosure.annual.forms import Cell, forms
from gongkai.wings.disclosure.annual.shape import Number, Report

Kind = Literal["arithmetic", "continuity", "narrative", "blank", "form"]
KINDS: Final[tuple[Kind, ...]] = ("arithmetic", "continuity", "narrative", "blank", "form")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong.

    ``rule`` is the check rule (AR-1 … AR-12; FORM, TEXT for what has no number). ``left`` and ``right`` are the two
    numbers that should be equal: for sums the two sides in the order of the rule, for the narrative what it says and
    what the table gives. ``place`` says where in the words of the form, ``mend`` how to put it right.
    """

    rule: str
    kind: Kind
    cells: tuple[str, ...]
    left: Number = None
    right: Number = None
    message: str
    place: str
    mend: str = ""
    report: str = ""
    sentence: int | None = None
    """Which sentence of the narrative, counted from 0."""
    quote: str = ""
    span: tuple[int, int] | None = None
    """Where in that sentence the number stands."""

    def to_json(self) -> dict[str, Any]:
        return {
            "rule": self.rule,
            "kind": self.kind,
            "cells": list(self.cells),
            "left": plain(self.left),
            "right": plain(self.right),
            "message": self.message,
            "place": self.place,
            "mend": self.mend,
            "report": self.report,
            "sentence": self.sentence,
            "quote": self.quote,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something for a person to look at that is no fault: a number that cannot be judged, an unusual change."""

    rule: str
    cells: tuple[str, ...] = ()
    message: str
    place: str = ""
    report: str = ""
    sentence: int | None = None
    quote: str = ""

    def to_json(self) -> dict[str, Any]:
        return {
            "rule": self.rule,
            "cells": list(self.cells),
            "message": self.message,
            "place": self.place,
            "report": self.report,
            "sentence": self.sentence,
            "quote": self.quote,
        }


@dataclass(frozen=True, slots=True)
class Verdict:
    faults: tuple[Fault, ...] = ()
    remarks: tuple[Remark, ...] = ()

    def __add__(self, other: Verdict) -> Verdict:
        return Verdict(self.faults + other.faults, self.remarks + other.remarks)

    def to_json(self) -> dict[str, Any]:
        return {
            "faults": [fault.to_json() for fault in self.faults],
            "remarks": [remark.to_json() for remark in self.remarks],
        }


def plain(value: Number) -> int | float | None:
    """A number as JSON has it."""
    return value if value is None or isinstance(value, int) else float(value)


def settled(value: Decimal) -> int | Decimal:
    """A whole number as such."""
    return int(value) if value == int(value) else value


def quoted(report: Report, sentence: int, start: int, end: int) -> str:
    """The words around a number."""
    text = report.narrative[sentence]
    return (
        ("…" if start > 20 else "")
        + text[max(0, start - 20) : end + 12]
        + ("…" if end + 12 < len(text) else "")
    )


def shown(value: Number) -> str:
    return "" if value is None else f"{value:,}" if isinstance(value, int) else f"{value:,f}"


def name(report: Report) -> str:
    """What a report is called in messages."""
    return f"{report.issuer}{report.year}年" if report.issuer else f"{report.year}年"


def where(report: Report, path: str) -> str:
    """A cell in the words of the form; foreign cells by their own names."""
    known: Cell | None = None
    for each in sorted(forms(), key=lambda form: form.code != report.form):
        try:
            known = each.cell(path)
            break
        except KeyError:
            continue
    table = {"table2": "第二部分", "table3": "第三部分", "table4": "第四部分"}.get(path.partition("/")[0], "")
    if known is not None:
        return f"{table}{known.label}"
    return table + "“" + "”“".join(path.split("/")[1:]) + "”"


def places(report: Report, paths: tuple[str, ...]) -> str:
    """Several cells in words; the tail of a long list is only counted."""
    names = [where(report, path) for path in paths[:3]]
    if len(paths) > 3:
        names.append(_("and %(count)d more cells") % {"count": len(paths) - 3})
    return "；".join(names)
