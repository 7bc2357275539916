"""The form: page by page, kept on the server, sent once."""

from __future__ import annotations

from typing import Any, Final

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from gongkai.engines.press import Crumb
from gongkai.foundation.organs.models import Organ
from gongkai.wings.disclosure.apply import drafts, limits, visits
from gongkai.wings.disclosure.apply.models import Draft
from gongkai.wings.disclosure.apply.printing import go, in_chinese, page, refused
from gongkai.wings.disclosure.apply.steps import (
    ORDER,
    STEPS,
    Field,
    Step,
    belonging,
    cleaned,
    fields_of,
    place_of,
    step,
    unreadable,
)
from gongkai.wings.disclosure.apply.views_start import organ_asked

_APPLY: Final = "/request/apply/"
Faults = dict[str, list[str]]


@require_GET
@in_chinese
def begin(request: HttpRequest) -> HttpResponse:
    """From the list of organs: to the first page, or back to the draft with another organ."""
    organ = organ_asked(request.GET.get("organ", ""))
    if organ is None:
        return go(request, "/request/organ/")
    draft = visits.draft_of(request)
    if draft is not None and draft.request_id is None:
        content = drafts.keep(draft, now=timezone.now(), organ=organ.code)
        return go(request, f"{_APPLY}{_next(content.done)}/")
    request.session.pop(visits.DRAFT, None)
    request.session[visits.ORGAN] = organ.code
    return go(request, f"{_APPLY}{ORDER[0]}/")


def _next(done: list[str]) -> str:
    return next((slug for slug in ORDER if slug not in done), "check")


def _standing(request: HttpRequest) -> tuple[Draft | None, drafts.Content, Organ | None]:
    """Draft, what it holds, and the organ; without a draft, an empty one for the organ chosen."""
    draft = visits.draft_of(request)
    content = (
        drafts.read(draft) if draft else drafts.Content(organ=str(request.session.get(visits.ORGAN, "")))
    )
    return draft, content, organ_asked(content.organ)


@require_http_methods(["GET", "POST"])
@in_chinese
def one_step(request: HttpRequest, slug: str) -> HttpResponse:
    here = step(slug)
    draft, content, organ = _standing(request)
    if here is None:
        return refused(request, _("There is no such page"), _("Please start again."), 404)
    if draft is not None and draft.request_id:
        return go(request, f"{_APPLY}sent/")
    if organ is None:
        return go(request, "/request/organ/")
    missing = _next(content.done)
    if missing != "check" and ORDER.index(slug) > ORDER.index(missing):
        return go(request, f"{_APPLY}{missing}/")
    if request.method == "GET":
        return _shown(request, here, organ, draft, content.values, {})
    return _handed_in(request, here, organ, draft, content)


def _handed_in(
    request: HttpRequest, here: Step, organ: Organ, draft: Draft | None, content: drafts.Content
) -> HttpResponse:
    now = timezone.now()
    given = cleaned(here.slug, request.POST, content.values)
    faults = unreadable(given)
    if draft is None:
        if limits.is_spent("draft", visits.address_of(request), limits.STARTED_FROM_ADDRESS, now=now):
            words = _("Very many applications were begun from here. Please try again later, write, or call.")
            return refused(request, _("Please wait a little"), words, 429)
        if here.slug != ORDER[0] or faults:
            return _shown(request, here, organ, None, content.values | given, faults)
        limits.count("draft", visits.address_of(request), limits.STARTED_FROM_ADDRESS, now=now)
        draft = drafts.begin(content, now=now)
        visits.take_up(request, draft)
    if removed := request.POST.get("remove", ""):
        if removed.isdecimal() and len(removed) < 19:
            drafts.drop_file(draft, int(removed))
        return _shown(request, here, organ, draft, content.values | given, {})
    faults |= _taken_in(request, here, draft, content.values | given)
    content.values |= given
    for name, texts in _faults_of(here, draft, content, organ).items():
        faults.setdefault(name, texts)
    if faults:
        return _shown(request, here, organ, draft, content.values, faults)
    if "upload" in request.POST:
        drafts.keep(draft, now=now, values=given)
        return go(request, f"{_APPLY}{here.slug}/")
    content = drafts.keep(draft, now=now, values=given, step=here.slug)
    if "save" in request.POST:
        return go(request, f"{_APPLY}saved/")
    return go(request, f"{_APPLY}{_next(content.done)}/")


