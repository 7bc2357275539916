"""How a request may end, against the real rows of the annual report's forms."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gongkai.wings.disclosure.requests.outcomes import (
    UnknownRow,
    from_row,
    outcome,
    outcomes,
    row_2019,
    row_2021,
)

LEAVES_2021 = (
    *("3.1", "3.2"),
    *(f"3.3.{n}" for n in range(1, 9)),
    *(f"3.4.{n}" for n in range(1, 4)),
    *(f"3.5.{n}" for n in range(1, 6)),
    *(f"3.6.{n}" for n in range(1, 4)),
)
LEAVES_2019 = (*LEAVES_2021[:18], "3.6")


def test_every_row_of_both_forms_is_some_outcome_and_every_outcome_one_row() -> None:
    assert {row_2021(each.code) for each in outcomes()} == set(LEAVES_2021)
    assert {row_2019(each.code) for each in outcomes()} == set(LEAVES_2019)


def test_rows_are_those_of_the_real_forms(shared_data: Path) -> None:
    known = json.loads((shared_data / "annual_reports.json").read_text(encoding="utf-8"))
    for form, leaves in (("row_codes_2021", LEAVES_2021), ("row_codes_2019", LEAVES_2019)):
        codes = [code for code, _label in known[form]]
        assert [code for code in codes if code not in ("1", "2", "3.7", "4")] == list(leaves)


@pytest.mark.parametrize("row", [*LEAVES_2021, "3.6"])
def test_a_row_read_from_another_system_counts_in_the_row_it_came_from(row: str) -> None:
    read = from_row(row)
    assert row in (read.row, read.row_2019)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("3.1", "granted"),
        ("3.3.4", "third_party"),
        ("3.4.1", "not_exist"),
        ("3.6.3", "withdrawn"),
        ("3.6", "withdrawn"),
    ],
)
def test_rows_that_several_share_give_the_plainest(row: str, code: str) -> None:
    assert from_row(row).code == code


@pytest.mark.parametrize("row", ["1", "2", "3", "3.3", "3.7", "4", "", "3.3.9", "3.10", "三"])
def test_sums_and_strangers_are_no_results(row: str) -> None:
    with pytest.raises(UnknownRow):
        from_row(row)


def test_the_three_ends_without_a_decision_share_one_row_in_the_form_of_2019() -> None:
    assert {row_2019(code) for code in ("uncorrected", "unpaid", "withdrawn")} == {"3.6"}
    assert len({row_2021(code) for code in ("uncorrected", "unpaid", "withdrawn")}) == 3


def test_what_must_and_what_may_be_withheld_follows_articles_14_to_16() -> None:
    for each in outcomes():
        article = each.provisions[0].article
        assert each.effect == {14: "must", 15: "must", 16: "may"}.get(article, ""), each.code


def test_every_refusal_gives_reasons_and_tells_of_review() -> None:
    for each in outcomes():
        if each.row.startswith("3.3.") or each.row == "3.2":
            assert "reasons" in each.required
            assert each.regime == "refusal"
        else:
            assert each.regime != "refusal"


def test_every_outcome_cites_the_regulation() -> None:
    for each in outcomes():
        assert each.provisions, each.code
        assert all(cited.instrument.code == "disclosure-regulation" for cited in each.provisions)


def test_an_unknown_outcome_is_not_guessed() -> None:
    with pytest.raises(KeyError):
        outcome("refused")
