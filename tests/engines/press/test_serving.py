"""The published tree as a reader gets it."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.engines.press import serving_pages
from gongkai.engines.press.serving import PublicFiles, Shelf
from gongkai.engines.press.serving_pages import KEPT, STREAMS, Page
from tests.published_tree import BehindIt, PublishedTree, Reply, request

LARGE = os.urandom(KEPT + 5000)


# -- Pages --------------------------------------------------------------------------------------------


def test_a_page_comes_whole_with_its_type_its_policy_and_its_validators(
    app: PublicFiles, tree: PublishedTree
) -> None:
    tree.write("doc/2020/12/index.html", "<p>公开</p>")
    reply = request(app, "/doc/2020/12/")
    assert (reply.status, reply.body.decode()) == (200, "<p>公开</p>")
    assert reply.headers["Content-Type"] == "text/html; charset=utf-8"
    assert reply.headers["Content-Length"] == str(len(reply.body))
    assert reply.headers["Cache-Control"] == "no-cache"
    assert "default-src 'none'" in reply.headers["Content-Security-Policy"]
    assert {
        "ETag",
        "Last-Modified",
        "X-Content-Type-Options",
        "Referrer-Policy",
        "Permissions-Policy",
    } <= set(reply.headers)


def test_the_front_page_is_the_folder_itself(app: PublicFiles, tree: PublishedTree) -> None:
    tree.write("index.html", "front")
    assert request(app, "/").body == b"front"


def test_a_name_in_chinese_is_found(app: PublicFiles, tree: PublishedTree) -> None:
    tree.write("files/年度报告.pdf", b"%PDF")
    assert request(app, "/files/年度报告.pdf").body == b"%PDF"


def test_a_folder_without_its_slash_is_sent_to_its_address(app: PublicFiles, tree: PublishedTree) -> None:
    tree.write("公开/index.html", "x")
    reply = request(app, "/公开", query="q=%E5%85%AC&页=2\r\nX: y")
    assert reply.status == 301
    assert unquote(reply.headers["Location"].partition("?")[0]) == "/公开/"
    assert reply.headers["Location"].isascii()
    assert "\n" not in reply.headers["Location"]
    assert reply.headers["Location"].partition("?")[2].startswith("q=%E5%85%AC&")


@pytest.mark.parametrize("path", ["//evil.example", "//evil.example/", "///", "/doc//", "//doc"])
def test_no_redirect_leads_off_the_site(app: PublicFiles, tree: PublishedTree, path: str) -> None:
    tree.write("doc/index.html", "x")
    reply = request(app, path)
    assert reply.status == 404
    assert "Location" not in reply.headers


def test_a_withdrawn_page_is_gone_and_says_why(app: PublicFiles, tree: PublishedTree) -> None:
    tree.write("doc/1/410.html", "已撤回：内容有误")
    reply = request(app, "/doc/1/")
    assert (reply.status, reply.body.decode()) == (410, "已撤回：内容有误")
    assert "ETag" not in reply.headers
    assert request(app, "/doc/1").status == 301
    assert request(app, "/doc/1/", if_none_match="*", range="bytes=0-1").status == 410


def test_a_missing_page_shows_the_sites_own_notice_in_the_script_asked_for(
    app: PublicFiles, tree: PublishedTree
) -> None:
    tree.write_with_sidecars("404.html", "没有找到")
    tree.write("hant/404.html", "沒有找到")
    assert request(app, "/nowhere").status == 404
    assert request(app, "/nowhere").body.decode() == "没有找到"
    assert request(app, "/hant/nowhere/").body.decode() == "沒有找到"
    packed = request(app, "/nowhere", accept_encoding="br")
    assert (packed.status, brotli.decompress(packed.body).decode()) == (404, "没有找到")
    assert request(app, "/404.html").status == 404


def test_a_site_without_a_notice_of_its_own_still_answers_in_chinese(app: PublicFiles) -> None:
    reply = request(app, "/nowhere")
    assert reply.status == 404
    assert "没有找到" in reply.body.decode()


def test_each_host_shows_its_own_site(app: PublicFiles, tree: PublishedTree) -> None:
    tree.write("index.html", "city")
    tree.write("index.html", "edu", site="edu")
    for _ in range(2):
        assert request(app, host="edu.localhost").body == b"edu"
        assert request(app, host="EDU.localhost:8000").body == b"edu"
        assert request(app, host="city.localhost").body == b"city"
        assert request(app, host="10.0.0.7:8000").body == b"city"
        assert request(app, host="").body == b"city"


def test_hosts_that_nobody_has_do_not_fill_the_memory(app: PublicFiles, tree: PublishedTree) -> None:
    tree.write("index.html", "city")
    for number in range(1100):
        assert request(app, host=f"h{number}.example").body == b"city"
    assert len(app._snapshot._slugs) == 1000


# -- Forms and conditions -----------------------------------------------------------------------------


def test_a_client_gets_the_compressed_form_it_likes_best(app: PublicFiles, tree: PublishedTree) -> None:
    tree.write_with_sidecars("index.html", "公开" * 500)
    plain, packed, zipped = (request(app, accept_encoding=a) for a in ("", "gzip, br", "gzip, br;q=0"))
    assert (packed.headers["Content-Encoding"], zipped.headers["Content-Encoding"]) == ("br", "gzip")
    assert "Content-Encoding" not in plain.headers
    assert brotli.decompress(packed.body) == plain.body
    assert len({reply.headers["ETag"] for reply in (plain, packed, zipped)}) == 3
    assert {reply.headers["Vary"] for reply in (plain, packed, zipped)} == {"Accept-Encoding"}
    assert packed.headers["Content-Type"] == "text/html; charset=utf-8"


def test_a_file_with_one_form_only_does_not_vary(app: PublicFiles, tree: PublishedTree) -> None:
    tree.write("photo.jpg", b"\xff\xd8")
    reply = request(app, "/photo.jpg", accept_encoding="br")
    assert "Vary" not in reply.headers
    assert "Content-Encoding" not in reply.headers


def test_inventive_encodings_do_not_fill_the_memory(app: PublicFiles, tree: PublishedTree) -> None:
    tree.write_with_sidecars("index.html", "x")
    for number in range(100):
        assert request(app, accept_encoding=f"gzip;q=0.5, x{number}").headers["Content-Encoding"] == "gzip"
    page = app._snapshot.shelf.get(("city", "/"))
    assert page is not None
    assert len(page._by_header) <= 16


@pytest.mark.parametrize("accept", ["", "gzip", "br"])
def test_an_unchanged_page_is_not_sent_again(app: PublicFiles, tree: PublishedTree, accept: str) -> None:
    tree.write_with_sidecars("index.html", "x" * 100)
    first = request(app, accept_encoding=accept)
    for tag in (
        first.headers["ETag"],
        f"W/{first.headers['ETag']}",
        f'"other", {first.headers["ETag"]}',
        "*",
    ):
        again = request(app, accept_encoding=accept, if_none_match=tag)
        assert (again.status, again.body) == (304, b"")
        assert again.headers == {name: first.headers[name] for name in ("Cache-Control", "ETag", "Vary")}
    again = request(app, accept_encoding=accept, if_modified_since=first.headers["Last-Modified"])
    assert again.status == 304


def test_the_entity_tag_decides_over_the_date(app: PublicFiles, tree: PublishedTree) -> None:
    tree.write("index.html", "x")
    modified = request(app).headers["Last-Modified"]
    assert request(app, if_none_match='"other"', if_modified_since=modified).status == 200
    assert request(app, if_modified_since="Thu, 01 Jan 1970 00:00:00 GMT").status == 200


def test_the_same_octets_have_the_same_tag_in_another_tree(app: PublicFiles, tree: PublishedTree) -> None:
    tree.write("index.html", "same")
    tag = request(app).headers["ETag"]
    tree.switch("second")
    tree.publish("index.html", "same")
    assert request(app).headers["ETag"] == tag
    tree.publish("index.html", "diff")
    assert request(app).headers["ETag"] != tag


@pytest.mark.parametrize("content", [b"small" * 100, LARGE], ids=["kept", "streamed"])
def test_head_says_what_get_would_send(app: PublicFiles, tree: PublishedTree, content: bytes) -> None:
    tree.write("a.pdf", content)
    got, head = request(app, "/a.pdf"), request(app, "/a.pdf", method="HEAD", range="bytes=0-1")
    assert (head.status, head.headers, head.body) == (200, got.headers, b"")
    assert got.body == content
    missing = request(app, "/nowhere", method="HEAD")
    assert (missing.status, missing.body) == (404, b"")


@pytest.mark.parametrize("content", [bytes(range(256)) * 4, LARGE], ids=["kept", "streamed"])
def test_a_part_of_a_file_is_that_part(app: PublicFiles, tree: PublishedTree, content: bytes) -> None:
    tree.write("a.pdf", content)
    size = len(content)
    for wanted, begin, end in [
        ("0-9", 0, 10),
        ("100-", 100, size),
        ("-7", size - 7, size),
        ("5-999999999", 5, size),
    ]:
        reply = request(app, "/a.pdf", range=f"bytes={wanted}")
        assert (reply.status, reply.body) == (206, content[begin:end])
        assert reply.headers["Content-Range"] == f"bytes {begin}-{end - 1}/{size}"
        assert reply.headers["Content-Length"] == str(end - begin)


def test_a_part_beyond_the_end_is_refused_with_the_size(app: PublicFiles, tree: PublishedTree) -> None:
    tree.write("a.pdf", b"12345")
    reply = request(app, "/a.pdf", range="bytes=5-")
    assert (reply.status, reply.headers["Content-Range"], reply.body) == (416, "bytes */5", b"")


def test_a_download_goes_on_only_with_the_same_version(app: PublicFiles, tree: PublishedTree) -> None:
    tree.write("a.pdf", b"version 1")
    first = request(app, "/a.pdf").headers
    for condition in (first["ETag"], first["Last-Modified"]):
        assert request(app, "/a.pdf", range="bytes=3-", if_range=condition).status == 206
    tree.publish("a.pdf", b"version two")
    whole = request(app, "/a.pdf", range="bytes=3-", if_range=first["ETag"])
    assert (whole.status, whole.body) == (200, b"version two")


def test_a_compressed_page_can_be_asked_for_in_parts_of_its_own_octets(
    app: PublicFiles, tree: PublishedTree
) -> None:
    tree.write_with_sidecars("index.html", "x" * 5000)
    whole = request(app, accept_encoding="br")
    part = request(app, accept_encoding="br", range="bytes=2-")
    assert (part.body, part.headers["ETag"]) == (whole.body[2:], whole.headers["ETag"])


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "get"])
def test_the_public_side_only_reads(
    app: PublicFiles, tree: PublishedTree, behind: BehindIt, method: str
) -> None:
    tree.write("index.html", "x")
    for _ in range(2):
        reply = request(app, method=method)
        assert (reply.status, reply.headers["Allow"]) == (405, "GET, HEAD")
        request(app)  # and now the page is in memory
    assert request(app, "/nowhere", method=method).status == 405
    assert not behind.asked


# -- Large files --------------------------------------------------------------------------------------


def test_a_large_file_is_never_held_in_memory(app: PublicFiles, tree: PublishedTree) -> None:
    tree.write("film.mp4", LARGE)
    assert request(app, "/film.mp4").body == LARGE
    page = app._snapshot.shelf.get(("city", "/film.mp4"))
    assert page is not None
    assert page.weight < 10_000


def test_a_large_file_that_was_replaced_is_sent_as_it_now_is(app: PublicFiles, tree: PublishedTree) -> None:
    tree.write("film.mp4", LARGE)
    tag = request(app, "/film.mp4").headers["ETag"]
    tree.write("film.mp4", LARGE[::-1])  # and nobody is told
    reply = request(app, "/film.mp4")
    assert reply.body == LARGE[::-1]
    assert reply.headers["ETag"] != tag
    (tree.tree / "sites/city/film.mp4").unlink()
    assert request(app, "/film.mp4").status == 404


def test_slow_readers_of_large_files_cannot_take_every_thread(app: PublicFiles, tree: PublishedTree) -> None:
    tree.write("film.mp4", LARGE)
    tree.write("index.html", "page")
    held = [app({"REQUEST_METHOD": "GET", "PATH_INFO": "/film.mp4"}, lambda *_: None) for _ in range(STREAMS)]
    try:
        refused = request(app, "/film.mp4")
        assert refused.status == 503
        assert "Retry-After" in refused.headers
        assert request(app, "/film.mp4", method="HEAD").status == 200
        assert request(app).body == b"page"
    finally:
        for body in held:
            body.close()  # type: ignore[attr-defined]
            body.close()  # type: ignore[attr-defined]
    for _ in range(STREAMS + 1):
        assert request(app, "/film.mp4").status == 200


# -- What goes on to the rest of the house ------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/workbench/",
        "/workbench",
        "/workbench/a/b",
        "/accounts/login/",
        "/api/v1/x",
        "/healthz",
        "/metrics",
        "/static/x",
        "/search/suggest",
        "/hant/search/suggest",
    ],
)
def test_what_is_not_published_goes_on(app: PublicFiles, behind: BehindIt, path: str) -> None:
    for method in ("GET", "POST"):
        assert request(app, path, method=method).headers["X-Behind"] == "yes"
    assert behind.asked == [path] * 2


@pytest.mark.parametrize("path", ["/workbenches/", "/healthz.html", "/apis", "/search/x", "/x/workbench/"])
def test_what_only_looks_like_it_does_not(app: PublicFiles, behind: BehindIt, path: str) -> None:
    assert request(app, path, query="q=x").status == 404
    assert not behind.asked


@pytest.mark.parametrize("path", ["/search/", "/hant/search/"])
def test_the_search_page_goes_on_only_with_a_question(
    app: PublicFiles, tree: PublishedTree, behind: BehindIt, path: str
) -> None:
    tree.write(path.strip("/") + "/index.html", "form")
    for _ in range(2):
        assert request(app, path).body == b"form"
        assert request(app, path, query="q=公开").body == b"behind"
        assert request(app, "/search/", query="", method="POST").status == 405


# -- The shelf ----------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 300)), max_size=200))
def test_the_shelf_never_holds_more_than_it_may(asked: list[tuple[int, int]]) -> None:
    shelf = Shelf(1000)
    for number, weight in asked:
        if shelf.get(("site", str(number))) is None:
            page = Page({})
            page.weight = weight
            shelf.put(("site", str(number)), page)
        held = [page.weight for half in (shelf._newer, shelf._older) for page in half.values()]
        assert sum(held) <= 1000 + 2 * 300


def test_what_is_asked_for_stays_on_the_shelf() -> None:
    shelf = Shelf(10_000)
    wanted = Page({})
    shelf.put(("site", "/"), wanted)
    for number in range(100):
        shelf.put(("site", f"/{number}"), Page({}))
        assert shelf.get(("site", "/")) is wanted
    assert shelf.get(("site", "/0")) is None


def test_a_reply_has_no_body_with_head_whatever_went_wrong(app: PublicFiles, tmp_path: Path) -> None:
    def asked(app: PublicFiles, path: str) -> Reply:
        return request(app, path, method="HEAD")

    assert asked(app, "/\0").body == b""
    assert asked(PublicFiles(tmp_path / "none", BehindIt()), "/").body == b""


def test_the_public_side_needs_no_django() -> None:
    import subprocess
    import sys

    code = "import gongkai.engines.press.serving, sys; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_streams_are_given_back_even_when_the_file_vanished(app: PublicFiles, tree: PublishedTree) -> None:
    tree.write("film.mp4", LARGE)
    request(app, "/film.mp4")
    for _ in range(STREAMS + 1):
        (tree.tree / "sites/city/film.mp4").unlink()
        assert request(app, "/film.mp4").status == 404
        tree.write("film.mp4", LARGE)
        assert request(app, "/film.mp4").status == 200
    assert serving_pages._streams._value == STREAMS  # type: ignore[attr-defined]
