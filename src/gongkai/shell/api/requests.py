"""What the desk does beyond acts on cases: put requests and corrections of records on file, enter remedies, issue query
codes anew, draft in the library what was decided to be published."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Field, Router, Schema

from gongkai.engines.casework import worklist
from gongkai.engines.casework.actors import Actor
from gongkai.engines.casework.models import Case
from gongkai.foundation.accounts.models import User
from gongkai.foundation.files.models import StoredFile
from gongkai.foundation.organs.models import Organ
from gongkai.shell.api.faults import STAFF_FAULTS
from gongkai.shell.api.uploads import MOST_FILES, Upload, taken_in
from gongkai.shell.api.words import LARGEST_ID, Words
from gongkai.shell.workbench.requests import reissue
from gongkai.wings.disclosure.corrections.services import Claim, register_correction
from gongkai.wings.disclosure.remedies.services import register_remedy
from gongkai.wings.disclosure.requests import proactive
from gongkai.wings.disclosure.requests.applications import Application
from gongkai.wings.disclosure.requests.services import register

router = Router(tags=["requests"])


class HandedIn(Upload):
    """A file, and what it is for."""

    purpose: Literal["application", "identity", "mandate", "evidence"]


class NewCase(Schema):
    """Who hands something in, how and when."""

    organ: Words = Field(max_length=40, description="code of the organ")
    channel: Words = Field("desk", max_length=20)
    submitted_on: date
    applicant_kind: Words = Field(max_length=10)
    name: Words = Field(max_length=120)
    identity_kind: Words = Field("resident_id", max_length=20)
    identity_number: Words = Field(max_length=40)
    contact_name: Words = Field("", max_length=60)
    phone: Words = Field("", max_length=40)
    email: Words = Field("", max_length=254)
    address: Words = Field("", max_length=200)
    postcode: Words = Field("", max_length=10)
    agent_name: Words = Field("", max_length=60)
    files: list[HandedIn] = Field(default_factory=list, max_length=MOST_FILES)


class NewRequest(NewCase):
    """A request for information (条例 Art. 29). No purpose."""

    signed_on: date | None = None
    confirmed_on: date | None = None
    description: Words = Field(max_length=20_000)
    document_hint: Words = Field("", max_length=300)
    supply_form: Words = Field("electronic", max_length=12)
    supply_way: Words = Field("online", max_length=12)


class NewCorrection(NewCase):
    """An application to correct a record about the applicant (条例 Art. 41)."""

    record: Words = Field(max_length=300)
    inaccuracy: Words = Field(max_length=20_000)


class OnRecord(Schema):
    """The query code is shown this once."""

    id: int
    number: str
    query_code: str


class NewRemedy(Schema):
    kind: Words = Field(max_length=40)
    filed_on: date


class RemedyOnRecord(Schema):
    id: int
    number: str
    remarks: list[str]


class CodeCheck(Schema):
    checked: Words = Field(max_length=20, description="document, mandate or contact")


class NewCode(Schema):
    query_code: str


class Drafted(Schema):
    document: str


@router.post("/requests", response={200: OnRecord, **STAFF_FAULTS})
def register_request(request: HttpRequest, payload: NewRequest) -> Any:
    """Put a request on record, as it came in at the desk, by post, e-mail or fax."""
    facts = payload.dict()
    actor, organ, files = _desk(request, facts)
    days = {name: facts.pop(name) for name in ("submitted_on", "signed_on", "confirmed_on")}
    channel = facts.pop("channel")
    made = register(
        organ=organ, application=Application(**facts), channel=channel, actor=actor, files=files, **days
    )
    return {"id": made.request.pk, "number": made.request.case.number, "query_code": made.query_code}


@router.post("/record-corrections", response={200: OnRecord, **STAFF_FAULTS})
def register_record_correction(request: HttpRequest, payload: NewCorrection) -> Any:
    """Put an application to correct a record on file; evidence comes with it."""
    facts = payload.dict()
    actor, organ, files = _desk(request, facts)
    channel, day = facts.pop("channel"), facts.pop("submitted_on")
    made = register_correction(
        organ=organ, claim=Claim(**facts), channel=channel, actor=actor, submitted_on=day, files=files
    )
    case = made.correction.case
    return {"id": case.pk, "number": case.number, "query_code": made.query_code}


@router.post("/cases/{case_id}/remedies", response={200: RemedyOnRecord, **STAFF_FAULTS})
def enter_remedy(request: HttpRequest, case_id: int, payload: NewRemedy) -> Any:
    """Enter a reconsideration or a suit against what was done with a case."""
    case = _case(request, case_id)
    entered = register_remedy(
        request=case, kind=payload.kind, filed_on=payload.filed_on, actor=Actor(user=_user(request))
    )
    return {"id": entered.case.pk, "number": entered.case.number, "remarks": list(entered.remarks)}


@router.post("/cases/{case_id}/query-code", response={200: NewCode, **STAFF_FAULTS})
def issue_query_code(request: HttpRequest, case_id: int, payload: CodeCheck) -> Any:
    """A new query code for whoever lost theirs and has shown who they are; the old one is dead."""
    case = _case(request, case_id)
    return {"query_code": reissue(case, checked=payload.checked, actor=Actor(user=_user(request)))}


@router.post("/cases/{case_id}/draft", response={200: Drafted, **STAFF_FAULTS})
def draft_in_library(request: HttpRequest, case_id: int) -> Any:
    """Draft in the library what was decided to be published (条例 Art. 44)."""
    return {"document": proactive.draft(case=_case(request, case_id), author=_user(request))}


def _desk(
    request: HttpRequest, facts: dict[str, Any]
) -> tuple[Actor, Organ, Sequence[tuple[StoredFile, str]]]:
    """Who registers, for which organ, with which files; takes those out of the facts."""
    user = _user(request)
    organ = get_object_or_404(Organ.objects.current(timezone.localdate()), code=facts.pop("organ"))
    handed_in = facts.pop("files")
    files = [
        (taken_in(name=each["name"], content=each["content"], user=user), str(each["purpose"]))
        for each in handed_in
    ]
    return Actor(user=user), organ, files


def _user(request: HttpRequest) -> User:
    user = request.auth  # type: ignore[attr-defined]
    assert isinstance(user, User)
    return user


def _case(request: HttpRequest, pk: int) -> Case:
    rows = worklist.visible_cases(_user(request)).select_related("organ", "applicant")
    return get_object_or_404(rows, pk=pk if 0 < pk <= LARGEST_ID else 0)
