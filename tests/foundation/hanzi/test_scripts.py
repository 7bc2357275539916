from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.foundation.hanzi import scripts, to_simplified, to_traditional

TABLES = Path(scripts.__file__).parent / "tables"
CITY = Path(scripts.__file__).parents[2] / "demo" / "city"


def words() -> list[tuple[str, str]]:
    lines = (TABLES / "words.txt").read_text(encoding="utf-8").splitlines()
    return [(one, other) for one, other in (line.split("\t") for line in lines)]


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


@given(st.text())
def test_conversion_keeps_the_length(text: str) -> None:
    assert len(to_traditional(text)) == len(text)
    assert len(to_simplified(text)) == len(text)


@given(st.text(st.characters(max_codepoint=127)))
def test_ascii_is_left_alone(text: str) -> None:
    assert to_traditional(text) == text
    assert to_simplified(text) == text


@pytest.mark.parametrize(("simplified", "traditional"), words())
def test_our_words_go_there_and_back(simplified: str, traditional: str) -> None:
    assert to_traditional(simplified) == traditional
    assert to_simplified(traditional) == simplified


def test_no_word_is_listed_twice() -> None:
    listed = [simplified for simplified, _traditional in words()]
    assert sorted(listed) == sorted(set(listed))


@pytest.mark.parametrize(
    ("simplified", "traditional"),
    [
        ("中小学新生入学", "中小學新生入學"),
        ("行政复议决定书", "行政復議決定書"),
        ("准予行政许可", "准予行政許可"),
        ("规范性文件", "規範性文件"),
        ("行政决策程序规定", "行政決策程序規定"),
        ("信息公开", "信息公開"),
        ("台风预警发布平台", "颱風預警發布平臺"),
        ("党委和干部", "黨委和幹部"),
        ("里程碑、公里、邻里", "里程碑、公里、鄰里"),
        ("征求意见与征收", "徵求意見與徵收"),
        ("复印件收费", "複印件收費"),
    ],
)
def test_government_words_keep_their_sense(simplified: str, traditional: str) -> None:
    assert to_traditional(simplified) == traditional


def test_the_city_s_texts_go_there_and_back() -> None:
    for file in sorted(CITY.glob("*.toml")):
        for text in strings(tomllib.loads(file.read_text(encoding="utf-8"))):
            assert to_simplified(to_traditional(text)) == text


@pytest.mark.parametrize(
    "name", ["annual_reports", "catalogue_rows", "final_accounts", "haikou_divisions", "policy_metadata"]
)
def test_real_texts_go_there_and_back(shared_data: Path, name: str) -> None:
    for text in strings(json.loads((shared_data / f"{name}.json").read_text(encoding="utf-8"))):
        simplified = to_simplified(text)
        assert to_simplified(to_traditional(simplified)) == simplified
