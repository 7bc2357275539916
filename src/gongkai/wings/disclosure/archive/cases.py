"""The package of one case: its acts, its files, and the head of the ledger at that moment."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from gongkai.engines.casework.actors import HOUSE
from gongkai.engines.casework.models import Case, Event
from gongkai.engines.casework.services import action_title, attach
from gongkai.foundation.files.holding import hold_made
from gongkai.foundation.files.models import StoredFile
from gongkai.foundation.ledger.services import append, head
from gongkai.wings.disclosure.archive.packing import pack
from gongkai.wings.disclosure.archive.rules import ArchiveItem


def pack_case(*, case: Case, actor: str, packed_on: dt.date) -> StoredFile:
    """Pack a case as it stands. Who may, and in which state, is decided by the caller (the case's procedure).

    The package holds the applicant's data, as the archive must; it is stored like any file of the case, and swept after a
    day where it is made a file of none. The ledger keeps its hash.
    """
    with transaction.atomic():  # one moment: the head of the chain and what had happened by then
        last = head(case.ledger_stream)
        entries, facts = _items(case), _facts(case)
    stored = pack(
        case_number=case.number,
        title=case.title,
        organ=case.organ.name,
        entries=entries,
        facts=facts,
        ledger_heads={last.stream: f"{last.seq} {last.hash}"} if last else {},
        actor=actor,
        packed_on=packed_on,
    )
    with transaction.atomic():
        hold_made(file=stored, actor=actor)
        append(
            stream=case.ledger_stream,
            verb="archive.packed",
            actor=actor,
            organ=case.organ.code,
            subject=case.ledger_name,
            body={"package": stored.sha256, "size": stored.size},
        )
    return stored


def pack_when_archived(*, case: Case, event: Event, **_signal: Any) -> None:
    """The act of archiving leaves the package with the case, in the same transaction (条例 Art. 45)."""
    package = pack_case(case=case, actor=event.actor, packed_on=event.day)
    attach(case=case, file=package, title=package.name, purpose="archive", actor=HOUSE)


def _items(case: Case) -> list[ArchiveItem]:
    return [
        ArchiveItem(
            name=kept.file.name,
            content=kept.file.path,
            title=kept.title,
            kind=kept.purpose,
            dated_on=timezone.localdate(kept.added_at),
        )
        for kept in case.files.exclude(purpose="archive").select_related("file")
    ]


def _facts(case: Case) -> dict[str, Any]:
    applicant = case.applicant
    return {
        "procedure": case.procedure,
        "state": case.state,
        "outcome": case.outcome,
        "received_on": case.received_on,
        "closed_on": case.closed_on,
        "handler": case.handler.ledger_name if case.handler else "",
        "applicant": {
            "kind": applicant.kind,
            "name": applicant.name,
            "identity_kind": applicant.identity_kind,
            "identity_number": applicant.identity_number,
            "phone": applicant.phone,
            "email": applicant.email,
            "address": applicant.address,
        }
        if applicant
        else None,
        "timeline": [
            {
                "day": event.day.isoformat(),
                "title": str(action_title(case, event.action)),
                "note": event.note,
                "actor": event.actor,
                "facts": event.facts,
            }
            for event in case.events.order_by("seq")
        ],
    }
