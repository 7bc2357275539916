"""The acts on a report: draft, write, submit, return, approve (which freezes the numbers), publish, take up again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gongkai.engines import press
from gongkai.engines.figures import Period
from gongkai.engines.figures.freezing import freeze
from gongkai.foundation.accounts.models import Role, User
from gongkai.foundation.ledger.services import append
from gongkai.foundation.organs.models import Organ
from gongkai.wings.disclosure.annual import drafting
from gongkai.wings.disclosure.annual.checking.faults import Fault, Verdict
from gongkai.wings.disclosure.annual.errors import ReportRefused
from gongkai.wings.disclosure.annual.forms import form as form_by_code
from gongkai.wings.disclosure.annual.forms import form_of
from gongkai.wings.disclosure.annual.judging import judge
from gongkai.wings.disclosure.annual.models import REPORTERS, AnnualReport, Status, as_json
from gongkai.wings.disclosure.annual.numbers import counted_cells, numbers
from gongkai.wings.disclosure.annual.publishing import public_version
from gongkai.wings.disclosure.annual.standing import standing

BLOCKING: Final = frozenset({"arithmetic", "blank", "form"})
"""Kinds of fault no reason excuses: the form itself demands these. Others may be overruled with a reason."""


def draft(*, organ: Organ, year: int, user: User, whole: bool = False, form: str = "") -> AnnualReport:
    """Begin a report, with sentences drafted from its numbers.

    Raises ``ReportRefused`` (role, there), ``forms.UnknownForm`` for a year before there was a form.
    """
    _require(user, organ)
    laid_on = form_by_code(form) if form else form_of(year)
    with transaction.atomic():
        if AnnualReport.objects.filter(organ=organ, year=year, whole=whole).exists():
            raise ReportRefused("there")
        cells = numbers(organ, year, laid_on, whole=whole).cells
        report = AnnualReport.objects.create(
            organ=organ,
            year=year,
            whole=whole,
            form_code=laid_on.code,
            texts=drafting.first_texts(cells, laid_on),
            drafted_by=user,
        )
        _note(report, "draft", user, form=laid_on.code)
    return report


def write(*, report: AnnualReport, texts: Mapping[str, str], user: User, version: int) -> AnnualReport:
    """Keep the texts of sections. Raises ``ReportRefused`` (role, state, changed), ``ValidationError`` by section."""
    faults: dict[str, list[str]] = {}
    for section, text in texts.items():
        if section not in drafting.TEXT_SECTIONS:
            faults[section] = [_("This section is a table.")]
        elif len(text) > 20_000:
            faults[section] = [_("At most 20,000 characters.")]
        else:
            try:
                drafting.check_names(text)
            except drafting.UnknownQuantity as stranger:
                faults[section] = [
                    _(
                        "These names in braces stand for no number: %s. The list below the texts has all names."
                    )
                    % "、".join(stranger.names)
                ]
    if faults:
        raise ValidationError(faults)
    with transaction.atomic():
        row = _locked(report, user, Status.DRAFT, version=version)
        row.texts = {**row.texts, **{section: text.strip() for section, text in texts.items()}}
        _save(row, "texts")
        _note(row, "write", user, sections=sorted(texts))
    return row


def draft_anew(*, report: AnnualReport, user: User) -> AnnualReport:
    """Put the sentences a new report would start with in place of the texts."""
    with transaction.atomic():
        row = _locked(report, user, Status.DRAFT)
        cells = numbers(row.organ, row.year, row.form, whole=row.whole).cells
        row.texts = drafting.first_texts(cells, row.form)
        _save(row, "texts")
        _note(row, "draft_anew", user)
    return row


def submit(*, report: AnnualReport, user: User, overruled: str = "") -> AnnualReport:
    """Hand the report to the head for approval.

    Raises ``ReportRefused``: role, state; not-over; checks with every fault that is left. What the form itself demands
    cannot be excused; anything else can, with a reason.
    """
    with transaction.atomic():
        row = _locked(report, user, Status.DRAFT)
        _refuse_a_running_year(row)
        row.overruled = overruled.strip()
        _refuse_faults(judge(row), excused=bool(row.overruled))
        row.status, row.submitted_by, row.remarks = Status.SUBMITTED, user, ""
        _save(row, "status", "submitted_by", "overruled", "remarks")
        _note(row, "submit", user, overruled=row.overruled)
    return row


def send_back(*, report: AnnualReport, user: User, remarks: str) -> AnnualReport:
    """The head returns the report with remarks."""
    if not remarks.strip():
        raise ValidationError({"remarks": [_("Say what is to be changed.")]})
    with transaction.atomic():
        row = _locked(report, user, Status.SUBMITTED, head=True)
        row.status, row.remarks = Status.DRAFT, remarks.strip()[:1000]
        _save(row, "status", "remarks")
        _note(row, "send_back", user, remarks=row.remarks)
    return row


def approve(*, report: AnnualReport, user: User) -> AnnualReport:
    """The head approves: the numbers are checked once more, frozen, and do not move from here on.

    Raises ``ReportRefused`` (head, state, same-person, not-over, checks).
    """
    with transaction.atomic():
        row = _locked(report, user, Status.SUBMITTED, head=True)
        if row.submitted_by_id == user.pk:
            raise ReportRefused("same-person")
        _refuse_a_running_year(row)
        now = standing(row)
        _refuse_faults(judge(row, now), excused=bool(row.overruled))
        row.cells, row.filed = as_json(now.cells), sorted(now.numbers.filed)
        row.snapshot = freeze(
            subject=row.ledger_name,
            cells=counted_cells(row.form),
            period=Period.year(row.year),
            organs=[part.organ.pk for part in now.numbers.parts if not part.elsewhere],
            user=user,
        )
        row.status, row.approved_by = Status.APPROVED, user
        _save(row, "status", "approved_by", "cells", "filed", "snapshot")
        _note(row, "approve", user, snapshot=row.snapshot.digest, cells=row.cells)
    return row


def publish(*, report: AnnualReport, user: User) -> AnnualReport:
    """Put the approved report before the public: page and files, in the statutory column of the organ's site."""
    with transaction.atomic():
        row = _locked(report, user, Status.APPROVED, head=True)
        row.public = public_version(row)
        row.status, row.published_at = Status.PUBLISHED, timezone.now()
        _save(row, "status", "published_at", "public")
        _note(row, "publish", user)
        announce(row)
    return row


