"""A report as one HTML file that stands alone: accessible tables, its own few styles, nothing fetched."""

from __future__ import annotations

from gongkai.engines import press
from gongkai.wings.disclosure.annual.shape import Report
from gongkai.wings.disclosure.annual.writing.grids import sections


def html(report: Report) -> str:
    return press.printed(
        "public/annual/file.html", report=report, title=title(report), sections=sections(report)
    )


def title(report: Report) -> str:
    return f"{report.issuer}{report.year}年政府信息公开工作年度报告"
