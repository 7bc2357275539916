"""Who may review, and when approvals are three reviews: on every combination."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gongkai.wings.publishing.reviews.rules import LEVELS, Approval, Bar, Flaw, bars, flaws

PEOPLE = st.integers(1, 6)
SETS = st.sets(PEOPLE, max_size=4)
APPROVALS = st.lists(
    st.builds(Approval, st.sampled_from(LEVELS), st.none() | PEOPLE, st.sampled_from(["read", "other", ""])),
    max_size=5,
)


@given(person=PEOPLE, authors=SETS, earlier=SETS, role=...)
def test_a_person_may_review_exactly_when_nothing_bars(
    person: int, authors: set[int], earlier: set[int], role: bool
) -> None:
    found = bars(person=person, authors=authors, earlier_reviewers=earlier, holds_role=role)
    assert (found == ()) == (role and person not in authors | earlier)
    assert (Bar.AUTHOR in found) == (person in authors)


@given(approvals=APPROVALS, authors=SETS)
def test_three_reviews_are_three_levels_by_three_people_of_one_text_and_by_no_author(
    approvals: list[Approval], authors: set[int]
) -> None:
    people = [approval.person for approval in approvals]
    sound = (
        sorted(approval.level for approval in approvals) == [1, 2, 3]
        and None not in people
        and len(set(people)) == 3
        and not set(people) & authors
        and all(approval.fingerprint == "read" for approval in approvals)
    )
    assert (flaws(approvals, authors=authors, fingerprint="read") == ()) == sound


def test_no_approvals_are_no_reviews() -> None:
    assert Flaw.MISSING in flaws([], authors=(), fingerprint="read")
