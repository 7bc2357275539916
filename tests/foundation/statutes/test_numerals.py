"""Chinese numerals of articles, paragraphs and items."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.foundation.statutes import from_chinese, to_chinese


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, "一"), (10, "十"), (15, "十五"), (20, "二十"), (33, "三十三"), (100, "一百"), (101, "一百零一"),
        (110, "一百一十"), (201, "二百零一"), (219, "二百一十九"), (1000, "一千"), (1001, "一千零一"),
        (1010, "一千零一十"), (1260, "一千二百六十"), (2005, "二千零五"), (9999, "九千九百九十九"),
    ],
)  # fmt: skip
def test_a_number_is_written_as_statutes_write_it(number: int, text: str) -> None:
    assert to_chinese(number) == text
    assert from_chinese(text) == number


@given(st.integers(1, 9999))
def test_reading_is_the_inverse_of_writing(number: int) -> None:
    assert from_chinese(to_chinese(number)) == number == from_chinese(str(number))


@given(st.text("〇零一二两三四五六七八九十百千0123456789x ", max_size=9))
def test_only_one_way_of_writing_a_number_is_read(text: str) -> None:
    try:
        number = from_chinese(text)
    except ValueError:
        return
    assert text.replace("〇", "零").replace("两", "二") in (to_chinese(number), str(number))


@pytest.mark.parametrize("number", [0, -1, 10_000])
def test_a_number_no_article_has_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="1 to 9999"):
        to_chinese(number)


@pytest.mark.parametrize(
    "text", ["", "零", "0", "03", "十十", "一十", "三三", "百", "一千零零一", "１２", "第三", "12345"]
)
def test_a_malformed_numeral_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="numeral"):
        from_chinese(text)
