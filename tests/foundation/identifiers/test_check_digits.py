"""Numbers with check characters: real examples, and what the check systems promise."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from gongkai.foundation.identifiers import (
    BankCard,
    CreditCode,
    IdentifierError,
    OrganisationCode,
    ResidentId,
)
from gongkai.foundation.identifiers.organisations import organisation_check

RESIDENTS = ["360426199101010071", "120103198806018241"]
CREDIT_CODES = ["12441500196720244T", "11441700007280420Y", "11370322004222241N", "11500382774856013D"]
ORGANISATIONS = ["00001434-9", "00817989-3", "00817804-9", "00817365-1"]

CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@st.composite
def resident_ids(draw: st.DrawFn) -> str:
    born = draw(st.dates(dt.date(1900, 1, 1), dt.date(2026, 1, 1)))
    division = draw(st.sampled_from(["460106", "110101", "810000", "830000", "650102"]))
    body = f"{division}{born:%Y%m%d}{draw(st.integers(1, 999)):03d}"
    return body + ric.calc_check_digit(body + "0")


@st.composite
def organisation_codes(draw: st.DrawFn, alphabet: str = CREDIT_ALPHABET) -> str:
    body = draw(st.text(alphabet, min_size=8, max_size=8))
    return body + organisation_check(body)


@st.composite
def credit_codes(draw: st.DrawFn) -> str:
    head = draw(st.sampled_from(["11", "12", "51", "91", "92", "93", "N2"]))
    body = head + f"{draw(st.integers(110000, 659000))}" + draw(organisation_codes())
    return body + uscc.calc_check_digit(body)


@st.composite
def bank_cards(draw: st.DrawFn) -> str:
    from stdnum import luhn

    body = draw(st.sampled_from("34569")) + draw(st.text("0123456789", min_size=14, max_size=17))
    return body + luhn.calc_check_digit(body)


def changed(draw: st.DrawFn, number: str, alphabet: str) -> str:
    place = draw(st.integers(0, len(number) - 1))
    return number[:place] + draw(st.sampled_from(alphabet.replace(number[place], ""))) + number[place + 1 :]


@pytest.mark.parametrize("number", RESIDENTS)
def test_a_true_resident_number_is_accepted(number: str) -> None:
    assert ResidentId.parse(number).format() == number


@pytest.mark.parametrize("number", CREDIT_CODES)
def test_a_true_credit_code_is_accepted_with_the_code_inside_it(number: str) -> None:
    code = CreditCode.parse(number)
    assert code.format() == number
    assert OrganisationCode.parse(code.organisation.format()) == code.organisation


@pytest.mark.parametrize("number", ORGANISATIONS)
def test_a_true_organisation_code_is_accepted_with_and_without_hyphen(number: str) -> None:
    assert OrganisationCode.parse(number).format() == number
    assert OrganisationCode.parse(number.replace("-", "")) == OrganisationCode.parse(number)


@given(st.data())
def test_any_changed_character_of_a_resident_number_is_noticed(data: st.DataObject) -> None:
    number = data.draw(resident_ids())
    assert ResidentId.parse(number).number == number
    with pytest.raises(IdentifierError):
        ResidentId.parse(changed(data.draw, number, "0123456789X"))


@given(st.data())
def test_any_changed_character_of_a_credit_code_is_noticed(data: st.DataObject) -> None:
    number = data.draw(credit_codes())
    assert CreditCode.parse(number).number == number
    with pytest.raises(IdentifierError):
        CreditCode.parse(changed(data.draw, number, CREDIT_ALPHABET))


@given(st.data())
def test_any_changed_digit_of_an_organisation_code_is_noticed(data: st.DataObject) -> None:
    # Letters count up to 35, so that two of them can be alike modulo 11: the promise holds for digits.
    number = data.draw(organisation_codes("0123456789"))
    with pytest.raises(IdentifierError):
        OrganisationCode.parse(changed(data.draw, number, "0123456789"))


@given(st.data())
def test_any_changed_digit_of_a_bank_card_is_noticed(data: st.DataObject) -> None:
    number = data.draw(bank_cards())
    assert BankCard.parse(number).number == number
    with pytest.raises(IdentifierError):
        BankCard.parse(changed(data.draw, number, "0123456789"))


@given(resident_ids(), st.integers(0, 16))
def test_neighbouring_digits_of_a_resident_number_are_not_exchanged_unnoticed(
    number: str, place: int
) -> None:
    assume(number[place] != number[place + 1])
    with pytest.raises(IdentifierError):
        ResidentId.parse(number[:place] + number[place + 1] + number[place] + number[place + 2 :])


@given(resident_ids())
def test_what_a_resident_number_tells_is_read_from_it(number: str) -> None:
    resident = ResidentId.parse(number)
    assert f"{resident.birth_date:%Y%m%d}" == number[6:14]
    assert resident.sex == ("male" if number[16] in "13579" else "female")
    assert resident.division == number[:6]


def test_a_division_newer_than_the_table_of_places_is_no_fault() -> None:
    body = "46990519900101001"
    resident = ResidentId.parse(body + ric.calc_check_digit(body + "0"))
    assert resident.place == ""
    assert ResidentId.parse("360426199101010071").place == "江西省德安县"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("36042619910101007", "length"),
        ("3604261991010100711", "length"),
        ("360426910101007", "first-generation"),
        ("36042619910101O071", "characters"),
        ("960426199101010071", "division"),
        ("360426199102300071", "birth-date"),
        ("360426179901010071", "birth-date"),
        ("360426199101010072", "check"),
        ("", "length"),
    ],
)
def test_a_faulty_resident_number_is_refused_by_name(value: str, code: str) -> None:
    with pytest.raises(IdentifierError) as refusal:
        ResidentId.parse(value)
    assert refusal.value.code == code
    assert refusal.value.message and refusal.value.mend


@given(resident_ids())
def test_a_refusal_does_not_repeat_the_number(number: str) -> None:
    wrong = number[:-1] + ("0" if number[-1] != "0" else "1")
    with pytest.raises(IdentifierError) as refusal:
        ResidentId.parse(wrong)
    assert number[6:14] not in str(refusal.value)
    assert not any(character.isdigit() for character in str(refusal.value))


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("12441500196720244", "length"),
        ("12441500196720244I", "characters"),
        ("1244150019672024T4", "check"),
        ("124415OO196720244T", "characters"),
    ],
)
def test_a_faulty_credit_code_is_refused_by_name(value: str, code: str) -> None:
    with pytest.raises(IdentifierError) as refusal:
        CreditCode.parse(value)
    assert refusal.value.code == code


def test_a_credit_code_whose_inner_code_is_wrong_is_refused_although_its_own_check_fits() -> None:
    body = "1244150019672024" + "5"
    with pytest.raises(IdentifierError) as refusal:
        CreditCode.parse(body + uscc.calc_check_digit(body))
    assert refusal.value.code == "organisation-check"


@pytest.mark.parametrize(
    "written",
    [
        " 360426 19910101 0071 ",
        "360426-19910101-0071",
        "３６０４２６１９９１０１０１００７１",
        "\u200b360426199101010071",
    ],
)
def test_a_number_is_read_in_spite_of_blanks_hyphens_and_full_width_digits(written: str) -> None:
    assert ResidentId.parse(written).number == "360426199101010071"


def test_a_small_x_is_read_as_the_check_character() -> None:
    body = next(
        b for n in range(1, 999) if ric.calc_check_digit((b := f"46010619900101{n:03d}") + "0") == "X"
    )
    assert ResidentId.parse(body + "x").number == body + "X"


@given(resident_ids() | credit_codes() | bank_cards())
def test_masking_keeps_the_length_and_hides_the_middle(number: str) -> None:
    for kind in (ResidentId, BankCard):
        try:
            masked = kind.parse(number).mask()
        except IdentifierError:
            continue
        assert len(masked) == len(number)
        assert set(masked[6:-4]) == {"*"}
