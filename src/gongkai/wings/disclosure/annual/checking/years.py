"""A report beside that of the year before: AR-5, AR-6, AR-12, and changes that make one wonder. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext as _

from gongkai.wings.disclosure.annual.checking.claims import read
from gongkai.wings.disclosure.annual.checking.faults import (
    Fault,
    Remark,
    Verdict,
    name,
    quoted,
    settled,
    shown,
    where,
)
from gongkai.wings.disclosure.annual.checking.growth import changes
from gongkai.wings.disclosure.annual.checking.phrases import cells_of
from gongkai.wings.disclosure.annual.forms import CARRIED_IN, CARRIED_OUT, TOTAL, path2, path3
from gongkai.wings.disclosure.annual.shape import Report

MOST_ALIKE: Final = 0.5
"""AR-12, a local rule (宿迁 2025): not more than half of the text may be that of last year."""
ENOUGH_TEXT: Final = 300
"""Fewer characters are formulas that every report shares; nothing can be said of them."""
STRETCH: Final = 10
"""Characters that must stand together to count as taken over: longer than the set phrases of the trade."""
UNUSUAL: Final = 5
"""A number that grew or shrank by this factor is worth a look; from ``WORTH_A_LOOK`` on."""
WORTH_A_LOOK: Final = 20
_DOCUMENTS: Final = ("规章", "行政规范性文件")


def year_faults(report: Report, previous: Report) -> Verdict:
    """What does not follow from last year. ``previous`` must be of the year before; else nothing can be said."""
    if report.year != previous.year + 1:
        remark = Remark(
            rule="AR-5",
            message=_(
                "%(previous)s is not the report of the year before %(report)s; continuity was not checked."
            )
            % {"previous": name(previous), "report": name(report)},
            report=name(report),
        )
        return Verdict(remarks=(remark,))
    return Verdict(
        (
            *_carried_over(report, previous),
            *_in_force(report, previous),
            *_changes(report, previous),
            *_repeated(report, previous),
        ),
        tuple(_unusual(report, previous)),
    )


def _carried_over(report: Report, previous: Report) -> Iterator[Fault]:
    """AR-5: what last year carried out, this year carries in, column by column."""
    cells, before = report.cells(), previous.cells()
    for column in report.official.columns:
        here = path3(CARRIED_IN, column.key)
        left, right = before.get(path3(CARRIED_OUT, column.key)), cells.get(here)
        if left is None or right is None or left == right:
            continue
        yield Fault(
            rule="AR-5",
            kind="continuity",
            cells=(here,),
            left=left,
            right=right,
            message=_("%(before)d carried %(left)s over to the next year, %(year)d says %(right)s came over.")
            % {"before": previous.year, "year": report.year, "left": shown(left), "right": shown(right)},
            place=where(report, here),
            mend=_(
                "Item 2 of this year equals item 4 of last year; correct the wrong one, or explain the change."
            ),
            report=name(report),
        )


def _in_force(report: Report, previous: Report) -> Iterator[Fault]:
    """AR-6: in force = in force a year ago + issued − repealed; the form of 2019 has no such columns."""
    cells, before = report.cells(), previous.cells()
    for row in _DOCUMENTS:
        here = path2("art20_1", row, "in_force")
        issued, repealed = (
            path2("art20_1", row, "issued_this_year"),
            path2("art20_1", row, "repealed_this_year"),
        )
        then, now = before.get(here), cells.get(here)
        made, ended = cells.get(issued), cells.get(repealed)
        if then is None or now is None or made is None or ended is None or now == then + made - ended:
            continue
        yield Fault(
            rule="AR-6",
            kind="continuity",
            cells=(here, issued, repealed),
            left=now,
            right=then + made - ended,
            message=_(
                "In force: %(left)s. Last year %(then)s, plus %(made)s issued, less %(ended)s repealed: %(right)s."
            )
            % {
                "left": shown(now),
                "then": shown(then),
                "made": shown(made),
                "ended": shown(ended),
                "right": shown(then + made - ended),
            },
            place=where(report, here),
            mend=_("Check the list of documents in force, and what was issued and repealed in the year."),
            report=name(report),
        )


def _changes(report: Report, previous: Report) -> Iterator[Fault]:
    """AR-7: “同比增长23.3%” follows from the tables of both years."""
    cells, before = report.cells(), previous.cells()
    for each, right, cut in changes(read(report)[2], cells, before):
        unit = "%" if each.percent else ""
        texts = {"said": each.text, "right": f"{right}{unit}"}
        yield Fault(
            rule="AR-7",
            kind="narrative",
            cells=cells_of(each.readings[0]),
            left=settled(each.amount),
            right=settled(right),
            message=_("%(said)s is cut off, not rounded; rounded it is %(right)s.") % texts
            if cut
            else _(
                "A change of %(said)s since last year does not follow from the tables; they give %(right)s."
            )
            % texts,
            place=_("text, paragraph %(number)d") % {"number": each.sentence + 1},
            mend=_("Round to the nearest digit (四舍五入), or correct the number it is a share of.")
            if cut
            else _(
                "Count the change anew from the tables of both years; below zero means that it went the other way."
            ),
            report=name(report),
            sentence=each.sentence,
            quote=quoted(report, each.sentence, each.start, each.end),
            span=(each.start, each.end),
        )


def _text(report: Report) -> str:
    text = "".join(report.sections.values()) or "".join(report.narrative)
    return re.sub(r"[^\u4e00-\u9fff]", "", text)


def likeness(report: Report, previous: Report) -> float | None:
    """How much of this year's text stands in last year's too, from 0 to 1; ``None`` where there is too little of it."""
    ours, theirs = _text(report), _text(previous)
    if min(len(ours), len(theirs)) < ENOUGH_TEXT:
        return None
    known = {theirs[at : at + STRETCH] for at in range(len(theirs) - STRETCH + 1)}
    covered = reach = 0
    for at in range(len(ours) - STRETCH + 1):
        if ours[at : at + STRETCH] in known:
            covered += at + STRETCH - max(at, reach)
            reach = at + STRETCH
    return covered / len(ours)


def _repeated(report: Report, previous: Report) -> Iterator[Fault]:
    share = likeness(report, previous)
    if share is None or share <= MOST_ALIKE:
        return
    yield Fault(
        rule="AR-12",
        kind="narrative",
        cells=(),
        message=_(
            "%(share)d%% of the text stands in last year's report too; local rules allow at most %(most)d%%."
        )
        % {"share": round(share * 100), "most": round(MOST_ALIKE * 100)},
        place=_("text of the report"),
        mend=_("Write what was done and what changed this year."),
        report=name(report),
    )


def _unusual(report: Report, previous: Report) -> Iterator[Remark]:
    cells, before = report.cells(), previous.cells()
    for path, now in cells.items():
        then = before.get(path)
        if now is None or then is None or (path.startswith("table3/") and not path.endswith(f"/{TOTAL}")):
            continue
        low, high = sorted((now, then))
        if high >= WORTH_A_LOOK and low >= 0 and high >= UNUSUAL * max(low, 1):
            yield Remark(
                rule="YEAR",
                cells=(path,),
                message=_("From %(then)s to %(now)s in a year: is that so?")
                % {"then": shown(then), "now": shown(now)},
                place=where(report, path),
                report=name(report),
            )
