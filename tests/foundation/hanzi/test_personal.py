from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.cn import ric

from gongkai.foundation.hanzi import mask_personal_data, personal_data

DIGITS = st.text("0123456789", min_size=1, max_size=25)


def id_number(division: int, birth: dt.date, order: int) -> str:
    body = f"{division}{birth:%Y%m%d}{order:03}"
    return body + str(ric.calc_check_digit(body + "0"))


ID_NUMBERS = st.builds(
    id_number,
    st.integers(110000, 659999),
    st.dates(min_value=dt.date(1900, 1, 1), max_value=dt.date(2020, 12, 31)),
    st.integers(0, 999),
)


@given(ID_NUMBERS)
def test_a_right_id_number_is_valid_and_one_wrong_character_makes_it_doubtful(number: str) -> None:
    [match] = personal_data(f"申请人（身份证号：{number}）")
    assert (match.kind, match.valid, match.value) == ("id_card", True, number)
    wrong = number[:-1] + ("0" if number[-1] != "0" else "1")
    [doubtful] = personal_data(f"申请人（身份证号：{wrong}）")
    assert (doubtful.kind, doubtful.valid) == ("id_card", False)


def test_a_birthday_that_no_calendar_knows_makes_an_id_number_doubtful() -> None:
    body = "46010019900230001"
    [match] = personal_data(body + str(ric.calc_check_digit(body + "0")))
    assert not match.valid


def test_an_id_number_of_a_division_no_table_knows_yet_is_still_one() -> None:
    body = "46999919900101001"
    [match] = personal_data(body + str(ric.calc_check_digit(body + "0")))
    assert match.valid


@given(ID_NUMBERS, DIGITS, DIGITS)
def test_digits_inside_longer_numbers_are_no_id_number(number: str, before: str, after: str) -> None:
    assert not [
        m for m in personal_data(f"{before}{number}{after}") if m.kind == "id_card" and m.value == number
    ]


def grouped(number: str, between: str, *places: int) -> str:
    cuts = [0, *places, len(number)]
    return between.join(number[start:end] for start, end in pairwise(cuts))


@given(ID_NUMBERS, st.sampled_from(["ID", "No", "号码X", "a"]), st.sampled_from(["", "a", "Xx", "号"]))
def test_a_letter_beside_it_does_not_hide_a_right_id_number(number: str, before: str, after: str) -> None:
    [match] = personal_data(before + number + after)
    assert (match.kind, match.valid, match.value) == ("id_card", True, number)


def test_a_wrong_number_beside_a_letter_is_some_other_number() -> None:
    assert personal_data("SN110101199003070000K") == []


@given(ID_NUMBERS, st.text("\u200b\u200d\xad\ufeff\u2060", min_size=1, max_size=3), st.integers(1, 17))
def test_characters_without_width_hide_no_number(number: str, nothing: str, place: int) -> None:
    text = f"证件{number[:place]}{nothing}{number[place:]}。"
    [match] = personal_data(text)
    assert (match.kind, match.valid) == ("id_card", True)
    assert text[match.start : match.end] == match.value
    assert not match.in_groups
    assert number[6:14] not in "".join(c for c in mask_personal_data(text) if c.isalnum())


@pytest.mark.parametrize("places", [(6, 14), (6, 10, 14), (4, 8, 12, 16), (6,), (14,)])
@pytest.mark.parametrize("between", [" ", "-", "\u3000", "\xa0", "—"])
def test_the_groups_of_forms_are_read_as_one_number(places: tuple[int, ...], between: str) -> None:
    number = id_number(460100, dt.date(1990, 1, 1), 123)
    [match] = personal_data(f"证件 {grouped(number, between, *places)} 号")
    assert (match.kind, match.valid, match.in_groups) == ("id_card", True, True)
    assert "*" in match.masked


@given(ID_NUMBERS.filter(lambda number: number[-1].isdigit()))
def test_numbers_in_groups_whose_check_character_does_not_fit_are_other_numbers(number: str) -> None:
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert [match for match in personal_data(grouped(wrong, " ", 6, 14)) if match.kind == "id_card"] == []


@pytest.mark.parametrize(
    "text", ["拨付13876543210元", "合计13876543210万元", "面积13876543210 平方米", "13876543210%"]
)
def test_amounts_are_no_telephone_numbers(text: str) -> None:
    assert personal_data(text) == []


@pytest.mark.parametrize("text", ["0898-68701234", "（0898）68701234", "(0898) 68701234", "0898－68701234"])
def test_landlines_are_read_as_they_are_written(text: str) -> None:
    [match] = personal_data(f"电话{text}转1")
    assert (match.kind, match.value) == ("landline", text)


def test_many_numbers_in_one_text_are_all_found() -> None:
    number = id_number(460100, dt.date(1990, 1, 1), 123)
    assert len(personal_data(f"{number}，13876543210；" * 3000)) == 6000


def test_full_width_digits_are_read() -> None:
    [match] = personal_data("电话１３８７６５４３２１０。")
    assert match.kind == "mobile"


def test_bank_cards_are_told_by_their_check_digit() -> None:
    body = "621700123456789012"
    right = body + luhn.calc_check_digit(body)
    wrong = body + str((int(right[-1]) + 1) % 10)
    assert [m.kind for m in personal_data(f"卡号{right}")] == ["bank_card"]
    assert personal_data(f"卡号{wrong}") == []


def test_numbers_of_public_life_are_no_personal_data() -> None:
    text = "琼府办〔2020〕12号，12345热线，统一社会信用代码91460100MA5T8TJ07P，23838项，000014349/2020-00035，2020-01-20"
    assert personal_data(text) == []


def test_masks_are_those_of_notices() -> None:
    text = "身份证46010019900101123X，手机13876543210，座机0898-68701234"
    masked = mask_personal_data(text)
    assert masked == "身份证460100********123X，手机138****3210，座机0898-68701234"


@given(st.text("0123456789Xx -+.年０１８政", max_size=80))
@example("13876543210 13876543210")
@example("١٣٨٧٦٥٤٣٢١٠")
def test_masking_keeps_the_length_and_matches_never_overlap(text: str) -> None:
    assert len(mask_personal_data(text)) == len(text)
    matches = personal_data(text)
    assert all(one.end <= other.start for one, other in pairwise(matches))
    for match in matches:
        assert match.end - match.start == len(match.value) == len(match.masked)


@given(ID_NUMBERS)
def test_what_is_masked_is_found_no_more(number: str) -> None:
    assert not [m for m in personal_data(mask_personal_data(f"号码{number}。")) if m.kind == "id_card"]
