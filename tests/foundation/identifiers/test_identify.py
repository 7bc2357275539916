"""What a value is: all valid readings, or what it was meant to be; and the words for it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from gongkai.foundation import identifiers
from gongkai.foundation.identifiers import KINDS, IdentifierError, identify

PLACES = re.compile(r"%\(\w+\)[ds]")
ROOM = Path(identifiers.__file__).parent


@pytest.mark.parametrize(
    ("value", "kind", "normal"),
    [
        ("360426 19910101 0071", "resident-id", "360426199101010071"),
        ("12441500196720244t", "credit-code", "12441500196720244T"),
        ("008178049", "organisation-code", "00817804-9"),
        ("000014349/2018-00221", "index-number", "000014349/2018-00221"),
        ("海府(2020)14号", "document-number", "海府〔2020〕14号"),
        ("国令707号", "document-number", "国令第707号"),
        ("1304000009", "site-code", "1304000009"),
        ("+86 138-7654-3210", "mobile-phone", "13876543210"),
        ("0898-68724346", "landline-phone", "0898-68724346"),
        ("6222021234567890128", "bank-card", "6222021234567890128"),
        ("12441500196720244T3442199806003", "item-code", "12441500196720244T3442199806003"),
    ],
)
def test_a_value_is_recognised_and_brought_into_its_normal_form(value: str, kind: str, normal: str) -> None:
    (reading,) = identify(value)
    assert (reading.kind, reading.valid, reading.normal_form, reading.problem) == (kind, True, normal, None)
    assert reading.personal == (reading.masked != reading.normal_form)


def test_a_value_that_may_be_two_things_gets_both_readings() -> None:
    assert [reading.kind for reading in identify("089868724346")] == ["landline-phone", "item-code"]


def test_a_mistyped_number_is_told_what_it_seems_to_be_and_what_is_wrong() -> None:
    first = identify("360426199101010072")[0]
    assert (first.kind, first.valid, first.normal_form, first.masked) == ("resident-id", False, "", "")
    assert first.problem and first.problem.code == "check"


@pytest.mark.parametrize("value", ["", "hello", "海口市", "123", "１", "\x00"])
def test_a_value_like_no_identifier_gets_no_reading(value: str) -> None:
    assert identify(value) == []


def test_a_value_too_long_to_be_an_identifier_is_refused() -> None:
    with pytest.raises(IdentifierError):
        identify("1" * 1_000_000)


@given(st.text(max_size=60) | st.text("0123456789X-/〔〕号令海府 +()转bm", max_size=45))
def test_whatever_is_asked_every_valid_reading_is_stable(value: str) -> None:
    for reading in identify(value):
        assert reading.valid == (reading.problem is None)
        if reading.valid:
            again = [other for other in identify(reading.normal_form) if other.kind == reading.kind]
            assert [other.normal_form for other in again] == [reading.normal_form]


def test_kinds_are_told_apart_by_name() -> None:
    assert len({kind.kind for kind in KINDS}) == len({kind.label for kind in KINDS}) == len(KINDS)


def messages_for_people() -> set[str]:
    """Every text literal given to an ``IdentifierError`` in the room, but for the code."""
    texts = set()
    for source in ROOM.glob("*.py"):
        for node in ast.walk(ast.parse(source.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "IdentifierError":
                texts |= {
                    str(argument.value) for argument in node.args[1:3] if isinstance(argument, ast.Constant)
                }
    return texts


def test_every_refusal_can_be_told_in_chinese() -> None:
    with (ROOM / "locale/zh_Hans/LC_MESSAGES/django.po").open("rb") as file:
        chinese = {str(message.id): str(message.string) for message in read_po(file) if message.id}
    texts = messages_for_people()
    assert len(texts) > 40
    assert {text for text in texts if not chinese.get(text)} == set()
    for text, translation in chinese.items():
        assert sorted(PLACES.findall(text)) == sorted(PLACES.findall(translation)), text


def test_a_refusal_is_told_in_the_language_asked_for() -> None:
    with (ROOM / "locale/zh_Hans/LC_MESSAGES/django.po").open("rb") as file:
        chinese = {str(message.id): str(message.string) for message in read_po(file) if message.id}
    problem = identify("360426199101010072")[0].problem
    assert problem
    assert problem.localised(chinese.__getitem__) == (
        "校验码与其余各位不符",
        "请与原件核对，至少有一位填写错误",
    )
