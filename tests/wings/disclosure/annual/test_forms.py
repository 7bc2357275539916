"""The two official forms as data: what they print, the years they serve, what is counted for their cells."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gongkai.engines.casework.models import PartyKind
from gongkai.wings.disclosure.annual.forms import Form, UnknownForm, form, form_of, forms
from gongkai.wings.disclosure.remedies.figures import FIGURES as REMEDIES
from gongkai.wings.disclosure.requests.figures import FIGURES as REQUESTS


def test_forms_have_as_many_rows_as_the_instruments_print() -> None:
    assert len(form("2021").rows) == 25
    assert len(form("2019").rows) == 23
    assert len(form("2021").cells) == 6 + 1 + 2 + 1 + 25 * 7 + 15
    assert len(form("2019").cells) == 6 + 6 + 6 + 2 + 2 + 23 * 7 + 15


@pytest.mark.parametrize(
    ("year", "code"), [(2019, "2019"), (2020, "2019"), (2021, "2021"), (2022, "2021"), (2040, "2021")]
)
def test_each_year_has_one_form(year: int, code: str) -> None:
    assert form_of(year).code == code


def test_years_before_there_was_a_form_have_none() -> None:
    with pytest.raises(UnknownForm):
        form_of(2018)
    with pytest.raises(UnknownForm):
        form("2020")


@pytest.mark.parametrize("each", forms(), ids=lambda each: each.code)
def test_what_is_counted_for_requests_and_remedies_is_known(each: Form) -> None:
    known = {figure.code for figure in (*REQUESTS, *REMEDIES)}
    for cell in each.cells:
        if not cell.path.startswith("table2/"):
            assert cell.figures
            assert set(cell.figures) <= known, cell.path


@pytest.mark.parametrize("each", forms(), ids=lambda each: each.code)
def test_columns_of_applicants_are_the_kinds_that_are_counted(each: Form) -> None:
    assert [column.applicant for column in each.applicants] == [kind.value for kind in PartyKind]


@pytest.mark.shared
def test_rows_and_columns_are_those_of_the_published_tables(shared_data: Path) -> None:
    data = json.loads((shared_data / "annual_reports.json").read_text(encoding="utf-8"))
    for code in ("2019", "2021"):
        assert [[row.code, row.label] for row in form(code).rows] == data[f"row_codes_{code}"]
    for entry in data["reports"]:
        assert [column.key for column in form("2021").columns] == entry["columns"]["keys"]
        assert [column.label for column in form("2021").columns] == entry["columns"]["zh"]
