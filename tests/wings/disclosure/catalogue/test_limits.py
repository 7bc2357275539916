"""Time limits are read word by word: what is understood counts, what is not is handed back, nothing is guessed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongkai.wings.disclosure.catalogue.limits import FORMED, Every, Kind, Unit, read_limit

WORKDAY, DAY = Unit.WORKDAY, Unit.DAY


@pytest.mark.parametrize(
    ("text", "kind", "event", "number", "unit"),
    [
        ("信息形成或变更之日起20个工作日内", Kind.WITHIN, FORMED, 20, WORKDAY),
        ("自信息形成或者变更之日起二十个工作日内予以公开", Kind.WITHIN, FORMED, 20, WORKDAY),
        ("信息形成（变更）20个工作日内", Kind.WITHIN, FORMED, 20, WORKDAY),
        ("自作出决定之日起7个工作日", Kind.WITHIN, "作出决定", 7, WORKDAY),
        ("收到申请后3日内", Kind.WITHIN, "收到申请", 3, DAY),
        (
            "本级人民代表大会或其常务委员会批准后20日内",
            Kind.WITHIN,
            "本级人民代表大会或其常务委员会批准",
            20,
            DAY,
        ),
        ("20个工作日内", Kind.WITHIN, FORMED, 20, WORKDAY),
        ("24小时内", Kind.WITHIN, FORMED, 24, Unit.HOUR),
        ("当日公开", Kind.WITHIN, FORMED, 0, DAY),
        ("会议召开前5个工作日", Kind.BEFORE, "会议召开", 5, WORKDAY),
        ("实时", Kind.PROMPT, FORMED, 0, WORKDAY),
        ("及时公开", Kind.PROMPT, FORMED, 0, WORKDAY),
        ("长期公开", Kind.STANDING, "", 0, WORKDAY),
        ("公示期不少于7天", Kind.DISPLAY, "", 7, DAY),
    ],
)
def test_one_rule_is_read(text: str, kind: Kind, event: str, number: int, unit: Unit) -> None:
    limit = read_limit(text)
    assert limit.is_read, limit.unread
    (rule,) = limit.rules
    assert (rule.kind, rule.event, rule.number, rule.unit) == (kind, event, number, unit)


@pytest.mark.parametrize(
    ("text", "every", "month", "day", "number"),
    [
        ("每年1月31日前公开上一年度年度报告", Every.YEAR, 1, 31, 0),
        ("每年3月底前", Every.YEAR, 3, 31, 0),
        ("按季度", Every.QUARTER, 0, 0, 0),
        ("每半年更新一次", Every.HALF_YEAR, 0, 0, 0),
        ("每月10日前", Every.MONTH, 1, 10, 0),
        ("每季度结束后10个工作日内", Every.QUARTER, 0, 0, 10),
    ],
)
def test_what_comes_again_is_read(text: str, every: Every, month: int, day: int, number: int) -> None:
    (rule,) = read_limit(text).rules
    assert (rule.kind, rule.every, rule.month, rule.day, rule.number) == (
        Kind.PERIODIC,
        every,
        month,
        day,
        number,
    )


def test_several_limits_in_one_cell_keep_apart_what_each_holds_for() -> None:
    limit = read_limit(
        "信息形成20个工作日内公开;其中行政许可、行政处罚事项应自作出行政决定之日起7个工作日内公示"
    )
    first, second = limit.rules
    assert (first.number, first.scope) == (20, "")
    assert (second.number, second.event, second.scope) == (7, "作出行政决定", "行政许可、行政处罚事项")
    numbered = read_limit("1.政策文件自信息形成之日起20个工作日内；2.办事指南及时公开")
    assert [(rule.kind, rule.scope) for rule in numbered.rules] == [
        (Kind.WITHIN, "政策文件"),
        (Kind.PROMPT, "办事指南"),
    ]
    held = read_limit("制定或获取信息之日起10个工作日内,公示7个工作日")
    assert [rule.kind for rule in held.rules] == [Kind.WITHIN, Kind.DISPLAY]
    elsewhere = read_limit("信息形成之日起20个工作日内公开。法律、法规对公开的期限另有规定的，从其规定")
    assert [rule.kind for rule in elsewhere.rules] == [Kind.WITHIN, Kind.ELSEWHERE]
    plans = read_limit("自信息形成之日起20个工作日内；其中招生计划每年3月31日前公布，收费标准按季度更新")
    assert [(rule.every, rule.month, rule.day, rule.scope) for rule in plans.rules[1:2]] == [
        (Every.YEAR, 3, 31, "招生计划")
    ]
    assert read_limit("其中原则上每年3月31日前").rules == ()


@pytest.mark.parametrize(
    "text",
    [
        "适时公开",
        "不定期",
        "3个或5个工作日",
        "10-20个工作日内",
        "原则上20个工作日内",
        "按规定时间",
        "公开5个工作日",
        "每年13月1日前",
        "每年2月30日前",
    ],
)
def test_what_cannot_be_counted_is_handed_back_in_its_very_words(text: str) -> None:
    limit = read_limit(text)
    assert limit.rules == ()
    assert limit.unread == (text,)


def test_nothing_stated_is_no_fault() -> None:
    for text in (None, "", "  "):
        limit = read_limit(text)
        assert limit.is_read and not limit.is_stated


@settings(max_examples=60, deadline=None)
@given(
    number=st.integers(1, 180),
    unit=st.sampled_from(
        [("个工作日", Unit.WORKDAY), ("日", Unit.DAY), ("个月", Unit.MONTH), ("小时", Unit.HOUR)]
    ),
    event=st.sampled_from(["信息形成或者变更", "作出行政决定", "批复", "录取结束"]),
    before=st.sampled_from(["", "自", "应当自"]),
    after=st.sampled_from(["内", "以内", "之内", ""]),
    act=st.sampled_from(["", "公开", "予以公开", "向社会公布"]),
)
def test_a_length_survives_every_way_of_wording_it(
    number: int, unit: tuple[str, Unit], event: str, before: str, after: str, act: str
) -> None:
    limit = read_limit(f"{before}{event}之日起{number}{unit[0]}{after}{act}")
    assert limit.is_read, limit
    assert (limit.rules[0].number, limit.rules[0].unit) == (number, unit[1])


@settings(max_examples=150, deadline=None)
@given(
    st.text(
        alphabet="自信息形成之日起公开内每年月季度及时长期其中前后或0123456789个工作日；，。 （）",
        max_size=40,
    )
)
def test_every_clause_is_either_read_or_handed_back(text: str) -> None:
    limit = read_limit(text)
    again = read_limit("；".join([*(rule.words for rule in limit.rules), *limit.unread]))
    assert len(limit.rules) == len(again.rules)
    for rule in limit.rules:
        if rule.kind in (Kind.WITHIN, Kind.BEFORE) and rule.number:
            assert str(rule.number) in rule.words, "a number was invented"


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=60))
def test_no_text_is_too_strange(text: str) -> None:
    read_limit(text)


@pytest.mark.shared
def test_the_limits_of_real_directories_are_understood(shared_data: Path) -> None:
    rows = json.loads((shared_data / "catalogue_rows.json").read_text(encoding="utf-8"))["rows"]
    unread = {row["time_limit"]: read_limit(row["time_limit"]).unread for row in rows}
    assert {text: words for text, words in unread.items() if words} == {}


@pytest.mark.parametrize(
    ("text", "kind", "facts"),
    [
        ("每季度第一个月", Kind.PERIODIC, {"every": Every.QUARTER, "month": 1, "day": 31}),
        ("每季度第1个月10日前", Kind.PERIODIC, {"every": Every.QUARTER, "month": 1, "day": 10}),
        ("每季度末月20日前公开", Kind.PERIODIC, {"every": Every.QUARTER, "month": 3, "day": 20}),
        ("每年第一季度", Kind.PERIODIC, {"every": Every.YEAR, "month": 3, "day": 31}),
        ("每年上半年", Kind.PERIODIC, {"every": Every.YEAR, "month": 6, "day": 31}),
        ("每年年底前", Kind.PERIODIC, {"every": Every.YEAR, "month": 12, "day": 31}),
        ("每年3月31日前公开上一年度报告", Kind.PERIODIC, {"month": 3, "day": 31}),
        ("每月5日前公开上月数据", Kind.PERIODIC, {"every": Every.MONTH, "day": 5}),
        ("每年7月31日前公布上半年情况", Kind.PERIODIC, {"month": 7, "day": 31}),
        ("年度结束后3个月内", Kind.PERIODIC, {"every": Every.YEAR, "number": 3, "unit": Unit.MONTH}),
        ("动态调整", Kind.PROMPT, {"event": FORMED}),
        ("实时动态更新", Kind.PROMPT, {"event": FORMED}),
        ("及时动态更新", Kind.PROMPT, {"event": FORMED}),
        ("根据工作进展及时更新", Kind.PROMPT, {"event": "根据工作进展", "scope": ""}),
        ("提前3个工作日", Kind.BEFORE, {"number": 3, "unit": Unit.WORKDAY, "event": ""}),
        ("审批结束后，在20个工作日内公开", Kind.WITHIN, {"number": 20, "event": "审批结束"}),
        ("完成后20个工作日内", Kind.WITHIN, {"number": 20, "event": "完成"}),
        ("公开后5个工作日内更新", Kind.WITHIN, {"number": 5, "event": "公开"}),
        ("【检查结果】7个工作日内公开", Kind.WITHIN, {"number": 7, "scope": "检查结果"}),
        ("公开时限：20个工作日内", Kind.WITHIN, {"number": 20, "scope": ""}),
        ("批准后20日内", Kind.WITHIN, {"number": 20, "unit": Unit.DAY, "event": "批准"}),
        ("确认后长期公示", Kind.STANDING, {"event": "确认"}),
    ],
)
def test_further_words_of_real_directories(text: str, kind: Kind, facts: dict[str, object]) -> None:
    limit = read_limit(text)
    assert limit.unread == () and len(limit.rules) == 1, limit
    assert limit.rules[0].kind is kind
    assert {name: getattr(limit.rules[0], name) for name in facts} == facts


@pytest.mark.parametrize(
    "text",
    [
        *("次月10日前", "年底前", "每周五", "每个工作日", "每年6月、12月", "每年第一季度前", "每季度第一个月前"),
        *("每季度第四个月", "每年第五季度", "按进度公开", "特殊情况：10个工作日内", "原则上每月10日前", "3至5个工作日内"),
        *("申请受理后15个工作日内办结并公开", "每月31日前", "有变更时", "按规定时限公开"),
    ],
)  # fmt: skip
def test_what_could_mean_two_things_is_handed_back(text: str) -> None:
    limit = read_limit(text)
    assert limit.unread and not limit.rules, limit


def test_numbered_parts_are_read_one_by_one() -> None:
    limit = read_limit("①政策：形成之日起20个工作日内②结果：每季度公开③其他：酌情")
    assert [(rule.scope, rule.kind) for rule in limit.rules] == [
        ("政策", Kind.WITHIN),
        ("结果", Kind.PERIODIC),
    ]
    assert limit.unread == ("其他:酌情",)
    assert [rule.kind for rule in read_limit("（1）公示7天（2）确认后长期公示").rules] == [
        Kind.DISPLAY,
        Kind.STANDING,
    ]


_EVENTS = st.sampled_from(
    ["信息形成", "批准", "收到批准文件", "作出决定", "评审结束", "合同签订", "会议召开"]
)
_LENGTHS = st.tuples(st.integers(1, 90), st.sampled_from(["个工作日", "日", "天", "个月"]))
_TELLS = st.sampled_from(["", "公开", "予以公开", "向社会公布", "进行公示"])


@given(
    _EVENTS,
    _LENGTHS,
    _TELLS,
    st.sampled_from(["之日起", "后", "之日起，"]),
    st.sampled_from(["内", "之内", "以内"]),
)
def test_a_length_after_an_event_is_read_as_it_is_written(
    event: str, length: tuple[int, str], tell: str, mark: str, inside: str
) -> None:
    limit = read_limit(f"自{event}{mark}{length[0]}{length[1]}{inside}{tell}")
    assert limit.unread == ()
    (rule,) = limit.rules
    unit = {"个工作日": Unit.WORKDAY, "日": Unit.DAY, "天": Unit.DAY, "个月": Unit.MONTH}[length[1]]
    assert (rule.kind, rule.number, rule.unit) == (Kind.WITHIN, length[0], unit)
    assert rule.event == (FORMED if event == "信息形成" else event)


@given(
    st.integers(1, 12),
    st.integers(1, 28),
    st.sampled_from(["前", "之前", "以前"]),
    st.sampled_from(["", "公开上一年度报告", "公布上年度情况", "发布", "公开上一年度统计数据"]),
)
def test_a_day_of_the_year_is_read_as_it_is_written(month: int, day: int, before: str, tell: str) -> None:
    limit = read_limit(f"每年{month}月{day}日{before}{tell}")
    (rule,) = limit.rules
    assert limit.unread == () and (rule.every, rule.month, rule.day) == (Every.YEAR, month, day)


@given(
    st.lists(
        st.sampled_from(
            [
                "自信息形成之日起20个工作日内",
                "每月10日前",
                "及时公开",
                "长期公开",
                "公示7天",
                "适时公开",
                "视情况",
                "第一批",
            ]
        ),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from(["；", "，", "。", ";"]),
)
def test_every_clause_becomes_a_rule_or_is_handed_back(clauses: list[str], sign: str) -> None:
    limit = read_limit(sign.join(clauses))
    doubtful = [clause for clause in clauses if clause in ("适时公开", "视情况", "第一批")]
    assert len(limit.rules) == len(clauses) - len(doubtful)
    assert len(limit.unread) == len(doubtful)


@given(
    st.text(
        "自信息形成之日起每月季年前后内公开及时长期批准收到个工作日天小时第一二三十0123456789，；（）：【】",
        max_size=30,
    )
)
def test_nothing_is_read_that_no_number_of_the_text_says(text: str) -> None:
    for rule in read_limit(text).rules:
        if rule.number:
            assert rule.number <= 999
        assert rule.words and not (rule.kind is Kind.BEFORE and rule.event == "提")
        if rule.every is Every.MONTH and rule.day:
            assert rule.month == 1 and rule.day <= 28
