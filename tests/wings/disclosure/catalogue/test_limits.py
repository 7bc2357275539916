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
