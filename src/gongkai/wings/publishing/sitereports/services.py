"""Filling in, submitting, approving and publishing the yearly report of a site."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gongkai.engines import figures, press
from gongkai.engines.figures import Cell, Period, Verdict
from gongkai.engines.figures.freezing import freeze
from gongkai.foundation.accounts.models import Role, User
from gongkai.foundation.ledger.services import append
from gongkai.foundation.organs.models import Organ
from gongkai.wings.publishing.sitereports import form
from gongkai.wings.publishing.sitereports.models import SiteReport, Status
from gongkai.wings.publishing.sites.models import Site

KEEPERS: Final = (Role.SITE_MANAGER,)
CELLS: Final = {
    which: {field.key: Cell(field.figure) for field in form.fields(which).values() if field.figure}
    for which in (form.SITE, form.SUPERVISION)
}


class SiteReportRefused(PermissionDenied):
    """An act is not allowed now. ``code``: role, state, same-person, not-over, incomplete, identities."""

    def __init__(self, code: str, message: str, reasons: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.reasons = list(reasons)


def values_of(report: SiteReport) -> dict[str, form.Value]:
    """Every field as it stands: counted from the records, entered, and summed."""
    return values(report.site, report.year, report.entered, report.form)


def values(
    site: Site, year: int, entered: Mapping[str, Any], which: str = form.SITE
) -> dict[str, form.Value]:
    cells = CELLS[which]
    counted: Mapping[str, Any] = (
        figures.total(figures.fill(cells, Period.year(year), organs=[site.organ_id]), cells) if cells else {}
    )
    by_hand = {
        field.key: Decimal(entered[field.key])
        if field.kind == "days" and entered.get(field.key)
        else entered.get(field.key)
        for field in form.fields(which).values()
        if field.by_hand
    }
    return form.with_sums({**by_hand, **counted}, which)


def supervises(organ: Organ, today: dt.date) -> bool:
    """Whether an organ files a report on supervision: there are organs below it."""
    return Organ.objects.descendants_of(organ).current(today).exclude(pk=organ.pk).exists()


def before(report: SiteReport) -> dict[str, str]:
    """What was published on the year before, {} if nothing was."""
    found = SiteReport.objects.filter(
        site=report.site_id, year=report.year - 1, form=report.form, published_at__isnull=False
    ).first()
    return dict(found.public) if found else {}


def fill_in(
    *, site: Site, year: int, typed: Mapping[str, str], user: User, which: str = form.SITE
) -> SiteReport:
    """Keep what was typed. Raises ``SiteReportRefused`` (role, state), ``ValidationError`` by field, all together."""
    _require(user, site)
    known = {key: field for key, field in form.fields(which).items() if field.by_hand}
    entered: dict[str, Any] = {}
    faults: dict[str, list[str]] = {}
    for key, text in typed.items():
        if key not in known:
            faults[key] = [_("The form has no such field to be filled in.")]
            continue
        value, fault = form.read(known[key], text)
        if fault:
            faults[key] = [f"{known[key].label}：{fault}"]
        elif value is not None:
            entered[key] = str(value) if isinstance(value, Decimal) else value
    if faults:
        raise ValidationError(faults)
    with transaction.atomic():
        report, _created = SiteReport.objects.select_for_update().get_or_create(
            site=site, year=year, form=which
        )
        if report.status != Status.DRAFT:
            raise _state()
        report.entered = entered
        report.save(update_fields=["entered"])
        _note(report, "fill_in", user, entered=entered)
    return report


def submit(*, report: SiteReport, user: User) -> SiteReport:
    """Hand it on for approval. Raises ``SiteReportRefused``: role, state, not-over, incomplete, identities."""
    _require(user, report.site)
    with transaction.atomic():
        row = SiteReport.objects.select_for_update().get(pk=report.pk)
        if row.status != Status.DRAFT:
            raise _state()
        _refuse_faults(row)
        row.status, row.submitted_by = Status.SUBMITTED, user
        row.save(update_fields=["status", "submitted_by"])
        _note(row, "submit", user)
    return row


def publish(*, report: SiteReport, user: User) -> SiteReport:
    """Somebody else approves it: the numbers are frozen and stand on the site. Raises ``SiteReportRefused``."""
    _require(user, report.site)
    with transaction.atomic():
        row = SiteReport.objects.select_for_update().get(pk=report.pk)
        if row.status != Status.SUBMITTED:
            raise _state()
        if row.submitted_by_id == user.pk:
            raise SiteReportRefused("same-person", _("Whoever submitted a report does not approve it."))
        _refuse_faults(row)
        if cells := CELLS[row.form]:
            row.snapshot = freeze(
                subject=f"site-report:{row.site.slug}:{row.year}",
                cells=cells,
                period=Period.year(row.year),
                organs=[row.site.organ_id],
                user=user,
            )
        row.public = {key: form.shown(value) for key, value in values_of(row).items()}
        row.status, row.published_at = Status.PUBLISHED, timezone.now()
        row.save(update_fields=["status", "published_at", "public", "snapshot"])
        _note(row, "publish", user, values=row.public)
        press.changed(f"site-report:{row.pk}", f"site:{row.site.slug}", lane="bulk")
    return row


def take_up_again(*, report: SiteReport, user: User) -> SiteReport:
    """Back to be filled in; what is published stays until it is published anew."""
    _require(user, report.site)
    with transaction.atomic():
        row = SiteReport.objects.select_for_update().get(pk=report.pk)
        if row.status == Status.DRAFT:
            raise _state()
        row.status = Status.DRAFT
        row.save(update_fields=["status"])
        _note(row, "take_up_again", user)
    return row


def _refuse_faults(report: SiteReport) -> None:
    if not Period.year(report.year).is_over(timezone.localdate()):
        raise SiteReportRefused(
            "not-over",
            _("The year is not over: its numbers still grow. Submit the report after 31 December."),
        )
    now = values_of(report)
    if lacking := form.missing(now, report.form):
        raise SiteReportRefused(
            "incomplete",
            _("These fields are blank; where there was nothing, write 0:"),
            [field.label for field in lacking],
        )
    wrong = [found for found in form.judge(now, report.form) if found.verdict is not Verdict.HOLDS]
    if wrong:
        raise SiteReportRefused(
            "identities",
            _("These numbers do not fit each other:"),
            [
                f"{found.identity.code} {found.identity.title}（{found.left} / {found.right}）"
                for found in wrong
            ],
        )


def _state() -> SiteReportRefused:
    return SiteReportRefused("state", _("This is not possible in the present state of the report."))


def _require(user: User, site: Site) -> None:
    if not (user.is_superuser or any(user.has_role(role, site.organ) for role in KEEPERS)):
        raise SiteReportRefused("role", _("Only the managers of the site can do this."))


def _note(report: SiteReport, act: str, user: User, **facts: Any) -> None:
    append(
        stream=f"site-reports:{report.site.slug}",
        verb=f"sitereports.{act}",
        actor=user.ledger_name,
        organ=report.site.organ.code,
        subject=f"site-report:{report.pk}",
        body={"year": report.year, "form": report.form} | facts,
    )
