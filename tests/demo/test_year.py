"""The demo year: the same for a seed, walked through the services, begun again where it stopped, and counted right."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongkai.demo.load import City
from gongkai.demo.year import plan, walking
from gongkai.engines.casework.models import Case
from gongkai.engines.casework.verification import verify_cases
from gongkai.engines.figures import Period, tally, value
from gongkai.foundation.ledger.verification import verify
from gongkai.foundation.organs.models import Organ
from gongkai.foundation.workdays import calendar

YEAR = 2021
CODES = ("office", "jyj", "czj")


def silent(what: str, done: int, total: int) -> None:
    pass


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.005, 0.1))
def test_a_plan_is_lawful_and_the_same_for_its_seed(seed: int, scale: float) -> None:
    planned = list(plan.requests(CODES, YEAR, scale, seed))
    assert planned == list(plan.requests(CODES, YEAR, scale, seed))
    assert len({each.email for each in planned}) == len(planned) == max(1, round(2000 * scale))
    for each in planned:
        assert calendar().is_workday(each.received)
        if each.corrected is not None:
            assert calendar().count(each.received, each.corrected[0]).days <= 7
        if each.decided is not None:
            assert each.decided > each.received
            assert each.outcome
            assert each.corrected is None or each.corrected[0] < each.decided
            assert each.outcome == "uncorrected" or each.corrected is None or each.corrected[1] < each.decided


def test_what_is_carried_out_of_a_year_is_carried_into_the_next() -> None:
    planned = list(plan.requests(CODES, YEAR, 0.5, 7))
    this, following = (plan.expected_table3(planned, year) for year in (YEAR, YEAR + 1))
    for kind in {each.kind for each in planned}:
        assert this["4", kind] == following["2", kind]
        assert this["1", kind] + this["2", kind] == this["3.7", kind] + this["4", kind]


def test_there_are_seventy_eight_organs() -> None:
    planned = plan.organs()
    assert len({each.code for each in planned}) == len(planned) == 65
    assert len({each.name for each in planned}) == 65


@pytest.fixture
def city(db: None) -> City:
    made = City(silent)
    made.organs()
    made.staff()
    walking._user.cache_clear()  # people of another test's database
    return made


def test_the_year_is_walked_through_the_services_and_counted_as_planned(city: City) -> None:
    walking.bring_organs(silent)
    walking.bring_organs(silent)
    assert Organ.objects.count() == 78
    codes = sorted(walking.asked_organs())
    planned = list(plan.requests(codes, YEAR, 0.006, 3))
    for each in planned[:5]:
        walking.walk(each)
    walking.bring_requests(YEAR, 0.006, 3, silent)  # begins where it stopped
    walking.bring_requests(YEAR, 0.006, 3, silent)
    assert Case.objects.of("disclosure-request").count() == len(planned) == 12
    for year in (YEAR, YEAR + 1):
        expected = plan.expected_table3(planned, year)
        rows = {row for row, _kind in expected} - {"1", "2", "4", "3.7"}
        found: Counter[tuple[str, str]] = Counter()
        for source, row in (("new", "1"), ("carried_in", "2"), ("concluded", "3.7"), ("carried_out", "4")):
            for (_organ, kind, *_more), number in tally(
                f"requests.{source}", Period.year(year)
            ).counts.items():
                found[row, kind] += number
        for row in rows:
            for kind in {kind for _row, kind in expected}:
                number = value(f"requests.row.{row}", Period.year(year), organs=None, applicant_kind=kind)
                found[row, kind] += number
        assert +found == +expected
    assert verify().ok
    assert not list(verify_cases())
