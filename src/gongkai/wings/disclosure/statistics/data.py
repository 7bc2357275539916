"""The tables of a page as data: one row per number in CSV, the same with its definitions in JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from gongkai.engines.exchange.tables import csv_text
from gongkai.wings.disclosure.statistics.tables import Table

COLUMNS = ("organ", "year", "table", "row", "column", "value", "unit")


def as_csv(organ: str, year: str, tables: Sequence[Table]) -> str:
    """Long form, so that tables of different shapes are one file. A number that is not given is an empty cell."""
    return csv_text(
        COLUMNS,
        (
            (organ, year, table.title, row.label, column, cell.value, table.unit)
            for table in tables
            for row in table.rows
            for column, cell in zip(table.columns, row.cells, strict=True)
        ),
    )


def as_json(facts: Mapping[str, Any], tables: Sequence[Table]) -> str:
    body = {
        **facts,
        "tables": [
            {
                "code": table.slug,
                "title": table.title,
                "unit": table.unit,
                "columns": list(table.columns),
                "rows": [
                    {"label": row.label, "values": [cell.value for cell in row.cells]} for row in table.rows
                ],
                "definitions": [
                    {"term": each.term, "text": each.text, "provision": each.provision}
                    for each in table.meanings
                ],
                "notes": list(table.notes),
            }
            for table in tables
        ],
    }
    return json.dumps(body, ensure_ascii=False, indent=1) + "\n"