def _taken_in(request: HttpRequest, here: Step, draft: Draft, values: dict[str, str]) -> Faults:
    """Keep the files of a page; what cannot be kept is a fault of its field."""
    faults: Faults = {}
    for each in fields_of(here.slug, values):
        for file in request.FILES.getlist(each.name) if each.kind == "file" else ():
            content = file.read(drafts.LARGEST_FILE + 1)
            try:
                drafts.add_file(draft, purpose=each.purpose, name=file.name or "", content=content)
            except drafts.FileUnfit as unfit:
                faults.setdefault(each.name, []).extend(unfit.messages)
    return faults


def _faults_of(here: Step, draft: Draft, content: drafts.Content, organ: Organ) -> Faults:
    """What the services will object to, as far as this page can mend it."""
    faults: Faults = {}
    values = content.values
    if here.slug == "agent":
        if not values.get("acts"):
            faults["acts"] = [_("Choose one.")]
        elif values["acts"] == "agent" and not values.get("agent_name"):
            faults["agent_name"] = [_("Fill in the name of the agent.")]
            if not draft.files.filter(purpose="mandate").exists():
                faults["mandate"] = [_("Whoever acts for somebody hands in the mandate.")]
    try:
        drafts.check(draft, content, organ)
    except ValidationError as refusal:
        faults |= belonging(refusal, here.slug)
        needed = {"email": "email", "post": "address"}.get(values.get("supply_way", ""))
        if here.slug == "supply" and needed in refusal.message_dict and not values.get(needed or ""):
            faults["supply_way"] = [
                _("For this way we need to know where to. Add it under “Contact”, or choose another.")
            ]
    return faults


def _shown(
    request: HttpRequest,
    here: Step,
    organ: Organ,
    draft: Draft | None,
    values: dict[str, str],
    faults: Faults,
) -> HttpResponse:
    questions = fields_of(here.slug, values)
    purposes = [each.purpose for each in questions if each.kind == "file"]
    return page(
        request,
        "step.html",
        str(here.title),
        crumbs=[Crumb(organ.name, "/request/organ/")],
        status=422 if faults else 200,
        step=here,
        organ=organ,
        number=ORDER.index(here.slug) + 1,
        total=len(ORDER) + 1,
        questions=[_question(each, values, faults) for each in questions],
        faults=[(name, text) for name, texts in faults.items() for text in texts],
        files=drafts.files_of(draft, *purposes) if draft and purposes else [],
        back=_back(here),
        accepted=",".join(f".{kind}" for kind in drafts.ACCEPTED),
        largest=drafts.LARGEST_FILE // 1024 // 1024,
        most_files=drafts.MOST_FILES,
    )


def _back(here: Step) -> str:
    at = ORDER.index(here.slug)
    return f"{_APPLY}{ORDER[at - 1]}/" if at else "/request/organ/"


_SHOWN_AGAIN: Final = 40_000
"""So many characters of a text that is too long come back; whoever sends more has them elsewhere."""


def _question(field: Field, values: dict[str, str], faults: Faults) -> dict[str, Any]:
    return {
        "field": field,
        "value": values.get(field.name, "")[:_SHOWN_AGAIN],
        "faults": faults.get(field.name, []),
    }


