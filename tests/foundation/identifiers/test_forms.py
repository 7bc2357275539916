"""Document and index numbers, phones, sites, item codes: reading, mending, writing."""

from __future__ import annotations

import datetime as dt
import json
import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.foundation.identifiers import (
    DocumentNumber,
    IdentifierError,
    IndexNumber,
    ItemCode,
    LandlinePhone,
    MobilePhone,
    SiteCode,
)

DOCUMENT_NUMBERS = [
    "海府〔2020〕14号",
    "琼府办函〔2021〕337号",
    "国办发〔2018〕123号",
    "国办发明电〔2018〕15号",
    "国令第707号",
]
INDEX_NUMBERS = ["000014349/2018-00221", "00817804-9/2023-08749", "11441700007280420Y/2021-00050"]
ITEM = "12441500196720244T3442199806003"
CASE = ITEM + "202206230068"

document_numbers = st.builds(
    DocumentNumber,
    prefix=st.text("海府办函发明电国环政规秘", min_size=1, max_size=20),
    year=st.integers(1949, 2150),
    serial=st.integers(1, 99_999),
) | st.builds(
    DocumentNumber,
    prefix=st.text("海府省政国务院", max_size=19).map(lambda text: text + "令"),
    year=st.none(),
    serial=st.integers(1, 99_999),
)


@pytest.mark.parametrize("number", DOCUMENT_NUMBERS)
def test_a_document_number_in_the_right_form_is_left_as_it_is(number: str) -> None:
    assert DocumentNumber.parse(number).format() == number
    assert DocumentNumber.departures(number) == ()


@given(document_numbers)
def test_a_document_number_is_read_back_from_its_form(number: DocumentNumber) -> None:
    assert DocumentNumber.parse(number.format()) == number
    assert DocumentNumber.departures(number.format()) == ()


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        ("海府[2020]14号", {"brackets"}),
        ("海府(2020)14号", {"brackets"}),
        ("海府（2020）14号", {"brackets"}),
        ("海府【2020】14号", {"brackets"}),
        ("海府［2020］14号", {"brackets"}),
        ("海府〔2020）14号", {"brackets"}),
        ("海府〔2020〕第14号", {"ordinal"}),
        ("海府〔2020〕014号", {"leading-zero"}),
        ("海府〔2020〕14", {"ending"}),
        ("海府 〔2020〕 14 号", {"blank"}),
        ("海府〔２０２０〕１４号", {"full-width"}),
        ("海府〔2020年〕14号", {"year-word"}),
        ("海府(2020)第0014", {"brackets", "ordinal", "leading-zero", "ending"}),
    ],
)
def test_a_document_number_in_another_form_is_mended_and_each_departure_named(
    written: str, codes: set[str]
) -> None:
    assert DocumentNumber.parse(written).format() == "海府〔2020〕14号"
    departures = DocumentNumber.departures(written)
    assert {departure.code for departure in departures} == codes
    assert all(departure.message and departure.mend for departure in departures)


def test_an_order_without_its_ordinal_is_mended() -> None:
    assert DocumentNumber.parse("国令707号").format() == "国令第707号"
    assert [departure.code for departure in DocumentNumber.departures("国令707号")] == ["order-ordinal"]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("", "pattern"),
        ("14号", "pattern"),
        ("〔2020〕14号", "pattern"),
        ("海府〔2020〕号", "pattern"),
        ("海府〔2020〕十四号", "pattern"),
        ("海府〔20〕14号", "year"),
        ("海府〔1020〕14号", "year"),
        ("海府〔2020〕0号", "serial"),
        ("海府〔2020〕1234567号", "serial"),
        ("x" * 201, "too-long"),
        ("海" * 190 + "〔2020〕1号", "pattern"),
    ],
)
def test_what_is_no_document_number_is_refused_by_name(written: str, code: str) -> None:
    with pytest.raises(IdentifierError) as refusal:
        DocumentNumber.parse(written)
    assert refusal.value.code == code


@given(st.text("海府国令第号〔〕[]（）【】(2020)年 0149-/１\u200b", max_size=30))
def test_whatever_is_read_as_a_document_number_has_one_right_form(written: str) -> None:
    try:
        number = DocumentNumber.parse(written)
    except IdentifierError:
        return
    assert DocumentNumber.parse(number.format()) == number
    assert (DocumentNumber.departures(written) == ()) == (written == number.format())


@pytest.mark.shared
def test_the_numbers_of_real_documents_are_all_in_the_right_form(shared_data: Path) -> None:
    records = json.loads((shared_data / "policy_metadata.json").read_text("utf-8"))["records"]
    for record in records:
        assert DocumentNumber.departures(record["发文字号"]) == ()
        index = IndexNumber.parse(record["索引号"])
        assert index.format() == record["索引号"]
        # The year is the document's, also where it was published decades later.
        assert str(index.year) == record["成文日期"][:4]


@pytest.mark.parametrize("number", INDEX_NUMBERS)
def test_an_index_number_is_read_back_from_its_form(number: str) -> None:
    assert IndexNumber.parse(number).format() == number


