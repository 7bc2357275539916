"""Words that all parts of the procedure share: its code, who acts, where it may stand, how provisions are cited."""

from __future__ import annotations

from typing import Final

from gongkai.engines.casework.declarations import Effect
from gongkai.foundation.statutes import provision
from gongkai.wings.disclosure.requests.outcomes import outcomes

CODE: Final = "disclosure-request"
AGAIN: Final = "disclosure-reanswer"
"""An answer given again because a reviewing organ or a court ordered it; a case below the request's own."""
ORDERED: Final = ("ordered", "ordered_days", "ordered_months")
"""Clocks of the limit an order names: in working days, in calendar days, in months."""

REGISTRAR, HANDLER, OFFICER = "registrar", "handler", "disclosure_officer"
HEAD, LEGAL, SECRECY, ARCHIVIST = "disclosure_head", "legal_reviewer", "secrecy_officer", "archivist"
COUNTER = (REGISTRAR, OFFICER)
DESK = (HANDLER, OFFICER)
OPEN_STATES: Final = (
    "unconfirmed",
    "registered",
    "correcting",
    "handling",
    "third_party",
    "other_organs",
    "reasons",
    "fee_due",
    "legal_review",
    "secrecy_review",
    "approval",
    "approved",
)

UNDECIDED: Final = frozenset({"uncorrected", "unpaid", "withdrawn"})
"""Outcomes that are not decisions: the request ends without one."""
DISCLOSED: Final = frozenset({"granted", "partial", "already_public"})
"""Outcomes by which something goes out."""
DECISIONS: Final = tuple(each.code for each in outcomes() if each.code not in UNDECIDED)


def art(article: int, paragraph: int | None = None) -> str:
    return provision("disclosure-regulation", article, paragraph).cite_short()


def finish(*clocks: str) -> tuple[Effect, ...]:
    return tuple(Effect(clock=clock, verb="finish") for clock in clocks)
