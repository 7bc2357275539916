"""Pages that move, change places or go, and what is left when the press is cut short."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from django.db import transaction

from gongkai.engines import press
from gongkai.engines.press import Page, PageRef
from gongkai.engines.press.declarations import registry
from gongkai.engines.press.editing import LiveTree
from gongkai.engines.press.models import AT_ONCE, Change
from gongkai.engines.press.page_files import Aside
from gongkai.engines.press.pages_db import PagesDb
from gongkai.engines.press.tree import current_tree
from tests.engines.press import boards
from tests.engines.press.boards import found, generation, site, write

pytestmark = pytest.mark.usefixtures("notes")


class Shelf:
    """Pages whose paths are whatever ``places`` says: key → (path, status), or nothing."""

    name = "shelf"

    def __init__(self) -> None:
        self.places: dict[str, tuple[str, int]] = {}

    def keys(self, site: str) -> Iterator[str]:
        return iter(list(self.places))

    def affected(self, change: str) -> list[PageRef]:
        return [PageRef("shelf", "city", key) for key in self.places] if change == "shelf" else []

    def render(self, site: str, keys: Sequence[str]) -> Iterator[tuple[str, Page | None]]:
        for key in keys:
            place = self.places.get(key)
            yield (
                key,
                Page(path=place[0], body=f"这是{key}", status=place[1], depends=["shelf"]) if place else None,
            )


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> Shelf:
    kind = Shelf()
    monkeypatch.setitem(registry.kinds, "shelf", kind)
    return kind


def tell(*keys: str) -> press.DrainReport:
    with transaction.atomic():
        press.changed(*keys)
    return press.drain()


def files(published: Path) -> dict[str, str]:
    """Everything of the shelf's that is on disk, without sidecars."""
    root = site(published)
    return {
        path.relative_to(root).as_posix(): path.read_text()
        for path in root.rglob("*.html")
        if path.name != "index.html" or path.parent not in (root, root / "hant")
    }


def test_a_page_that_moves_leaves_nothing_behind(published: Path, shelf: Shelf) -> None:
    shelf.places = {"甲": ("old/index.html", 200)}
    press.build()
    shelf.places = {"甲": ("new/deep/index.html", 200)}
    tell("shelf")
    assert set(files(published)) == {"new/deep/index.html", "hant/new/deep/index.html"}
    assert not (site(published) / "old").exists()
    assert press.verify().ok


def test_two_pages_can_change_places(published: Path, shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    for batch in (1, 50):
        monkeypatch.setattr("gongkai.engines.press.draining.BATCH", batch)
        shelf.places = {"甲": ("one/index.html", 200), "乙": ("two/index.html", 200)}
        press.build()
        shelf.places = {"甲": ("two/index.html", 200), "乙": ("one/index.html", 200)}
        assert tell("shelf").failures == []
        assert files(published)["one/index.html"] == "这是乙"
        assert files(published)["two/index.html"] == "这是甲"
        assert press.verify().ok


def test_of_two_pages_that_want_one_path_one_is_refused_until_it_is_free(
    published: Path, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "sites", lambda: boards.SITES[:1])
    shelf.places = {"甲": ("one/index.html", 200), "乙": ("two/index.html", 200)}
    press.build()
    shelf.places = {"甲": ("one/index.html", 200), "乙": ("one/index.html", 200)}
    report = tell("shelf")
    assert [failed.message.split(":")[0] for failed in report.failures] == ["PathTaken"]
    refused = report.failures[0].ref.key
    assert "PathTaken" in Change.objects.get(key="shelf").error
    shelf.places[refused] = ("three/index.html", 200)
    Change.objects.update(not_before=AT_ONCE)
    assert press.drain().failures == []
    assert files(published)["three/index.html"] == f"这是{refused}"
    assert files(published)["one/index.html"] != f"这是{refused}"
    assert "two/index.html" not in files(published)
    assert press.verify().ok


def test_a_withdrawn_page_comes_back(published: Path, shelf: Shelf) -> None:
    shelf.places = {"甲": ("one/index.html", 200)}
    press.build()
    for status, name in ((410, "410.html"), (200, "index.html")):
        shelf.places = {"甲": ("one/index.html", status)}
        tell("shelf")
        assert set(files(published)) == {f"one/{name}", f"hant/one/{name}"}
        assert press.verify().ok


def test_a_page_without_traditional_script_drops_it(
    published: Path, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.places = {"甲": ("one/index.html", 200)}
    press.build()
    original = Shelf.render

    def render(self: Shelf, site: str, keys: Sequence[str]) -> Iterator[tuple[str, Page | None]]:
        for key, page in original(self, site, keys):
            if page:
                page.both_scripts = False
            yield key, page

    monkeypatch.setattr(Shelf, "render", render)
    tell("shelf")
    assert set(files(published)) == {"one/index.html"}
    assert not (site(published) / "hant" / "one").exists()


class Killed(BaseException):
    """As if the process had been killed: nothing catches it."""


class _Places:
    """Stops the press dead at the n-th of the places where it touches the disk or a database."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.left = -1
        for owner, name in (
            (Aside, "replace"),
            (PagesDb, "commit"),
            (PagesDb, "finish"),
            (LiveTree, "announce"),
            (LiveTree, "_clear_leftovers"),
        ):
            self._watch(monkeypatch, owner, name)

    def _watch(self, monkeypatch: pytest.MonkeyPatch, owner: type, name: str) -> None:
        original = getattr(owner, name)

        def watched(*arguments: object, **named: object) -> object:
            self.left -= 1
            if self.left == 0:
                raise Killed
            return original(*arguments, **named)

        monkeypatch.setattr(owner, name, watched)


@pytest.mark.fault
@pytest.mark.parametrize("place", range(1, 30))
def test_a_press_cut_short_anywhere_is_made_good_by_the_next(
    published: Path, shelf: Shelf, monkeypatch: pytest.MonkeyPatch, place: int
) -> None:
    """Even when, before the next one comes, everything is as it was at first: that is the hardest case, since what
    the record remembers from before is then right and the disk is not."""
    write(1, "停水通知")
    shelf.places = {
        "甲": ("one/index.html", 200),
        "乙": ("two/index.html", 200),
        "丙": ("three/index.html", 200),
    }
    press.build()
    while press.drain().changes:
        pass
    before = shelf.places
    told = generation(published)
    shelf.places = {
        "甲": ("two/index.html", 200),
        "乙": ("one/index.html", 410),
        "丁": ("four/index.html", 200),
    }
    with transaction.atomic():
        write(1, "停电通知")
        press.changed("shelf")
    places = _Places(monkeypatch)
    places.left = place
    try:
        press.drain()
    except Killed:
        assert Change.objects.exists()
    places.left = -1
    shelf.places = before
    write(1, "停水通知")
    with transaction.atomic():
        press.changed("shelf")
    while press.drain().changes:
        pass
    report = press.verify()
    assert report.ok, report
    assert files(published)["one/index.html"] == "这是甲"
    assert "four/index.html" not in files(published)
    assert (found(published, "停水"), found(published, "停电")) == (1, 0)
    record = current_tree()
    assert record is not None
    assert list((record / "aside").iterdir()) == []
    # Had anything been visible in between, the servers were told of it and of the way back.
    assert generation(published) == told or generation(published) >= told + 2
