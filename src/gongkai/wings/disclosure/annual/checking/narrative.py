"""AR-7: numbers the narrative quotes are those of the tables; shares follow from them; parts in brackets add up. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Final

from django.utils.translation import gettext as _

from gongkai.wings.disclosure.annual.checking.binding import Claim
from gongkai.wings.disclosure.annual.checking.claims import Share, read
from gongkai.wings.disclosure.annual.checking.faults import (
    Fault,
    Remark,
    Verdict,
    name,
    places,
    quoted,
    settled,
    shown,
)
from gongkai.wings.disclosure.annual.checking.growth import added
from gongkai.wings.disclosure.annual.checking.phrases import Sum, cells_of
from gongkai.wings.disclosure.annual.checking.scanning import plain
from gongkai.wings.disclosure.annual.forms import CARRIED_IN, CONCLUDED, NEW, TOTAL, path3, path4
from gongkai.wings.disclosure.annual.shape import Number, Report

RULE: Final = "AR-7"
_WAN: Final = 10_000


def narrative_faults(report: Report) -> Verdict:
    """What the sentences of a report say otherwise than its tables, and what cannot be judged."""
    cells = report.cells()
    claims, shares, _growths = read(report)
    faults: list[Fault] = []
    remarks: list[Remark] = []
    for claim in claims:
        values = [
            (reading, value) for reading in claim.readings if (value := added(reading, cells)) is not None
        ]
        if len(values) < len(claim.readings) or not values or _fits(claim, [value for _r, value in values]):
            continue
        if claim.certain:
            faults.append(_mismatch(report, claim, values))
        else:
            remarks.append(_cannot_judge(report, claim, values))
    wrong = {(fault.sentence, fault.span) for fault in faults}
    for share in shares:
        if share.claim and (share.sentence, _span(share.claim)) in wrong:
            continue
        found = _judged(report, share, cells)
        if isinstance(found, Fault):
            faults.append(found)
        elif found:
            remarks.append(found)
    for fault, inside in _parts(report):
        if not _explained(fault, inside, faults):
            faults.append(fault)
    faults.sort(key=lambda fault: (fault.sentence or 0, fault.span or (0, 0)))
    return Verdict(tuple(faults), tuple(remarks))


def _explained(fault: Fault, inside: tuple[int, int], faults: list[Fault]) -> bool:
    """A total or a part that the table has shown wrong already, by just what the sum lacks, is one fault, not two."""
    for each in faults:
        if each.sentence != fault.sentence or each.span is None or fault.span is None:
            continue
        if each.span[0] == fault.span[0] and each.right == fault.right:
            return True
        apart = None if each.left is None or each.right is None else each.left - each.right
        if inside[0] <= each.span[0] < inside[1] and apart == (fault.right or 0) - (fault.left or 0):
            return True
    return False


def _fits(claim: Claim, values: list[int | Decimal]) -> bool:
    scale = _WAN if claim.amount.unit == "元" else 1
    return any(claim.amount.fits(value * scale) for value in values)


def _span(claim: Claim) -> tuple[int, int]:
    return claim.start, claim.end


def _mismatch(report: Report, claim: Claim, values: list[tuple[Sum, int | Decimal]]) -> Fault:
    reading, right = values[0]
    paths = cells_of(reading)
    message = _("The text says %(left)s, the table gives %(right)s (%(cells)s).") % {
        "left": claim.text,
        "right": shown(right),
        "cells": places(report, paths),
    }
    also = [shown(value) for _reading, value in values[1:] if value != right]
    if also:
        message += _(" Read another way it would be %(others)s.") % {"others": "、".join(dict.fromkeys(also))}
    return Fault(
        rule=RULE,
        kind="narrative",
        cells=paths,
        left=_said(claim),
        right=right,
        message=message,
        place=_place(report, claim.sentence),
        mend=_pending_hint(report, claim, reading)
        or _("Correct whichever is wrong, text or table; if the text counts something else, say so in it."),
        report=name(report),
        sentence=claim.sentence,
        quote=quoted(report, claim.sentence, claim.start, claim.end),
        span=_span(claim),
    )


def _said(claim: Claim) -> Number:
    value = claim.amount.value
    if claim.amount.unit != "元":
        return value
    wan = Decimal(value) / _WAN
    return int(wan) if wan == int(wan) else wan


def _pending_hint(report: Report, claim: Claim, reading: Sum) -> str:
    """A number of remedies that leaves out those still open counts concluded ones; then the text should say so."""
    if claim.family != "remedies" or not all(path.endswith(f"/{TOTAL}") for path in reading):
        return ""
    cells = report.cells()
    blocks = [path.split("/")[1] for path in reading]
    pending = added(tuple(path4(block, "pending") for block in blocks), cells)
    whole = added(reading, cells)
    if pending is None or whole is None or claim.amount.value != whole - pending:
        return ""
    return _(
        "The number equals the total without 尚未审结 (%(pending)s). If concluded cases are meant, write 审结; "
        "else correct text or table."
    ) % {"pending": shown(pending)}


def _cannot_judge(report: Report, claim: Claim, values: list[tuple[Sum, int | Decimal]]) -> Remark:
    paths = cells_of(values[0][0])
    return Remark(
        rule=RULE,
        cells=paths,
        message=_(
            "“%(said)s” cannot be judged for certain; the nearest number of the table is %(right)s (%(cells)s)."
        )
        % {"said": claim.text, "right": shown(values[0][1]), "cells": places(report, paths)},
        place=_place(report, claim.sentence),
        report=name(report),
        sentence=claim.sentence,
        quote=quoted(report, claim.sentence, claim.start, claim.end),
    )


def _place(report: Report, sentence: int) -> str:
    return _("text, paragraph %(number)d") % {"number": sentence + 1}


# -- shares ---------------------------------------------------------------------------------------------


def _bases(share: Share, report: Report, cells: Mapping[str, Number]) -> Iterator[int | Decimal]:
    """What a share may be a share of, the likeliest first."""
    path = share.of[0].removeprefix("-") if share.of else ""
    groups: list[Sum] = []
    if path.startswith("table3/"):
        column = path.rpartition("/")[2]
        groups += [
            (path3(CONCLUDED, TOTAL),),
            (path3(NEW, TOTAL), path3(CARRIED_IN, TOTAL)),
            (path3(NEW, TOTAL),),
        ]
        if column != TOTAL:
            groups.append((path3(path.split("/")[1], TOTAL),))
            groups += [(path3(CONCLUDED, column),), (path3(NEW, column), path3(CARRIED_IN, column))]
        row = path.split("/")[1]
        if row.count(".") == 2:
            head = row.rpartition(".")[0]
            groups.append(
                tuple(
                    path3(each.code, TOTAL)
                    for each in report.official.rows
                    if each.code.startswith(f"{head}.")
                )
            )
    elif path.startswith("table4/"):
        blocks = list(dict.fromkeys(each.split("/")[1] for each in share.of))
        suits = ("litigation_direct", "litigation_after_review")
        groups += [tuple(path4(each, TOTAL) for each in blocks), tuple(path4(each, TOTAL) for each in suits)]
        groups.append(tuple(path4(each, TOTAL) for each in ("review", *suits)))
    elif path:
        groups.append(tuple(each for each in cells if each.rpartition("/")[2] == path.rpartition("/")[2]))
    for group in groups:
        value = added(group, cells)
        if value:
            yield value


def _judged(report: Report, share: Share, cells: Mapping[str, Number]) -> Fault | Remark | None:
    """A share cut off instead of rounded, or one that no base gives. One that fits any base is right; what it is a share
    of may not be certain, then a person looks at it."""
    said = Decimal(share.percent)
    unit = Decimal(1).scaleb(-len(share.percent.partition(".")[2]))
    parts = [
        value
        for value in ((share.claim.amount.value if share.claim else None), added(share.of, cells))
        if value is not None
    ]
    shares = [Decimal(part) * 100 / Decimal(base) for part in parts for base in _bases(share, report, cells)]
    if not shares or any(each.quantize(unit, ROUND_HALF_UP) == said for each in shares):
        return None
    cut = next((each for each in shares if each.quantize(unit, ROUND_DOWN) == said), None)
    if cut is None and not share.certain:
        return _unlikely_share(report, share, shares[0].quantize(unit, ROUND_HALF_UP))
    right = (cut or shares[0]).quantize(unit, ROUND_HALF_UP)
    texts = {"said": share.text, "right": f"{right}%"}
    return Fault(
        rule=RULE,
        kind="narrative",
        cells=cells_of(share.of),
        left=said,
        right=right,
        message=_("%(said)s is cut off, not rounded; rounded it is %(right)s.") % texts
        if cut
        else _("%(said)s does not follow from the numbers; they give %(right)s.") % texts,
        place=_place(report, share.sentence),
        mend=_("Round to the nearest digit (四舍五入), or correct the number it is a share of."),
        report=name(report),
        sentence=share.sentence,
        quote=quoted(report, share.sentence, share.start, share.end),
        span=(share.start, share.end),
    )


def _unlikely_share(report: Report, share: Share, nearest: Decimal) -> Remark:
    return Remark(
        rule=RULE,
        cells=cells_of(share.of),
        message=_("“%(said)s” cannot be judged for certain; the numbers of the table give %(right)s.")
        % {"said": share.text, "right": f"{nearest}%"},
        place=_place(report, share.sentence),
        report=name(report),
        sentence=share.sentence,
        quote=quoted(report, share.sentence, share.start, share.end),
    )


# -- parts in brackets ----------------------------------------------------------------------------------

_BRACKET: Final = re.compile(
    r"(?P<head>(?<![\d.])(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)\s*(?P<unit>件|宗|条|项|个|起|例|份|元|万元)?\s*[(（\[](?P<inner>[^()（）\[\]]{3,600})[)）\]]"
)
_PART: Final = re.compile(
    r"(?<![\d.第])(?P<number>(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?)\s*(?P<unit>万元|元|件次|件|宗|条|项|个|起|例|份|[%‰年月日号人户家期次倍类]|个百分点)?"
)
_NOT_PARTS: Final = re.compile(
    r"其中|同比|上年|去年|增长|增加|减少|下降|上升|[较比占至]|20\d\d年|%|不含|另有|余|约|近|超|第\d|累计|以上|以内|电话|https?:"
)
_EQUALS: Final = re.compile(r"(?<![\d.+])(\d+(?:\s*\+\s*\d+)+)\s*=\s*(\d+)(?![\d.])")


def _parts(report: Report) -> Iterator[tuple[Fault, tuple[int, int]]]:
    """“3607件（市政府349 各部门933 …）”: what stands in brackets behind a number adds up to it."""
    for at, text in enumerate(report.narrative):
        flat = plain(text)
        for match in _BRACKET.finditer(flat):
            if _NOT_PARTS.search(match["inner"]) or re.search(r"含|包括", match["inner"]):
                continue
            found = list(_PART.finditer(match["inner"]))
            units = {each["unit"] for each in found} - {None}
            if len(found) < 2 or not units <= {match["unit"]} or not _labelled(match["inner"], found):
                continue
            left, right = (
                settled(Decimal(match["head"].replace(",", ""))),
                sum(settled(Decimal(each["number"].replace(",", ""))) for each in found),
            )
            if left != right:
                end = match.end("unit") if match["unit"] else match.end("head")
                yield _parts_fault(report, at, match.start("head"), end, left, right), match.span("inner")
        for match in _EQUALS.finditer(flat):
            left, right = int(match[2]), sum(map(int, re.findall(r"\d+", match[1])))
            if left != right:
                yield _parts_fault(report, at, match.start(2), match.end(2), left, right), match.span(1)


def _labelled(inner: str, found: list[re.Match[str]]) -> bool:
    """Whether the numbers are a list of parts: sums by +, or each with a name before it and nothing loose between."""
    if re.fullmatch(r"[\d.,+\s元件万]+", inner) and "+" in inner:
        return True
    at = 0
    for each in found:
        label = inner[at : each.start()].strip(" ,，、;；。:：+和及为有共计是\t")
        if not label or len(label) > 30:
            return False
        at = each.end()
    return len(inner[at:].strip(" ,，、;；。:：")) <= 2


def _parts_fault(
    report: Report, at: int, start: int, end: int, left: int | Decimal, right: int | Decimal
) -> Fault:
    return Fault(
        rule=RULE,
        kind="narrative",
        cells=(),
        left=left,
        right=right,
        message=_("The text says %(left)s, but its parts add up to %(right)s.")
        % {"left": shown(left), "right": shown(right)},
        place=_place(report, at),
        mend=_("Correct the total or the part that is wrong."),
        report=name(report),
        sentence=at,
        quote=quoted(report, at, start, end),
        span=(start, end),
    )
