"""The entry each act on a document leaves in the ledger."""

from __future__ import annotations

from typing import Any

from gongkai.foundation.accounts.models import User
from gongkai.foundation.hanzi import mask_personal_data
from gongkai.foundation.ledger.services import append
from gongkai.wings.publishing.documents.models import Document


def record(document: Document, actor: User | str, verb: str, **body: Any) -> None:
    """Append to the stream of the document, in the caller's transaction.

    Titles, reasons and comments are people's own words: numbers of persons in them are masked, because the ledger
    never forgets.
    """
    append(
        stream=f"document:{document.pk}",
        verb=verb,
        actor=actor if isinstance(actor, str) else actor.ledger_name,
        subject=f"document:{document.pk}",
        body={
            name: mask_personal_data(value) if isinstance(value, str) else value
            for name, value in body.items()
        },
        organ=document.issuer.code,
    )
