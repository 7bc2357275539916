"""How a request stands, for whoever has its number and code; and what its applicant can do there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, Final

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from gongkai.engines.casework.models import Case, CaseFile
from gongkai.engines.letters.remedies import remedies
from gongkai.engines.press import Crumb
from gongkai.foundation.files.holding import hold
from gongkai.foundation.files.models import StoredFile
from gongkai.foundation.files.services import FileRefused
from gongkai.wings.disclosure.apply import drafts, limits, visits
from gongkai.wings.disclosure.apply.cleaning import UNREADABLE, case_number, line, paragraphs
from gongkai.wings.disclosure.apply.printing import go, in_chinese, page, refused, secured
from gongkai.wings.disclosure.corrections import services as corrections
from gongkai.wings.disclosure.corrections.models import RecordCorrection
from gongkai.wings.disclosure.requests.correspondence import letter_of, review_organ
from gongkai.wings.disclosure.requests.guards import corrected_text
from gongkai.wings.disclosure.requests.models import Request
from gongkai.wings.disclosure.requests.reanswer import answers_again
from gongkai.wings.disclosure.requests.services import (
    DESCRIPTION_LIMIT,
    by_query_code,
    correct,
    give_reasons,
    withdraw,
)
from gongkai.wings.disclosure.requests.standing import RequestStanding, standing, timeline

_STATUS: Final = "/request/status/"
_OWN: Final = "/request/status/own/"
_LONGEST: Final = 100
ACTS: Final = ("correct", "give_reasons", "withdraw")


@require_http_methods(["GET", "POST"])
@in_chinese
def look_up(request: HttpRequest) -> HttpResponse:
    """Number and code. Wrong ones are counted for the number and for where they come from."""
    if request.method == "GET":
        return _asked(request, "", [])
    typed = line(request.POST.get("number", ""))[:_LONGEST]
    number = case_number(typed)
    code = "".join(line(request.POST.get("code", ""))[:_LONGEST].split()).replace("-", "")
    faults = [
        (name, words)
        for name, value, words in (
            ("number", number, _("Fill in the number of the request.")),
            ("code", code, _("Fill in the query code.")),
        )
        if not value
    ]
    if faults:
        return _asked(request, typed, faults)
    now, address = timezone.now(), visits.address_of(request)
    counted = (
        ("number", number, limits.WRONG_FOR_NUMBER),
        ("address", address, limits.WRONG_FROM_ADDRESS),
    )
    if any(limits.is_spent(what, key, allowance, now=now) for what, key, allowance in counted):
        words = _(
            "The wrong code was given too often. Please try again in a quarter of an hour, or call the office."
        )
        return refused(request, _("Please wait a little"), words, 429)
    found = next(
        (
            kept
            for look in (by_query_code, corrections.by_query_code)
            for spelt in (number, typed)
            if (kept := look(number=spelt, code=code)) is not None
        ),
        None,
    )
    if found is None:
        for what, key, allowance in counted:
            limits.count(what, key, allowance, now=now)
        return _asked(request, typed, [("number", _("Number and code do not belong together."))])
    limits.forgive("number", number)
    visits.let_in(request, found)
    return go(request, _OWN)


def _asked(request: HttpRequest, number: str, faults: list[tuple[str, str]]) -> HttpResponse:
    return page(
        request,
        "look_up.html",
        _("How does my request stand?"),
        status=422 if faults else 200,
        number=number,
        faults=faults,
    )


@require_GET
@in_chinese
def own_request(request: HttpRequest) -> HttpResponse:
    found = visits.looked_at(request)
    if isinstance(found, RecordCorrection):
        return _correction(request, found)
    return _shown(request, found, "", "", []) if found else go(request, _STATUS)


def _correction(request: HttpRequest, found: RecordCorrection) -> HttpResponse:
    """How an application to correct a record stands."""
    case = found.case
    closed = case.closed_on is not None
    return page(
        request,
        "correction.html",
        _("Application number %s") % case.number,
        crumbs=[Crumb(_("How does my request stand?"), _STATUS)],
        found=found,
        state=case.result.label
        if closed and case.result
        else case.standing.public_title or case.standing.title,
        asked=str(case.fact("unclear") or "") if case.state == "evidence" else "",
        until=case.others_due_on,
        letters=case.files.filter(for_applicant=True).select_related("file"),
        timeline=timeline(case),
        remedies=_how_to_appeal(case),
    )


def _shown(
    request: HttpRequest,
    found: Request,
    act: str,
    text: str,
    faults: list[tuple[str, str]],
    status: int = 200,
) -> HttpResponse:
    today = timezone.localdate()
    stands = standing(found, today)
    return page(
        request,
        "status.html",
        _("Request number %s") % found.case.number,
        crumbs=[Crumb(_("How does my request stand?"), _STATUS)],
        status=status,
        found=found,
        stands=stands,
        late=stands.due_on is not None and stands.due_on < today,
        lapsed=stands.others_due_on is not None and stands.others_due_on < today,
        asked=_asked_of_applicant(found, stands),
        corrected=corrected_text(found.case),
        remedies=_how_to_appeal(found.case),
        again=[_answered_again(case) for case in answers_again(found.case)],
        act=act,
        text=text[: DESCRIPTION_LIMIT * 2],
        faults=faults,
        accepted=",".join(f".{kind}" for kind in drafts.ACCEPTED),
        largest=drafts.LARGEST_FILE // 1024 // 1024,
    )


def _asked_of_applicant(found: Request, stands: RequestStanding) -> str:
    """What the notice of correction asks, in its own words."""
    if "correct" not in stands.may:
        return ""
    return str(found.case.fact("unclear") or "")


def _how_to_appeal(case: Case) -> str:
    """How to appeal against the end of a case, by the law of that day; nothing against its being taken back."""
    if not case.outcome or case.closed_on is None:
        return ""
    try:
        regime = letter_of(case.outcome).regime
    except LookupError:
        return ""
    return remedies(regime, case.closed_on, review_organ=review_organ(case.organ, case.closed_on))


def _answered_again(case: Case) -> dict[str, Any]:
    """An answer that was ordered: where it stands, by when it is due, its letters, and how to appeal."""
    return {
        "case": case,
        "state": case.result.label
        if case.closed_on and case.result
        else case.standing.public_title or case.standing.title,
        "due_on": case.due_on,
        "letters": case.files.filter(for_applicant=True).select_related("file"),
        "remedies": _how_to_appeal(case),
    }


# -- What the applicant can do -----------------------------------------------------------------------


@require_http_methods(["POST"])
@in_chinese
def do(request: HttpRequest, act: str) -> HttpResponse:
    """Answer a notice of correction, give reasons, or take the request back."""
    found = visits.looked_at(request)
    if not isinstance(found, Request):
        return go(request, _STATUS)
    if act not in ACTS:
        return refused(request, _("There is no such page"), _("Please start again."), 404)
    text = paragraphs(request.POST.get("text", ""))
    faults = _text_faults(act, text)
    stored: list[StoredFile] = []
    if act == "withdraw" and request.POST.get("sure") != "yes":
        faults.append(("sure", _("Tick the box if you want to take the request back.")))
    if act == "correct" and not faults:
        stored, unfit = _stored(request)
        faults += unfit
    if not faults:
        try:
            _ACTS[act](found, text, stored, timezone.localdate())
        except PermissionDenied as refusal:
            faults = [("text", words) for words in (getattr(refusal, "reasons", None) or [str(refusal)])]
        except ValidationError as refusal:
            faults = [("text", words) for words in refusal.messages]
    if faults:
        return _shown(request, found, act, text, faults, 422)
    return go(request, f"{_OWN}#done")


def _text_faults(act: str, text: str) -> list[tuple[str, str]]:
    faults = []
    if act != "withdraw" and not text:
        faults.append(("text", _("Write your answer.")))
    if len(text) > DESCRIPTION_LIMIT:
        faults.append(
            (
                "text",
                _("At most %(most)d characters; these are %(there)d.")
                % {"most": DESCRIPTION_LIMIT, "there": len(text)},
            )
        )
    if UNREADABLE in text:
        faults.append(("text", _("Some characters could not be read. Please type them again.")))
    return faults


def _stored(request: HttpRequest) -> tuple[list[StoredFile], list[tuple[str, str]]]:
    """The files of an answer: all of them judged before one is kept."""
    taken: list[tuple[bytes, str]] = []
    faults: list[tuple[str, str]] = []
    for file in request.FILES.getlist("file")[: drafts.MOST_FILES + 1]:
        content = file.read(drafts.LARGEST_FILE + 1)
        try:
            taken.append((content, drafts.judged(content, file.name or "")))
        except drafts.FileUnfit as unfit:
            faults += [("file", words) for words in unfit.messages]
    if len(taken) > drafts.MOST_FILES:
        faults.append(("file", _("At most %d files can be handed in together.") % drafts.MOST_FILES))
    if faults:
        return [], faults
    try:
        return [hold(content=content, name=name, actor="applicant").file for content, name in taken], []
    except FileRefused as refusal:
        return [], [("file", str(refusal))]


def _correct(found: Request, text: str, files: list[StoredFile], day: dt.date) -> object:
    return correct(request=found, text=text, day=day, files=files)


def _give_reasons(found: Request, text: str, files: list[StoredFile], day: dt.date) -> object:
    return give_reasons(request=found, text=text, day=day)


def _withdraw(found: Request, text: str, files: list[StoredFile], day: dt.date) -> object:
    return withdraw(request=found, day=day, why=text)


_ACTS: Final[dict[str, Callable[[Request, str, list[StoredFile], dt.date], Any]]] = {
    "correct": _correct,
    "give_reasons": _give_reasons,
    "withdraw": _withdraw,
}


def _below(found: visits.Looked) -> list[int]:
    """The cases in which a request was answered again; they are its applicant's too."""
    return [case.pk for case in answers_again(found.case)]


@require_GET
@in_chinese
def letter(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A letter or file of the request this visit may look at; of no other, whatever its number."""
    found = visits.looked_at(request)
    if found is None:
        return go(request, _STATUS)
    row = (
        CaseFile.objects.filter(Q(case=found.pk) | Q(case__in=_below(found)), pk=pk, for_applicant=True)
        .select_related("file")
        .first()
        if pk < 2**63
        else None
    )
    if row is None or not row.file.path.is_file():
        return refused(request, _("There is no such page"), _("Please start again."), 404)
    answer = FileResponse(
        row.file.path.open("rb"),
        as_attachment=True,
        filename=f"{row.title}.{row.file.extension}",
        content_type=row.file.media_type,
    )
    return secured(answer)
