"""Before filing: is it public already, and which organ has it?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from gongkai.foundation.organs.models import Level, Organ, OrganKind
from gongkai.wings.disclosure.apply import offers, visits
from gongkai.wings.disclosure.apply.cleaning import line
from gongkai.wings.disclosure.apply.models import Offer
from gongkai.wings.disclosure.apply.printing import (
    KIOSK,
    TITLE,
    frame_of,
    go,
    in_chinese,
    page,
    refused,
    root_of,
    site_of,
)

_LEVELS: Final = (Level.CITY, Level.DISTRICT, Level.TOWN)
_LONGEST: Final = 200


def asked_organs() -> Any:
    """Organs that answer requests in their own name (条例 Arts. 4, 27)."""
    today = timezone.localdate()
    return Organ.objects.current(today).filter(level__in=_LEVELS).exclude(kind=OrganKind.UTILITY)


def organ_asked(code: str) -> Organ | None:
    return asked_organs().filter(code=code).first() if code and "\0" not in code else None


@require_GET
@in_chinese
def start(request: HttpRequest) -> HttpResponse:
    if request.GET.get("kiosk") in ("0", "1"):
        visits.forget(request)
        request.session[KIOSK] = request.GET["kiosk"] == "1"
        return go(request, "/request/")
    draft = visits.draft_of(request)
    return page(request, "start.html", TITLE, unfinished=draft is not None and draft.request_id is None)


@require_GET
@in_chinese
def wipe(request: HttpRequest) -> HttpResponse:
    """A kiosk comes here by itself after a while. Elsewhere nothing happens, so that no link can lose anybody's text."""
    if request.session.get(KIOSK):
        visits.forget(request)
    answer = go(request, "/request/")
    if request.session.get(KIOSK):
        answer["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@require_http_methods(["POST"])
@in_chinese
def leave(request: HttpRequest) -> HttpResponse:
    """Whoever is done on somebody else's device."""
    visits.forget(request)
    return go(request, "/request/")


# -- Is it public already? ---------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@in_chinese
def suggestions(request: HttpRequest) -> HttpResponse:
    """What may answer the question. A kiosk asks by POST, so that no question stands in its history."""
    given = request.POST if request.method == "POST" else request.GET
    question = line(given.get("q", ""))[:_LONGEST]
    organ = organ_asked(given.get("organ", ""))
    site = site_of(request)
    if not question or site is None:
        return go(request, "/request/")
    if said := _said(request):
        return said
    unhelpful: list[str] = request.session.get(visits.UNHELPFUL, [])
    found = offers.offers(
        question,
        site=site.slug,
        organ=organ.code if organ else None,
        today=timezone.localdate(),
        without=unhelpful,
    )
    shown = visits.first_time(request, "shown", [each.pk for each in found or ()])
    offers.count(shown, "shown")
    return page(
        request,
        "suggestions.html",
        _("Is it public already?"),
        question=question,
        organ=organ,
        found=found,
    )


def _said(request: HttpRequest) -> HttpResponse | None:
    """The reader has judged one of the pages."""
    for what in ("answered", "missed"):
        pk = request.POST.get(what, "")
        row = Offer.objects.filter(pk=int(pk)).first() if pk.isdecimal() and len(pk) < 19 else None
        if row is None:
            continue
        offers.count(visits.first_time(request, "judged", [row.pk]), what)
        if what == "answered":
            return page(request, "answered.html", _("We are glad you found it"), offer=row)
        request.session[visits.UNHELPFUL] = [*request.session.get(visits.UNHELPFUL, []), row.url][-50:]
    return None


@require_GET
@in_chinese
def opened(request: HttpRequest, pk: int) -> HttpResponse:
    """On to a page that was offered; only to those, so nobody can be sent elsewhere from here."""
    site = site_of(request)
    row = Offer.objects.filter(pk=pk, site=site.slug if site else "").first() if pk < 2**63 else None
    if row is None:
        return refused(request, _("This page was not offered"), _("Please search again."), 404)
    offers.count(visits.first_time(request, "opened", [row.pk]), "opened")
    answer = HttpResponseRedirect(f"{root_of(request)}{row.url}")
    answer["Cache-Control"] = "no-store"
    return answer


# -- Which organ? ------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@in_chinese
def choose_organ(request: HttpRequest) -> HttpResponse:
    """The organs by level, with where they are; those of the site the reader is on come first."""
    given = request.POST if request.method == "POST" else request.GET
    words = line(given.get("q", ""))[:_LONGEST]
    rows = asked_organs()
    for word in words.split()[:5]:
        rows = rows.filter(Q(name__icontains=word) | Q(short_name__icontains=word))
    organs = list(rows.order_by("path", "pk"))
    site = frame_of(request)
    here = next((organ for organ in organs if site and organ.pk == site.organ_id), None)
    return page(
        request,
        "organs.html",
        _("Which organ has the information?"),
        words=words,
        here=here,
        levels=_by_level(organs),
        number=len(organs),
        draft=visits.draft_of(request) is not None,
    )


def _by_level(organs: Sequence[Organ]) -> list[tuple[str, list[Organ]]]:
    by_level = [(str(level.label), [o for o in organs if o.level == level]) for level in _LEVELS]
    return [(label, there) for label, there in by_level if there]
