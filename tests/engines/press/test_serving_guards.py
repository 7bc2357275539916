"""What no address reaches: what lies outside the pages, and the folders of static files."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.engines.press.serving import PublicFiles, StaticFiles
from gongkai.engines.press.serving_pages import BadPath, names_of
from tests.published_tree import BehindIt, PublishedTree, request

# -- What is never reached ----------------------------------------------------------------------------

SECRET = b"nobody may read this"
HOSTILE = [
    "/../../press.db",
    "/../press.db",
    "/../edu/index.html",
    "/doc/../../../search.db",
    "/doc/..",
    "/./doc/",
    "/.env",
    "/doc/.hidden/index.html",
    "/.git/config",
    "/..\\press.db",
    "/..\\..\\press.db",
    "\\..\\press.db",
    "/%2e%2e/%2e%2e/press.db",
    "/..%2f..%2fpress.db",
    "/\u2025/press.db",
    "/press.db\0.html",
    "/doc/\0",
    "/doc/index.html/",
    "/doc/index.html/../../../press.db",
    "//etc/passwd",
    "/link",
    "/link/secret",
    "/folder-link/secret",
    "/looped/",
    "/looped/x",
    "/pipe",
    "/listening",
    "",
    "etc/passwd",
    "*",
    "/" + "a" * 251,
    "/" + "a/" * 5000,
    "/" + "汉" * 90,
    "/DOC/",
    "/doc/Index.html",
    "/half.html.4711.new",
    "/index.html.gz",
    "/index.html.br",
    "/~",
    "/doc/index.html\n",
]


@pytest.fixture
def guarded(tree: PublishedTree, tmp_path: Path) -> PublishedTree:
    """A tree with everything beside the pages that must not get out."""
    for name in ("press.db", "search.db", "manifest.json", "sites/secret"):
        (tree.tree / name).write_bytes(SECRET)
    (tmp_path / "secret").write_bytes(SECRET)
    site = tree.tree / "sites" / "city"
    for name in (".env", ".git/config", "doc/.hidden/index.html", "half.html.4711.new"):
        tree.write(name, SECRET)
    tree.write("doc/index.html", "page")
    tree.write_with_sidecars("index.html", "front")
    tree.write("..\\press.db", SECRET)
    tree.write("index.html", SECRET, site="edu")
    (site / "link").symlink_to(tmp_path / "secret")
    (site / "folder-link").symlink_to(tmp_path)
    (site / "linked.html").symlink_to("doc/index.html")
    (site / "looped").symlink_to("looped")
    (site / "linked.html.gz").symlink_to(tmp_path / "secret")
    os.mkfifo(site / "pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        here = os.open(site, os.O_RDONLY)
        try:
            listening.bind(f"/proc/self/fd/{here}/listening")  # a socket's own name must be short
        finally:
            os.close(here)
    return tree


@pytest.mark.parametrize("path", HOSTILE, ids=[repr(path)[:30] for path in HOSTILE])
def test_nothing_outside_the_pages_is_ever_reached(
    app: PublicFiles, guarded: PublishedTree, path: str
) -> None:
    for _ in range(2):
        reply = request(app, path)
        assert reply.status in (400, 404)
        assert SECRET not in reply.body


def test_a_link_within_the_site_is_followed_but_its_sidecar_leads_nowhere(
    app: PublicFiles, guarded: PublishedTree
) -> None:
    assert request(app, "/linked.html", accept_encoding="gzip").body == b"page"


def test_a_site_that_is_a_link_to_elsewhere_has_no_pages(
    app: PublicFiles, tree: PublishedTree, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "index.html").write_bytes(SECRET)
    edu = tree.tree / "sites" / "edu"
    edu.rmdir()
    edu.symlink_to(tmp_path / "elsewhere")
    assert request(app, host="edu.localhost").status == 404


@pytest.mark.parametrize("octets", [b"/\xff", b"/doc/\xc3", b"/\xed\xa0\x80", b"/\xc0\xae\xc0\xae/press.db"])
def test_an_address_that_is_not_utf_8_is_refused(app: PublicFiles, octets: bytes) -> None:
    assert request(app, octets.decode("utf-8", "surrogateescape")).status == 400


@given(st.text(alphabet=st.characters(max_codepoint=255)))
def test_whatever_the_path_it_never_leads_up_or_to_what_is_hidden(path: str) -> None:
    try:
        names = names_of(path)
    except BadPath:
        return
    for name in names or []:
        assert not name.startswith(".")
        assert "/" not in name
        assert "\0" not in name
    assert names is None or Path("/site").joinpath(*names).is_relative_to("/site")


# -- Static files -------------------------------------------------------------------------------------


@pytest.fixture
def static(tmp_path: Path, behind: BehindIt) -> StaticFiles:
    (tmp_path / "static" / "css").mkdir(parents=True)
    (tmp_path / "static" / "css" / "site.css").write_text("a{}")
    (tmp_path / "secret").write_bytes(SECRET)
    return StaticFiles(tmp_path / "static", "/static/", behind)


def test_a_static_file_is_served_like_a_published_one(static: StaticFiles) -> None:
    reply = request(static, "/static/css/site.css")
    assert (reply.status, reply.body) == (200, b"a{}")
    assert reply.headers["Content-Type"] == "text/css; charset=utf-8"
    assert request(static, "/static/css/site.css", if_none_match=reply.headers["ETag"]).status == 304
    assert request(static, "/static/css/site.css", method="POST").status == 405


def test_a_static_file_that_changed_is_read_again(static: StaticFiles, tmp_path: Path) -> None:
    file = tmp_path / "static" / "css" / "site.css"
    assert request(static, "/static/css/site.css").body == b"a{}"
    file.write_text("b{}")
    os.utime(file, ns=(1, 1))
    assert request(static, "/static/css/site.css").body == b"b{}"
    file.unlink()
    assert request(static, "/static/css/site.css").status == 404


@pytest.mark.parametrize(
    "path",
    ["/static/", "/static/css", "/static/css/", "/static/../secret", "/static//css/site.css", "/static/\0"],
)
def test_no_folder_is_listed_and_none_left(static: StaticFiles, behind: BehindIt, path: str) -> None:
    reply = request(static, path)
    assert reply.status in (400, 404)
    assert SECRET not in reply.body
    assert not behind.asked


def test_other_addresses_go_on_from_the_static_files(static: StaticFiles, behind: BehindIt) -> None:
    assert request(static, "/statics/x").body == b"behind"