def take_up_again(*, report: AnnualReport, user: User, reason: str) -> AnnualReport:
    """Correct an approved or published report: it goes back to drafting, and what was published stays until then."""
    if not reason.strip():
        raise ValidationError({"reason": [_("Say why the report is corrected.")]})
    with transaction.atomic():
        row = _locked(report, user, Status.APPROVED, Status.PUBLISHED, head=True)
        row.corrected += row.status == Status.PUBLISHED
        row.status, row.remarks = Status.DRAFT, reason.strip()[:1000]
        _save(row, "status", "remarks", "corrected")
        _note(row, "take_up_again", user, reason=row.remarks)
    return row


def announce(report: AnnualReport) -> None:
    """Tell the press. Inside the transaction that changed the report."""
    press.changed(f"annual-report:{report.pk}", "annual-reports", lane="bulk")


def _refuse_faults(verdict: Verdict, *, excused: bool) -> None:
    left: list[Fault] = [fault for fault in verdict.faults if fault.kind in BLOCKING or not excused]
    if left:
        raise ReportRefused(
            "checks", [f"{fault.place}：{fault.message}" if fault.place else fault.message for fault in left]
        )


def _refuse_a_running_year(report: AnnualReport) -> None:
    """Numbers of a year are frozen when it is over (条例 Art. 50: of the year before)."""
    if not Period.year(report.year).is_over(timezone.localdate()):
        raise ReportRefused("not-over")


def _require(user: User, organ: Organ, *, head: bool = False) -> None:
    roles = (Role.DISCLOSURE_HEAD,) if head else REPORTERS
    if not (user.is_superuser or any(user.has_role(role, organ) for role in roles)):
        raise ReportRefused("head" if head else "role")


def _locked(
    report: AnnualReport, user: User, *states: Status, head: bool = False, version: int | None = None
) -> AnnualReport:
    row = AnnualReport.objects.select_for_update().get(pk=report.pk)
    _require(user, row.organ, head=head)
    if row.status not in states:
        raise ReportRefused("state")
    if version is not None and version != row.version:
        raise ReportRefused("changed")
    return row


def _save(row: AnnualReport, *fields: str) -> None:
    row.version += 1
    row.save(update_fields=[*fields, "version"])


def _note(row: AnnualReport, act: str, user: User, **facts: Any) -> None:
    append(
        stream=f"annual:{row.organ.code}",
        verb=f"annual.{act}",
        actor=user.ledger_name,
        organ=row.organ.code,
        subject=row.ledger_name,
        body={"year": row.year, "whole": row.whole} | facts,
    )
