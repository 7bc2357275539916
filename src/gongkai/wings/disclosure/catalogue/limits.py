"""Time limits (公开时限) as directories word them, read into rules that can be counted. Pure; never a guess.

A text is cut into clauses; each clause is either understood whole or handed back with its very words. Numbers may be
Chinese; brackets, widths and spaces do not matter. What an event is stays in the words of the text, except for the
commonest one, 信息形成或变更, whose day every document carries.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    WITHIN = "within"  # so long after an event: 自…之日起20个工作日内
    BEFORE = "before"  # so long before an event: 会议召开前5个工作日
    PROMPT = "prompt"  # 及时、实时: no number of its own
    STANDING = "standing"  # 长期公开: always there
    PERIODIC = "periodic"  # 每年1月31日前、按季度
    DISPLAY = "display"  # how long it stays up: 公示7个工作日
    ELSEWHERE = "elsewhere"  # 法律法规另有规定的，从其规定


class Unit(StrEnum):
    WORKDAY = "workday"
    DAY = "day"
    HOUR = "hour"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class Every(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"


FORMED: Final = "formed"
"""The event 信息形成或变更 (条例 Art. 26); also what counts when a limit names no event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One thing a limit asks. ``words`` are those it was read from.

    ``event``: "formed" or the text's own words for what the days run from. ``scope``: what of the row it holds for
    ("" all). PERIODIC: ``every`` with either ``month`` and ``day`` (by that day of each period; ``month`` counts from the
    period's first) or ``number`` and ``unit`` (so long after the period's end), or neither (by its end).
    """

    kind: Kind
    words: str
    event: str = ""
    scope: str = ""
    number: int = 0
    unit: Unit = Unit.WORKDAY
    every: Every | None = None
    month: int = 0
    day: int = 0


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit as read. ``unread`` are the clauses nothing was understood of, word by word."""

    text: str
    rules: tuple[Rule, ...]
    unread: tuple[str, ...]

    @property
    def is_read(self) -> bool:
        return not self.unread

    @property
    def is_stated(self) -> bool:
        return bool(self.rules or self.unread)

    def of(self, *kinds: Kind) -> tuple[Rule, ...]:
        return tuple(rule for rule in self.rules if rule.kind in kinds)


# -- Reading ---------------------------------------------------------------------------------------------------


@functools.lru_cache(maxsize=4096)
def read_limit(text: str | None) -> Limit:
    """Read a limit. An empty text gives a limit without rules: then 条例 Art. 26 alone holds."""
    shown = (text or "").strip()
    rules: list[Rule] = []
    unread: list[str] = []
    for clause in _clauses(shown):
        read = _read(clause)
        if read is None:
            unread.append(clause)
        else:
            rules.append(_with_event(read, rules))
    return Limit(shown, tuple(rules), tuple(unread))


def _with_event(rule: Rule, before: list[Rule]) -> Rule:
    """A clause that names no event goes on about the event of the one before; else 条例 Art. 26 says it."""
    if rule.event or rule.kind not in (Kind.WITHIN, Kind.PROMPT):
        return rule
    if rule.scope:
        known = next((each.event for each in reversed(before) if each.event), FORMED)
        return replace(rule, event=known)
    return replace(rule, event=FORMED)


def _clauses(text: str) -> list[str]:
    """The clauses of a text. A beginning without a length of its own ("自信息形成之日起，") belongs to what follows."""
    plain = re.sub(r"[①-⑳⑴-⒇]", ";", text)
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", plain))
    plain = _numerals(plain)
    plain = re.sub(r"(?<=[;,。])\d{1,2}[.、)](?=\D)|^\d{1,2}[.、)](?=\D)", "", plain)
    plain = re.sub(r"\(\d{1,2}\)", ";", plain)
    found: list[str] = []
    held = ""
    for part in re.findall(r"[^;,。!]+", plain):
        piece = held + part
        if _BEGINNING.search(piece) and not _NUMBER.search(piece):
            held = piece
            continue
        found.append(piece)
        held = ""
    return [*found, held] if held else found


_BEGINNING: Final = re.compile(
    r"(之日起|之日|以后|之后|(?:结束|完成|批准|批复|通过|确定|审定|作出|签订|签署|印发|下达|下发|受理|期满|召开)后|另有规定的?)$"
)
"""Words that do not end a clause but begin one: 审批结束后，在20个工作日内公开."""