@given(
    st.sampled_from(["000014349", "00817804-9", "11441700007280420Y"]),
    st.integers(1949, 2150),
    st.integers(1, 9_999_999),
)
def test_an_index_number_that_was_composed_is_read_back(organ: str, year: int, serial: int) -> None:
    number = IndexNumber.compose(organ, year=year, serial=serial)
    assert IndexNumber.parse(number.format()) == number


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("000014349-2018-00221", "pattern"),
        ("000014349/18-00221", "pattern"),
        ("000014349/2018-221", "pattern"),
        ("000014348/2018-00221", "check"),
        ("11441700007280420X/2021-00050", "check"),
        ("0001434/2018-00221", "length"),
        ("000014349/1848-00221", "year"),
        ("000014349/2018-00000", "serial"),
    ],
)
def test_what_is_no_index_number_is_refused_by_name(written: str, code: str) -> None:
    with pytest.raises(IdentifierError) as refusal:
        IndexNumber.parse(written)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    "written",
    [
        "13876543210",
        "138 7654 3210",
        "138-7654-3210",
        "+86 13876543210",
        "0086-138-7654-3210",
        "8613876543210",
    ],
)
def test_a_mobile_number_is_read_in_the_ways_people_write_it(written: str) -> None:
    phone = MobilePhone.parse(written)
    assert (phone.format(), phone.mask()) == ("13876543210", "138****3210")


@pytest.mark.parametrize(
    "written", ["12876543210", "1387654321", "138765432101", "a3876543210", "+85213876543210", ""]
)
def test_what_is_no_mobile_number_is_refused(written: str) -> None:
    with pytest.raises(IdentifierError):
        MobilePhone.parse(written)


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("0898-68724346", "0898-68724346"),
        ("(0898)68724346", "0898-68724346"),
        ("（0898） 6872 4346", "0898-68724346"),
        ("089868724346", "0898-68724346"),
        ("+86 898 68724346", "0898-68724346"),
        ("+86-010-62345678", "010-62345678"),
        ("010-62345678转12", "010-62345678转12"),
        ("0750-3277777-801", "0750-3277777转801"),
    ],
)
def test_a_landline_number_is_read_in_the_ways_people_write_it(written: str, form: str) -> None:
    phone = LandlinePhone.parse(written)
    assert phone.format() == form
    assert LandlinePhone.parse(form) == phone
    assert phone.mask().count("*") == len(phone.number) - 2


@pytest.mark.parametrize(
    "written", ["68724346", "0898-687243", "010-6234567", "0198-68724346", "12345", "0898-18724346"]
)
def test_what_is_no_landline_number_is_refused(written: str) -> None:
    with pytest.raises(IdentifierError):
        LandlinePhone.parse(written)


def test_a_site_code_is_ten_characters_of_a_division_or_of_a_ministry() -> None:
    assert SiteCode.parse("1304000009").division == "130400"
    assert SiteCode.parse("BM01000001").format() == "bm01000001"
    for wrong, code in [("9904000009", "division"), ("130400009", "pattern"), ("bm0100001", "pattern")]:
        with pytest.raises(IdentifierError) as refusal:
            SiteCode.parse(wrong)
        assert refusal.value.code == code


def test_real_item_codes_are_taken_apart() -> None:
    item, case = ItemCode.parse(ITEM), ItemCode.parse(CASE)
    assert item.organisation and item.organisation.number == "12441500196720244T"
    assert (item.level, item.basic, item.name) == ("3", "442199806003", "实施编码")
    assert (case.received_on, case.serial, case.name) == (dt.date(2022, 6, 23), "0068", "办件流水号")
    assert item.format() == ITEM and case.format() == CASE


def test_item_codes_known_from_memory_only_say_so() -> None:
    confirmed = {
        len(code): ItemCode.parse(code).confirmed for code in ("442199806003", ITEM, ITEM + "01", CASE)
    }
    assert confirmed == {12: False, 31: True, 33: False, 43: True}


@given(
    st.sampled_from(["12441500196720244T", "11441700007280420Y"]),
    st.text("0123456789", min_size=13, max_size=13),
    st.dates(dt.date(1949, 1, 1), dt.date(2150, 1, 1)),
    st.integers(0, 9999),
)
def test_an_item_code_is_read_back_from_its_form(
    organisation: str, rest: str, day: dt.date, serial: int
) -> None:
    for code in (
        rest[1:],
        organisation + rest,
        organisation + rest + "01",
        f"{organisation}{rest}{day:%Y%m%d}{serial:04d}",
    ):
        assert ItemCode.parse(code).format() == code


@pytest.mark.parametrize(
    ("code", "refused"),
    [
        (CASE[:31] + "202206310068", "date"),
        (CASE[:31] + "000006010068", "date"),
        ("1" + ITEM[1:17] + "X" + ITEM[18:], "check"),
        (ITEM[:-1], "pattern"),
        ("", "pattern"),
    ],
)
def test_a_faulty_item_code_is_refused_by_name(code: str, refused: str) -> None:
    with pytest.raises(IdentifierError) as refusal:
        ItemCode.parse(code)
    assert refusal.value.code == refused


def test_a_number_read_as_a_number_is_refused_because_digits_were_lost() -> None:
    with pytest.raises(IdentifierError) as refusal:
        DocumentNumber.parse(360426199101010071)  # type: ignore[arg-type]
    assert refusal.value.code == "not-text"


def test_a_refusal_survives_the_way_to_another_process() -> None:
    with pytest.raises(IdentifierError) as refusal:
        DocumentNumber.parse("海府〔20〕14号")
    copy = pickle.loads(pickle.dumps(refusal.value))
    assert (copy.code, copy.message, copy.mend) == (
        refusal.value.code,
        "20 is not a year in four digits",
        refusal.value.mend,
    )
