"""The checker held against a report of our own, together with the year before."""

from __future__ import annotations

from gongkai.wings.disclosure.annual.checking import check
from gongkai.wings.disclosure.annual.checking.faults import Verdict
from gongkai.wings.disclosure.annual.models import AnnualReport
from gongkai.wings.disclosure.annual.numbers import previous
from gongkai.wings.disclosure.annual.standing import FROZEN, Standing, standing


def judge(report: AnnualReport, now: Standing | None = None) -> Verdict:
    """Every fault of the report as it stands; continuity is judged against last year's once that is approved."""
    before = previous(report)
    earlier = standing(before).shape if before is not None and before.status in FROZEN else None
    return check((now or standing(report)).shape, previous=earlier)