_DIGITS: Final = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_UNITS: Final = "个?工作日|自然日|日历日|日|天|小时|个?月|周|年|个"


def _numerals(text: str) -> str:
    """二十个工作日 as 20个工作日; only before a unit, so that words with numerals in them stay."""
    return re.sub(
        rf"(?<![第百千万])([零〇一二两三四五六七八九十]{{1,3}})(?={_UNITS})(?!月份)",
        lambda match: str(_value(match[1])) if _value(match[1]) is not None else match[1],
        text,
    )


def _value(numeral: str) -> int | None:
    if "十" not in numeral:
        return _DIGITS[numeral] if len(numeral) == 1 else None
    tens, _ten, ones = numeral.partition("十")
    if len(tens) > 1 or len(ones) > 1 or "十" in ones:
        return None
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)


_NUMBER: Final = re.compile(
    r"(?P<number>\d{1,3})个?(?P<unit>法定工作日|工作日|自然日|日历日|日|天|小时|月|周|年)(?!\d)"
)
_UNIT: Final = {
    "法定工作日": Unit.WORKDAY,
    "工作日": Unit.WORKDAY,
    "自然日": Unit.DAY,
    "日历日": Unit.DAY,
    "日": Unit.DAY,
    "天": Unit.DAY,
    "小时": Unit.HOUR,
    "周": Unit.WEEK,
    "月": Unit.MONTH,
    "年": Unit.YEAR,
}
_EVERY: Final = {
    "日": Every.DAY,
    "天": Every.DAY,
    "周": Every.WEEK,
    "月": Every.MONTH,
    "月度": Every.MONTH,
    "季": Every.QUARTER,
    "季度": Every.QUARTER,
    "半年": Every.HALF_YEAR,
    "年": Every.YEAR,
    "年度": Every.YEAR,
}

