"""What one visit remembers, on the server alone: the draft, the request looked at, whether this is a kiosk."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.http import HttpRequest
from django.utils import timezone

from gongkai.wings.disclosure.apply import drafts
from gongkai.wings.disclosure.apply.models import Draft
from gongkai.wings.disclosure.apply.printing import KIOSK
from gongkai.wings.disclosure.corrections.models import RecordCorrection
from gongkai.wings.disclosure.requests.models import Request

Looked = Request | RecordCorrection
"""What somebody looks up with number and code."""

DRAFT: Final = "request.draft"
ORGAN: Final = "request.organ"
LOOKED_AT: Final = "request.looked_at"
COUNTED: Final = "request.counted"
UNHELPFUL: Final = "request.unhelpful"
OPEN_FOR: Final = dt.timedelta(minutes=30)
"""So long after the last look the code has to be given again."""
_PERSONAL: Final = (DRAFT, ORGAN, LOOKED_AT, COUNTED, UNHELPFUL)


def address_of(request: HttpRequest) -> str:
    """Where somebody comes from, for counting only; the server has judged which proxies are believed."""
    return str(request.META.get("REMOTE_ADDR", ""))


def draft_of(request: HttpRequest) -> Draft | None:
    pk = request.session.get(DRAFT)
    return drafts.living(pk if isinstance(pk, int) else None, now=timezone.now())


def take_up(request: HttpRequest, draft: Draft) -> None:
    """This visit writes on this draft. A new session key: nobody who knew the old one comes along."""
    request.session.cycle_key()
    request.session[DRAFT] = draft.pk
    request.session.pop(ORGAN, None)


def let_in(request: HttpRequest, found: Looked) -> None:
    """The code was right: this visit may look at this one case for a while."""
    request.session.cycle_key()
    request.session[LOOKED_AT] = {"request": found.pk, "code": found.query_digest, "until": _until()}


def looked_at(request: HttpRequest) -> Looked | None:
    """The one case this visit may look at, until its code is another. Every look gives another half an hour."""
    held: Any = request.session.get(LOOKED_AT)
    if not isinstance(held, dict) or held.get("until", "") < timezone.now().isoformat():
        return None
    known: dict[str, Any] = {"pk": held["request"], "query_digest": held.get("code") or "-"}
    found: Looked | None = (
        Request.objects.select_related("case__organ", "case__applicant").filter(**known).first()
        or RecordCorrection.objects.select_related("case__organ", "case__applicant").filter(**known).first()
    )
    if found is not None:
        request.session[LOOKED_AT] = held | {"until": _until()}
    return found


def _until() -> str:
    return (timezone.now() + OPEN_FOR).isoformat()


def forget(request: HttpRequest) -> None:
    """Nothing of the person who was here is left; a kiosk stays one, somebody signed in stays so."""
    for name in _PERSONAL:
        request.session.pop(name, None)
    if request.session.get(KIOSK) and "_auth_user_id" not in request.session:
        request.session.flush()
        request.session[KIOSK] = True


def first_time(request: HttpRequest, what: str, pks: list[int]) -> list[int]:
    """Those that were not counted as ``what`` in this visit yet."""
    counted: dict[str, list[int]] = request.session.get(COUNTED, {})
    new = [pk for pk in pks if pk not in counted.get(what, [])]
    if new:
        counted[what] = [*counted.get(what, []), *new][-200:]
        request.session[COUNTED] = counted
    return new
