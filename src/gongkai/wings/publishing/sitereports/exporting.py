"""A report as a table, beside the year before: for people (CSV, XLSX) and machines (JSON)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from gongkai.engines.exchange.spreadsheet import workbook
from gongkai.engines.exchange.tables import csv_text
from gongkai.wings.publishing.sitereports import form

FORMATS: Final = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def written(
    kind: str, *, name: str, year: int, values: Mapping[str, str], before: Mapping[str, str], which: str
) -> str | bytes:
    """A report in one of ``FORMATS``. ``name`` is the site's; ``values`` and ``before`` as shown, by key of the form."""
    if kind == "json":
        told = record(name=name, year=year, values=values, before=before, which=which)
        return json.dumps(told, ensure_ascii=False, indent=1) + "\n"
    headings = [_("Section of the report"), _("Field"), str(year), str(year - 1), _("Increase or decrease")]
    rows = [
        [block, line.field.label, *(_cell(line.field, text) for text in line[1:])]
        for block, lines in form.lines(values, before, which)
        for line in lines
    ]
    return workbook(headings, rows) if kind == "xlsx" else csv_text(headings, rows)


def record(
    *, name: str, year: int, values: Mapping[str, str], before: Mapping[str, str], which: str
) -> dict[str, Any]:
    return {
        "site": name,
        "year": year,
        "form": which,
        "instrument": form.instrument(which),
        "values": dict(values),
        "year_before": dict(before),
    }


def _cell(field: form.Field, text: str) -> object:
    """A number as a number, so that a spreadsheet can go on counting with it."""
    if field.kind not in ("count", "days") or not text:
        return text
    number = Decimal(text)
    return int(number) if number == number.to_integral_value() else float(number)
