"""A report as one HTML file that stands alone: accessible tables, its own few styles, nothing fetched."""

from __future__ import annotations

from django.template import engines

from gongkai.wings.disclosure.annual.shape import Report
from gongkai.wings.disclosure.annual.writing.grids import sections


def html(report: Report) -> str:
    told = {"report": report, "title": title(report), "sections": sections(report)}
    page: str = engines["public"].env.get_template("public/annual/file.html").render(told)  # type: ignore[attr-defined]
    return page


def title(report: Report) -> str:
    return f"{report.issuer}{report.year}年政府信息公开工作年度报告"
