"""The checker held against a report of our own, together with the year before."""

from __future__ import annotations

from gongkai.wings.disclosure.annual.checking import check
from gongkai.wings.disclosure.annual.checking.faults import Verdict
from gongkai.wings.disclosure.annual.checking.years import likeness
from gongkai.wings.disclosure.annual.models import AnnualReport
from gongkai.wings.disclosure.annual.numbers import previous
from gongkai.wings.disclosure.annual.shape import Report
from gongkai.wings.disclosure.annual.standing import FROZEN, Standing, standing


def judge(report: AnnualReport, now: Standing | None = None) -> Verdict:
    """Every fault of the report as it stands; continuity is judged against last year's once that is approved."""
    return check((now or standing(report)).given_out, previous=_earlier(report))


def alike(report: AnnualReport, now: Standing | None = None) -> int | None:
    """How much of the text stands in last year's too, in percent; ``None`` where there is too little to say."""
    earlier = _earlier(report)
    share = likeness((now or standing(report)).given_out, earlier) if earlier is not None else None
    return None if share is None else round(share * 100)


def _earlier(report: AnnualReport) -> Report | None:
    before = previous(report)
    return standing(before).given_out if before is not None and before.status in FROZEN else None
