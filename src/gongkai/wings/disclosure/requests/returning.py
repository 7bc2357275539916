"""What was proposed is not written anew: not by whoever proposed it, when it was returned, nor by whoever grants it."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _

from gongkai.engines.casework.models import Case
from gongkai.engines.casework.registry import Proposal
from gongkai.wings.disclosure.requests.guards import newest, refusing_third_parties, silent


def returned_decision(case: Case) -> Proposal:
    """What was last proposed, where a reviewer or the head has returned it; nothing otherwise."""
    proposed, returned = newest(case, "propose_decision"), newest(case, "return_draft")
    if proposed is None or returned is None or returned.seq < proposed.seq:
        return Proposal({})
    values = {name: str(value) for name, value in proposed.facts.items() if isinstance(value, str | int)}
    told = _("Returned on %(day)s: %(why)s") % {"day": returned.day, "why": returned.facts.get("why", "")}
    return Proposal(values | {"outcome": proposed.outcome}, (told,), tuple(proposed.facts.get("files") or ()))


def proposed_extension(case: Case) -> Proposal:
    """What the head grants is what was asked for, unless they say otherwise (条例 Art. 33 ¶2)."""
    proposed = newest(case, "propose_extension")
    if proposed is None:
        return Proposal({})
    told = _("Proposed on %(day)s: %(days)s working days. %(why)s") % {"day": proposed.day, **proposed.facts}
    return Proposal({name: str(proposed.facts[name]) for name in ("days", "why")}, (told,))


def third_party_asked(case: Case) -> Proposal:
    """Whose opinion or receipt is still to come; nothing where nobody is left."""
    return _first("third_party", silent(case, "consult_third_party", "third_party_opinion"))


def organ_asked(case: Case) -> Proposal:
    return _first("asked_organ", silent(case, "consult_organs", "organ_opinion"))


def third_party_refusing(case: Case) -> Proposal:
    """Whom the head overrides is somebody who refused."""
    done = {
        str(event.facts.get("third_party")) for event in case.events.filter(action="override_third_party")
    }
    return _first("third_party", [name for name in refusing_third_parties(case).values() if name not in done])


def _first(fact: str, names: list[str]) -> Proposal:
    return Proposal({fact: names[0]} if names else {})


ASKING: Final = {
    "third_party_opinion": third_party_asked,
    "enquiry_served": third_party_asked,
    "override_third_party": third_party_refusing,
    "organ_opinion": organ_asked,
}
"""By act, who is meant: names typed anew are names mistyped."""
