"""The improvement plan: each problem a report names becomes a task, and next year's report says what became of it."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from gongkai.foundation.accounts.models import User
from gongkai.foundation.ledger.services import append
from gongkai.wings.disclosure.annual.errors import ReportRefused
from gongkai.wings.disclosure.annual.filing import may_file
from gongkai.wings.disclosure.annual.models import AnnualReport, Improvement
from gongkai.wings.disclosure.annual.numbers import previous


def promise(
    *, report: AnnualReport, problem: str, measure: str, owner: str, due_on: dt.date | None, user: User
) -> Improvement:
    """Enter a problem with what will be done, by whom, until when. Raises ``ReportRefused`` and ``ValidationError``."""
    _require(user, report)
    given = {"problem": (problem, 300), "measure": (measure, 500), "owner": (owner, 80)}
    faults = {name: [_("Fill this in.")] for name, (text, _limit) in given.items() if not text.strip()}
    faults |= {
        name: [_("At most %d characters.") % limit]
        for name, (text, limit) in given.items()
        if len(text.strip()) > limit
    }
    if due_on is None:
        faults["due_on"] = [_("Say until when.")]
    elif due_on.year <= report.year:
        faults["due_on"] = [_("The day lies after the report year.")]
    if faults or due_on is None:
        raise ValidationError(faults)
    with transaction.atomic():
        task = Improvement.objects.create(
            report=report,
            problem=problem.strip(),
            measure=measure.strip(),
            owner=owner.strip(),
            due_on=due_on,
        )
        _note(task, "promise", user)
    return task


def settle(*, task: Improvement, result: str, proof: str, on: dt.date, user: User) -> Improvement:
    """Close a task with its result and the proof of it (a document number, an address, a case)."""
    _require(user, task.report)
    faults = {}
    if result not in Improvement.Result.values:
        faults["result"] = [_("Choose what became of it.")]
    if not proof.strip() or len(proof) > 500:
        faults["proof"] = [
            _("Name the proof: a document number, an address or a record (at most 500 characters).")
        ]
    if faults:
        raise ValidationError(faults)
    with transaction.atomic():
        row = Improvement.objects.select_for_update().get(pk=task.pk)
        row.result, row.proof, row.closed_on = result, proof.strip(), on
        row.save(update_fields=["result", "proof", "closed_on"])
        _note(row, "settle", user)
    return row


def reopen(*, task: Improvement, user: User) -> Improvement:
    """A task closed by mistake is open again; its history stays in the ledger."""
    _require(user, task.report)
    with transaction.atomic():
        row = Improvement.objects.select_for_update().get(pk=task.pk)
        row.result, row.proof, row.closed_on = "", "", None
        row.save(update_fields=["result", "proof", "closed_on"])
        _note(row, "reopen", user)
    return row


def promised_before(report: AnnualReport) -> list[Improvement]:
    """What last year's report promised."""
    before = previous(report)
    return list(before.improvements.all()) if before else []


def _require(user: User, report: AnnualReport) -> None:
    if not may_file(user, report.organ):
        raise ReportRefused("role")


def _note(task: Improvement, act: str, user: User) -> None:
    organ = task.report.organ
    append(
        stream=f"annual:{organ.code}",
        verb=f"annual.improvement_{act}",
        actor=user.ledger_name,
        organ=organ.code,
        subject=f"improvement:{task.pk}",
        body={"year": task.report.year, "result": task.result, "due_on": task.due_on.isoformat()},
    )
