"""Published reports, reproduced cell by cell from cases that had these outcomes; and invented ones, just so."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongkai.engines.casework.actors import Actor
from gongkai.foundation.accounts.models import User
from gongkai.foundation.organs.models import Organ
from gongkai.shell.commands.report import report as report_command
from gongkai.wings.disclosure.annual.checking import check_all
from gongkai.wings.disclosure.annual.filing import with_sums
from gongkai.wings.disclosure.annual.forms import Form, form
from gongkai.wings.disclosure.annual.looking import report_on
from gongkai.wings.disclosure.annual.numbers import numbers, report_of
from gongkai.wings.disclosure.annual.shape import Number, Report
from gongkai.wings.disclosure.remedies.intake import import_remedies
from gongkai.wings.disclosure.requests.intake import import_requests
from tests.factories import organ as new_organ
from tests.factories import staff

from .histories import Row, remedies, requests

pytestmark = pytest.mark.django_db


def write(path: Path, rows: Sequence[Row]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return path


def bring(reports: Sequence[Report], organ: Organ, folder: Path) -> None:
    actor = Actor(user=staff("", at=organ, superuser=True))
    asked = requests(reports, organ.code)
    appealed = remedies(reports, organ.code, [row for row in asked if row["outcome"]])
    for rows, take in ((asked, import_requests), (appealed, import_remedies)):
        if rows:
            report = take(path=write(folder / f"{organ.code}.csv", rows), actor=actor)
            assert report.faults == []


def counted(organ: Organ, like: Report) -> dict[str, Number]:
    cells = numbers(organ, like.year, like.official).cells
    return {path: value for path, value in cells.items() if path.startswith(("table3/", "table4/"))}


def expected(report: Report) -> dict[str, Number]:
    return {path: value for path, value in report.cells().items() if path.startswith(("table3/", "table4/"))}


def test_every_cell_of_real_reports_of_following_years_is_reproduced(
    shared_data: Path, tmp_path: Path
) -> None:
    entries = json.loads((shared_data / "annual_reports.json").read_text(encoding="utf-8"))["reports"]
    real = sorted(
        (Report.from_json(entry) for entry in entries if entry["kind"] == "full"),
        key=lambda report: report.year,
    )
    assert len(real) >= 2
    at = new_organ("宿迁市人民政府", code="suqian", kind="government")
    bring(real, at, tmp_path)
    for report in real:
        assert counted(at, report) == expected(report)
    laid = [report_on(at, report.year, report.official, whole=True) for report in real]
    assert [fault for fault in check_all(laid).faults if fault.kind in ("arithmetic", "continuity")] == []


def test_the_command_writes_the_shape_reports_are_kept_in(shared_data: Path, tmp_path: Path) -> None:
    entry = next(
        entry
        for entry in json.loads((shared_data / "annual_reports.json").read_text(encoding="utf-8"))["reports"]
        if entry["kind"] == "full"
    )
    real = Report.from_json(entry)
    small = _scaled(real, 40)
    at = new_organ("某市", code="somecity", kind="government")
    bring([small], at, tmp_path)
    out = tmp_path / "out.json"
    files = [f"--{kind}={tmp_path / kind}" for kind in ("html", "docx", "xlsx")]
    result = CliRunner().invoke(
        report_command,
        ["annual", "--organ", "somecity", "--year", str(real.year), f"--json={out}", *files],
    )
    assert result.exit_code == 0, result.output
    written: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    assert written["tables"]["table3"] == small.to_json()["tables"]["table3"]
    assert written["tables"]["table4"] == small.to_json()["tables"]["table4"]
    assert set(written["tables"]["table2"]) == set(entry["tables"]["table2"])
    assert all((tmp_path / kind).stat().st_size > 1000 for kind in ("html", "docx", "xlsx"))


def test_an_organ_nobody_knows_is_said_so(db: None) -> None:
    result = CliRunner().invoke(report_command, ["annual", "--organ", "nobody", "--year", "2021"])
    assert result.exit_code == 1
    assert "nobody" in result.output


def _scaled(report: Report, by: int) -> Report:
    """The same report with every result a ``by``-th of what it was, and everything answered in its year."""
    official = report.official
    cells: dict[str, Number] = dict.fromkeys((cell.path for cell in official.cells), 0)
    for column in official.applicants:
        for row in official.leaves:
            cells[f"table3/{row.code}/{column.key}"] = (
                int(report.cells()[f"table3/{row.code}/{column.key}"] or 0) // by
            )
        cells[f"table3/1/{column.key}"] = sum(
            int(cells[f"table3/{row.code}/{column.key}"] or 0) for row in official.leaves
        )
    return report_of(with_sums(cells, official), official, year=report.year, issuer="某市")


def histories(official: Form) -> st.SearchStrategy[list[Report]]:
    """Two years that follow each other, a few requests in each cell."""
    few = st.integers(0, 2)
    leaf = [f"table3/{row.code}/{column.key}" for row in official.leaves for column in official.applicants]
    results = [
        f"table4/{block.key}/{result.key}"
        for block in official.remedies
        for result in official.results
        if result.key != "total"
    ]
    year = st.fixed_dictionaries({}, optional=dict.fromkeys([*leaf, *results], few))
    open_ends = st.fixed_dictionaries({column.key: few for column in official.applicants})
    return st.tuples(year, year, open_ends, open_ends, open_ends).map(
        lambda drawn: _balanced(official, *drawn)
    )


def _balanced(
    official: Form,
    first: dict[str, int],
    second: dict[str, int],
    carried_in: dict[str, int],
    between: dict[str, int],
    carried_out: dict[str, int],
) -> list[Report]:
    made = []
    first = first | {"table3/3.1/natural_person": first.get("table3/3.1/natural_person", 0) + 1}
    for at, (given_cells, came, left) in enumerate(
        ((first, carried_in, between), (second, between, carried_out))
    ):
        cells: dict[str, Number] = dict.fromkeys((cell.path for cell in official.cells), 0) | given_cells
        for column in official.applicants:
            done = sum(given_cells.get(f"table3/{row.code}/{column.key}", 0) for row in official.leaves)
            # What is carried in is answered first, so at least as many must be answered or stay open.
            new = max(0, done + left[column.key] - came[column.key])
            gap = came[column.key] + new - done - left[column.key]
            plain = f"table3/3.1/{column.key}"
            cells[plain] = int(cells[plain] or 0) + gap
            cells[f"table3/2/{column.key}"], cells[f"table3/1/{column.key}"] = came[column.key], new
            cells[f"table3/4/{column.key}"] = left[column.key]
        made.append(
            report_of(with_sums(cells, official), official, year=official.first_year + at, issuer="某市")
        )
    return made


@pytest.mark.parametrize("code", ["2019", "2021"])
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_the_history_the_report_is_its_table_and_reconciles(
    db: None, tmp_path: Path, code: str, data: st.DataObject
) -> None:
    reports = data.draw(histories(form(code)))
    at = new_organ()
    bring(reports, at, tmp_path)
    for report in reports:
        assert counted(at, report) == expected(report)
    laid = [report_on(at, report.year, report.official, whole=False) for report in reports]
    assert [fault for fault in check_all(laid).faults if fault.kind in ("arithmetic", "continuity")] == []
    assert User.objects.exists()
