"""Limits as data, the procedure's clocks, and the page that says where each article is shown."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from gongkai.wings.disclosure.requests.procedure import REQUEST
from gongkai.wings.disclosure.requests.rules import limit

ROOT = Path(__file__).resolve().parents[4]
PAGE = ROOT / "docs" / "requests-law.md"
ON = dt.date(2020, 4, 20)


@pytest.mark.parametrize(
    ("name", "days", "article", "confirmed"),
    [
        ("correction_notice", 7, 30, True),
        ("reply", 20, 33, True),
        ("extension", 20, 33, True),
        ("third_party", 15, 32, True),
        ("other_organs", 15, 34, True),
        ("correction_period", 10, 30, False),
        ("reasons_period", 10, 35, False),
    ],
)
def test_limits_are_those_of_the_regulation(name: str, days: int, article: int, confirmed: bool) -> None:
    found = limit(name, ON)
    assert (found.days, found.provision.article, found.confirmed) == (days, article, confirmed)


@pytest.mark.parametrize(
    ("clock", "name"),
    [
        ("reply", "reply"),
        ("third_party", "third_party"),
        ("other_organs", "other_organs"),
        ("correction", "correction_period"),
        ("reasons", "reasons_period"),
    ],
)
def test_the_clocks_have_the_days_of_the_limits(clock: str, name: str) -> None:
    rule, found = REQUEST.clock(clock), limit(name, ON)
    assert (rule.days, rule.unit) == (found.days, "workdays")
    assert rule.provision == found.provision.cite_short()


def test_an_unknown_limit_is_not_guessed() -> None:
    with pytest.raises(KeyError):
        limit("patience", ON)


def test_every_test_the_page_names_is_there() -> None:
    named = set(re.findall(r"`(test_\w+)`", PAGE.read_text(encoding="utf-8")))
    tests = {
        found
        for path in (ROOT / "tests").rglob("test_*.py")
        for found in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert len(named) > 40
    assert named <= tests
