"""The demo year: the same for a seed, walked through the services, begun again where it stopped, and counted right."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from wagtail.models import WorkflowState

from gongkai.demo.desk import bring_desk
from gongkai.demo.load import City, go_on, load
from gongkai.demo.year import plan, walking
from gongkai.demo.year.requests import PlannedRequest, expected_table3, expected_table4, requests
from gongkai.engines.casework.models import Case, Event
from gongkai.engines.casework.verification import verify_cases
from gongkai.engines.figures import Period, tally, value
from gongkai.foundation.ledger.verification import verify
from gongkai.foundation.organs.models import Organ
from gongkai.foundation.organs.services import establish_organ
from gongkai.foundation.workdays import calendar
from gongkai.wings.disclosure.remedies.figures import table4_of
from gongkai.wings.disclosure.requests.outcomes import outcomes
from gongkai.wings.publishing.documents import rules
from gongkai.wings.publishing.documents.kinds import Attribute, Authority, Validity
from gongkai.wings.publishing.documents.models import Attachment, Document, Publication
from gongkai.wings.publishing.documents.standing import timelines
from gongkai.wings.publishing.reviews.models import ReviewTaskState, ScanFinding

YEAR = 2021
CODES = ("office", "jyj", "czj")
WAYS = ("receive_correction", "approve_extension", "end_third_party", "end_organs", "receive_payment")
"""Acts a year has to show, beside every result."""


def silent(what: str, done: int, total: int) -> None:
    pass


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.005, 0.1))
def test_a_plan_is_lawful_and_the_same_for_its_seed(seed: int, scale: float) -> None:
    planned = list(requests(CODES, YEAR, scale, seed))
    assert planned == list(requests(CODES, YEAR, scale, seed))
    assert len({each.email for each in planned}) == len(planned) == max(1, round(2000 * scale))
    for each in planned:
        assert calendar().is_workday(each.received)
        days = [each.received, *(act.day for act in each.acts)]
        assert days == sorted(days)
        assert bool(each.outcome) == (each.decided is not None)
        for act in each.acts:
            if act.action == "ask_correction":
                assert calendar().count(each.received, act.day).days <= 7


def test_a_larger_scale_adds_requests_and_changes_none() -> None:
    small, large = (list(requests(CODES, YEAR, scale, 5)) for scale in (0.02, 0.05))
    assert large[: len(small)] == small


def test_nothing_is_planned_after_the_day_it_is_made() -> None:
    until = dt.date(YEAR, 7, 1)
    for each in requests(CODES, YEAR, 0.1, 5, until=until):
        assert all(act.day <= until for act in each.acts)
        assert each.decided is None or each.decided <= until
        assert all((remedy.closed or remedy.filed) <= until for remedy in each.remedies)


def test_a_whole_city_has_every_result_and_about_the_number_of_remedies_of_one() -> None:
    planned = list(requests([f"o{at}" for at in range(76)], YEAR, 1, 2020))
    assert {each.outcome for each in planned} >= {each.code for each in outcomes()}
    assert 110 <= sum(len(each.remedies) for each in planned) <= 190
    acts = Counter(act.action for each in planned for act in each.acts)
    assert all(acts[way] for way in WAYS)
    in_year = expected_table4(planned, YEAR)
    assert len(in_year) == 12  # three kinds, four results each
    asked = Counter(each.organ for each in planned)
    assert len(asked) > 60
    assert (
        max(asked.values()) > 4 * sorted(asked.values())[len(asked) // 2]
    )  # some are asked much, most little


def test_what_is_carried_out_of_a_year_is_carried_into_the_next() -> None:
    planned = list(requests(CODES, YEAR, 0.5, 7))
    this, following = (expected_table3(planned, year) for year in (YEAR, YEAR + 1))
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
    walking.forget_people()
    return made


@pytest.mark.once
def test_the_year_is_walked_through_the_services_and_counted_as_planned(city: City) -> None:
    walking.bring_organs(silent)
    walking.bring_organs(silent)
    assert Organ.objects.count() == 78
    codes = sorted(walking.asked_organs())
    planned = list(requests(codes, YEAR, 0.006, 3))
    for each in planned[:5]:
        walking.walk(each)
    walking.bring_requests(YEAR, 0.006, 3, silent)  # begins where it stopped
    walking.bring_requests(YEAR, 0.006, 3, silent)
    assert Case.objects.of("disclosure-request").count() == len(planned) == 12
    _counted_as_planned(planned)
    with pytest.raises(walking.NotHere, match="另一个种子"):
        walking.bring_requests(YEAR, 0.006, 4, silent)


@pytest.fixture
def sites(city: City) -> City:
    city.sites()
    return city


@pytest.mark.once
def test_documents_of_the_year_go_through_three_reviews_at_their_own_days(sites: City) -> None:
    scale = 4 / plan.table()["documents"]
    walking.bring_documents(YEAR, scale / 2, 3, silent)
    walking.bring_documents(YEAR, scale, 3, silent)  # begins where it stopped
    organs = {organ.code: organ.short_name or organ.name for organ in Organ.objects.exclude(code="nanming")}
    planned = {each.title: each.day for each in plan.documents(dict(sorted(organs.items())), YEAR, scale, 3)}
    public = Document.objects.public().filter(title__in=planned)
    assert {document.title for document in public} == set(planned)
    for document in public:
        assert timezone.localtime(document.published_at).date() == planned[document.title]
        publication = document.publications.get()
        assert publication.authority == Authority.REVIEWED
        states = ReviewTaskState.objects.filter(revision=publication.revision).order_by("pk")
        moments = [moment for state in states for moment in (state.started_at, state.finished_at)]
        assert moments == sorted(moments) and moments[-1] == document.published_at
        assert len({state.finished_by_id for state in states} | {document.created_by_id}) == 4
    assert verify().ok


@pytest.mark.once
def test_a_visitor_of_the_small_city_sees_every_situation_of_a_text(sites: City) -> None:
    sites.documents()
    bring_desk(silent)
    today = timezone.localdate()
    standing = {rules.validity_on(each, today) for each in timelines(Document.objects.public()).values()}
    assert standing >= {Validity.IN_FORCE, Validity.AMENDED, Validity.REPEALED, Validity.EXPIRED}
    assert Publication.objects.filter(authority=Authority.FORCED).exclude(reason="").exists()
    assert Document.objects.filter(attribute=Attribute.WITHHELD, live=False).exists()
    assert Document.objects.exclude(withdrawn_at=None).exists()
    assert ScanFinding.objects.exclude(overruled_at=None).exists()
    assert WorkflowState.objects.filter(status=WorkflowState.STATUS_NEEDS_CHANGES).exists()
    fetched = Attachment.objects.filter(document__live=True).values_list("file__name", flat=True)
    assert {name.rpartition(".")[2] for name in fetched} == {"docx", "xlsx"}


def test_a_year_is_never_added_to_what_is_not_the_demo_city(db: None) -> None:
    establish_organ(actor="system", code="zhenshi", name="真实市人民政府")
    with pytest.raises(walking.NotHere):
        load(silent, scale=0.01)
    with pytest.raises(walking.NotHere):
        go_on(silent, scale=0.01)
    assert Organ.objects.count() == 1


def test_every_way_a_request_can_go_is_a_lawful_one(city: City) -> None:
    """One of each: consultations, fee paid and unpaid, reasons, extension, every kind and result of remedy."""
    plentiful = list(requests(CODES, YEAR, 1, 2020))

    def first(of: Callable[[PlannedRequest], bool]) -> PlannedRequest:
        return next(each for each in plentiful if of(each))

    def done(action: str) -> Callable[[PlannedRequest], bool]:
        return lambda each: any(act.action == action for act in each.acts)

    wanted = [first(done(action)) for action in WAYS]
    wanted += [
        first(lambda each, code=code: each.outcome == code)  # type: ignore[misc]
        for code in ("secret", "forbidden_by_law", "third_party", "unreasonable", "unpaid", "uncorrected")
    ]
    wanted += [
        first(lambda each, kind=kind: any(remedy.kind == kind and remedy.closed for remedy in each.remedies))  # type: ignore[misc]
        for kind in ("direct_suit", "suit_after_reconsideration")
    ]
    wanted.append(first(lambda each: any(not remedy.closed for remedy in each.remedies)))
    planned = list({each.key: each for each in wanted}.values())
    for each in planned:
        case = walking.walk(each)
        case.refresh_from_db()
        assert (case.outcome, case.closed_on) == (each.outcome, each.decided)
        days = set(Event.objects.filter(case=case).values_list("day", flat=True))
        assert days == {each.received, *(act.day for act in each.acts)}
    _counted_as_planned(planned)


def _counted_as_planned(planned: list[PlannedRequest]) -> None:
    for year in (YEAR, YEAR + 1):
        expected = expected_table3(planned, year)
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
        fourth = Counter(table4_of(Organ.objects.all(), year).numbers)
        assert +fourth == +expected_table4(planned, year)
    assert verify().ok
    assert not list(verify_cases())
