"""What the sentences of a report must hold beside its numbers: AR-10, AR-11, and a text that fits its year. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext as _

from gongkai.wings.disclosure.annual.checking.faults import Fault, Remark, Verdict, name, shown, where
from gongkai.wings.disclosure.annual.checking.scanning import plain
from gongkai.wings.disclosure.annual.forms import TOTAL, path2, path3
from gongkai.wings.disclosure.annual.shape import Report

_FEE: Final = re.compile(r"信息处理费|收费|处理费|收取.{0,12}费")
_NO_NOTICE: Final = re.compile(r"(?:未|没有|无)(?:发出|出具|下达|作出|制发)?(?:任何)?收费通知")
_PERIOD: Final = re.compile(
    r"(?:统计|数据|所列)[^。]{0,24}?(?:期限|时限|时间|周期|区间|起止)[^。]{0,8}?(20\d\d)年1月1日"
)
_NO_RULES: Final = re.compile(
    r"(?:街道办事处|[镇乡]人民政府|(?<!自治)(?:县|旗)人民政府|(?<!自治)区人民政府)$"
    r"|[省市县区州盟旗].{0,20}(?:局|厅|委员会|委|办公室|中心|大队|支队|园区)$"
)
"""Organs that the Legislation Law (立法法) gives no power to make rules: counties, townships, departments under a city
or province. A city's government may or may not (只有设区的市、自治州); its name does not tell."""


def plausible(report: Report, *, may_make_rules: bool | None = None) -> Verdict:
    faults = [*_rules(report, may_make_rules), *_fees(report), *_fifth(report), *_period(report)]
    remarks: list[Remark] = []
    if report.narrative and not report.sections and not any(_FEE.search(each) for each in report.narrative):
        remarks.append(
            Remark(
                rule="AR-10",
                message=_(
                    "No sentence speaks of fees; section 六 must say what was collected, or that nothing was."
                ),
                place="第六部分",
                report=name(report),
            )
        )
    return Verdict(tuple(faults), tuple(remarks))


def makes_no_rules(issuer: str) -> bool:
    """Whether an organ surely may not make 规章, from its name alone."""
    return bool(_NO_RULES.search(issuer.strip()))


def _rules(report: Report, may_make_rules: bool | None) -> Iterator[Fault]:
    """AR-11: no 规章 where the organ may make none."""
    if may_make_rules or (may_make_rules is None and not makes_no_rules(report.issuer)):
        return
    cells = report.cells()
    filled = tuple(
        path
        for block in report.official.blocks
        for column in block.columns
        if (path := path2(block.key, "规章", column.key)) in cells and cells[path]
    )
    for path in filled:
        yield Fault(
            rule="AR-11",
            kind="form",
            cells=(path,),
            left=cells[path],
            right=0,
            message=_("%(issuer)s may not make 规章, yet the cell says %(value)s.")
            % {"issuer": report.issuer, "value": shown(cells[path])},
            place=where(report, path),
            mend=_("Write 0; other documents belong in the row below if they are 行政规范性文件."),
            report=name(report),
        )


def _fees(report: Report) -> Iterator[Fault]:
    """AR-10: section 六 speaks of the fee; unpaid notices need notices."""
    unpaid = report.cells().get(path3("3.6.2", TOTAL))
    for at, text in enumerate(report.narrative):
        match = _NO_NOTICE.search(plain(text))
        if match and unpaid:
            yield Fault(
                rule="AR-10",
                kind="narrative",
                cells=(path3("3.6.2", TOTAL),),
                left=0,
                right=unpaid,
                message=_(
                    "The text says no fee notice was sent, yet %(count)s requests ended because a fee was not paid."
                )
                % {"count": shown(unpaid)},
                place=_("text, paragraph %(number)d") % {"number": at + 1},
                mend=_("Correct the sentence or the row 三（六）2."),
                report=name(report),
                sentence=at,
                quote=text[max(0, match.start() - 20) : match.end() + 12],
                span=match.span(),
            )
    sixth = report.sections.get("六")
    if sixth is not None and report.year >= 2021 and not _FEE.search(plain(sixth)):
        yield Fault(
            rule="AR-10",
            kind="narrative",
            cells=(path3("3.6.2", TOTAL),) if unpaid else (),
            message=_("Section 六 does not say what fees (信息处理费) were collected."),
            place="第六部分",
            mend=_("Say the amount and the number of requests, or that no fee was collected."),
            report=name(report),
        )


def _fifth(report: Report) -> Iterator[Fault]:
    """Section 五 must name problems and what is done about them (条例 Art. 50 (四))."""
    fifth = report.sections.get("五")
    if fifth is None:
        return
    said = re.sub(r"[\s，,。.：:；;（）()一二三四五、]", "", fifth)
    said = re.sub(r"^存在的?(?:主要)?问题(?:[和及与]?改进(?:情况|措施))?(?:如下)?", "", said)
    if not said or re.fullmatch(
        r"(?:本年度|目前|暂)?(?:无|没有|不存在|暂无)(?:问题|存在问题|主要问题)?", said
    ):
        yield Fault(
            rule="TEXT",
            kind="narrative",
            cells=(),
            message=_("Section 五 names no problem and no improvement."),
            place="第五部分",
            mend=_("Name the main problems of the year and what is done about them (条例 Art. 50)."),
            report=name(report),
        )


def _period(report: Report) -> Iterator[Fault]:
    """The period the report says its numbers are of is the year of the report."""
    for at, text in enumerate(report.narrative):
        match = _PERIOD.search(plain(text))
        if match and int(match[1]) != report.year:
            yield Fault(
                rule="TEXT",
                kind="narrative",
                cells=(),
                left=int(match[1]),
                right=report.year,
                message=_("The text says its numbers are of %(said)s, the report is of %(year)d.")
                % {"said": match[1], "year": report.year},
                place=_("text, paragraph %(number)d") % {"number": at + 1},
                mend=_(
                    "Correct the period; check that no other sentence was left over from an earlier report."
                ),
                report=name(report),
                sentence=at,
                quote=text[match.start() : match.end() + 4],
                span=match.span(1),
            )