# -- Looking it over, sending ------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@in_chinese
def check(request: HttpRequest) -> HttpResponse:
    """Everything on one page, each with a way to change it; from here it is sent."""
    draft, content, organ = _standing(request)
    if draft is None:
        return go(request, "/request/")
    if draft.request_id:
        return go(request, f"{_APPLY}sent/")
    if organ is None:
        return go(request, "/request/organ/")
    faults: Faults = {}
    if request.method == "POST":
        try:
            drafts.send(draft, organ=organ, now=timezone.now())
        except ValidationError as refusal:
            faults = refusal.message_dict
        else:
            return go(request, f"{_APPLY}sent/")
    return page(
        request,
        "check.html",
        _("Check your application"),
        crumbs=[Crumb(organ.name, "/request/organ/")],
        status=422 if faults else 200,
        organ=organ,
        parts=[_part(each, draft, content) for each in STEPS],
        faults=[
            (f"{_APPLY}{place}/" if (place := place_of(name)) else "/request/organ/", text)
            for name, texts in faults.items()
            for text in texts
        ],
    )


def _part(of: Step, draft: Draft, content: drafts.Content) -> dict[str, Any]:
    """One page's answers, in the words of the page."""
    rows = []
    for each in fields_of(of.slug, content.values):
        if each.kind == "file":
            names = [file.name for file in drafts.files_of(draft, each.purpose)]
            rows += [(each.label, "、".join(names), True)] if names else []
            continue
        value = content.values.get(each.name, "")
        if each.name == "agent_name" and content.values.get("acts") != "agent":
            continue
        if each.kind == "choice":
            label = next((choice.label for choice in each.choices if choice.value == value), "")
            rows.append((each.label, label, False))
        elif value:
            rows.append((each.label, value, True))
    return {"step": of, "rows": rows, "address": f"{_APPLY}{of.slug}/"}


@require_GET
@in_chinese
def sent(request: HttpRequest) -> HttpResponse:
    """The receipt: number, code, and what happens next. There for a day, or until the visit ends."""
    draft = visits.draft_of(request)
    if draft is None or draft.request is None:
        return go(request, "/request/")
    made = draft.request
    return page(
        request,
        "sent.html",
        _("Your application has been handed in"),
        number=made.case.number,
        code=drafts.read(draft).query_code,
        organ=made.case.organ,
        submitted_on=made.submitted_on,
        made=made,
    )


# -- Saving and taking up again ----------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@in_chinese
def saved(request: HttpRequest) -> HttpResponse:
    """The code with which the draft is taken up again, on any device."""
    draft = visits.draft_of(request)
    if draft is None or draft.request_id:
        return go(request, "/request/")
    now = timezone.now()
    return page(
        request,
        "saved.html",
        _("Your application is saved"),
        code=drafts.code_of(draft, now=now),
        until=timezone.localdate(now + drafts.KEPT),
        next=f"{_APPLY}{_next(drafts.read(draft).done)}/",
    )


@require_http_methods(["GET", "POST"])
@in_chinese
def resume(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        draft = visits.draft_of(request)
        if draft is not None and not draft.request_id:
            return go(request, f"{_APPLY}{_next(drafts.read(draft).done)}/")
        return page(request, "resume.html", _("Go on with a saved application"), faults=[])
    now, address = timezone.now(), visits.address_of(request)
    if limits.is_spent("resume", address, limits.WRONG_FROM_ADDRESS, now=now):
        words = _("Too many wrong codes came from here. Please try again in a quarter of an hour.")
        return refused(request, _("Please wait a little"), words, 429)
    found = drafts.by_code(request.POST.get("code", "")[:100], now=now)
    if found is None:
        limits.count("resume", address, limits.WRONG_FROM_ADDRESS, now=now)
        words = _(
            "There is no saved application with this code. It may have been sent, or 30 days have passed."
        )
        return page(
            request, "resume.html", _("Go on with a saved application"), status=422, faults=[("code", words)]
        )
    visits.take_up(request, found)
    return go(request, f"{_APPLY}{_next(drafts.read(found).done)}/")


@require_http_methods(["POST"])
@in_chinese
def discard(request: HttpRequest) -> HttpResponse:
    """Delete the draft with everything in it, now."""
    draft = visits.draft_of(request)
    if draft is not None:
        drafts.discard(draft)
    visits.forget(request)
    return go(request, "/request/")
