"""The rules of HTTP that the file handler follows, by themselves."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.engines.press.serving_http import (
    ASK_AGAIN,
    FOR_EVER,
    RangeNotSatisfiable,
    accepted_codings,
    byte_range,
    cache_control,
    disposition,
    http_date,
    is_since,
    media_type,
    names_tag,
    security_headers,
)

SIZES = st.integers(0, 10**9)


@pytest.mark.parametrize(
    ("header", "codings"),
    [
        ("", ()),
        ("identity", ()),
        ("gzip", ("gzip",)),
        ("br", ("br",)),
        ("gzip, deflate, br", ("br", "gzip")),
        ("gzip, deflate, br, zstd", ("br", "gzip")),
        ("br;q=0.5, gzip;q=0.8", ("gzip", "br")),
        ("br;q=0, gzip", ("gzip",)),
        ("gzip;q=0.000", ()),
        ("*", ("br", "gzip")),
        ("*;q=0", ()),
        ("br;q=0, *", ("gzip",)),
        ("identity;q=1, gzip;q=0.5", ()),
        ("identity;q=0.5, gzip;q=0.5", ("gzip",)),
        ("GZIP;Q=1.0", ("gzip",)),
        ("x-gzip", ("gzip",)),
        ("gzip;q=abc", ()),
        ("gzip;q=2", ()),
        (",,;;q=1,", ()),
        ("gzip;level=9;q=0.1", ("gzip",)),
    ],
)
def test_codings_are_tried_in_the_order_the_client_likes_them(header: str, codings: tuple[str, ...]) -> None:
    assert accepted_codings(header) == codings


@given(st.text())
def test_any_accept_encoding_gives_only_codings_we_have(header: str) -> None:
    assert set(accepted_codings(header)) <= {"br", "gzip"}


@pytest.mark.parametrize(
    ("header", "named"),
    [
        ('"a"', True),
        ('W/"a"', True),
        ('"b", "a"', True),
        ('"b",W/"a"', True),
        ("*", True),
        ('"b"', False),
        ("a", False),
        ("", False),
        ('"ab"', False),
        ('"b, "a"', False),
    ],
)
def test_an_entity_tag_is_found_among_those_named(header: str, named: bool) -> None:
    assert names_tag(header, '"a"') is named


def test_a_date_is_printed_as_http_wants_it() -> None:
    assert (
        http_date(datetime(2020, 4, 22, 9, 30, 5, tzinfo=UTC).timestamp()) == "Wed, 22 Apr 2020 09:30:05 GMT"
    )


@given(st.integers(0, 4_000_000_000), st.integers(-1000, 1000))
def test_unchanged_since_means_at_or_after_the_change(modified: int, later: int) -> None:
    if modified + later >= 0:
        assert is_since(http_date(modified + later), modified) is (later >= 0)


@given(st.text())
def test_a_date_that_cannot_be_read_counts_as_absent(header: str) -> None:
    assert is_since(header, 2**40) is False


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-0", (0, 1)),
        ("bytes=0-", (0, 100)),
        ("bytes=10-19", (10, 20)),
        ("bytes=90-1000", (90, 100)),
        ("bytes=-1", (99, 100)),
        ("bytes=-1000", (0, 100)),
        ("BYTES = 1 - 2 ", (1, 3)),
        ("bytes=0-9,20-29", None),
        ("bytes=5-4", None),
        ("bytes=-", None),
        ("bytes=a-b", None),
        ("bytes=٣-٤", None),
        ("items=0-1", None),
        ("", None),
        ("bytes=" + "9" * 5000 + "-", None),
    ],
)
def test_a_range_is_read(header: str, part: tuple[int, int] | None) -> None:
    assert byte_range(header, 100) == part


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0"])
def test_a_range_beyond_the_file_is_refused(header: str) -> None:
    with pytest.raises(RangeNotSatisfiable):
        byte_range(header, 100)


@given(st.text() | st.from_regex(r"bytes=[0-9]{0,20}-[0-9]{0,20}", fullmatch=True), SIZES)
def test_whatever_is_asked_a_part_lies_within_the_file(header: str, size: int) -> None:
    try:
        part = byte_range(header, size)
    except RangeNotSatisfiable:
        return
    if part is not None:
        begin, end = part
        assert 0 <= begin < end <= size


@given(SIZES, st.integers(0, 10**9), st.integers(0, 10**9))
def test_the_octets_asked_for_are_the_octets_given(size: int, first: int, count: int) -> None:
    if first < size:
        assert byte_range(f"bytes={first}-{first + count}", size) == (first, min(size, first + count + 1))


@pytest.mark.parametrize(
    ("name", "type_"),
    [
        ("index.html", "text/html; charset=utf-8"),
        ("sitemap.xml", "application/xml; charset=utf-8"),
        ("feed.atom", "application/atom+xml; charset=utf-8"),
        ("feed.rss", "application/rss+xml; charset=utf-8"),
        ("data.json", "application/json"),
        ("site.css", "text/css; charset=utf-8"),
        ("site.js", "text/javascript; charset=utf-8"),
        ("figure.svg", "image/svg+xml"),
        ("photo.JPG", "image/jpeg"),
        ("附件1.pdf", "application/pdf"),
        ("版式.ofd", "application/ofd"),
        ("film.mp4", "video/mp4"),
        ("robots.txt", "text/plain; charset=utf-8"),
        ("strange.xyz", "application/octet-stream"),
        ("noending", "application/octet-stream"),
    ],
)
def test_a_file_is_declared_as_what_it_is(name: str, type_: str) -> None:
    assert media_type(name) == type_


def test_office_files_are_saved_under_their_own_name_and_pages_are_shown() -> None:
    assert disposition("年报.docx") == "attachment; filename*=UTF-8''%E5%B9%B4%E6%8A%A5.docx"
    assert disposition('a"b\r\nc.zip') == "attachment; filename*=UTF-8''a%22b%0D%0Ac.zip"
    assert disposition("index.html") is None
    assert disposition("年报.pdf") is None


@pytest.mark.parametrize("name", ["site.3fa9c1d2.css", "han-1b2c3d4e5f60.woff2", "display.0123456789ab.js"])
def test_what_is_stamped_with_its_hash_is_kept_for_ever(name: str) -> None:
    assert cache_control(name) == FOR_EVER


@pytest.mark.parametrize(
    "name", ["index.html", "photo-20200122.jpg", "report.20200122.pdf", "site.css", "feed.atom"]
)
def test_whatever_may_be_withdrawn_is_asked_for_again(name: str) -> None:
    assert cache_control(name) == ASK_AGAIN


def test_a_page_may_load_only_from_its_own_site() -> None:
    policy = dict(security_headers("text/html; charset=utf-8"))["Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == rules["base-uri"] == rules["frame-ancestors"] == "'none'"
    assert set(" ".join(rules.values()).split()) == {"'none'", "'self'", "data:"}


def test_a_drawing_opened_by_itself_runs_nothing() -> None:
    assert "sandbox" in dict(security_headers("image/svg+xml"))["Content-Security-Policy"]


@pytest.mark.parametrize("type_", ["text/css; charset=utf-8", "application/pdf", "application/octet-stream"])
def test_no_browser_may_guess_a_type(type_: str) -> None:
    assert ("X-Content-Type-Options", "nosniff") in security_headers(type_)
