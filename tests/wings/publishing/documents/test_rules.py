"""Numbers, dates due, gaps and synchrony: what the rules say, on worked cases and on hostile ones."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.foundation.workdays import calendar
from gongkai.wings.publishing.documents import rules
from gongkai.wings.publishing.documents.kinds import Attribute, Kind

CALENDAR = calendar()


# -- Index number --------------------------------------------------------------------------------------------


def test_the_index_number_has_the_organs_own_code_the_documents_year_and_five_digits() -> None:
    assert rules.next_index_number(organ_code="00817804-9", year=2023, last=8748) == (
        8749,
        "00817804-9/2023-08749",
    )


def test_the_year_is_that_of_the_document_even_when_published_decades_later() -> None:
    assert rules.index_year(written_on=date(1996, 6, 29), published_on=date(2018, 12, 24)) == 1996
    assert rules.index_year(written_on=None, published_on=date(2018, 12, 24)) == 2018


def test_an_organ_without_code_gets_no_number() -> None:
    with pytest.raises(ValueError, match="code"):
        rules.next_index_number(organ_code=" ", year=2020, last=0)


@given(code=st.sampled_from(["000014349", "00817804-9", "11441700007280420Y"]), last=st.integers(0, 10**7))
def test_a_number_given_can_be_read_back(code: str, last: int) -> None:
    serial, number = rules.next_index_number(organ_code=code, year=2020, last=last)
    assert rules.index_serial(number) == (code, 2020, serial)


@given(st.text(max_size=40))
def test_any_string_may_be_asked_for_its_serial(value: str) -> None:
    parts = rules.index_serial(value)
    assert parts is None or parts[2] >= 0


def test_every_real_index_number_is_understood(shared_data: Path) -> None:
    records = json.loads((shared_data / "policy_metadata.json").read_text(encoding="utf-8"))["records"]
    for record in records:
        parts = rules.index_serial(record["索引号"])
        assert parts is not None
        code, year, serial = parts
        assert f"{code}/{year}-{serial:05d}" == record["索引号"]
        assert str(year) == record["成文日期"][:4]


# -- Facts and attribute ---------------------------------------------------------------------------------------


def test_all_missing_facts_are_named_together_with_their_source() -> None:
    missing = rules.missing_facts(Kind.NORMATIVE, {"title", "issuer", "content"})
    assert [fact.field for fact in missing] == ["written_on", "document_number", "subject"]
    assert all(fact.source for fact in rules.required_facts())


def test_news_needs_its_source_and_no_document_number() -> None:
    fields = {fact.field for fact in rules.missing_facts(Kind.NEWS, ())}
    assert "source" in fields and "document_number" not in fields


def test_no_attribute_no_routing() -> None:
    (obstacle,) = rules.attribute_obstacles(attribute="", reason="", provision="", grounds=())
    assert obstacle.field == "attribute" and "80号" in obstacle.rule


def test_withheld_needs_a_reason_and_a_provision_that_exists() -> None:
    def fields(**facts: str) -> list[str]:
        found = rules.attribute_obstacles(attribute=Attribute.WITHHELD, grounds={"14.secret"}, **facts)
        return [obstacle.field for obstacle in found]

    assert fields(reason=" ", provision="") == ["attribute_reason", "attribute_provision"]
    assert fields(reason="涉及国家秘密", provision="99.nothing") == ["attribute_provision"]
    assert fields(reason="涉及国家秘密", provision="14.secret") == []


def test_a_forwarding_document_inherits_the_strictest_attribute() -> None:
    assert rules.inherited_attribute(["proactive", "withheld", "on_request"]) == Attribute.WITHHELD
    assert rules.inherited_attribute(["proactive"]) == Attribute.PROACTIVE
    assert rules.inherited_attribute(["", "?"]) == ""


def test_withheld_texts_are_due_again_after_a_year() -> None:
    assert rules.reassess_unless_since(date(2021, 3, 1)) == date(2020, 3, 1)


# -- Publication due -------------------------------------------------------------------------------------------


def test_publication_is_due_twenty_working_days_after_the_text_came_to_be() -> None:
    due = rules.publication_due(written_on=date(2020, 4, 1), disclosure_decided_on=None, calendar=CALENDAR)
    assert due is not None
    # 4–6 April and 1–5 May were off, 26 April was worked.
    assert due.last_day == date(2020, 4, 29) and "二十六" in due.rule and not due.provisional
    assert not due.late_on(date(2020, 4, 29)) and due.late_on(date(2020, 4, 30))


def test_for_a_historical_release_the_days_run_from_the_decision_to_open_it() -> None:
    old = date(1981, 5, 23)
    assert rules.publication_due(written_on=old, disclosure_decided_on=None, calendar=CALENDAR) is None
    due = rules.publication_due(written_on=old, disclosure_decided_on=date(2018, 11, 5), calendar=CALENDAR)
    assert due is not None and due.start == date(2018, 11, 5)


def test_the_rule_named_is_the_one_in_force_on_that_day() -> None:
    before = rules.publication_limit(date(2019, 5, 14))
    after = rules.publication_limit(date(2019, 5, 15))
    assert before is not None and "2007" in before.rule
    assert after is not None and "2007" not in after.rule
    assert rules.publication_limit(date(2008, 4, 30)) is None


# -- Series ----------------------------------------------------------------------------------------------------


def health(
    *numbers: int, today: date = date(2020, 12, 31), every_days: int | None = None
) -> rules.SeriesHealth:
    issues = [(number, date(2020, 1, 1) + timedelta(days=10 * number)) for number in numbers]
    return rules.series_gaps(issues, first=1, today=today, every_days=every_days)


def test_thirty_six_briefs_in_a_row_are_sound() -> None:
    assert health(*range(1, 37)).sound


def test_missing_issues_are_named_as_ranges() -> None:
    assert health(1, 2, 5, 9).gaps == (rules.Gap(3, 4), rules.Gap(6, 8))
    assert health(3).gaps == (rules.Gap(1, 2),)


def test_the_next_issue_is_late_the_day_after_it_was_expected() -> None:
    last = date(2020, 1, 31)
    assert health(1, 2, 3, today=last + timedelta(days=14), every_days=14).late is None
    late = health(1, 2, 3, today=last + timedelta(days=15), every_days=14).late
    assert late == rules.LateIssue(number=4, expected_on=last + timedelta(days=14), days_late=1)


def test_a_series_without_issues_has_neither_gaps_nor_late_ones() -> None:
    assert health(every_days=7).sound


@given(st.sets(st.integers(1, 10**9), min_size=1, max_size=30))
def test_gaps_and_issues_together_are_every_number_once(numbers: set[int]) -> None:
    gaps = (
        health(*[]).gaps
        if not numbers
        else rules.series_gaps(
            [(number, date(2020, 1, 1)) for number in numbers],
            first=1,
            today=date(2020, 1, 1),
            every_days=None,
        ).gaps
    )
    assert sum(gap.last - gap.first + 1 for gap in gaps) + len(numbers) == max(numbers)
    assert not any(gap.first <= number <= gap.last for gap in gaps for number in numbers)


# -- Synchrony -------------------------------------------------------------------------------------------------

DOCUMENT = rules.Milestones(
    drafted_on=date(2020, 4, 1), approved_on=date(2020, 4, 20), published_on=date(2020, 4, 22)
)


def kept(*interpretations: rules.Milestones, document: rules.Milestones = DOCUMENT) -> dict[str, bool | None]:
    return {check.code: check.kept for check in rules.synchrony(document, interpretations, CALENDAR)}


def test_an_interpretation_made_approved_and_released_with_its_document_keeps_all_three() -> None:
    assert all(kept(DOCUMENT).values())


def test_one_that_comes_two_working_days_later_breaks_the_state_rule_but_not_the_local_practice() -> None:
    later = rules.Milestones(
        drafted_on=date(2020, 4, 10), approved_on=date(2020, 4, 24), published_on=date(2020, 4, 24)
    )
    assert kept(later) == {"organised": True, "approved": False, "released": False, "within_days": True}


def test_without_interpretation_everything_done_so_far_is_broken_and_the_rest_open() -> None:
    draft = rules.Milestones(drafted_on=date(2020, 4, 1))
    assert set(kept(document=draft).values()) == {None}
    assert set(kept().values()) == {False}


def test_the_three_days_are_marked_as_not_confirmed() -> None:
    checks = {check.code: check.confirmed for check in rules.synchrony(DOCUMENT, [DOCUMENT], CALENDAR)}
    assert checks["within_days"] is False and checks["released"] is True
