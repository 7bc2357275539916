"""Strings that do not belong. The figures asserted here are those of docs/text-checks.md."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.foundation.hanzi import stray, stray_strings, to_simplified, to_traditional

CITY = Path(stray.__file__).parents[2] / "demo" / "city"
KNOWN = ("酷乘", "再謎局", "兆鑽籃", "汗捉府您", "境蒸凶", "嘗付殼", "說酷料應")
"""What the Haikou report of 2020 holds that does not belong, as a reader found it."""

# the commoner half of GB 2312, in its order: what a random insertion would be made of
LEVEL_1 = [
    bytes([row, cell]).decode("gb2312")
    for row in range(0xB0, 0xD8)
    for cell in range(0xA1, 0xFF)
    if (row, cell) < (0xD7, 0xFA)
]


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


def city_texts() -> list[str]:
    """What the demo city's offices write; what citizens and clerks jot down is full of names."""
    return [
        text
        for file in sorted(CITY.glob("*.toml"))
        if file.name != "requests.toml"
        for text in strings(tomllib.loads(file.read_text(encoding="utf-8")))
    ]


@pytest.fixture(scope="module")
def report(shared_data: Path) -> str:
    return (shared_data / "haikou_2020_report.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("known", KNOWN)
def test_each_of_the_seven_is_pointed_at(report: str, known: str) -> None:
    start = report.index(known)
    hits = [one for one in stray_strings(report) if one.start < start + len(known) and start < one.end]
    assert hits
    assert len(set(hits[0].text) & set(known)) >= 2


@pytest.mark.parametrize("known", KNOWN)
def test_each_of_the_seven_is_pointed_at_in_its_sentence_alone(report: str, known: str) -> None:
    [sentence] = [part for part in re.split("[。;\n]", report) if known in part]
    start = sentence.index(known)
    assert any(one.start < start + len(known) and start < one.end for one in stray_strings(sentence))


def test_one_other_word_of_the_report_is_pointed_at(report: str) -> None:
    """通享, rightly odd. The input holds part of the report twice, so it is counted once."""
    spans = [(report.index(known), report.index(known) + len(known)) for known in KNOWN]
    others = {
        one.text
        for one in stray_strings(report)
        if not any(one.start < end and start < one.end for start, end in spans)
    }
    assert len(others) <= 1, others


def test_none_of_the_seven_is_known_to_the_program() -> None:
    """They are found by what they are, not because somebody wrote them down."""
    room = Path(stray.__file__).parent
    source = "".join(file.read_text(encoding="utf-8") for file in room.rglob("*.py"))
    source += (room / "tables" / "vocabulary.txt").read_text(encoding="utf-8")
    assert not [known for known in KNOWN if known in source or to_simplified(known) in source]


def test_clean_titles_and_reports_raise_few_false_alarms(shared_data: Path) -> None:
    def alarms(name: str) -> int:
        return sum(
            len(stray_strings(text))
            for text in strings(json.loads((shared_data / name).read_text(encoding="utf-8")))
        )

    assert alarms("policy_metadata.json") <= 2
    assert alarms("annual_reports.json") <= 4
    assert alarms("catalogue_rows.json") == 0


def test_the_city_s_own_texts_raise_few_false_alarms() -> None:
    texts = city_texts()
    alarms = [one.text for text in texts for one in stray_strings(text)]
    characters = sum(len(text) for text in texts)
    assert len(alarms) <= characters / 2000, alarms


def test_three_random_characters_in_a_sentence_are_mostly_found() -> None:
    chance = Random(2020)
    sentences = [part for text in city_texts() for part in re.split("[。\n]", text) if len(part) > 25]
    found = 0
    for _attempt in range(500):
        sentence = chance.choice(sentences)
        inserted = "".join(chance.choices(LEVEL_1, k=3))
        place = chance.randrange(1, len(sentence))
        strays = stray_strings(sentence[:place] + inserted + sentence[place:])
        found += any(one.start < place + 3 and place < one.end for one in strays)
    assert found / 500 >= 0.85


def test_a_name_used_twice_is_a_name() -> None:
    assert stray_strings("酷乘公司") != []
    assert stray_strings("酷乘公司。酷乘公司") == []


def test_a_word_of_the_text_beside_it_does_not_hide_a_string() -> None:
    text = "严格落实野外用火审批制度，禁止一切野外魍簋用火。"
    assert [one.text for one in stray_strings(text)] == ["魍簋"]


def test_a_page_that_holds_its_text_twice_hides_nothing() -> None:
    text = "并及时调整更新对外公开的酷乘办事指南。\n"
    assert [one.text for one in stray_strings(text * 2)] == ["酷乘", "酷乘"]


@pytest.mark.parametrize("name", ["博养村委会", "遵谭镇", "琼府办函〔2020〕12号"])
def test_places_and_numbers_of_documents_are_no_strays(name: str) -> None:
    assert stray_strings(name) == []


@given(st.text())
def test_any_text_can_be_read_and_places_are_its_own(text: str) -> None:
    strays = stray_strings(text)
    assert all(text[one.start : one.end] == one.text and one.score >= stray.REPORTED for one in strays)
    assert all(one.end <= other.start for one, other in pairwise(strays))


@given(st.text(st.sampled_from([*LEVEL_1, "，", "a", "的"]), max_size=60))
def test_both_scripts_are_read_alike(text: str) -> None:
    simplified = to_simplified(text)
    traditional = to_traditional(simplified)
    if to_simplified(traditional) == simplified:
        spans = [(one.start, one.end) for one in stray_strings(simplified)]
        assert [(one.start, one.end) for one in stray_strings(traditional)] == spans
