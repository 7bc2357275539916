"""Changing a tree while it is being read: page by page, each whole or not at all, and nothing half remembered."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from gongkai.engines.press.declarations import Page, PageRef, registry
from gongkai.engines.press.outbox import page_of
from gongkai.engines.press.page_files import Aside, remove_files
from gongkai.engines.press.pages_db import PagesDb, Recorded
from gongkai.engines.press.rendering import Failure, Printed, failure, printed
from gongkai.engines.press.tree import sites_named, write_sites
from gongkai.engines.search import IndexWriter

Moving = Callable[[PageRef], bool]


def nothing_moves(_ref: PageRef) -> bool:
    return False


class PathTaken(ValueError):
    """Two pages want one path."""

    code = "path_taken"


@dataclass(slots=True)
class Tally:
    """What was done to the files of pages, each script counted as one."""

    written: int = 0
    unchanged: int = 0
    removed: int = 0


@dataclass(frozen=True, slots=True)
class _Step:
    """One page of a batch and what is on record of it; ``page`` is None when it must go."""

    item: Printed
    page: Page | None
    record: Recorded
    must_be_written: bool


class LiveTree:
    """A tree open for change. The caller holds the lock that goes with it.

    ``tell`` is called when readers have to be told that something has changed.
    """

    def __init__(self, tree: Path, *, tell: Callable[[], None]) -> None:
        self.tree = tree
        self.tally = Tally()
        self._tell = tell
        self._planned: set[PageRef] = set()
        self._aside = Aside(tree)
        self._open_databases()
        try:
            self.look_at_sites()
            self._clear_leftovers()
            self.announce()
        except BaseException:
            self.close()
            raise

    def _open_databases(self) -> None:
        self._record = PagesDb.edit(self.tree)
        try:
            self._search = IndexWriter(self.tree / "search.db")
        except BaseException:
            self._record.close()
            raise

    def close(self) -> None:
        try:
            self._search.close()
        finally:
            self._record.close()

    def __enter__(self) -> LiveTree:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def optimize_search(self) -> None:
        """Bring the index into its best shape. Takes seconds: for the end of a full build."""
        self._search.optimize()

    def count(self) -> int:
        """Pages, each script counted as one."""
        return self._record.count()

    # -- Which pages -------------------------------------------------------------------------------------------

    def look_at_sites(self) -> None:
        """Take note of which sites are published now."""
        self._sites = tuple(registry.published_sites())
        self._open = {site.slug for site in self._sites}

    def stale(self, change: str) -> set[PageRef]:
        """Everything that has to be rendered because of ``change``."""
        named = page_of(change)
        if named is not None:
            return {named}
        refs = set(self._record.depending_on(change))
        kind, _colon, slug = change.partition(":")
        if kind == "site" and slug not in self._open:
            refs.update(self._record.of_site(slug))
        elif kind == "site" and slug not in sites_named(
            self.tree
        ):  # it opens: nothing of it can depend on anything yet
            for pages in registry.kinds.values():
                refs.update(PageRef(pages.name, slug, key) for key in pages.keys(slug))
        for pages in registry.kinds.values():
            refs.update(pages.affected(change))
        return refs

    def renew_sites(self) -> None:
        """Bring ``sites.json`` in step."""
        if write_sites(self.tree, self._sites):
            self._record.begin()
            self._record.mark_untold()
            self._record.commit()

    def announce(self) -> None:
        """Tell the readers what they have not been told, be it that the last writer died before it could."""
        if self._record.is_untold():
            self._tell()
            self._record.begin()
            self._record.mark_told()
            self._record.commit()

    # -- Pages -------------------------------------------------------------------------------------------------

    def bring_up_to_date(
        self, *, kind: str, site: str, keys: Sequence[str], moving: Moving = nothing_moves
    ) -> list[Failure]:
        """Render pages of one kind and site and put them in place; returns what failed.

        ``moving`` says of another page that it will be rendered in the same change, and may thus give up its path.
        """
        pages = registry.kinds.get(kind) if site in self._open else None
        if pages is None:  # the kind or the site is gone: so are its pages
            made: list[Printed | Failure] = [Printed(PageRef(kind, site, key)) for key in keys]
        else:
            made = list(printed(pages, site, keys))
        failures = [item for item in made if isinstance(item, Failure)]
        self._planned.clear()
        return failures + self.put([item for item in made if isinstance(item, Printed)], moving)

    def put(self, items: list[Printed], moving: Moving = nothing_moves) -> list[Failure]:
        """Put pages in place. A full disk fails them all; of other troubles the page to blame is found by halves."""
        try:
            return self._put_together(items, moving)
        except (sqlite3.Error, OSError) as error:
            self._start_over(items)
            return [failure(item.ref, error) for item in items]
        except Exception as error:  # noqa: BLE001  # a page may be wrong in any way; it is named, not dropped
            self._start_over(items)
            if len(items) > 1:
                middle = len(items) // 2
                return self.put(items[:middle], moving) + self.put(items[middle:], moving)
            return [failure(items[0].ref, error)]

    def _start_over(self, items: list[Printed]) -> None:
        self._planned.difference_update(item.ref for item in items)
        self.close()
        self._open_databases()

    def _put_together(self, items: list[Printed], moving: Moving) -> list[Failure]:
        """First the record says what is about to happen, then it happens, then the record says that it has."""
        failures: list[Failure] = []
        steps: list[_Step] = []
        for item in items:
            try:
                step = self._plan(item, moving)
            except PathTaken as error:
                failures.append(failure(item.ref, error))
            else:
                self._planned.add(item.ref)
                steps += [step] if step else []
        self._record.commit()
        self._clear_leftovers()
        dropped: set[str] = set()
        for step in steps:
            fault = self._carried_out(step)
            if fault is None:
                self._noted(step, step.item.hashes, dropped)
            else:
                failures.append(failure(step.item.ref, fault))
                if step.page is not None and step.page.search is None:
                    # What is withdrawn is gone from disk and search even when its notice does not fit.
                    self._noted(step, step.record.hashes, dropped)
        for key in dropped:
            if not self._record.is_on_a_page(key):
                self._search.delete(key)
        self._search.commit()  # before the record, which would not know that there was something to forget
        self._record.commit()
        self._clear_leftovers()
        return failures

    def _plan(self, item: Printed, moving: Moving) -> _Step | None:
        """Decide on one page and note what is about to happen. Raises ``PathTaken``."""
        page, known = item.page, self._record.find(item.ref)
        if page is None:
            if known is None:
                return None
            self._begin()
            self._record.leave(item.ref.site, known.files)
            self._record.vacate(known)
            self.tally.removed += len(known.files)
            return _Step(item, None, known, must_be_written=False)
        if known is not None and (known.path, known.status, known.hashes) == (
            page.path,
            page.status,
            item.hashes,
        ):
            self.tally.unchanged += len(item.hashes)
            return _Step(item, page, known, must_be_written=False)
        owner = self._record.owner(site=item.ref.site, path=page.path)
        if owner is not None and owner.ref != item.ref:
            if owner.ref in self._planned or not moving(owner.ref):
                raise PathTaken(f"{page.path} is the path of {owner.ref.kind}/{owner.ref.key}")
            self._begin()
            self._record.leave(item.ref.site, owner.files)
            self._record.vacate(owner)
        self._begin()
        record = self._record.start(item.ref, path=page.path, status=page.status, scripts=len(item.contents))
        if known is not None:
            gone = [name for name in known.files if name not in record.files]
            # What is withdrawn goes before its notice comes; anything else stays until its successor is whole.
            self._record.leave(item.ref.site, gone, until=None if page.status == 410 else record)
        return _Step(item, page, record, must_be_written=True)

    def _begin(self) -> None:
        self._record.begin()
        self._record.mark_untold()

    def _carried_out(self, step: _Step) -> OSError | None:
        if not step.must_be_written:
            return None
        names = step.record.files
        try:
            self._aside.replace(
                self.tree / "sites" / step.item.ref.site, zip(names, step.item.contents, strict=True)
            )
        except OSError as error:
            return error
        self.tally.written += len(names)
        return None

    def _noted(self, step: _Step, hashes: tuple[str, ...], dropped: set[str]) -> None:
        page = step.page
        search_key = page.search.key if page and page.search else ""
        if page is None:
            self._record.begin()
            self._record.forget(step.record)
        else:
            if page.search:
                self._search.put(page.search)
            self._record.finish(
                step.record,
                hashes=hashes,
                search_key=search_key,
                revision=page.revision,
                depends=page.depends,
            )
        if step.record.search_key not in ("", search_key):
            dropped.add(step.record.search_key)

    def _clear_leftovers(self) -> None:
        """Remove files that no page has any more."""
        rows = self._record.leftovers()
        if not rows:
            return
        for _number, site, name in rows:
            if self._record.owner_of_file(site=site, name=name) is None:
                remove_files(self.tree / "sites" / site, [name])
        self._record.begin()
        self._record.cleared([number for number, _site, _name in rows])
        self._record.commit()
