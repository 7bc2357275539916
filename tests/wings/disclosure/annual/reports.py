"""A full and right report for tests, and ways to change one thing in it."""

from __future__ import annotations

import copy
from typing import Any

from gongkai.wings.disclosure.annual.forms import form
from gongkai.wings.disclosure.annual.shape import Report

ISSUER = "云州市人民政府"
ROWS = {
    "1": (3440, 75, 0, 1, 6, 3),
    "2": (118, 3, 0, 0, 0, 0),
    "3.1": (1408, 21, 0, 0, 2, 0),
    "3.2": (462, 9, 0, 0, 0, 0),
    "3.3.1": (2, 0, 0, 0, 0, 0),
    "3.3.2": (1, 0, 0, 0, 0, 0),
    "3.3.3": (4, 0, 0, 0, 0, 0),
    "3.3.4": (16, 1, 0, 0, 0, 0),
    "3.3.5": (21, 0, 0, 0, 0, 0),
    "3.3.6": (10, 1, 0, 0, 0, 0),
    "3.3.7": (21, 2, 0, 0, 0, 0),
    "3.3.8": (13, 0, 0, 0, 0, 0),
    "3.4.1": (859, 33, 0, 0, 3, 2),
    "3.4.2": (35, 1, 0, 0, 0, 0),
    "3.4.3": (8, 0, 0, 0, 0, 0),
    "3.5.1": (86, 1, 0, 0, 0, 0),
    "3.5.2": (26, 1, 0, 0, 0, 0),
    "3.5.3": (0, 0, 0, 0, 0, 0),
    "3.5.4": (3, 0, 0, 0, 0, 0),
    "3.5.5": (0, 0, 0, 0, 0, 0),
    "3.6.1": (75, 1, 0, 1, 0, 0),
    "3.6.2": (38, 0, 0, 0, 0, 0),
    "3.6.3": (352, 2, 0, 0, 0, 0),
    "3.7": (3440, 73, 0, 1, 5, 2),
    "4": (118, 5, 0, 0, 1, 1),
}
"""Numbers of the six kinds of applicants; the seventh column is their sum."""


def table3(code: str = "2021", rows: dict[str, tuple[int, ...]] = ROWS) -> list[dict[str, Any]]:
    keys = [column.key for column in form(code).columns]
    held = dict(rows)
    if code == "2019":
        sixth = [held.pop(row) for row in ("3.6.1", "3.6.2", "3.6.3")]
        held["3.6"] = tuple(map(sum, zip(*sixth, strict=True)))
    return [
        {
            "row": row.code,
            "label": row.label,
            "values": dict(zip(keys, (*held[row.code], sum(held[row.code])), strict=True)),
        }
        for row in form(code).rows
    ]


def entry(year: int = 2024, narrative: tuple[str, ...] = ("全年未收取信息处理费。",)) -> dict[str, Any]:
    """A report of the form of its year, in which every sum is right."""
    if year < 2021:
        zero = {"items_last_year": 3, "change_this_year": -1, "decisions": 7}
        two: dict[str, Any] = {
            "format": "2019",
            "art20_1": {
                row: {"made_this_year": 2, "published_this_year": 2, "public_in_total": 20}
                for row in ("规章", "规范性文件")
            },
            "art20_5": {"行政许可": dict(zero), "其他对外管理服务事项": dict(zero)},
            "art20_6": {"行政处罚": dict(zero), "行政强制": dict(zero)},
            "art20_8": {"行政事业性收费": {"items_last_year": 4, "change_this_year": 0}},
            "art20_9": {"政府集中采购": {"purchases": 9, "amount_wan_yuan": 321.5}},
        }
    else:
        two = {
            "format": "2021",
            "art20_1": {
                "规章": {"issued_this_year": 2, "repealed_this_year": 1, "in_force": 12},
                "行政规范性文件": {"issued_this_year": 50, "repealed_this_year": 227, "in_force": 420},
            },
            "art20_5": {"行政许可": {"decisions": 1573179}},
            "art20_6": {"行政处罚": {"decisions": 2676474}, "行政强制": {"decisions": 29351}},
            "art20_8": {"行政事业性收费": {"amount_wan_yuan": 72701.2578}},
        }
    code = "2019" if year < 2021 else "2021"
    return {
        "id": f"yunzhou-{year}",
        "issuer": ISSUER,
        "year": year,
        "format": form(code).instrument,
        "tables": {
            "table2": two,
            "table3": table3(code),
            "table4": {
                "review": {"maintained": 88, "corrected": 18, "other": 28, "pending": 36, "total": 170},
                "litigation_direct": {
                    "maintained": 7,
                    "corrected": 0,
                    "other": 11,
                    "pending": 7,
                    "total": 25,
                },
                "litigation_after_review": {
                    "maintained": 33,
                    "corrected": 0,
                    "other": 6,
                    "pending": 13,
                    "total": 52,
                },
            },
        },
        "narrative": list(narrative),
    }


def full(year: int = 2024, narrative: tuple[str, ...] = ("全年未收取信息处理费。",)) -> Report:
    return Report.from_json(entry(year, narrative))


def with_cell(data: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """The same entry with one cell changed."""
    changed = copy.deepcopy(data)
    table, *rest = path.split("/")
    holder = changed["tables"][table]
    if table == "table3":
        holder = next(row for row in holder if row["row"] == rest[0])["values"]
        rest = rest[1:]
    for key in rest[:-1]:
        holder = holder[key]
    holder[rest[-1]] = value
    return changed
