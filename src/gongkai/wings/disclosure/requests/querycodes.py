"""The code somebody looks their case up with. Only a keyed digest of it is kept."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from typing import Final, Protocol

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongkai.engines.casework.actors import Actor
from gongkai.engines.casework.errors import CaseRefused
from gongkai.engines.casework.models import Case
from gongkai.engines.casework.services import note
from gongkai.foundation.ledger.services import append
from gongkai.wings.disclosure.requests.terms import COUNTER

CHECKS: Final = {
    "document": gettext_lazy("Identity document shown in person"),
    "mandate": gettext_lazy("Agent with mandate and identity document"),
    "contact": gettext_lazy("Called back at the contact on record"),
}
"""How the desk has made sure who asks for a new code."""

_CODE_SIGNS: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""No sign that is mistaken for another when read out on the phone."""
_CODE_LENGTH: Final = 10


def new_query_code() -> str:
    """A fresh code; it is shown once and kept nowhere."""
    return "".join(secrets.choice(_CODE_SIGNS) for _sign in range(_CODE_LENGTH))


def query_digest(number: str, code: str) -> str:
    """What is kept of a query code: worth nothing to whoever reads the table."""
    return hmac.new(
        settings.SECRET_KEY.encode(), f"{number}\n{code.strip().upper()}".encode(), hashlib.sha256
    ).hexdigest()


class HoldsCode(Protocol):
    """A row whose case is looked up by number and code."""

    query_digest: str

    @property
    def case(self) -> Case: ...

    def save(self, *, update_fields: list[str]) -> None: ...


def may_issue_anew(case: Case, *, actor: Actor) -> bool:
    """Only those who can see who stands at their desk."""
    return actor.user is not None and (actor.user.is_superuser or bool(actor.roles_for(case) & set(COUNTER)))


def issue_anew(row: HoldsCode, *, checked: str, actor: Actor, day: dt.date) -> str:
    """Give a locked row a new code and return it. The ledger keeps who did it and how the person was known; never a code."""
    case = row.case
    if not may_issue_anew(case, actor=actor):
        raise CaseRefused("role", _("Only the desk issues a query code anew."))
    if checked not in CHECKS:
        raise ValidationError({"checked": [_("Say how you checked who asks for it.")]})
    code = new_query_code()
    row.query_digest = query_digest(case.number, code)
    row.save(update_fields=["query_digest"])
    append(
        stream=case.ledger_stream,
        verb="case.query_code",
        actor=actor.ledger_name,
        organ=case.organ.code,
        subject=case.ledger_name,
        body={"checked": checked},
    )
    note(
        case=case,
        actor=actor,
        day=day,
        text=_("Query code issued anew. Identity checked: %s") % CHECKS[checked],
    )
    return code
