"""The full build: a whole new tree beside the served one, then one switch."""

from __future__ import annotations

import hashlib
import logging
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.db.models.functions import Greatest, Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gongkai.engines.press.declarations import Page, PageKind, PageRef, registry
from gongkai.engines.press.draining import Job, never
from gongkai.engines.press.editing import LiveTree, PathTaken
from gongkai.engines.press.models import Build, Change, Lane
from gongkai.engines.press.outbox import FIRST_RETRY, page_change, take_out, taken_in_by_a_build
from gongkai.engines.press.page_files import file_names, lay_file
from gongkai.engines.press.pages_db import PagesDb, TreeOutdated
from gongkai.engines.press.rendering import Failure, Printed, failure, printed
from gongkai.engines.press.tree import (
    LockTaken,
    build_lock,
    current_tree,
    described,
    flush,
    new_tree,
    press_lock,
    prune,
    published_root,
    remove_tree,
    replay_file,
    switch_to,
    write_manifest,
    write_sites,
)
from gongkai.engines.search import IndexWriter

log = logging.getLogger("gongkai.press")

Progress = Callable[[int, int | None], None]
"""Called with pages done, and of how many (None while that is not known)."""

BATCH = 200
"""Pages rendered together."""
MOST_FAILURES = 1000
_SAY_EVERY = 0.5
_MOST_ROUNDS = 5


class BuildRunning(RuntimeError):
    """Another process is building; two builds would only take each other's time."""

    code = "build_running"

    def __str__(self) -> str:
        return str(_("Another full build is running."))


class BuildStopped(RuntimeError):
    """The build was asked to stop. The old tree goes on being served."""

    code = "build_stopped"

    def __str__(self) -> str:
        return str(_("The build was stopped; the old pages stay."))


class BuildFailed(RuntimeError):
    """More pages failed than can be the pages' own fault."""

    code = "build_failed"

    def __init__(self, first: Failure) -> None:
        super().__init__(first)
        self.first = first

    def __str__(self) -> str:
        sentence = _(
            "More than %(most)d pages cannot be made, the first of them %(first)s; the old pages stay."
        )
        return str(sentence) % {"most": MOST_FAILURES, "first": self.first}


@dataclass(slots=True)
class BuildReport:
    tree: str
    pages: int
    """Each script counted as one."""
    seconds: float
    failures: list[Failure] = field(default_factory=list)
    """Pages that could not be made: the old ones stand in for them, and they will be tried again."""


def batches(kind: PageKind, site: str) -> Iterator[list[str]]:
    """The keys of a kind on a site."""
    batch: list[str] = []
    for key in kind.keys(site):
        batch.append(key)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _silent(_done: int, _total: int | None) -> None:
    pass


def build(progress: Progress = _silent, *, stop: Callable[[], bool] = never) -> BuildReport:
    """Render every page of every site into a new tree and switch to it.

    Until the switch the old tree is served, and changes go into it at once; they are replayed into the new one
    before it takes over. What was waiting when the build began is done with once it has. Stopped or killed at any
    moment, the old tree stays whole; what was half built is removed now or, after a kill, by the next build. Raises
    ``BuildRunning``, ``BuildStopped``, ``BuildFailed`` and, when the disk is full, OSError or sqlite3.Error.
    """
    root = published_root()
    try:
        with build_lock(root):
            Build.objects.filter(finished_at=None).update(finished_at=timezone.now(), error="interrupted")
            before = current_tree(root)
            taken = (
                taken_in_by_a_build()
            )  # before the first page is read: what comes later has to be rendered
            construction = _Construction(root, new_tree(root), progress, stop)
            report = construction.run()
            take_out(taken)
            prune(root, before, current_tree(root))
    except LockTaken:
        raise BuildRunning from None
    return report


def settle_interrupted_builds() -> None:
    """Builds that are on record as running, and are not, have been interrupted."""
    try:
        with build_lock(published_root()):
            _settle_interrupted()
    except LockTaken:
        pass  # one really is running


def _settle_interrupted() -> None:
    interrupted = Build.objects.filter(finished_at=None)
    interrupted.update(finished_at=Greatest("started_at", Now()), error=_("interrupted"))