_ACT = (
    r"(?:并|应当|应|及时|主动|依法|依规|按规定|予以|进行|完成|对外|向社会|向全社会|在线|全文|集中)*"
    r"(?:公开|公示|公布|发布|更新|公告|上网|上传)?(?:完毕|工作|一次)?"
)
_DOING: Final = re.compile(_ACT)
_PROMPT: Final = re.compile(
    rf"(?P<event>.*?)(?:后|时)?(?:应当|应)?(?:实时|及时|即时|随时|立即|第1?一?时间|动态|同步)+{_ACT}"
)
_ADJUSTED: Final = re.compile(
    r"(?P<event>)(?:实时|及时)?(?:动态|及时)(?:调整|管理|维护)(?:并?(?:公开|公布|更新))?"
)
"""动态调整: a list that is kept up as it changes."""
_STANDING: Final = re.compile(
    r"(?:(?P<event>[^\d]{1,12})后)?(?:应当|应|在网站)?(?:长期|常年|永久|持续|长年)(?:性|有效)?" + _ACT
)
_ELSEWHERE: Final = re.compile(
    r"(?:但是?|其中)?(?:有关)?(?:国家)?(?:法律|法规|规章|上级)[、和及或]*(?:行政)?(?:法规|规章|规定)?.{0,20}?"
    r"(?:另有|有)(?:明确|特殊|其他)?(?:公开时限|时限|期限)?规定的?(?:从其规定|除外|依照其规定|按其规定执行)?"
)
_DISPLAY: Final = re.compile(
    r"(?:并)?(?P<what>[^\d]{0,12}?(?:公示|公告|征求意见|公布|征集|展示|张贴|公开|意见征集)(?:时间|期限|期|时限)?)"
    r"(?:应当|应)?(?:为|是|:|不得?少于|不得?低于|至少|不短于)?"
)
_PERIOD: Final = r"(?:每|按|逐|分)(?P<every>半年|年度?|季度?|月度?|周|日|天)"
_OFTEN: Final = re.compile(rf"(?:应当|应)?{_PERIOD}(?:度)?(?:1次|一次|定期)?{_ACT}")
_BY_DATE: Final = re.compile(
    r"(?:每年度?|次年|下1?年度?|翌年)的?(?:(?P<month>\d{1,2})月(?:份)?(?:(?P<day>\d{1,2})日|(?P<end>底|末)|(?P<middle>中旬))?)"
    r"(?:之前|以前|前|之?内|底前|末前)?(?P<tail>.*)"
)
_BY_DAY: Final = re.compile(r"(?:每|逐)月(?:的)?(?P<day>\d{1,2})日(?:之前|以前|前|内)?(?P<tail>.*)")
_QUARTER_MONTH: Final = re.compile(
    r"每?个?季度?的?(?:(?P<first>首月)|(?P<last>末月)|第(?P<month>[1-3一二三])个?月)"
    r"(?:的?(?P<day>\d{1,2})日)?(?:之前|以前|前|之?内|底前|末前|底|末)?(?P<tail>.*)"
)
"""每季度第一个月10日前; without a day it is that month's last."""
_PART_OF_YEAR: Final = re.compile(
    r"每年度?的?(?:(?P<half>上半年)|第?(?P<quarter>[1-4一二三四])季度|(?P<end>年?底|年?末))(?:内|结束前|末前|底前|末|底)?"
    r"(?P<before>之前|以前|前)?(?P<tail>.*)"
)
"""每年第一季度, 每年上半年, 每年年底前: by the end of that part of each year."""
_AFTER_PERIOD: Final = re.compile(
    r"(?:每|按)?(?P<every>半年度?|年度?|季度?|月度?)(?:结束|终了|末|度结束)?(?:之后|以后|后)的?"
    r"(?P<number>\d{1,3})个?(?P<unit>工作日|自然日|日|天|周|月)(?:之?内|以内)?(?P<tail>.*)"
)
_SAME_DAY: Final = re.compile(
    rf"(?:自|在)?(?P<event>.*?)(?:之日)?(?:的)?(?:当日|当天|即日|同日)(?:之?内)?{_ACT}"
)
_EVENT_MARK: Final = re.compile(r"(?:之日起|之日|之时起|之时|之后起|之后|以后|起|后|时)$")
_FORMED: Final = re.compile(
    r"(?:该|本|此|相关|有关|政府|公开|应公开|公开事项|事项|所)*(?:信息|政策|文件|内容|该信息)*(?:的)?"
    r"(?:(?:形成|变更|更新|变动|修改|制作|制定|获取|获得|产生|生成|印发|自|政府|该|信息|"
    r"[()或者及和与、/])+)"
)
_KNOWN_END: Final = re.compile(
    r"(?:形成|变更|变更\)|更新|制作|获取|制定|生成|公开|公布|批准|批复|作出|印发|签署|签订|完成)$"
)
_DOUBT: Final = re.compile(
    r"\d|除|原则上|一般|特殊|如果|如需|若|但|不得|不超过|不少于|视|酌|适时|定期|另行|或者?在|左右|约|条件|至"
)


def _read(clause: str) -> Rule | None:
    """One clause as a rule; None when any of its words is not understood."""
    if clause.startswith("【"):
        return _labelled(clause)
    for reader in (
        _elsewhere,
        _by_date,
        _by_day,
        _quarter_month,
        _part_of_year,
        _after_period,
        _often,
        _standing,
        _display,
        _length,
        _same_day,
        _prompt,
    ):
        rule = reader(clause)
        if rule is not None:
            return rule
    return _labelled(clause) or _among(clause)


_AMONG: Final = re.compile(
    r"其中:?(?P<named>[^\d:,;【】]{2,20}?)(?P<rest>(?:应当|应|须|需|于|在)?(?:每|按|逐).+)"
)


def _among(clause: str) -> Rule | None:
    """其中招生计划每年3月31日前: what comes again, of a part of the row."""
    match = _AMONG.fullmatch(clause)
    if match is None or _DOUBT.search(match["named"]):
        return None
    rule = _read(re.sub("^(?:应当|应|须|需|于|在)", "", match["rest"]))
    return None if rule is None or rule.scope else replace(rule, words=clause, scope=match["named"])


_LABEL: Final = re.compile(r"(?:【(?P<marked>[^】]{1,30})】:?|(?P<named>[^\d:,;【】]{2,20}):)(?P<rest>.+)")
_NO_LABEL: Final = re.compile(r"(?:公开|公布|发布)?(?:的)?(?:时限|期限|时间|时限要求)")


def _labelled(clause: str) -> Rule | None:
    """检查结果：7个工作日内; 【政策文件】及时公开: what stands before is the part of the row it holds for."""
    match = _LABEL.fullmatch(clause)
    if match is None:
        return None
    label = match["marked"] or match["named"]
    is_scope = not _NO_LABEL.fullmatch(label)
    if is_scope and _DOUBT.search(label):
        return None
    rule = _read(match["rest"])
    if rule is None or rule.scope:
        return None
    return replace(rule, words=clause, scope=label if is_scope else "")


