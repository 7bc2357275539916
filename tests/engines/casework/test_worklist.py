"""Worklists: each case in the right group, every page exactly once, and nobody sees other organs' cases."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongkai.engines.casework import services, worklist
from gongkai.engines.casework.actors import HOUSE, Actor
from gongkai.engines.casework.models import Case
from gongkai.engines.casework.worklist import Asked
from gongkai.foundation.accounts.models import Role, User
from gongkai.foundation.organs.models import Organ
from tests.engines.casework.procedures import CODE, register_small
from tests.factories import organ, staff

pytestmark = pytest.mark.django_db
D = dt.date.fromisoformat
TODAY = D("2020-05-13")  # a Wednesday


@pytest.fixture(autouse=True)
def _registered() -> None:
    register_small()


@pytest.fixture
def at() -> Organ:
    return organ(document_mark="测")


@pytest.fixture
def handler(at: Organ) -> User:
    return staff("", Role.HANDLER, at=at)


def opened(at: Organ, day: str, **facts: object) -> Case:
    return services.open_case(
        procedure_code=CODE,
        organ=at,
        actor=HOUSE,
        title=f"事项{day}",
        received_on=D(day),
        **facts,  # type: ignore[arg-type]
    )


def seen(user: User, **asked: object) -> list[str]:
    return [row.case.title for row in worklist.page(Asked(**asked), user, TODAY).rows]  # type: ignore[arg-type]


def test_each_case_stands_in_its_groups_and_is_counted_there(at: Organ, handler: User) -> None:
    opened(at, "2020-04-01")  # due 2020-04-29: overdue
    opened(at, "2020-04-14", handler=handler)  # due 2020-05-13: today
    opened(at, "2020-04-16")  # due 2020-05-15: this week
    opened(at, "2020-05-06")  # due in June
    still = opened(at, "2020-04-15")
    services.act(
        case=still,
        action="ask",
        actor=Actor(user=handler),
        day=D("2020-04-16"),
        facts={"what": "?", "days": 5},
    )
    assert seen(handler, group="overdue") == ["事项2020-04-01"]
    assert seen(handler, group="today") == ["事项2020-04-14"]
    assert seen(handler, group="week") == ["事项2020-04-16"]
    assert seen(handler, group="waiting") == ["事项2020-04-15"]
    assert seen(handler, group="mine") == ["事项2020-04-14"]
    assert len(seen(handler, group="unassigned")) == 4
    assert seen(handler, group="open")[-1] == "事项2020-04-15"  # what stands still comes last
    counted = worklist.counts(handler, TODAY)
    assert counted == worklist.Counts(
        open=5, overdue=1, today=1, week=1, waiting=1, unassigned=4, mine=1, provisional=0
    )


def test_days_left_and_whom_a_case_waits_for_stand_in_its_row(at: Organ, handler: User) -> None:
    opened(at, "2020-04-01")
    still = opened(at, "2020-04-15")
    services.act(
        case=still,
        action="ask",
        actor=Actor(user=handler),
        day=D("2020-04-16"),
        facts={"what": "?", "days": 5},
    )
    late, waiting = worklist.page(Asked(), handler, TODAY).rows
    assert (late.overdue, late.days_left, late.days_late) == (True, -8, 8)
    assert (waiting.days_left, waiting.still) == (None, "the applicant")


def test_other_organs_cases_are_seen_by_nobody_here(at: Organ, handler: User) -> None:
    opened(organ(), "2020-04-01")
    assert seen(handler, group="all") == [] and worklist.counts(handler, TODAY).open == 0
    below = organ(parent=at)
    opened(below, "2020-04-02")
    assert seen(handler, group="all") == ["事项2020-04-02"]  # whoever serves an organ serves what is below it


def test_filters_narrow_down(at: Organ, handler: User) -> None:
    first = opened(at, "2020-04-01", channel="desk", applicant_kind="natural")
    opened(at, "2020-04-16", channel="email", applicant_kind="legal")
    for asked in (
        {"channel": "desk"},
        {"applicant_kind": "natural"},
        {"received_until": D("2020-04-10")},
        {"words": first.number},
        {"words": "事项2020-04-01"},
        {"organ": at.code, "channel": "desk"},
        {"handler": "none", "channel": "desk"},
    ):
        assert seen(handler, **asked) == ["事项2020-04-01"], asked
    assert seen(handler, organ="nowhere") == []
    assert seen(handler, state="review") == [] and len(seen(handler, state="open")) == 2


def test_a_number_is_found_over_all_years_and_words_within_one(at: Organ, handler: User) -> None:
    old = opened(at, "2018-03-05")
    assert seen(handler, group="all", words=old.number) == ["事项2018-03-05"]
    assert seen(handler, group="all", words="事项2018") == []
    assert seen(handler, group="all", words="事项2018", received_since=D("2018-01-01")) == ["事项2018-03-05"]
    assert seen(handler, group="all", words="事项2018", received_until=D("2018-12-31")) == ["事项2018-03-05"]
    assert seen(handler, group="open", words="事项2018") == ["事项2018-03-05"]
    for day in (dt.date.min, dt.date.max):
        assert seen(handler, group="all", words="事项", received_since=day) == []
        assert seen(handler, group="all", words="事项", received_until=day) is not None


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    days=st.lists(st.dates(D("2020-03-01"), D("2020-05-12")), min_size=0, max_size=12),
    size=st.integers(1, 5),
    order=st.sampled_from(["due", "received"]),
    group=st.sampled_from(["open", "all", "waiting", "overdue"]),
)
def test_paging_shows_every_case_once_in_order(
    at: Organ, handler: User, days: list[dt.date], size: int, order: str, group: str
) -> None:
    before = set(Case.objects.values_list("pk", flat=True))
    for number, day in enumerate(days):
        case = opened(at, day.isoformat())
        if number % 3 == 0:
            services.act(
                case=case, action="ask", actor=Actor(user=handler), day=day, facts={"what": "?", "days": 5}
            )
    after, found = "", []
    for _page in range(200):
        asked = Asked(group=group, order=order, size=size, after=after)  # type: ignore[arg-type]
        shown = worklist.page(asked, handler, TODAY)
        found += [row.case for row in shown.rows]
        after = shown.next
        if not after:
            break
    expected = set(worklist.selected(Asked(group=group), handler, TODAY).values_list("pk", flat=True))  # type: ignore[arg-type]
    assert len(found) == len({case.pk for case in found}) and {case.pk for case in found} == expected
    if order == "received" or group == "all":
        keys = [(case.received_on, case.pk) for case in found]
        assert keys == sorted(keys, reverse=True)
    else:
        ordered = [(case.due_on is None, case.due_on or D("2020-01-01"), case.pk) for case in found]
        assert ordered == sorted(ordered)
    assert before <= set(Case.objects.values_list("pk", flat=True))


def test_leaders_see_how_each_organ_stands(at: Organ, handler: User) -> None:
    below = organ(parent=at)
    opened(at, "2020-05-06")
    opened(below, "2020-04-01")
    loads = worklist.by_organ(handler, TODAY)
    assert [(load.organ.pk, load.open, load.overdue) for load in loads] == [(below.pk, 1, 1), (at.pk, 1, 0)]


def test_the_export_masks_natural_persons(at: Organ, handler: User) -> None:
    from gongkai.engines.casework.models import Party

    party = Party.objects.create(kind="natural", name="欧阳修", identity_number="360426199101010071")
    opened(at, "2020-04-01", applicant=party)
    (row,) = worklist.exported(Asked(group="all"), handler, TODAY)
    assert "欧**" in row and "欧阳修" not in row and "360426199101010071" not in row
