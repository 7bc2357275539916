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
    """Of the report; one on a year that is not over says so wherever its title stands."""
    name = f"{report.issuer}{report.year}年政府信息公开工作年度报告"
    if (day := report.counted_to) is None:
        return name
    return f"{name}（数据统计至{day.year}年{day.month}月{day.day}日，全年尚未结束）"
