"""A report in pictures: how requests ended, and the numbers of the years before beside this one's. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from django.utils.translation import gettext as _
from markupsafe import Markup

from gongkai.engines.figures import charts
from gongkai.wings.disclosure.annual import drafting
from gongkai.wings.disclosure.annual.shape import Report

_RESULTS: Final = ("予以公开", "部分公开", "不予公开", "无法提供", "不予处理", "其他处理")
_YEARS: Final = ("新收申请", "办结申请")


def pictures(report: Report, before: Sequence[Report]) -> list[Markup]:
    """``before``: earlier reports of the same issuer, in any order; years without one are gaps."""
    drawn = []
    results = [(name, _amount(report, name)) for name in _RESULTS]
    if any(results_of for _name, results_of in results):
        drawn.append(
            charts.bars(
                _("How requests ended in %s") % report.year, [(name, n or 0) for name, n in results], "件"
            )
        )
    if before:
        by_year: Mapping[int, Report] = {each.year: each for each in (*before, report)}
        years = range(min(by_year), report.year + 1)
        series = [
            (name, [_amount(by_year[year], name) if year in by_year else None for year in years])
            for name in _YEARS
        ]
        drawn.append(charts.lines(_("Requests year by year"), [str(year) for year in years], series, "件"))
    return drawn


def _amount(report: Report, name: str) -> float | None:
    value = drafting.amount(name, report.cells(), report.official)
    return None if value is None or value < 0 else float(value)
