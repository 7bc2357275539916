"""Files that an act names: whose they may be, and what they are for once they are the case's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from gongkai.engines.casework.actors import Actor
from gongkai.engines.casework.declarations import Action
from gongkai.engines.casework.models import Case, CaseFile
from gongkai.foundation.files.models import StoredFile

APPLICANT_UPLOADS = "applicant"
"""Who handed a file in, where it came by the public pages."""


class NamedFile(NamedTuple):
    file: StoredFile
    purpose: str


def named_files(case: Case, action: Action, facts: Mapping[str, Any], actor: Actor) -> list[NamedFile]:
    """The files among the facts of an act: those of this case, and those the actor has handed in and no case has.

    A number alone opens no file: any other one is refused, as one that is not there. Raises ``ValidationError`` by field.
    """
    found: list[NamedFile] = []
    faults: dict[str, list[str]] = {}
    for fact in action.facts:
        if fact.kind != "file" or not (given := facts.get(fact.name)):
            continue
        numbers = given if isinstance(given, list) else [given]
        files = _open_to(case, actor).in_bulk([number for number in numbers if 0 < number < 2**63])
        if set(numbers) - set(files):
            faults[fact.name] = [_("One of the files is not there. Choose it again.")]
        found += [
            NamedFile(files[number], fact.purpose) for number in dict.fromkeys(numbers) if number in files
        ]
    if faults:
        raise ValidationError(faults)
    return found


def _open_to(case: Case, actor: Actor) -> Any:
    held = CaseFile.objects.filter(file=OuterRef("pk"))
    own = Q(uploaded_by=APPLICANT_UPLOADS if actor.party is not None else actor.ledger_name) & ~Exists(held)
    return StoredFile.objects.filter(own | Exists(held.filter(case=case)))
