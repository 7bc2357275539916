"""Who acts: a member of staff, a party to the case, or the house itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gongkai.engines.casework.declarations import APPLICANT, SYSTEM

if TYPE_CHECKING:
    from gongkai.engines.casework.models import Case, Party
    from gongkai.foundation.accounts.models import User


@dataclass(frozen=True, slots=True)
class Actor:
    """Exactly one of ``user`` and ``party``, or neither: then ``system`` names the part of the house that acts."""

    user: User | None = None
    party: Party | None = None
    system: str = "system"

    @property
    def ledger_name(self) -> str:
        """As the ledger names it: a number, never a name."""
        if self.user is not None:
            return self.user.ledger_name
        if self.party is not None:
            return f"party:{self.party.pk}"
        return self.system

    def roles_for(self, case: Case) -> frozenset[str]:
        """The roles this actor has over the case's organ; an applicant has one in own cases only."""
        if self.user is not None:
            return frozenset(self.user.roles_in(case.organ))
        if self.party is not None:
            return frozenset({APPLICANT}) if case.applicant_id == self.party.pk else frozenset()
        return frozenset({SYSTEM})


HOUSE = Actor()
"""The house itself: what happens because a day has come."""
