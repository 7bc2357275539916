"""Whether what somebody asks a worklist for can be there at all: a filter that is wrong is named, never passed over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable

from django.utils.translation import gettext as _

from gongkai.engines.casework.declarations import Procedure
from gongkai.engines.casework.models import PartyKind
from gongkai.engines.casework.registry import procedures
from gongkai.engines.casework.worklist import GROUPS, Asked, read_place
from gongkai.foundation.accounts.models import User
from gongkai.foundation.organs.models import Organ


def faults(asked: Asked, channels: Collection[str]) -> dict[str, str]:
    """By filter, what is wrong with it and what there is instead; all at once, empty when nothing is wrong.

    ``channels``: those that there are; the wings declare them.
    """
    every = procedures()
    of_it = [each for each in every if asked.procedure in ("", each.code)]
    found = {
        "group": _unknown(asked.group, GROUPS),
        "order": _unknown(asked.order, ("due", "received")),
        "procedure": _unknown(asked.procedure, (each.code for each in every)),
        "state": _unknown(asked.state, _codes(of_it, "states")),
        "outcome": _unknown(asked.outcome, _codes(of_it, "outcomes")),
        "awaits": _unknown(asked.awaits, (act.code for each in of_it for act in each.to_be_answered)),
        "channel": _unknown(asked.channel, channels),
        "applicant_kind": _unknown(asked.applicant_kind, PartyKind.values),
        "organ": _organ(asked.organ),
        "handler": _handler(asked.handler),
        "until": _days(asked.received_since, asked.received_until),
        "after": _place(asked.after),
    }
    return {name: fault for name, fault in found.items() if fault}


def _codes(of_it: Iterable[Procedure], what: str) -> Iterable[str]:
    return (each.code for procedure in of_it for each in getattr(procedure, what))


def _unknown(value: str, known: Iterable[str]) -> str:
    there_are = sorted(set(known))
    if not value or value in there_are:
        return ""
    return _("“%(value)s” is not one of: %(known)s") % {"value": value, "known": ", ".join(there_are)}


def _organ(code: str) -> str:
    if not code or Organ.objects.filter(code=code).exists():
        return ""
    return _("no organ has the code %s") % code


def _handler(handler: str) -> str:
    if handler in ("", "me", "none"):
        return ""
    if handler.isdecimal() and len(handler) < 19 and User.objects.filter(pk=int(handler)).exists():
        return ""
    return _("no member of staff is called %s") % handler


def _days(since: dt.date | None, until: dt.date | None) -> str:
    return _("The last day must not be before the first.") if since and until and until < since else ""


def _place(after: str) -> str:
    place, _colon, rest = after.partition(":")
    day, pk = read_place(rest)
    if not after or (place == "n" and pk) or (place in ("d", "r") and pk and day):
        return ""
    return _("This is no place in a list; begin without it.")