class _Construction:
    """One build."""

    def __init__(self, root: Path, tree: Path, progress: Progress, stop: Callable[[], bool]) -> None:
        self._root = root
        self._tree = tree
        self._progress = progress
        self._stop = stop
        self._began = time.monotonic()
        self._said = 0.0
        self._replayed = 0
        self._failures: dict[PageRef, Failure] = {}
        self._row = Build.objects.create(tree=tree.name, pages_total=_pages_of_last_build())

    def run(self) -> BuildReport:
        try:
            self._lay_pages()
            pages = self._catch_up_and_switch()
        except BaseException as error:
            reason = described(error)
            remove_tree(self._tree)  # before anything is written: the disk may be full
            self._end(error=reason)
            raise
        self._end(pages_done=pages, pages_total=pages)
        self._progress(pages, pages)
        seconds = time.monotonic() - self._began
        return BuildReport(self._tree.name, pages, seconds, list(self._failures.values()))

    def _end(self, **facts: object) -> None:
        finished = max(timezone.now(), self._row.started_at)  # clocks are set back at times
        Build.objects.filter(pk=self._row.pk).update(finished_at=finished, **facts)

    # -- Pages -------------------------------------------------------------------------------------------------

    def _lay_pages(self) -> None:
        new = _NewTree(self._tree)
        try:
            sites = registry.published_sites()
            for site in sites:
                (self._tree / "sites" / site.slug).mkdir()
                for kind in registry.kinds.values():
                    for keys in batches(kind, site.slug):
                        self._note(new.add(kind, site.slug, keys))
                        self._say(new.written)
            write_sites(self._tree, sites)
        finally:
            new.close()

    def _note(self, failures: Sequence[Failure]) -> None:
        self._failures.update((failed.ref, failed) for failed in failures)
        if len(self._failures) > MOST_FAILURES:
            raise BuildFailed(next(iter(self._failures.values())))

    def _say(self, written: int) -> None:
        if self._stop():
            raise BuildStopped
        if time.monotonic() - self._said > _SAY_EVERY:
            self._said = time.monotonic()
            self._progress(written, self._row.pages_total)
            Build.objects.filter(pk=self._row.pk).update(pages_done=written)

    # -- What has changed meanwhile ------------------------------------------------------------------------------

    def _catch_up_and_switch(self) -> int:
        with LiveTree(self._tree, tell=lambda: None) as new:
            for _round in range(_MOST_ROUNDS):
                if not self._replay(new):
                    break
            new.optimize_search()
        write_manifest(self._tree)
        flush(self._tree)  # the switch must not reach the disk before what it switches to
        with press_lock(self._root):
            with LiveTree(self._tree, tell=lambda: None) as new:
                self._replay(new)
                self._stand_in(new)
                pages = new.count()
            switch_to(self._root, self._tree)
        return pages

    def _replay(self, new: LiveTree) -> bool:
        """Take in what the served tree has taken in since the last look; False when that is nothing."""
        with replay_file(self._tree).open("rb") as file:
            file.seek(self._replayed)
            text = file.read()
        whole = text[: text.rfind(b"\n") + 1]
        self._replayed += len(whole)
        keys = [line.decode() for line in whole.split(b"\n") if line]
        if not keys:
            return False
        job = Job(new, keys)
        while job.left:
            job.step()
            self._say(self._row.pages_done)
        job.finish()
        for ref in job.pages():
            self._failures.pop(ref, None)
        self._note(job.failures)
        return True

    def _stand_in(self, new: LiveTree) -> None:
        """For pages that could not be made the old ones stay; each becomes a change that is tried again."""
        if not self._failures:
            return
        for item in _old_pages(current_tree(self._root), self._failures):
            for failed in new.put([item]):
                log.error("the old page cannot stand in: %s", failed)
        Change.objects.bulk_create(
            Change(
                key=page_change(failed.ref),
                lane=Lane.BULK,
                not_before=timezone.now() + FIRST_RETRY,
                attempts=1,
                error=str(failed),
            )
            for failed in self._failures.values()
        )
        for failed in self._failures.values():
            log.error("cannot be published: %s", failed)


def _old_pages(tree: Path | None, refs: Iterator[PageRef] | dict[PageRef, Failure]) -> Iterator[Printed]:
    """The pages of the tree that is still served, from its files."""
    if tree is None:
        return
    try:
        record = PagesDb.edit(tree)
    except TreeOutdated:
        return
    try:
        for ref in refs:
            known = record.find(ref)
            if known is None or known.path is None:
                continue
            try:
                octets = tuple((tree / "sites" / ref.site / name).read_bytes() for name in known.files)
            except FileNotFoundError:
                continue
            page = Page(
                path=known.path,
                body=b"",
                depends=known.depends.split("\n"),
                status=known.status,
                revision=known.revision,
            )
            hashes = tuple(hashlib.sha256(one).hexdigest() for one in octets)
            yield Printed(ref, page, octets, hashes)
    finally:
        record.close()


class _NewTree:
    """A tree nobody reads yet: written in the quickest way, since a killed build is thrown away whole."""

    def __init__(self, tree: Path) -> None:
        self.written = 0
        self._tree = tree
        self._record = PagesDb.create(tree)
        self._search = IndexWriter(tree / "search.db")

    def close(self) -> None:
        self._search.close()
        self._record.close()

    def add(self, kind: PageKind, site: str, keys: Sequence[str]) -> list[Failure]:
        """Render a batch and lay it down. Raises OSError: a disk that is full will not do for the rest either."""
        failures: list[Failure] = []
        self._record.begin()
        for item in printed(kind, site, keys):
            if isinstance(item, Failure):
                failures.append(item)
            elif item.page is not None:
                try:
                    self._lay(item, item.page)
                except (OSError, sqlite3.Error):
                    raise
                except Exception as error:  # noqa: BLE001  # a page may be wrong in any way; it is named, not dropped
                    failures.append(failure(item.ref, error))
        self._record.commit()
        self._search.commit()
        return failures

    def _lay(self, item: Printed, page: Page) -> None:
        added = self._record.add(
            item.ref,
            path=page.path,
            status=page.status,
            hashes=item.hashes,
            search_key=page.search.key if page.search else "",
            revision=page.revision,
            depends=page.depends,
        )
        if not added:
            owner = self._record.owner(site=item.ref.site, path=page.path)
            if owner is None or owner.ref == item.ref:
                return  # the kind names this page twice
            raise PathTaken(f"{page.path} is the path of {owner.ref.kind}/{owner.ref.key}")
        site = f"{self._tree}/sites/{item.ref.site}"
        names = file_names(path=page.path, status=page.status, scripts=len(item.contents))
        for name, content in zip(names, item.contents, strict=True):
            lay_file(site, name, content)
        if page.search:
            self._search.put(page.search)
        self.written += len(names)


def _pages_of_last_build() -> int | None:
    return (
        Build.objects.filter(finished_at__isnull=False, error="").values_list("pages_done", flat=True).first()
    )
