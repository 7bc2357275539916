"""From a decision to publish to a draft in the library, each leading to the other (条例 Art. 44)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from gongkai.engines.casework.errors import CaseRefused
from gongkai.engines.casework.models import Case, Event
from gongkai.engines.casework.registry import Attempt, Done
from gongkai.foundation.accounts.models import User
from gongkai.foundation.ledger.services import append
from gongkai.wings.disclosure.requests.library import Disclosed, Library, library
from gongkai.wings.disclosure.requests.models import Request


def drafter_drafts(attempt: Attempt) -> str | None:
    """Whoever is to draft it may draft for the organ."""
    chosen, there = (attempt.facts or {}).get("drafter"), library()
    if chosen is None or there is None:
        return None
    person = User.objects.filter(pk=chosen, is_active=True).first()
    if person is None or not there.may_draft(person, attempt.case.organ):
        return _("The person chosen drafts no documents for this organ.")
    return None


def follow(done: Done) -> None:
    """With the decision its draft, by the person chosen or by the head, if they draft; otherwise somebody does it later."""
    there = library()
    if there is None:
        return
    chosen = done.facts.get("drafter")
    author = User.objects.get(pk=chosen) if chosen is not None else done.actor.user
    if author is not None and there.may_draft(author, done.case.organ):
        _draft(there, done.case, done.event, author)


def draft(*, case: Case, author: User) -> str:
    """Draft what was decided to be published, where that did not happen with the decision. Returns the document's key.

    Raises ``CaseRefused`` (nothing was decided, drafted already), ``PermissionDenied``, ``ValidationError``.
    """
    there = library()
    decided = case.events.filter(action="make_proactive").order_by("-seq").first()
    if there is None or decided is None:
        raise CaseRefused("guard", _("It was not decided to publish this."))
    return _draft(there, case, decided, author)


def _draft(there: Library, case: Case, decided: Event, author: User) -> str:
    with transaction.atomic():
        row = Request.objects.select_for_update().get(pk=case.pk)
        if row.document_key:
            raise CaseRefused("guard", _("It is drafted in the library already."))
        key = there.draft(_disclosed(row, case, decided), author=author)
        row.document_key = key
        row.save(update_fields=["document_key"])
        append(
            stream=case.ledger_stream,
            verb="case.drafted",
            actor=author.ledger_name,
            organ=case.organ.code,
            subject=case.ledger_name,
            body={"document": key},
        )
    return key


def _disclosed(row: Request, case: Case, decided: Event) -> Disclosed:
    facts: dict[str, Any] = {}
    answer = case.events.filter(action="propose_decision").order_by("-seq").first()
    if answer is not None:
        facts = answer.facts
    return Disclosed(
        organ=case.organ,
        title=row.public_title or case.title,
        text=str(facts.get("information") or ""),
        files=[
            (kept.file, kept.title)
            for kept in case.files.filter(purpose="answer", for_applicant=True).select_related("file")
        ],
        decided_on=decided.day,
        source=case.number,
    )


def request_of(key: str) -> Request | None:
    """The request a document of the library came from."""
    return Request.objects.select_related("case").filter(document_key=key).first() if key else None
