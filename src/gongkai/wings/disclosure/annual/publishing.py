"""What is published of a report, kept as it was: a correction being written does not touch it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from gongkai.wings.disclosure.annual.drafting import Promise, with_plan
from gongkai.wings.disclosure.annual.models import AnnualReport
from gongkai.wings.disclosure.annual.numbers import previous
from gongkai.wings.disclosure.annual.shape import Report
from gongkai.wings.disclosure.annual.standing import standing


def published_shape(report: AnnualReport) -> Report:
    """A published report with its plan in section five, as its files hold it."""
    plan = [
        Promise(each["problem"], each["measure"], each["owner"], dt.date.fromisoformat(each["due_on"]))
        for each in report.public["improvements"]
    ]
    return with_plan(Report.from_json(report.public["report"]), plan)


def public_version(report: AnnualReport) -> dict[str, Any]:
    """The report in the shape of its JSON export, with its parts, its promises and what became of last year's."""
    now = standing(report)
    before = previous(report)
    return {
        "report": now.shape.to_json(),
        "filed": sorted(now.filed),
        "parts": [{"organ": part.organ.name, "elsewhere": part.elsewhere} for part in now.numbers.parts]
        if report.whole
        else [],
        "improvements": [
            {
                "problem": each.problem,
                "measure": each.measure,
                "owner": each.owner,
                "due_on": each.due_on.isoformat(),
            }
            for each in report.improvements.all()
        ],
        "promised": [
            {
                "problem": each.problem,
                "measure": each.measure,
                "due_on": each.due_on.isoformat(),
                "result": each.result,
                "proof": each.proof,
            }
            for each in (before.improvements.all() if before else ())
        ],
        "corrected": report.corrected,
    }
