"""A decision that was returned is not written anew: the form begins with what was proposed, and says why it came back."""

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
