"""Right reports of smaller organs: a bureau with some requests, a township with few, an office with none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from gongkai.wings.disclosure.annual.forms import form
from gongkai.wings.disclosure.annual.shape import Report

from .reports import table3

Rows = dict[str, tuple[int, ...]]

BUREAU: Final[Rows] = {
    "1": (32, 4, 0, 0, 1, 0),
    "2": (2, 0, 0, 0, 0, 0),
    "3.1": (12, 1, 0, 0, 0, 0),
    "3.2": (3, 0, 0, 0, 0, 0),
    "3.3.4": (1, 0, 0, 0, 0, 0),
    "3.3.5": (2, 0, 0, 0, 0, 0),
    "3.3.7": (0, 1, 0, 0, 0, 0),
    "3.4.1": (7, 1, 0, 0, 1, 0),
    "3.4.2": (1, 0, 0, 0, 0, 0),
    "3.5.1": (2, 0, 0, 0, 0, 0),
    "3.5.2": (1, 0, 0, 0, 0, 0),
    "3.6.1": (1, 0, 0, 0, 0, 0),
    "3.7": (30, 3, 0, 0, 1, 0),
    "4": (4, 1, 0, 0, 0, 0),
}
BUREAU_BEFORE: Final[Rows] = {
    "1": (27, 2, 0, 0, 0, 1),
    "2": (0, 0, 0, 0, 0, 0),
    "3.1": (14, 1, 0, 0, 0, 1),
    "3.2": (4, 0, 0, 0, 0, 0),
    "3.3.4": (1, 0, 0, 0, 0, 0),
    "3.4.1": (6, 1, 0, 0, 0, 0),
    "3.7": (25, 2, 0, 0, 0, 1),
    "4": (2, 0, 0, 0, 0, 0),
}
TOWN: Final[Rows] = {
    "1": (3, 0, 0, 0, 0, 0),
    "3.1": (2, 0, 0, 0, 0, 0),
    "3.4.1": (1, 0, 0, 0, 0, 0),
    "3.7": (3, 0, 0, 0, 0, 0),
}


def entry(
    issuer: str,
    year: int,
    rows: Rows,
    documents: tuple[int, int, int] = (0, 0, 0),
    powers: tuple[float, float, float, float] = (0, 0, 0, 0),
    remedies: tuple[tuple[int, int, int, int], ...] = ((0, 0, 0, 0),) * 3,
    narrative: tuple[str, ...] = (),
) -> dict[str, Any]:
    """A report of the form of 2021; rows that are not named hold zeros."""
    held = {row.code: rows.get(row.code, (0,) * 6) for row in form("2021").rows}
    columns = ("issued_this_year", "repealed_this_year", "in_force")
    results = ("maintained", "corrected", "other", "pending")
    blocks = ("review", "litigation_direct", "litigation_after_review")
    return {
        "issuer": issuer,
        "year": year,
        "format": form("2021").instrument,
        "tables": {
            "table2": {
                "format": "2021",
                "art20_1": {
                    "规章": dict.fromkeys(columns, 0),
                    "行政规范性文件": dict(zip(columns, documents, strict=True)),
                },
                "art20_5": {"行政许可": {"decisions": powers[0]}},
                "art20_6": {"行政处罚": {"decisions": powers[1]}, "行政强制": {"decisions": powers[2]}},
                "art20_8": {"行政事业性收费": {"amount_wan_yuan": powers[3]}},
            },
            "table3": table3("2021", held),
            "table4": {
                block: {**dict(zip(results, each, strict=True)), "total": sum(each)}
                for block, each in zip(blocks, remedies, strict=True)
            },
        },
        "narrative": list(narrative),
    }


def bureau_entry(year: int = 2023) -> dict[str, Any]:
    before = year == 2022
    return entry(
        "云州市自然资源和规划局",
        year,
        BUREAU_BEFORE if before else BUREAU,
        (5, 1, 20) if before else (3, 2, 21),
        (1400, 90, 4, 1300) if before else (1520, 86, 4, 1203.5),
        ((2, 0, 0, 0), (0, 0, 0, 0), (1, 0, 0, 0)) if before else ((2, 1, 0, 1), (1, 0, 0, 0), (0, 0, 1, 0)),
    )


def bureau(year: int = 2023, *narrative: str) -> Report:
    return replace(Report.from_json(bureau_entry(year)), narrative=narrative)


def town(*narrative: str) -> Report:
    return replace(
        Report.from_json(entry("青河镇人民政府", 2022, TOWN, powers=(15, 3, 0, 0))), narrative=narrative
    )


def nothing(*narrative: str) -> Report:
    return replace(
        Report.from_json(entry("云州市供销合作社联合社", 2024, {}, powers=(0, 0, 0, 0))), narrative=narrative
    )
