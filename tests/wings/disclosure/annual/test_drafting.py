"""Sentences whose numbers are bound to cells."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongkai.wings.disclosure.annual import drafting
from gongkai.wings.disclosure.annual.forms import form, forms
from gongkai.wings.disclosure.annual.shape import Number

FORM = form("2021")


def cells(**values: Number) -> dict[str, Number]:
    """All cells nought, but for those given by path with "/" written as "__" and "." as "_"."""
    return dict.fromkeys((cell.path for cell in FORM.cells), 0) | {
        name.replace("__", "/"): value for name, value in values.items()
    }


def test_a_name_is_printed_as_the_sum_of_its_cells() -> None:
    numbers = cells() | {
        "table3/1/total": 3525,
        "table3/2/total": 121,
        "table3/3.3.1/total": 2,
        "table3/3.3.8/total": 13,
    }
    text = "{年度}年收办{收办申请}件，不予公开{不予公开}件。"
    assert drafting.printed(text, numbers, FORM, 2024) == "2024年收办3646件，不予公开15件。"


def test_a_share_is_rounded_half_up_not_cut_off() -> None:
    numbers = cells() | {"table3/3.1/total": 2, "table3/3.7/total": 3}
    assert drafting.printed("{公开率}", numbers, FORM, 2024) == "66.67%"
    assert drafting.amount("公开率", cells(), FORM) is None


def test_what_nobody_has_filed_is_marked_not_guessed() -> None:
    numbers = cells() | {"table2/art20_5/行政许可/decisions": None}
    assert drafting.printed("许可{行政许可}件", numbers, FORM, 2024) == f"许可{drafting.UNKNOWN}件"


def test_names_that_stand_for_nothing_are_all_named() -> None:
    with pytest.raises(drafting.UnknownQuantity) as refused:
        drafting.check_names("{新收申请}{甲}{乙}{甲}")
    assert refused.value.names == ("甲", "乙")


def test_numbers_typed_by_hand_are_pointed_at() -> None:
    assert drafting.typed_numbers(
        "收到{新收申请}件，其中12件为网络申请，占30.5%，依据第20条、〔2021〕30号。"
    ) == (
        "12",
        "30.5",
    )


@pytest.mark.parametrize("laid_on", forms(), ids=lambda each: each.code)
def test_first_sentences_use_known_names_on_every_form(laid_on: object) -> None:
    known = form(laid_on.code)  # type: ignore[attr-defined]
    for value in (0, 5, None):
        numbers: dict[str, Number] = dict.fromkeys((cell.path for cell in known.cells), value)
        texts = drafting.first_texts(numbers, known)
        assert set(texts) == set(drafting.TEXT_SECTIONS)
        for text in texts.values():
            drafting.check_names(text)
            assert "{" not in drafting.printed(text, numbers, known, 2020)


def test_the_fee_sentence_follows_the_row_of_unpaid_fees() -> None:
    assert "未收取" in drafting.first_texts(cells(), FORM)["六"]
    unpaid = drafting.first_texts(cells() | {"table3/3.6.2/total": 1}, FORM)["六"]
    assert "{逾期未缴费}" in unpaid
    assert "未收取" not in unpaid


@settings(max_examples=40)
@given(st.text(max_size=60), st.integers(0, 10**6))
def test_any_text_without_braces_is_printed_as_it_stands(text: str, number: int) -> None:
    plain = text.replace("{", "").replace("}", "")
    numbers = cells() | {"table3/1/total": number}
    assert drafting.printed(plain, numbers, FORM, 2024) == plain
    assert drafting.printed(plain + "{新收申请}", numbers, FORM, 2024) == f"{plain}{number}"


@given(st.integers(0, 1000), st.integers(1, 1000))
def test_a_share_is_within_half_a_hundredth(part: int, rest: int) -> None:
    numbers = cells() | {"table3/3.1/total": part, "table3/3.7/total": part + rest}
    share = drafting.amount("公开率", numbers, FORM)
    assert share is not None
    assert abs(Decimal(share) - Decimal(part * 100) / (part + rest)) <= Decimal("0.005")
