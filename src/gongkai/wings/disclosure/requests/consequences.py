"""What follows from an act on a request, in the same transaction: dates, handler, letters, notices, files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gongkai.engines.casework.models import Case
from gongkai.engines.casework.registry import Consequence, Done
from gongkai.engines.casework.services import assign
from gongkai.foundation.accounts.models import User
from gongkai.wings.disclosure.requests import correspondence, notification, proactive
from gongkai.wings.disclosure.requests.models import Request
from gongkai.wings.disclosure.requests.procedure import REQUEST
from gongkai.wings.disclosure.requests.signals import case_archived, request_changed


def _handed_over(done: Done) -> None:
    chosen = done.facts.get("handler")
    if chosen is not None:
        assign(cases=[done.case], handler=User.objects.get(pk=chosen), actor=done.actor, day=done.event.day)


_OWN: Final[Mapping[str, tuple[Consequence, ...]]] = {
    "accept": (_handed_over,),
    "make_proactive": (proactive.follow,),
}


def follow(done: Done) -> None:
    """Everything that follows from one act, in order: what it changes, its letter, the applicant's notice, listeners."""
    for step in _OWN.get(done.event.action, ()):
        step(done)
    correspondence.follow(done)
    notification.follow(done)
    if done.event.action == "archive":
        case_archived.send(sender=Case, case=done.case, event=done.event)
    request = Request.objects.filter(pk=done.case.pk).first()
    if request is not None:
        request_changed.send(sender=Request, request=request, event=done.event)


CONSEQUENCES: Final[Mapping[str, Consequence]] = {action.code: follow for action in REQUEST.actions}
