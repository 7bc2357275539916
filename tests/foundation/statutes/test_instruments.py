"""Instruments and the days they are in force."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest

from gongkai.foundation.statutes import StatuteError, in_force, instrument, instruments, versions

D = dt.date.fromisoformat

CITED_IN_THE_CONTRACT = {
    "disclosure-regulation": "国务院令第711号",
    "website-guide": "国办发〔2017〕47号",
    "report-form-2019": "国办公开办函〔2019〕60号",
    "report-form-2021": "国办公开办函〔2021〕30号",
    "platform-notice": "国办公开办函〔2019〕61号",
    "enforcement-publicity": "国办发〔2018〕118号",
    "openness-rules": "国办发〔2016〕80号",
    "inspection-indicators": "国办秘函〔2019〕19号",
    "new-media-opinion": "国办发〔2018〕123号",
    "fee-measures": "国办函〔2020〕109号",
    "document-format": "GB/T 9704-2012",
}


@pytest.mark.parametrize(("code", "number"), CITED_IN_THE_CONTRACT.items())
def test_an_instrument_the_rules_cite_is_known_by_its_number(code: str, number: str) -> None:
    assert instrument(code).number == number


def test_a_request_of_2018_is_judged_by_the_regulation_of_2007_and_one_of_2020_by_that_of_2019() -> None:
    old = in_force("disclosure-regulation", D("2019-05-14"))
    new = in_force("disclosure-regulation", D("2019-05-15"))
    assert old and old.number == "国务院令第492号"
    assert new and new.number == "国务院令第711号"
    assert in_force("disclosure-regulation", D("2008-04-30")) is None


def test_reconsideration_changes_its_law_on_new_years_day_2024() -> None:
    before = in_force("reconsideration-law", D("2023-12-31"))
    after = in_force("reconsideration-law", D("2024-01-01"))
    assert before and before.revised == D("2017-09-01")
    assert after and after.revised == D("2023-09-01") and after.confirmed


def test_the_fee_measures_do_not_apply_in_the_report_year_2020() -> None:
    assert in_force("fee-measures", D("2020-12-31")) is None
    assert in_force("fee-measures", D("2021-01-01"))


def test_versions_of_an_instrument_follow_one_another_without_gap_or_overlap() -> None:
    for code in {version.code for version in instruments()}:
        for older, newer in pairwise(versions(code)):
            assert older.in_force_to is not None
            assert older.in_force_to + dt.timedelta(days=1) == newer.in_force_from, code


def test_every_entry_says_what_it_was_checked_against_and_admits_what_is_from_memory() -> None:
    for version in instruments():
        assert version.source and version.issuer and version.title
        assert version.adopted <= version.in_force_from
        assert version.revised is None or version.adopted < version.revised <= version.in_force_from
        if "memory" in version.source or "second hand" in version.source:
            assert not version.confirmed, version.code


def test_names_of_instruments_are_not_shared() -> None:
    owners: dict[str, str] = {}
    for version in instruments():
        for name in {version.title, version.short, *version.aliases} - {""}:
            assert owners.setdefault(name, version.code) == version.code


def test_titles_within_titles_take_single_marks() -> None:
    assert instrument("fee-measures").cite() == (
        "《国务院办公厅关于印发〈政府信息公开信息处理费管理办法〉的通知》（国办函〔2020〕109号）"
    )
    assert instrument("budget-law").cite() == "《中华人民共和国预算法》"


def test_an_unknown_instrument_is_refused() -> None:
    for ask in (instrument, versions):
        with pytest.raises(StatuteError) as refusal:
            ask("no-such-law")
        assert refusal.value.code == "unknown-instrument"
