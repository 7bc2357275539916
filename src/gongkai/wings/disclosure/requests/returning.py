"""What was proposed is not written anew: not by whoever proposed it, when it was returned, nor by whoever grants it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from gongkai.engines.casework.models import Case
from gongkai.engines.casework.registry import Proposal
from gongkai.wings.disclosure.requests.guards import newest


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
