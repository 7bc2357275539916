"""Histories of requests and remedies that lead to given reports: rows for the importers, whatever the report is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from gongkai.wings.disclosure.annual.forms import TOTAL, form
from gongkai.wings.disclosure.annual.shape import Report

Row = dict[str, Any]


def requests(reports: Sequence[Report], organ: str) -> list[Row]:
    """Requests whose table of section 三 is that of each report; the reports are of years that follow each other.

    Per column, what is carried in is answered first, so that what is carried out of a year is carried into the next.
    """
    for before, after in pairwise(reports):
        assert after.year == before.year + 1
    return [
        {"organ": organ, "number": f"申请{number}", "channel": "internet", "title": "某项信息", **row}
        for number, row in enumerate(_requests(reports), start=1)
    ]


def _requests(reports: Sequence[Report]) -> Iterator[Row]:
    for column in form(reports[0].form).applicants:
        waiting: list[Row] = []
        for at, report in enumerate(reports):
            cells = {row.code: row.values[column.key] or 0 for row in report.table3}
            before, within = dt.date(report.year - 1, 12, 21), dt.date(report.year, 6, 1)
            if at == 0:
                waiting += [_request(column.applicant, before) for _ in range(int(cells["2"]))]
            assert len(waiting) == cells["2"], "what is carried in is not what was carried out"
            waiting += [_request(column.applicant, within) for _ in range(int(cells["1"]))]
            for row in report.official.leaves:
                for _ in range(int(cells[row.code])):
                    yield waiting.pop(0) | {
                        "closed_on": dt.date(report.year, 12, 20).isoformat(),
                        "outcome": row.code,
                    }
            assert len(waiting) == cells["4"], "the report does not balance"
        yield from waiting


def _request(applicant: str, received: dt.date) -> Row:
    return {"applicant_kind": applicant, "received_on": received.isoformat(), "closed_on": "", "outcome": ""}


def remedies(reports: Sequence[Report], organ: str, of: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Remedies whose table of section 四 is that of each report, each against one of the requests ``of``."""
    rows: list[Row] = []
    for report in reports:
        laid_on, day = report.official, f"{report.year}-07-01"
        there = [row["number"] for row in of if row["received_on"] < day]
        for block in laid_on.remedies:
            for result in laid_on.results:
                number = report.table4[block.key][result.key] if result.key != TOTAL else 0
                rows += [
                    {
                        "organ": organ,
                        "request": there[(len(rows) + at) % len(there)],
                        "kind": block.figure,
                        "filed_on": day,
                        "result": result.figure,
                    }
                    for at in range(int(number or 0))
                ]
    return rows
