from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser
from stdnum.cn import ric

from gongkai.engines.checks import mask_personal_data
from gongkai.foundation.hanzi import personal_data

BODY = "46010019900101123"
NUMBER = BODY + str(ric.calc_check_digit(BODY + "0"))
A, B = NUMBER[:8], NUMBER[8:]


@pytest.mark.parametrize(
    ("html", "masked"),
    [
        (f"<p>证件{NUMBER}。</p>", f"<p>证件460100********{NUMBER[-4:]}。</p>"),
        (f"<p>{A}<b>{B}</b></p>", f"<p>460100**<b>******{NUMBER[-4:]}</b></p>"),
        (f"<p>{A}&#8203;{B}</p>", f"<p>460100**&#8203;******{NUMBER[-4:]}</p>"),
        (f"<p>{A}<!-- x -->{B}</p>", f"<p>460100**<!-- x -->******{NUMBER[-4:]}</p>"),
        (f"<p>&#52;{NUMBER[1:]}</p>", f"<p>&#52;60100********{NUMBER[-4:]}</p>"),
        (f'<a href="/x?{NUMBER}">甲</a>', f'<a href="/x?460100********{NUMBER[-4:]}">甲</a>'),
        (f"<!-- {NUMBER} -->", f"<!-- 460100********{NUMBER[-4:]} -->"),
        (f"<p>{A}</p><p>{B}</p>", f"<p>{A}</p><p>{B}</p>"),
        (f"<td>{A}</td><td>{B}</td>", f"<td>{A}</td><td>{B}</td>"),
        ("3 < 5 & 13876543210 > 2", "3 < 5 & 138****3210 > 2"),
    ],
)
def test_numbers_are_masked_as_a_browser_shows_them(html: str, masked: str) -> None:
    assert mask_personal_data(html) == masked


def test_only_the_kinds_asked_for_are_masked() -> None:
    html = f"<p>{NUMBER}，13876543210</p>"
    assert "13876543210" in mask_personal_data(html, frozenset({"id_card"}))


@given(
    st.lists(
        st.sampled_from([NUMBER, A, B, "<b>", "</b>", "<p>", "</p>", "&shy;", "甲", '<a title="', '">', "<"])
    )
)
@example([A, "<b>", B])
def test_masking_changes_digits_only_and_twice_changes_nothing(pieces: list[str]) -> None:
    html = "".join(pieces)
    masked = mask_personal_data(html)
    assert len(masked) == len(html)
    assert all(
        one == other or (one.isalnum() and other == "*") for one, other in zip(html, masked, strict=True)
    )
    assert mask_personal_data(masked) == masked


@given(st.text("<>/ab=\"'&;#x1!- 4", max_size=60))
def test_broken_mark_up_without_numbers_stays_as_it_is(html: str) -> None:
    assert mask_personal_data(html) == html


@given(st.lists(st.sampled_from([NUMBER, A, B, "<b>", "</b>", "<i>", "</i>", "甲", "&shy;", " "])))
def test_what_is_masked_is_seen_no_more(pieces: list[str]) -> None:
    page = LexborHTMLParser("<p>" + mask_personal_data("".join(pieces)) + "</p>")
    seen = page.body.text() if page.body else ""
    assert [match for match in personal_data(seen) if match.kind == "id_card" and match.valid] == []


@pytest.mark.parametrize("opening", ["<!--", "<a", '<a "', "&#", "<"])
def test_openings_without_end_are_not_read_to_the_end_for_each_of_them(opening: str) -> None:
    """200,000 of them take a second; read to the end for each they would take ten minutes."""
    assert mask_personal_data(opening * 200_000) == opening * 200_000
