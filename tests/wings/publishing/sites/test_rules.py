"""Rules of sites: addresses, archive pages, update duties, page tags, topics, colours."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.wings.publishing.sites.colours import LEGIBLE, contrast, theme
from gongkai.wings.publishing.sites.rules import (
    ARCHIVE_SIZE,
    ColumnUpdate,
    Promised,
    TopicError,
    archive_page,
    archive_pages,
    archive_range,
    article_tags,
    column_path,
    column_tags,
    kept_until,
    place_name,
    site_tags,
    slug_refused,
    stale_columns,
    statutory_column,
    topic_template,
    topic_templates,
    update_duty,
)

DAYS = st.dates(date(2019, 5, 1), date(2040, 12, 31))


# -- Addresses ---------------------------------------------------------------------------------------------


def test_a_column_stands_below_its_parent() -> None:
    assert column_path("", "zwgk") == "zwgk"
    assert column_path("zwgk", "tzgg") == "zwgk/tzgg"


@pytest.mark.parametrize(
    "slug", ["doc", "files", "hant", "search", "series", "static", "workbench", "sitemap"]
)
def test_a_top_column_cannot_hide_other_pages(slug: str) -> None:
    assert slug_refused("", slug)
    assert not slug_refused("zwgk", slug)


def test_no_column_looks_like_an_archive_page() -> None:
    assert slug_refused("zwgk", "p12")
    assert slug_refused("", "p1")
    assert not slug_refused("zwgk", "p12a")


# -- Archive pages -----------------------------------------------------------------------------------------


@given(st.integers(1, 10**9))
def test_every_entry_stands_on_the_page_that_counts_it(sequence: int) -> None:
    assert sequence in archive_range(archive_page(sequence))


@given(st.integers(1, 10**6))
def test_archive_pages_follow_each_other_without_gap_or_overlap(page: int) -> None:
    assert archive_range(page).stop == archive_range(page + 1).start
    assert len(archive_range(page)) == ARCHIVE_SIZE


@given(st.integers(1, 10**6))
def test_every_numbered_entry_beyond_the_first_page_has_an_archive_page(next_sequence: int) -> None:
    pages = archive_pages(next_sequence)
    last = next_sequence - 1
    if last >= ARCHIVE_SIZE:
        assert archive_page(last) <= pages
        # "Newer" on a full page leads to a page that exists.
        full = [n for n in range(max(1, pages - 3), pages + 1) if archive_range(n).stop <= next_sequence]
        assert all(n + 1 <= pages for n in full)
    else:
        assert pages == 0


# -- Update duties -----------------------------------------------------------------------------------------


def column(**facts: object) -> ColumnUpdate:
    defaults: dict[str, object] = {
        "column": 1,
        "type": "news",
        "own_days": None,
        "opened_on": date(2020, 1, 1),
        "newest_on": date(2020, 6, 1),
        "closed_on": None,
    }
    return ColumnUpdate(**{**defaults, **facts})  # type: ignore[arg-type]


def test_news_is_stale_after_two_weeks_and_not_a_day_earlier() -> None:
    assert stale_columns([column()], today=date(2020, 6, 15)) == []
    (stale,) = stale_columns([column()], today=date(2020, 6, 16))
    assert (stale.due_on, stale.days_late, stale.empty) == (date(2020, 6, 15), 1, False)
    assert "19号" in stale.duty.source


@pytest.mark.parametrize("type", ["notice", "policy"])
def test_notices_and_policies_have_six_calendar_months(type: str) -> None:
    august = column(type=type, newest_on=date(2020, 8, 31))
    assert stale_columns([august], today=date(2021, 2, 28)) == []
    assert stale_columns([august], today=date(2021, 3, 1))


def test_a_closed_column_has_no_duty() -> None:
    assert stale_columns([column(closed_on=date(2020, 6, 10))], today=date(2021, 1, 1)) == []


def test_a_column_without_a_duty_is_never_stale() -> None:
    assert stale_columns([column(type="overview", newest_on=None)], today=date(2030, 1, 1)) == []


def test_an_empty_column_counts_from_the_day_it_was_opened() -> None:
    (stale,) = stale_columns([column(newest_on=None)], today=date(2020, 2, 1))
    assert stale.empty
    assert stale.due_on == date(2020, 1, 15)


def test_the_latest_column_comes_first() -> None:
    columns = [column(column=1, newest_on=date(2020, 6, 1)), column(column=2, newest_on=date(2020, 5, 1))]
    assert [stale.column for stale in stale_columns(columns, today=date(2020, 7, 1))] == [2, 1]


def test_before_the_indicators_there_was_no_general_duty() -> None:
    assert update_duty("news", own_days=None, on=date(2019, 3, 31)) is None
    assert update_duty("news", own_days=None, on=date(2019, 4, 1)) is not None


@given(st.integers(1, 1000), DAYS)
def test_a_columns_own_days_are_never_laxer_than_the_general_duty(own: int, day: date) -> None:
    duty = update_duty("news", own_days=own, on=day)
    assert duty is not None
    assert duty.last_day(day) == min(day + timedelta(days=own), day + timedelta(days=14))


@given(DAYS, st.integers(0, 800))
def test_a_column_once_stale_stays_stale_until_it_is_updated(newest: date, later: int) -> None:
    one = column(newest_on=newest)
    if stale_columns([one], today=newest + timedelta(days=later)):
        assert stale_columns([one], today=newest + timedelta(days=later + 1))


# -- Statutory column and topics ------------------------------------------------------------------------------


def test_the_statutory_column_has_the_uniform_blocks_in_order() -> None:
    root, blocks = statutory_column()
    assert root.name == "政府信息公开"
    assert [block.name for block in blocks] == [
        "政府信息公开指南",
        "政府信息公开制度",
        "法定主动公开内容",
        "政府信息公开年报",
        "依申请公开",
    ]


def test_the_epidemic_template_has_the_three_blocks_of_the_report() -> None:
    template = topic_template("epidemic").for_city("海口")
    assert [block.name for block in template.blocks] == ["要闻聚焦", "海口在行动", "科学辟谣"]
    assert template.emergency


def test_every_template_has_an_end_and_a_plan_for_it() -> None:
    for template in topic_templates().values():
        assert template.closing_days > 0
        assert template.closing_plan
        slugs = [block.slug for block in template.blocks]
        assert len(set(slugs)) == len(slugs)
        assert not any(slug_refused(template.slug, slug) for slug in slugs)
        assert "{" not in template.for_city("海口").introduction


def test_an_unknown_template_is_refused_with_the_known_ones() -> None:
    with pytest.raises(TopicError, match="epidemic") as refusal:
        topic_template("earthquake")
    assert refusal.value.code == "unknown_template"


@pytest.mark.parametrize(
    ("organ", "place"),
    [
        ("海口市人民政府", "海口"),
        ("海口市人民政府办公室", "海口"),
        ("海口市教育局", "海口"),
        ("海口市琼山区人民政府", "琼山"),
        ("荆州市沙市区人民政府", "沙市"),
        ("广州市区划调整工作委", "广州"),
        ("国务院", "国务院"),
        ("", ""),
    ],
)
def test_headings_say_the_place_an_organ_governs(organ: str, place: str) -> None:
    assert place_name(organ) == place


# -- Page tags ---------------------------------------------------------------------------------------------


def test_page_tags_are_those_of_the_guide() -> None:
    tags = dict(
        (
            *site_tags(name="南溟市人民政府", domain="www.example.gov.cn", code="4699000001"),
            *column_tags(name="通知公告", description="", keywords="", type="通知公告"),
            *article_tags(
                title="通告",
                published_at=datetime(2020, 4, 21, 16, 5, tzinfo=UTC),
                source="市政府办公室",
                url="https://www.example.gov.cn/doc/2020/1/",
            ),
        )
    )
    assert tags["SiteName"] == "南溟市人民政府"
    assert tags["SiteIDCode"] == "4699000001"
    assert tags["ColumnDescription"] == "通知公告"
    assert tags["PubDate"] == "2020-04-22 00:05"
    assert tags["Url"].endswith("/doc/2020/1/")
    assert not {"Image", "Author"} & tags.keys()


# -- Colours -----------------------------------------------------------------------------------------------


def rgb(colour: str) -> tuple[int, int, int]:
    return (int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16))


@given(st.integers(0, 0xFFFFFF))
def test_any_main_colour_gives_legible_text(value: int) -> None:
    chosen = theme(f"#{value:06x}")
    white, ground, dark_ground = (255, 255, 255), rgb("#f5f6f8"), rgb("#1d2126")
    assert contrast(rgb(chosen.on_main), rgb(chosen.main)) >= LEGIBLE
    for paper in (white, ground, rgb(chosen.tint)):
        assert contrast(rgb(chosen.link), paper) >= LEGIBLE
    for paper in (dark_ground, rgb("#1c2836"), rgb("#15181c")):
        assert contrast(rgb(chosen.link_dark), paper) >= LEGIBLE


def test_a_legible_colour_is_left_as_chosen() -> None:
    assert theme("#1f4e8c").main == "#1f4e8c"


def test_contrast_runs_from_1_to_21() -> None:
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast((9, 9, 9), (9, 9, 9)) == pytest.approx(1)


def test_a_columns_past_is_held_against_the_duties_of_that_time() -> None:
    day = date
    news = (Promised(None, "news", None),)
    assert kept_until(news, day(2020, 5, 1)) == day(2020, 5, 15)
    assert kept_until(news, day(2019, 3, 20)) == day(2019, 4, 15), "from the day the indicators hold"
    assert kept_until((Promised(None, "other", None),), day(2020, 5, 1)) is None
    ended = (Promised(day(2020, 5, 10), "news", None), Promised(None, "other", None))
    assert kept_until(ended, day(2020, 5, 1)) is None, "the duty ended before it ran out"
    assert kept_until(ended, day(2020, 4, 1)) == day(2020, 4, 15)


@given(
    DAYS,
    st.lists(st.tuples(DAYS, st.sampled_from(["news", "policy", "other"]), st.none() | st.integers(1, 200))),
)
def test_what_was_kept_is_never_before_the_entry_nor_laxer_than_the_laxest_duty(
    day: date, turns: list[tuple[date, str, int | None]]
) -> None:
    past = {until: Promised(until, kind, own) for until, kind, own in turns}
    history = (*(past[until] for until in sorted(past)), Promised(None, "news", None))
    last = kept_until(history, day)
    assert last is None or last >= day
    assert kept_until(history[-1:], day) == day + timedelta(days=14)