def _elsewhere(clause: str) -> Rule | None:
    return Rule(kind=Kind.ELSEWHERE, words=clause) if _ELSEWHERE.fullmatch(clause) else None


def _standing(clause: str) -> Rule | None:
    match = _STANDING.fullmatch(clause)
    if match is None or _DOUBT.search(match["event"] or ""):
        return None
    return Rule(kind=Kind.STANDING, words=clause, event=match["event"] or "")


def _often(clause: str) -> Rule | None:
    match = _OFTEN.fullmatch(clause)
    return Rule(kind=Kind.PERIODIC, words=clause, every=_EVERY[match["every"]]) if match else None


def _by_date(clause: str) -> Rule | None:
    """每年1月31日前; 每年3月底前."""
    match = _BY_DATE.fullmatch(clause)
    if match is None or not _is_tail(match["tail"]) or match["middle"]:
        return None
    month = int(match["month"])
    if not 1 <= month <= 12:
        return None
    day = int(match["day"]) if match["day"] else 31  # the month's last day, whichever it is that year
    if not 1 <= day <= (31 if match["day"] is None else monthrange(2020, month)[1]):
        return None
    return Rule(kind=Kind.PERIODIC, words=clause, every=Every.YEAR, month=month, day=day)


def _by_day(clause: str) -> Rule | None:
    """每月10日前."""
    match = _BY_DAY.fullmatch(clause)
    if match is None or not _is_tail(match["tail"]) or not 1 <= int(match["day"]) <= 28:
        return None
    return Rule(kind=Kind.PERIODIC, words=clause, every=Every.MONTH, month=1, day=int(match["day"]))


def _quarter_month(clause: str) -> Rule | None:
    """每季度首月15日前; 每季度第一个月."""
    match = _QUARTER_MONTH.fullmatch(clause)
    if match is None or not _is_tail(match["tail"]):
        return None
    if match["day"] is None and clause.endswith("月前"):
        return None  # before the month, or before its end: nobody can tell
    month = 1 if match["first"] else 3 if match["last"] else _ordinal(match["month"])
    day = int(match["day"]) if match["day"] else 31
    if match["day"] and not 1 <= day <= 28:
        return None
    return Rule(kind=Kind.PERIODIC, words=clause, every=Every.QUARTER, month=month, day=day)


def _part_of_year(clause: str) -> Rule | None:
    """每年第一季度; 每年上半年; 每年年底前."""
    match = _PART_OF_YEAR.fullmatch(clause)
    if match is None or not _is_tail(match["tail"]):
        return None
    ended = re.search(r"结束前|底前|末前", clause)
    if match["before"] and not match["end"] and not ended:
        return None  # 每年第一季度前: before it begins, or before it ends
    month = 6 if match["half"] else 12 if match["end"] else 3 * _ordinal(match["quarter"])
    return Rule(kind=Kind.PERIODIC, words=clause, every=Every.YEAR, month=month, day=31)


def _ordinal(numeral: str) -> int:
    return int(numeral) if numeral.isdecimal() else _DIGITS[numeral]


def _after_period(clause: str) -> Rule | None:
    """每季度结束后10个工作日内."""
    match = _AFTER_PERIOD.fullmatch(clause)
    if match is None or not _is_tail(match["tail"]):
        return None
    every = _EVERY[match["every"].replace("半年度", "半年")]
    return Rule(
        kind=Kind.PERIODIC,
        words=clause,
        every=every,
        number=int(match["number"]),
        unit=_UNIT[match["unit"]],
    )


def _same_day(clause: str) -> Rule | None:
    match = _SAME_DAY.fullmatch(clause)
    if match is None:
        return None
    event = _event(match["event"], marked=True)
    return None if event is None else Rule(kind=Kind.WITHIN, words=clause, event=event, unit=Unit.DAY)


