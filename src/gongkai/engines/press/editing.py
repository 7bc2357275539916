"""Putting rendered pages into a tree: one way for the tree that is served and for one under construction."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from django.db import DatabaseError

from gongkai.engines.press.declarations import Page, PageKind, PageRef, registry
from gongkai.engines.press.pages_db import PagesDb
from gongkai.engines.press.tree import FreshWriter, hashes_of, remove_files, replace_files, scripts_of
from gongkai.engines.search import IndexWriter

log = logging.getLogger("gongkai.press")

BATCH = 200
"""Pages rendered together: enough to share queries, few enough that people never wait for long."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A page that could not be made; the one on disk stays as it was."""

    ref: PageRef
    message: str


@dataclass(slots=True)
class Outcome:
    written: int = 0
    """Files of pages written, each script counted as one."""
    unchanged: int = 0
    removed: int = 0
    failures: list[Failure] = field(default_factory=list)


class TreeEditor:
    """One tree, open for writing. Used as a context manager; the caller holds the lock that goes with the tree."""

    def __init__(self, tree: Path, *, fresh: bool = False) -> None:
        self.tree = tree
        self.outcome = Outcome()
        self._pages = PagesDb(tree, fresh=fresh)
        self._search = IndexWriter(tree / "search.db")
        self._fresh = FreshWriter() if fresh else None
        self._dropped: set[str] = set()

    def __enter__(self) -> TreeEditor:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.commit()
        self._search.close()
        self._pages.close()

    @property
    def pages(self) -> PagesDb:
        return self._pages

    def commit(self) -> None:
        """Make everything so far last: the record, then the search index."""
        self._pages.commit()
        for key in self._pages.search_keys_without_page(self._dropped):
            self._search.delete(key)
        self._dropped.clear()
        self._search.commit()

    def finish_search(self) -> None:
        """Put the search index in its best shape after a full build."""
        self._search.optimize()

    # -- Which pages -----------------------------------------------------------------------------------

    def stale(self, change: str) -> set[PageRef]:
        """Everything that has to be rendered because of ``change``."""
        refs = set(self._pages.depending_on(change))
        for kind in registry.kinds.values():
            refs.update(kind.affected(change))
        return refs

    # -- Render and put --------------------------------------------------------------------------------

    def render(self, refs: Iterable[PageRef], between: Callable[[], None] = lambda: None) -> None:
        """Render ``refs`` in batches; ``between`` is called after each, when everything so far is in place."""
        grouped: dict[tuple[str, str], list[str]] = defaultdict(list)
        for ref in refs:
            grouped[ref.site, ref.kind].append(ref.key)
        live = {site.slug for site in registry.published_sites()}
        for (site, name), keys in grouped.items():
            kind = registry.kinds.get(name)
            for start in range(0, len(keys), BATCH):
                batch = keys[start : start + BATCH]
                if kind is None or site not in live:
                    for key in batch:
                        self.remove(PageRef(name, site, key))
                else:
                    self.render_batch(kind, site, batch)
                between()

    def render_batch(self, kind: PageKind, site: str, keys: Sequence[str]) -> None:
        """Render one batch; when it fails as a whole, page by page, so that one bad page does not stop the rest.

        A lost database is not a bad page: it is let through.
        """
        try:
            for key, page in kind.render(site, keys):
                self._put_safely(PageRef(kind.name, site, key), page)
        except DatabaseError:
            raise
        except Exception:
            if len(keys) == 1:
                log.exception("page %s/%s/%s cannot be rendered", site, kind.name, keys[0])
                self._fail(PageRef(kind.name, site, keys[0]))
                return
            for key in keys:
                self.render_batch(kind, site, [key])

    def _put_safely(self, ref: PageRef, page: Page | None) -> None:
        try:
            self.put(ref, page)
        except OSError as error:
            log.error("page %s/%s/%s cannot be written: %s", ref.site, ref.kind, ref.key, error)
            self._fail(ref)

    def _fail(self, ref: PageRef) -> None:
        import sys

        error = sys.exc_info()[1]
        self.outcome.failures.append(Failure(ref, f"{type(error).__name__}: {error}"))

    def put(self, ref: PageRef, page: Page | None) -> None:
        """Bring the files of one page in line with ``page``."""
        if page is None:
            self.remove(ref)
            return
        files = scripts_of(page)
        hashes = hashes_of(files)
        known = None if self._fresh else self._pages.find(ref)
        site = self.tree / "sites" / ref.site
        if self._fresh:
            self._fresh.write(site, files)
            self.outcome.written += len(files)
        elif known is None or tuple(hashes) != known.files:
            replace_files(site, files)
            gone = (
                {path for path, _hash in known.files} - {path for path, _content in files} if known else set()
            )
            remove_files(site, sorted(gone))
            self.outcome.written += len(files)
        else:
            self.outcome.unchanged += len(files)
        search_key = page.search.key if page.search else ""
        self._pages.record(
            ref,
            files=hashes,
            depends=page.depends,
            search_key=search_key,
            revision=page.revision,
            known=known,
        )
        if page.search:
            self._search.put(page.search)
        if known is not None and known.search_key and known.search_key != search_key:
            self._dropped.add(known.search_key)

    def remove(self, ref: PageRef) -> None:
        """The page must not exist: remove its files, sidecars and record."""
        known = self._pages.find(ref)
        if known is None:
            return
        remove_files(self.tree / "sites" / ref.site, [path for path, _hash in known.files])
        self._pages.forget(known)
        if known.search_key:
            self._dropped.add(known.search_key)
        self.outcome.removed += len(known.files)

    def remove_closed_sites(self) -> None:
        """Sites that are not published any more leave the tree whole."""
        live = {site.slug for site in registry.published_sites()}
        for site in self._pages.sites():
            if site not in live:
                for recorded in self._pages.of_site(site):
                    self.remove(recorded.ref)


def all_refs(site: str, kind: PageKind) -> Iterator[list[str]]:
    """The keys of a kind on a site, in batches."""
    batch: list[str] = []
    for key in kind.keys(site):
        batch.append(key)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
