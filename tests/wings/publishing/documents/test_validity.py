"""Validity follows from dates and from what public documents did; nobody types it."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.wings.publishing.documents.kinds import Kind, LinkKind, Validity
from gongkai.wings.publishing.documents.rules import (
    ENDING,
    MOVES_VALIDITY,
    Act,
    ValidityFacts,
    act_since,
    turns_after,
    validity_on,
    validity_timeline,
)

DAYS = st.dates(date(1990, 1, 1), date(2040, 12, 31)) | st.sampled_from([date.min, date.max])
ACTS = st.lists(st.builds(Act, st.sampled_from([kind.value for kind in LinkKind]), DAYS), max_size=6)
FACTS = st.builds(
    ValidityFacts,
    kind=st.sampled_from([kind.value for kind in Kind]),
    effective_on=st.none() | DAYS,
    written_on=st.none() | DAYS,
    published_on=st.none() | DAYS,
    expires_on=st.none() | DAYS,
)
RULE = ValidityFacts(
    kind=Kind.NORMATIVE,
    written_on=date(2020, 4, 22),
    effective_on=date(2020, 6, 1),
    expires_on=date(2025, 5, 31),
)


def on(day: date, *acts: Act, facts: ValidityFacts = RULE) -> Validity:
    return validity_on(validity_timeline(facts, acts), day)


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (date(2020, 5, 31), Validity.NOT_YET),
        (date(2020, 6, 1), Validity.IN_FORCE),
        (date(2025, 5, 31), Validity.IN_FORCE),
        (date(2025, 6, 1), Validity.EXPIRED),
    ],
)
def test_a_document_is_in_force_from_its_first_to_its_last_day_inclusive(day: date, state: Validity) -> None:
    assert on(day) == state


def test_amended_from_the_day_of_the_amendment_and_still_in_force() -> None:
    amendment = Act(LinkKind.AMENDS, date(2021, 1, 1))
    assert on(date(2020, 12, 31), amendment) == Validity.IN_FORCE
    assert on(date(2021, 1, 1), amendment) == Validity.AMENDED


@pytest.mark.parametrize("kind", [LinkKind.REPEALS, LinkKind.REPLACES])
def test_a_repeal_is_final_whatever_comes_later(kind: LinkKind) -> None:
    acts = (Act(kind, date(2022, 1, 1)), Act(LinkKind.AMENDS, date(2023, 1, 1)))
    assert on(date(2021, 12, 31), *acts) == Validity.IN_FORCE
    for day in (date(2022, 1, 1), date(2023, 6, 1), date(2030, 1, 1)):
        assert on(day, *acts) == Validity.REPEALED


def test_a_text_that_expired_and_was_cleaned_up_later_was_first_expired_then_repealed() -> None:
    timeline = validity_timeline(RULE, [Act(LinkKind.REPEALS, date(2026, 3, 1))])
    assert [state for _, state in timeline] == [
        Validity.NOT_YET,
        Validity.IN_FORCE,
        Validity.EXPIRED,
        Validity.REPEALED,
    ]


def test_a_text_repealed_before_its_first_day_never_takes_effect() -> None:
    timeline = validity_timeline(RULE, [Act(LinkKind.REPEALS, date(2020, 5, 1))])
    assert [state for _, state in timeline] == [Validity.NOT_YET, Validity.REPEALED]


def test_an_amendment_dated_before_the_first_day_counts_from_the_first_day() -> None:
    assert on(date(2020, 6, 1), Act(LinkKind.AMENDS, date(2020, 5, 1))) == Validity.AMENDED


@pytest.mark.parametrize("kind", [LinkKind.INTERPRETS, LinkKind.BASED_ON, LinkKind.FORWARDS])
def test_an_interpretation_changes_nothing_about_validity(kind: LinkKind) -> None:
    assert on(date(2021, 1, 1), Act(kind, date(2020, 7, 1))) == Validity.IN_FORCE


def test_news_has_no_validity_until_somebody_gives_it_one() -> None:
    news = ValidityFacts(kind=Kind.NEWS, written_on=date(2020, 1, 1))
    assert on(date(2020, 1, 2), facts=news) == Validity.NONE
    assert on(date(2020, 3, 1), Act(LinkKind.REPEALS, date(2020, 2, 1)), facts=news) == Validity.REPEALED


def test_a_document_without_a_day_of_effect_is_in_force_when_written() -> None:
    facts = ValidityFacts(kind=Kind.POLICY, written_on=date(2020, 4, 22), published_on=date(2020, 4, 30))
    assert on(date(2020, 4, 22), facts=facts) == Validity.IN_FORCE
    assert on(date(2020, 4, 21), facts=facts) == Validity.NOT_YET


def test_a_link_counts_from_its_own_day_else_from_that_of_the_document_which_carries_it() -> None:
    days = {"source_effective_on": date(2021, 1, 1), "source_written_on": date(2020, 12, 1)}
    published = {"source_published_on": date(2020, 12, 9)}
    assert act_since(link_effective_on=date(2022, 1, 1), **days, **published) == date(2022, 1, 1)
    assert act_since(link_effective_on=None, **days, **published) == date(2021, 1, 1)
    assert act_since(
        link_effective_on=None, source_effective_on=None, source_written_on=None, **published
    ) == date(2020, 12, 9)


@given(facts=FACTS, acts=ACTS, day=DAYS)
def test_every_document_has_exactly_one_state_on_every_day(
    facts: ValidityFacts, acts: list[Act], day: date
) -> None:
    timeline = validity_timeline(facts, acts)
    assert timeline[0][0] == date.min
    assert [since for since, _ in timeline] == sorted({since for since, _ in timeline})
    assert all(earlier[1] != later[1] for earlier, later in pairwise(timeline))
    assert validity_on(timeline, day) in Validity
    assert set(turns_after(timeline, day)) == {since for since, _ in timeline if since > day}


@given(facts=FACTS, acts=ACTS, seed=st.randoms())
def test_the_order_in_which_links_are_read_does_not_matter(
    facts: ValidityFacts, acts: list[Act], seed
) -> None:
    shuffled = list(acts)
    seed.shuffle(shuffled)
    assert validity_timeline(facts, shuffled) == validity_timeline(facts, acts)


@given(facts=FACTS, acts=ACTS, later=st.integers(0, 5000))
def test_once_repealed_always_repealed(facts: ValidityFacts, acts: list[Act], later: int) -> None:
    timeline = validity_timeline(facts, acts)
    ends = [act.since for act in acts if act.kind in ENDING]
    if ends and min(ends) < date(2050, 1, 1):
        day = max(min(ends), date(1990, 1, 1))
        assert validity_on(timeline, day + timedelta(days=later)) == Validity.REPEALED


@given(facts=FACTS, acts=ACTS, day=DAYS)
def test_links_from_the_future_change_nothing_today(facts: ValidityFacts, acts: list[Act], day: date) -> None:
    if facts.kind not in {"regulation", "normative", "policy"}:
        return  # an act, even a future one, is what gives such a text a validity at all
    past = [act for act in acts if act.since <= day or act.kind not in MOVES_VALIDITY]
    assert validity_on(validity_timeline(facts, acts), day) == validity_on(
        validity_timeline(facts, past), day
    )