def _prompt(clause: str) -> Rule | None:
    match = _PROMPT.fullmatch(clause) or _ADJUSTED.fullmatch(clause)
    if match is None:
        return None
    said = match["event"]
    marked = clause[len(said) :].startswith(("后", "时")) or bool(_EVENT_MARK.search(said))
    if not marked and _DOING.fullmatch(said):
        return Rule(kind=Kind.PROMPT, words=clause)
    event = _event(said, marked=True)
    if event is None:
        return None
    if event in ("", FORMED) or marked or re.match("按|根据|依据?|随", said):
        return Rule(kind=Kind.PROMPT, words=clause, event=event)
    # "办事指南及时公开" names no event
    return Rule(kind=Kind.PROMPT, words=clause, scope=event.removeprefix("其中"))


def _display(clause: str) -> Rule | None:
    """公示7个工作日; 征求意见期限不得少于30日."""
    number = _NUMBER.search(clause)
    if number is None or clause[number.end() :] not in ("", "以上", "及以上"):
        return None
    if not _DISPLAY.fullmatch(clause[: number.start()]):
        return None
    if re.search(r"公开(?:时限)?$|公布$", clause[: number.start()]):
        return None  # "…公开5个工作日" does not say whether it stays so long or comes so soon
    return Rule(kind=Kind.DISPLAY, words=clause, number=int(number["number"]), unit=_UNIT[number["unit"]])


def _length(clause: str) -> Rule | None:
    """自…之日起20个工作日内予以公开; 其中…; …前5个工作日."""
    numbers = list(_NUMBER.finditer(clause))
    if len(numbers) != 1:
        return None
    head, tail = clause[: numbers[0].start()], clause[numbers[0].end() :]
    number, unit = int(numbers[0]["number"]), _UNIT[numbers[0]["unit"]]
    match = re.fullmatch(r"(?P<inside>之内|以内|内|前)?(?P<tail>.*)", tail)
    assert match is not None
    scope, head = _scope(re.sub(r"(?<=后)[在于]$", "", head))  # 审批结束后在20个工作日内
    if not _is_tail(match["tail"]) or (match["inside"] == "前" and not head.endswith("提")):
        return None
    before = re.fullmatch(r"(?:自|在|于)?(?P<event>.+?)(?:之前|以前|前)(?:至少)?", head)
    if before:
        ahead = before["event"] == "提"  # 提前3个工作日: before what the row is about
        event = "" if ahead else _event(before["event"], marked=True)
        return (
            None
            if event is None
            else Rule(kind=Kind.BEFORE, words=clause, event=event, scope=scope, number=number, unit=unit)
        )
    marked = bool(_EVENT_MARK.search(head))
    if not marked and not match["inside"] and head:
        return None
    event = _event(head, marked=marked)
    if event is None:
        return None
    return Rule(kind=Kind.WITHIN, words=clause, event=event, scope=scope, number=number, unit=unit)


def _scope(head: str) -> tuple[str, str]:
    """What a clause is restricted to ("其中…", "办事指南自…"), and the rest of its beginning."""
    match = re.fullmatch(
        r"(?P<among>其中:?)?(?P<scope>[^\d]*?)(?:的)?(?:应当|应|须|需)?(?P<rest>自(?![然行愿我身主]).*|)",
        head,
    )
    if match is None or not (match["among"] or (match["scope"] and match["rest"])):
        return "", head
    return match["scope"] or "其中", match["rest"]


_TAIL: Final = re.compile(
    rf"{_ACT}(?:(?:上1?一?|前1?一?|本)?(?:半年度?|年度?|季度?|月(?:份|度)?)的?)?"
    r"(?:(?:政府信息公开)?(?:工作)?(?:年度)?报告|(?:统计|工作|相关|有关)*(?:情况|数据|信息|内容|结果|报表))?"
)


def _is_tail(words: str) -> bool:
    """Words after a length or a date that only say "is to be published" (of the time before)."""
    return bool(_TAIL.fullmatch(words))


def _event(words: str, *, marked: bool) -> str | None:
    """What the days run from: "" when nothing is said, None when it cannot be told."""
    plain = re.sub(r"^(?:自|从|在|于|应当?在|应当?自|应|须|需|即)+", "", _EVENT_MARK.sub("", words))
    plain = _EVENT_MARK.sub("", plain)
    if not plain or plain == "信息" or (not marked and _DOING.fullmatch(plain)):
        return ""
    if _DOUBT.search(plain) or ":" in plain:
        return None
    if _FORMED.fullmatch(plain) and re.search("形成|变更|制作|制定|获取|获得|产生|生成|更新", plain):
        return FORMED
    if not marked and not _KNOWN_END.search(plain):
        return None
    return plain
