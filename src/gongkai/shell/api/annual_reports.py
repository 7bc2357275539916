"""Annual reports over the API: what is published, for everybody; what stands in the records, for who writes reports."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router, Schema

from gongkai.foundation.accounts.models import User
from gongkai.foundation.organs.models import Organ
from gongkai.shell.api.faults import PUBLIC_FAULTS, STAFF_FAULTS
from gongkai.shell.api.words import Words
from gongkai.wings.disclosure.annual.errors import ReportRefused
from gongkai.wings.disclosure.annual.filing import may_file
from gongkai.wings.disclosure.annual.forms import UnknownForm, form_of
from gongkai.wings.disclosure.annual.judging import judge
from gongkai.wings.disclosure.annual.looking import report_on
from gongkai.wings.disclosure.annual.models import AnnualReport
from gongkai.wings.disclosure.annual.numbers import reports_whole
from gongkai.wings.disclosure.annual.pages import url_of
from gongkai.wings.disclosure.annual.publishing import published_shape

router = Router(tags=["annual reports"])


class Listed(Schema):
    """A published report; ``whole``: with all organs below. ``url`` is its page on the site of the organ."""

    organ: str
    issuer: str
    year: int
    whole: bool
    form: str
    published_on: date
    corrected: int
    url: str


@router.get("", response={200: list[Listed], **PUBLIC_FAULTS}, auth=None)
def published(request: HttpRequest, year: int | None = None, organ: Words = "") -> Any:
    """Every published report, newest year first; of one year or organ, if named."""
    found = AnnualReport.objects.published().select_related("organ")
    if year is not None:
        found = found.filter(year=year) if 0 < year < 10_000 else found.none()
    if organ:
        found = found.filter(organ__code=organ)
    return [
        Listed(
            organ=report.organ.code,
            issuer=report.organ.name,
            year=report.year,
            whole=report.whole,
            form=report.form_code,
            published_on=timezone.localtime(report.published_at).date(),
            corrected=report.corrected,
            url=url_of(report),
        )
        for report in found
    ]


@router.get("/{organ}/{year}", response={200: dict[str, Any], **PUBLIC_FAULTS}, auth=None)
def one(request: HttpRequest, organ: str, year: int) -> Any:
    """A published report in the shape of its JSON file: ``tables.table2``, ``table3``, ``table4``, ``sections``."""
    if not 0 < year < 10_000:
        raise Http404
    report = get_object_or_404(
        AnnualReport.objects.published().order_by("-whole"), organ__code=organ, year=year
    )
    return published_shape(report).to_json()


@router.get("/{organ}/{year}/now", response={200: dict[str, Any], **STAFF_FAULTS})
def now(request: HttpRequest, organ: str, year: int) -> Any:
    """The report as the records stand now, written or not, with what the check says: ``report``, ``faults``, ``remarks``."""
    user = request.auth  # type: ignore[attr-defined]
    assert isinstance(user, User)
    asked = get_object_or_404(Organ, code=organ)
    if not may_file(user, asked):
        raise ReportRefused("role")
    try:
        form = form_of(year)
    except UnknownForm:
        raise Http404 from None
    if year > timezone.localdate().year:
        raise Http404
    whole = reports_whole(asked)
    shape = report_on(asked, year, form, whole=whole)
    written = AnnualReport.objects.filter(organ=asked, year=year, whole=whole).first()
    verdict = judge(written).to_json() if written else {"faults": [], "remarks": []}
    return {"report": shape.to_json()} | verdict
