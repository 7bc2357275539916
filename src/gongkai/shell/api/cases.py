"""Cases over the API: worklists, single cases, what may be done, and doing it. Names of natural persons are masked, identity
numbers never leave."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from gongkai.engines.casework import services, worklist
from gongkai.engines.casework.actors import Actor
from gongkai.engines.casework.asking import faults
from gongkai.engines.casework.clocks import derivation
from gongkai.engines.casework.models import Case
from gongkai.foundation.accounts.models import User
from gongkai.foundation.workdays import calendar
from gongkai.shell.api.faults import STAFF_FAULTS
from gongkai.shell.api.uploads import MOST_FILES, Upload, taken_in
from gongkai.shell.api.words import LARGEST_ID, Words
from gongkai.wings.disclosure.requests.models import Channel

router = Router(tags=["cases"])


class CaseLine(Schema):
    id: int
    number: str
    title: str
    procedure: str
    organ: str
    state: str
    outcome: str
    channel: str
    applicant: str
    applicant_kind: str
    received_on: date
    closed_on: date | None
    due_on: date | None
    provisional: bool
    internal_due_on: date | None
    others_due_on: date | None
    waiting: bool
    handler: str
    version: int


class ListedCase(CaseLine):
    days_left: int | None
    overdue: bool


class CaseListing(Schema):
    items: list[ListedCase]
    next: str


class CaseClock(Schema):
    code: str
    standing: str
    due_on: date | None
    provisional: bool
    internal_due_on: date | None
    working: list[str]


class CaseAct(Schema):
    seq: int
    day: date
    action: str
    from_state: str
    to_state: str
    outcome: str
    actor: str


class CaseFull(CaseLine):
    clocks: list[CaseClock]
    acts: list[CaseAct]


class CaseOffer(Schema):
    action: str
    title: str
    provision: str
    possible: bool
    reasons: list[str]
    facts: list[str]
    outcomes: list[str]
    needs: dict[str, list[str]] = Field(description="by outcome, the facts it needs besides")
    proposed: dict[str, str] = Field(description="values of facts that the records propose")


class CaseCounts(Schema):
    open: int
    overdue: int
    today: int
    week: int
    waiting: int
    unassigned: int
    mine: int
    provisional: int


class CasesAsked(Schema):
    group: Literal[
        "open", "overdue", "today", "week", "waiting", "unassigned", "mine", "provisional", "closed", "all"
    ] = "open"
    order: Literal["due", "received"] = "due"
    procedure: Words = Field("", max_length=40)
    state: Words = Field("", max_length=40)
    outcome: Words = Field("", max_length=40)
    organ: Words = Field("", max_length=40)
    handler: Words = Field("", max_length=150, description="user name, `me` or `none`")
    channel: Words = Field("", max_length=20)
    applicant_kind: Words = Field("", max_length=10)
    awaits: Words = Field(
        "", max_length=40, description="a proposal nobody has answered, as propose_extension"
    )
    received_since: date | None = None
    received_until: date | None = None
    words: Words = Field("", max_length=100)
    after: Words = Field("", max_length=40, description="cursor: the `next` of the page before")
    size: int = Field(50, ge=1, le=200)


class CaseDeed(Schema):
    """One act. ``facts`` by name as the action asks for them; ``version`` as it was read, so that nobody is overrun."""

    facts: dict[str, str | int | list[int]] = Field(default_factory=dict)
    files: list[Upload] = Field(
        default_factory=list, max_length=MOST_FILES, description="for the fact of the act that is of files"
    )
    outcome: Words = Field("", max_length=40)
    day: date | None = None
    note: Words = Field("", max_length=2000)
    version: int | None = Field(None, ge=0, le=2**31 - 1)


class CaseHandover(Schema):
    cases: list[int] = Field(min_length=1, max_length=500)
    handler: Words | None = Field(None, max_length=150, description="user name; null takes the cases back")
    note: Words = Field("", max_length=500)


class HandedOver(Schema):
    done: int


@router.get("", response={200: CaseListing, **STAFF_FAULTS})
def list_cases(request: HttpRequest, asked: Query[CasesAsked]) -> Any:
    """A worklist, a page at a time. 422: filters that are not right, all of them at once."""
    page = worklist.page(_asked(asked), _user(request), timezone.localdate())
    items = [_line(row.case) | {"days_left": row.days_left, "overdue": row.overdue} for row in page.rows]
    return {"items": items, "next": page.next}


def _asked(asked: CasesAsked) -> worklist.Asked:
    """Raises ``ValidationError`` with every filter that is wrong."""
    given = asked.dict()
    name = given.pop("handler")
    person = User.objects.filter(username=name).first() if name not in ("", "me", "none") else None
    if person is not None:
        name = str(person.pk)
    elif name.isdecimal():
        name = f"{name}?"  # a user name of digits, not the number of somebody
    read = worklist.Asked(**given, handler=name)
    if wrong := faults(read, Channel.values):
        raise ValidationError(
            {{"until": "received_until"}.get(key, key): told for key, told in wrong.items()}
        )
    return read


@router.get("/counts", response={200: CaseCounts, **STAFF_FAULTS})
def counts(request: HttpRequest, organ: Words = "") -> Any:
    """Open cases by what they need."""
    return worklist.counts(_user(request), timezone.localdate(), organ=organ)._asdict()


@router.post("/handover", response={200: HandedOver, **STAFF_FAULTS})
def handover(request: HttpRequest, payload: CaseHandover) -> Any:
    """Give cases to somebody, all or none."""
    user = _user(request)
    known = [pk for pk in payload.cases if 0 < pk <= LARGEST_ID]
    cases = list(worklist.visible_cases(user).filter(pk__in=known))
    to = get_object_or_404(User, username=payload.handler, is_active=True) if payload.handler else None
    return {
        "done": services.assign(
            cases=cases, handler=to, actor=Actor(user=user), day=timezone.localdate(), note=payload.note
        )
    }


@router.get("/{case_id}", response={200: CaseFull, **STAFF_FAULTS})
def read_case(request: HttpRequest, case_id: int) -> Any:
    """One case with its clocks, how their days come about, and its acts."""
    case = _case(request, case_id)
    clocks = []
    for clock in case.clocks.order_by("id"):
        clock.case = case
        clocks.append(
            {
                "code": clock.code,
                "standing": clock.standing,
                "due_on": clock.due_on,
                "provisional": clock.provisional,
                "internal_due_on": clock.internal_due_on,
                "working": list(derivation(clock.history, clock.rule.unit, calendar(), _)),
            }
        )
    return _line(case) | {"clocks": clocks, "acts": list(case.events.order_by("seq"))}


@router.get("/{case_id}/actions", response={200: list[CaseOffer], **STAFF_FAULTS})
def offered(request: HttpRequest, case_id: int) -> Any:
    """What the caller may do now; with the reasons why not, where something stands in the way."""
    case = _case(request, case_id)
    return [
        {
            "action": offer.action.code,
            "title": str(offer.action.title),
            "provision": offer.action.provision,
            "possible": offer.possible,
            "reasons": list(offer.reasons),
            "facts": [fact.name for fact in offer.action.facts],
            "outcomes": list(offer.action.outcomes),
            "needs": {code: list(case.rules.outcome(code).needs) for code in offer.action.outcomes},
            "proposed": dict(services.proposed(case, offer.action.code).values),
        }
        for offer in services.allowed_actions(case, Actor(user=_user(request)), day=timezone.localdate())
    ]


@router.post("/{case_id}/actions/{action}", response={200: CaseFull, **STAFF_FAULTS})
def act(request: HttpRequest, case_id: int, action: str, payload: CaseDeed) -> Any:
    """Take one act. 403: the role is missing; 409: not possible as things stand; 422: facts that are not right."""
    case = _case(request, case_id)
    services.act(
        case=case,
        action=action,
        actor=Actor(user=_user(request)),
        day=payload.day or timezone.localdate(),
        facts=payload.facts | _uploaded(case, action, payload.files, _user(request)),
        outcome=payload.outcome,
        note=payload.note,
        version=payload.version,
    )
    return read_case(request, case.pk)


def _uploaded(case: Case, action: str, files: list[Upload], user: User) -> dict[str, list[int]]:
    """What came in base64 for the fact that asks for files; where none does, the gateway says so."""
    if not files:
        return {}
    known = case.rules.action(action)
    names = [fact.name for fact in known.facts if fact.kind == "file"] if known else []
    stored = [taken_in(name=each.name, content=each.content, user=user).pk for each in files]
    return {(names or ["files"])[0]: stored}


def _user(request: HttpRequest) -> User:
    user = request.auth  # type: ignore[attr-defined]
    assert isinstance(user, User)
    return user


def _case(request: HttpRequest, pk: int) -> Case:
    rows = worklist.visible_cases(_user(request)).select_related("organ", "handler", "applicant")
    return get_object_or_404(rows, pk=pk if 0 < pk <= LARGEST_ID else 0)


def _line(case: Case) -> dict[str, Any]:
    return {
        "id": case.pk,
        "number": case.number,
        "title": case.title,
        "procedure": case.procedure,
        "organ": case.organ.code,
        "state": case.state,
        "outcome": case.outcome,
        "channel": case.channel,
        "applicant": case.applicant.masked_name if case.applicant else "",
        "applicant_kind": case.applicant_kind,
        "received_on": case.received_on,
        "closed_on": case.closed_on,
        "due_on": case.due_on,
        "provisional": case.due_provisional,
        "internal_due_on": case.internal_due_on,
        "others_due_on": case.others_due_on,
        "waiting": case.waiting,
        "handler": case.handler.username if case.handler else "",
        "version": case.version,
    }
