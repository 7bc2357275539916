"""Freezing the numbers of a form, and holding them against what the records say later."""

from __future__ import annotations

import functools
import hashlib
import inspect
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from gongkai.engines.figures.declarations import Period
from gongkai.engines.figures.forms import Cell, fill, total
from gongkai.engines.figures.models import Snapshot
from gongkai.engines.figures.registry import FigureFault, figure, source
from gongkai.foundation.accounts.models import User
from gongkai.foundation.ledger.chain import canonical
from gongkai.foundation.ledger.heads import current_head
from gongkai.foundation.ledger.models import Entry
from gongkai.foundation.ledger.services import append

STREAM = "figures"


@dataclass(frozen=True, slots=True)
class Change:
    """A cell then and now. ``now`` is None when the figure is not declared any more."""

    key: str
    then: int
    now: int | None
    same_definition: bool

    @property
    def moved(self) -> bool:
        return self.then != self.now


def definition(code: str) -> str:
    """The fingerprint of what a figure counts: its declaration, and the text of the module whose query it is.

    The text rather than the SQL: it is the same on every database, and says more where a query rests on rules in Python.
    """
    counted = figure(code)
    rows = source(counted.source)
    told = {
        "figure": counted.code,
        "source": rows.code,
        "where": {name: sorted(values) for name, values in counted.where.items()},
        "dimensions": {dimension.code: dimension.column for dimension in rows.dimensions},
        "query": _text_of(rows.rows),
    }
    return hashlib.sha256(canonical(told).encode()).hexdigest()


@functools.cache
def _text_of(query: Callable[[Period], Any]) -> str:
    module = inspect.getmodule(query)
    return inspect.getsource(module) if module else query.__qualname__


def freeze(
    *, subject: str, cells: Mapping[str, Cell], period: Period, organs: Sequence[int], user: User | None
) -> Snapshot:
    """Count every cell over ``organs`` together and keep the numbers with the fingerprints of what they came from."""
    with transaction.atomic():
        numbers = total(fill(cells, period, organs=organs), cells)
        told = {code: definition(code) for code in {cell.figure for cell in cells.values()}}
        kept = {
            key: {
                "figure": cell.figure,
                "where": dict(cell.where),
                "value": numbers[key],
                "definition": told[cell.figure],
            }
            for key, cell in cells.items()
        }
        snapshot = Snapshot.objects.create(
            subject=subject,
            since=period.since,
            until=period.until,
            organs=sorted(organs),
            cells=kept,
            digest=_digest(subject, period, kept),
            ledger_head=current_head(),
            taken_at=timezone.now(),
            taken_by=user,
        )
        append(
            stream=STREAM,
            verb="figures.freeze",
            actor=user.ledger_name if user else "system",
            subject=f"snapshot:{snapshot.pk}",
            body={"of": subject, "digest": snapshot.digest, "ledger_head": snapshot.ledger_head},
        )
    return snapshot


def then_and_now(snapshot: Snapshot) -> list[Change]:
    """Every frozen cell beside what the same figure counts now, in the order of the form."""
    known = {key: Cell(cell["figure"], cell["where"]) for key, cell in snapshot.cells.items()}
    told: dict[str, str] = {}
    for code in {cell.figure for cell in known.values()}:
        try:
            told[code] = definition(code)
        except FigureFault:
            continue
    countable = {key: cell for key, cell in known.items() if cell.figure in told}
    numbers = total(fill(countable, snapshot.period, organs=snapshot.organs), countable)
    return [
        Change(key, frozen["value"], numbers.get(key), told.get(frozen["figure"]) == frozen["definition"])
        for key, frozen in snapshot.cells.items()
    ]


def is_genuine(snapshot: Snapshot) -> bool:
    """Whether the numbers are those the ledger holds the fingerprint of."""
    entry = Entry.objects.filter(stream=STREAM, subject=f"snapshot:{snapshot.pk}").first()
    now = _digest(snapshot.subject, snapshot.period, snapshot.cells)
    return entry is not None and json.loads(entry.body)["digest"] == snapshot.digest == now


def _digest(subject: str, period: Period, cells: Mapping[str, object]) -> str:
    told = {
        "subject": subject,
        "since": period.since.isoformat(),
        "until": period.until.isoformat(),
        "cells": cells,
    }
    return hashlib.sha256(canonical(told).encode()).hexdigest()
