"""The gateway: what is refused and why, what is kept of an act, and that nothing is half-done."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from gongkai.engines.casework import leaving, services
from gongkai.engines.casework.actors import HOUSE, Actor
from gongkai.engines.casework.errors import CaseRefused
from gongkai.engines.casework.models import Case, Clock, Event, Party
from gongkai.engines.casework.recomputing import recompute
from gongkai.engines.casework.verification import verify_cases
from gongkai.foundation.accounts.models import Role, User
from gongkai.foundation.accounts.services import assign_role
from gongkai.foundation.ledger.models import Entry
from gongkai.foundation.organs.models import Organ
from gongkai.foundation.serials.models import Serial
from gongkai.foundation.workdays import calendar
from gongkai.foundation.workdays.calendar import Calendar
from tests.engines.casework.procedures import CODE, register_small
from tests.factories import organ, staff
from tests.ledger_triggers import no_triggers

pytestmark = pytest.mark.django_db
D = dt.date.fromisoformat


@pytest.fixture(autouse=True)
def _registered() -> None:
    register_small()


@pytest.fixture
def at() -> Organ:
    return organ(document_mark="测")


@pytest.fixture
def handler(at: Organ) -> User:
    return staff("", Role.HANDLER, at=at)


@pytest.fixture
def head(at: Organ) -> User:
    return staff("", Role.DISCLOSURE_HEAD, at=at)


def opened(at: Organ, day: str = "2020-04-20", **facts: object) -> Case:
    return services.open_case(
        procedure_code=CODE,
        organ=at,
        actor=HOUSE,
        title="供水",
        received_on=D(day),
        **facts,  # type: ignore[arg-type]
    )


def take(case: Case, action: str, user: User, day: str, outcome: str = "", **facts: object) -> Event:
    return services.act(
        case=case, action=action, actor=Actor(user=user), day=D(day), facts=facts, outcome=outcome
    )


def test_an_act_leaves_one_event_and_one_ledger_entry_that_agree(at: Organ, handler: User) -> None:
    case = opened(at)
    take(case, "ask", handler, "2020-04-21", what="哪一年", days=5)
    assert [
        (event.seq, event.action, event.from_state, event.to_state) for event in case.events.order_by("seq")
    ] == [
        (1, "open", "", "open"),
        (2, "ask", "open", "asked"),
    ]
    entries = Entry.objects.filter(subject=case.ledger_name)
    assert [entry.verb for entry in entries] == ["case.open", "case.ask"]
    assert "哪一年" not in "".join(entry.body for entry in entries), "the ledger holds digests, not words"
    assert list(verify_cases()) == []


@pytest.mark.parametrize(
    "forged",
    ["[]", "no json", '"digest"', '{"digest": 1}', '{"digest": 1, "seq": "x"}', '{"digest": 1, "seq": 2}'],
)
def test_an_entry_that_somebody_broke_is_a_fault_of_its_case_and_stops_nothing(
    at: Organ, handler: User, forged: str
) -> None:
    case, other = opened(at), opened(at)
    take(case, "ask", handler, "2020-04-21", what="哪一年", days=5)
    newest = Entry.objects.filter(subject=case.ledger_name).latest("id")
    with no_triggers(), connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_entry SET body = %s WHERE id = %s", [forged, newest.pk])
    Case.objects.filter(pk=other.pk).update(number="another")
    assert {fault.case for fault in verify_cases()} == {case.pk, other.pk}


def test_facts_that_are_not_right_are_all_named_and_nothing_happens(at: Organ, handler: User) -> None:
    case = opened(at)
    with pytest.raises(ValidationError) as refusal:
        take(case, "ask", handler, "2020-04-21", days="three", purpose="curiosity")
    assert set(refusal.value.message_dict) == {"what", "days", "purpose"}
    case.refresh_from_db()
    assert (case.state, case.version, case.clocks.get(code="reply").standing) == ("open", 1, "running")


@pytest.mark.parametrize("value", ["\x00", "a\x07b", "x" * 20_001])
def test_text_that_no_table_keeps_is_refused(at: Organ, handler: User, value: str) -> None:
    with pytest.raises(ValidationError):
        take(opened(at), "ask", handler, "2020-04-21", what=value, days=5)


def test_markup_and_statements_in_a_fact_stay_text(at: Organ, handler: User) -> None:
    hostile = "<script>alert(1)</script>'; DROP TABLE casework_case; --"
    event = take(opened(at), "ask", handler, "2020-04-21", what=hostile, days=5)
    event.refresh_from_db()
    assert event.facts["what"] == hostile


def test_a_guard_gives_its_reason_and_shows_before_the_button_is_pressed(at: Organ, handler: User) -> None:
    case = opened(at)
    offered = {
        each.action.code: each
        for each in services.allowed_actions(case, Actor(user=handler), day=D("2020-04-24"))
    }
    assert offered["propose"].reasons == ("It is Friday.",) and not offered["propose"].possible
    with pytest.raises(CaseRefused) as refusal:
        take(case, "propose", handler, "2020-04-24", "granted")
    assert refusal.value.code == "guard" and refusal.value.reasons == ["It is Friday."]


def test_an_outcome_is_given_by_acts_that_decide_and_by_no_other(at: Organ, handler: User) -> None:
    case = opened(at)
    for action, outcome in (("propose", ""), ("propose", "odd"), ("ask", "granted")):
        facts = {"what": "?", "days": 5} if action == "ask" else {}
        with pytest.raises(ValidationError) as refusal:
            take(case, action, handler, "2020-04-21", outcome, **facts)
        assert "outcome" in refusal.value.message_dict


def test_who_proposes_does_not_approve(at: Organ, handler: User, head: User) -> None:
    case = opened(at)
    take(case, "propose", handler, "2020-04-21", "granted")
    with pytest.raises(CaseRefused) as refusal:
        take(case, "approve", handler, "2020-04-21")
    assert refusal.value.code == "same_person"
    take(case, "approve", head, "2020-04-21")
    assert (case.state, case.outcome, case.closed_on) == ("done", "granted", D("2020-04-21"))


def test_days_do_not_run_backwards_nor_ahead(at: Organ, handler: User) -> None:
    case = opened(at)
    for day in ("2020-04-19", "2099-01-01"):
        with pytest.raises(CaseRefused) as refusal:
            take(case, "ask", handler, day, what="?", days=5)
        assert refusal.value.code == "guard"


def test_before_receipt_a_case_has_no_day_and_receives_it_when_it_leaves(at: Organ) -> None:
    registrar = staff("", Role.REGISTRAR, at=at)
    case = opened(at, state="unconfirmed")
    assert (case.waiting, case.due_on, case.clocks.count()) == (True, None, 0)
    take(case, "confirm", registrar, "2020-04-28", on="2020-04-27")
    assert (case.received_on, case.due_on) == (D("2020-04-27"), D("2020-05-27"))
    assert list(verify_cases()) == []


def test_a_case_is_not_opened_in_the_middle_of_its_procedure(at: Organ) -> None:
    with pytest.raises(CaseRefused):
        opened(at, state="review")


def test_only_openers_open(at: Organ, handler: User) -> None:
    with pytest.raises(CaseRefused) as refusal:
        services.open_case(
            procedure_code=CODE, organ=at, actor=Actor(user=handler), title="x", received_on=D("2020-04-20")
        )
    assert refusal.value.code == "role" and not Serial.objects.exists()


def test_numbers_run_by_organ_and_year_and_a_failed_opening_gives_its_number_back(at: Organ) -> None:
    assert [opened(at).number, opened(at).number, opened(at, "2021-01-04").number] == [
        "测〔2020〕1号",
        "测〔2020〕2号",
        "测〔2021〕1号",
    ]

    class Interrupted(Exception):
        pass

    with pytest.raises(Interrupted), transaction.atomic():
        opened(at)
        raise Interrupted
    assert opened(at).number == "测〔2020〕3号"


def test_a_case_seen_before_somebody_else_acted_is_not_acted_on(at: Organ, handler: User) -> None:
    case = opened(at)
    seen = case.version
    take(case, "ask", handler, "2020-04-21", what="?", days=5)
    with pytest.raises(CaseRefused) as refusal:
        services.act(case=case, action="answer", actor=Actor(user=handler), day=D("2020-04-21"), version=seen)
    assert refusal.value.code == "outdated" and refusal.value.conflict


def test_everything_open_is_handed_over_when_somebody_leaves(at: Organ, handler: User, head: User) -> None:
    successor = staff("", Role.HANDLER, at=at)
    cases = [opened(at, handler=handler) for _ in range(3)]
    assert (
        leaving.hand_over(
            leaver=handler, successor=successor, actor=Actor(user=head), day=D("2020-04-21"), note="调任"
        )
        == 3
    )
    assert set(Case.objects.values_list("handler", flat=True)) == {successor.pk}
    assert [event.note for event in cases[0].events.filter(action="assign")] == ["调任"]


def test_a_closed_account_keeps_no_open_case(at: Organ, handler: User) -> None:
    """The successor serves the organ from tomorrow only; the other organ not at all."""
    successor, elsewhere = staff(""), organ()
    assign_role(user=handler, role=Role.HANDLER, organ=elsewhere, actor="system")
    assign_role(user=successor, role=Role.HANDLER, organ=at, actor="system", since=D("2020-04-22"))
    theirs, left = opened(at, handler=handler), opened(elsewhere, handler=handler)
    passed = leaving.pass_on(leaver=handler, successor=successor, closed_by="user:9", day=D("2020-04-21"))
    assert passed == (1, 1)
    assert {case.pk: case.handler_id for case in Case.objects.all()} == {
        theirs.pk: successor.pk,
        left.pk: None,
    }
    assert {event.actor for event in theirs.events.filter(action="assign")} == {"user:9"}
    assert leaving.pass_on(leaver=handler, successor=successor, closed_by="user:9", day=D("2020-04-21")) == (
        0,
        0,
    )


def test_cases_go_only_to_people_with_a_role_and_all_or_none(at: Organ, handler: User, head: User) -> None:
    stranger = staff("", Role.HANDLER, at=organ())
    cases = [opened(at), opened(at)]
    with pytest.raises(CaseRefused) as refusal:
        services.assign(cases=cases, handler=stranger, actor=Actor(user=head), day=D("2020-04-21"))
    assert len(refusal.value.reasons) == 2
    assert not Case.objects.filter(handler__isnull=False).exists()


def test_reading_a_whole_identity_number_is_an_act_of_its_own(at: Organ, handler: User) -> None:
    party = Party.objects.create(kind="natural", name="张三", identity_number="360426199101010071")
    case = opened(at, applicant=party)
    assert (str(party), party.masked_identity) == ("张*", "360***********0071")
    assert services.reveal_identity(case=case, actor=Actor(user=handler)) == "360426199101010071"
    assert Entry.objects.filter(verb="case.reveal_identity", actor=handler.ledger_name).count() == 1
    with pytest.raises(CaseRefused):
        services.reveal_identity(case=case, actor=Actor(user=staff("", Role.HANDLER, at=organ())))


def test_notes_files_and_links_stand_in_the_ledger(at: Organ, handler: User) -> None:
    from gongkai.foundation.files.services import store

    case, other = opened(at), opened(at)
    actor = Actor(user=handler)
    services.note(case=case, actor=actor, day=D("2020-04-21"), text="电话已打")
    file = store(content=b"%PDF-1.4\n%%EOF", name="a.pdf", actor=actor.ledger_name)
    services.attach(case=case, file=file, title="证明", purpose="evidence", actor=actor)
    for _ in range(2):
        services.link(case=case, other=other, kind="duplicate", actor=actor)
    verbs = list(Entry.objects.filter(subject=case.ledger_name).values_list("verb", flat=True))
    assert verbs == ["case.open", "case.note", "case.attach", "case.link"]


# -- A new holiday notice ----------------------------------------------------------------------------


class DayOff(Calendar):
    """The calendar with one working day less."""

    def __init__(self, day: str) -> None:
        from gongkai.engines.casework.bench import _with_a_day_off_more

        self.__dict__.update(_with_a_day_off_more(D(day)).__dict__)


def test_a_new_notice_moves_open_cases_and_says_so(at: Organ, handler: User) -> None:
    moving, before, closed = opened(at), opened(at, "2020-03-02"), opened(at)
    take(closed, "propose", handler, "2020-04-21", "granted")
    moved = recompute(days=DayOff("2020-04-28"), reason="国办发明电〔2020〕1号")
    assert {(each.case, each.before, each.after) for each in moved} >= {
        (moving.number, D("2020-05-19"), D("2020-05-20"))
    }
    moving.refresh_from_db()
    assert (moving.due_on, moving.internal_due_on) == (D("2020-05-20"), D("2020-05-13"))
    event = moving.events.get(action="recompute")
    assert event.facts["clocks"] == [["reply", "2020-05-19", "2020-05-20"]]
    assert not before.events.filter(action="recompute").exists()
    entry = Entry.objects.get(verb="cases.recompute")
    assert "2020-05-20" in entry.body and "国办发明电〔2020〕1号" in entry.body
    assert list(verify_cases(days=DayOff("2020-04-28"))) == []


def test_recomputing_twice_changes_nothing_more(at: Organ) -> None:
    opened(at)
    days = DayOff("2020-04-28")
    assert len(recompute(days=days)) == 1
    assert recompute(days=days) == []


def test_a_clock_that_stands_still_is_reckoned_when_it_goes_on(at: Organ, handler: User) -> None:
    case = opened(at)
    take(case, "ask", handler, "2020-04-21", what="?", days=5)
    recompute(days=DayOff("2020-04-28"))
    assert Clock.objects.get(case=case, code="reply").due_on is None


# -- Behind the ledger's back ------------------------------------------------------------------------


def tampered(sql: str, *values: object) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
    return [fault.kind for fault in verify_cases()]


def test_a_changed_outcome_is_found(at: Organ, handler: User, head: User) -> None:
    case = opened(at)
    take(case, "propose", handler, "2020-04-21", "refused")
    take(case, "approve", head, "2020-04-21")
    assert tampered("UPDATE casework_case SET outcome = 'granted' WHERE id = %s", case.pk) == ["changed"]


@pytest.mark.parametrize(
    ("change", "kinds"),
    [
        ("UPDATE casework_clock SET due_on = '2020-06-19' WHERE case_id = %s", ["clock_changed"]),
        ("UPDATE casework_clock SET standing = 'finished' WHERE case_id = %s", ["clock_changed"]),
        ("UPDATE casework_clock SET entries = '[]' WHERE case_id = %s", ["clock_changed"]),
        ("DELETE FROM casework_clock WHERE case_id = %s", ["clock_changed"]),
        ("UPDATE casework_case SET due_on = '2020-06-19' WHERE id = %s", ["changed"]),
        ("UPDATE casework_case SET internal_due_on = NULL WHERE id = %s", ["changed"]),
    ],
)
def test_a_day_of_an_open_case_that_was_moved_is_found(at: Organ, change: str, kinds: list[str]) -> None:
    case = opened(at)
    assert list(verify_cases()) == []
    assert tampered(change, case.pk) == kinds


def test_a_late_answer_made_timely_is_found(at: Organ, handler: User, head: User) -> None:
    case = opened(at)
    take(case, "propose", handler, "2020-06-21", "refused")
    take(case, "approve", head, "2020-06-21")
    assert list(verify_cases()) == []
    late = "UPDATE casework_clock SET due_on = '2020-06-30' WHERE case_id = %s"
    assert tampered(late, case.pk) == ["clock_changed"]


def test_a_case_moved_to_another_organ_is_found(at: Organ) -> None:
    case = opened(at)
    assert tampered("UPDATE casework_case SET organ_id = %s WHERE id = %s", organ().pk, case.pk) == ["moved"]


def test_a_deleted_case_is_found(at: Organ) -> None:
    case = opened(at)
    for table in ("casework_clock", "casework_event"):
        tampered(f"DELETE FROM {table} WHERE case_id = %s", case.pk)
    assert tampered("DELETE FROM casework_case WHERE id = %s", case.pk) == ["deleted"]


def test_a_case_put_in_past_the_gateway_is_found(at: Organ) -> None:
    from django.utils import timezone

    Case.objects.create(
        procedure=CODE,
        number="假",
        organ=at,
        state="open",
        title="假",
        received_on=D("2020-04-20"),
        opened_at=timezone.now(),
    )
    assert [fault.kind for fault in verify_cases()] == ["unknown"]


def test_a_changed_or_missing_event_is_found(at: Organ, handler: User) -> None:
    case = opened(at)
    take(case, "ask", handler, "2020-04-21", what="哪一年", days=5)
    assert tampered("UPDATE casework_event SET note = 'x' WHERE case_id = %s AND seq = 2", case.pk) == [
        "event_changed"
    ]
    assert tampered("DELETE FROM casework_event WHERE case_id = %s AND seq = 2", case.pk) == ["event_missing"]


def test_the_working_calendar_is_the_one_of_the_state_council() -> None:
    assert calendar().add(D("2020-04-20"), 20).date == D("2020-05-19")
