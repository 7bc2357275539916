"""What a page is on disk."""

from __future__ import annotations

import gzip
from pathlib import Path

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.engines.press import LANG, OTHER, ROOT, Page
from gongkai.engines.press.page_files import (
    PathRefused,
    checked_path,
    contents,
    file_names,
    lay_file,
    possible_pages,
    remove_files,
    sidecars,
)


def page(path: str, status: int = 200) -> Page:
    return Page(path=path, body="", depends=[], status=status)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/index.html",
        "../index.html",
        "a/../../b.html",
        "a//b.html",
        "a/",
        "./a",
        ".git/config",
        "a/.hidden",
        "a\\..\\b.html",
        "a\x00.html",
        "hant/index.html",
        "hant",
        "index.html.new",
        "长" * 81 + ".html",
        "/".join(["目录"] * 200),
    ],
)
def test_a_path_that_is_no_pages_path_is_refused(path: str) -> None:
    with pytest.raises(PathRefused):
        checked_path(page(path))


@pytest.mark.parametrize("path", ["index.html", "文件/2020/12/index.html", "hanting/index.html", "feed.atom"])
def test_ordinary_paths_are_taken(path: str) -> None:
    assert checked_path(page(path)) == path


def test_only_a_folder_can_be_withdrawn() -> None:
    assert checked_path(page("doc/index.html", 410))
    with pytest.raises(PathRefused):
        checked_path(page("doc/plan.pdf", 410))


@given(st.text(max_size=60))
def test_no_path_leads_out_of_the_site(path: str) -> None:
    try:
        checked_path(page(path))
        names = file_names(path=path, status=200, scripts=2)
    except (PathRefused, UnicodeEncodeError):
        return
    root = Path("/published/site")
    for name in names:
        assert (root / name).is_relative_to(root)
        assert ".." not in (root / name).parts


_paths = st.builds(
    lambda folders, name: "/".join([*folders, name]),
    st.lists(st.sampled_from(["doc", "2020", "栏目", "410.html"]), max_size=3),
    st.sampled_from(["index.html", "404.html", "feed.atom", "410.html"]),
)


@given(_paths, st.sampled_from([200, 410]), st.sampled_from([1, 2]))
def test_every_file_leads_back_to_its_page(path: str, status: int, scripts: int) -> None:
    if status == 410 and not path.endswith("index.html"):
        return
    for name in file_names(path=path, status=status, scripts=scripts):
        assert path in possible_pages(name)


def test_the_marks_become_the_script_the_page_is_in() -> None:
    body = f'<html lang="{LANG}"><a href="{ROOT}/doc/">办法</a><a href="{OTHER}/doc/">'
    simplified, traditional = (one.decode() for one in contents(Page(path="a", body=body, depends=[])))
    assert simplified == '<html lang="zh-Hans"><a href="/doc/">办法</a><a href="/hant/doc/">'
    assert traditional == '<html lang="zh-Hant"><a href="/hant/doc/">辦法</a><a href="/doc/">'


@given(st.text(max_size=2000))
def test_sidecars_hold_the_page_and_are_the_same_each_time(text: str) -> None:
    content = text.encode("utf-8", "replace")
    files = dict(sidecars("index.html", content))
    assert brotli.decompress(files["index.html.br"]) == content
    assert gzip.decompress(files["index.html.gz"]) == content
    assert files["index.html.gz"][4:8] == b"\0\0\0\0"  # no time in it
    assert dict(sidecars("index.html", content)) == files


def test_files_that_are_compressed_already_have_no_sidecars() -> None:
    assert sidecars("photo.jpg", b"x") == []


def test_removing_a_page_takes_empty_folders_but_not_the_site(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    lay_file(str(site), "a/b/index.html", b"1")
    lay_file(str(site), "a/c/index.html", b"2")
    remove_files(site, ["a/b/index.html"])
    assert [path.name for path in (site / "a").iterdir()] == ["c"]
    remove_files(site, ["a/c/index.html"])
    assert list(site.iterdir()) == []
