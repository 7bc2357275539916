"""Bringing the served tree in step with what has changed."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gongkai.engines.press import outbox
from gongkai.engines.press.declarations import PageRef
from gongkai.engines.press.editing import LiveTree, Tally
from gongkai.engines.press.models import Change, Lane
from gongkai.engines.press.rendering import Failure, is_lost
from gongkai.engines.press.tree import (
    advance_generation,
    current_tree,
    described,
    press_lock,
    published_root,
    replay_file,
    trees_under_construction,
)

log = logging.getLogger("gongkai.press")

CHANGES_AT_ONCE = 200
BATCH = 50
"""Pages rendered together: enough to share queries, few enough that people never wait for long."""
_LONG = 4 * BATCH
"""A job of more pages lets later ones overtake, whoever waits for it."""
_TELL_EVERY = 1.0
"""Seconds. Each telling makes the servers forget what they hold in memory: a long job tells now and then."""


@dataclass(slots=True)
class DrainReport:
    """Files of pages, each script counted as one, and the changes that are done with."""

    changes: int = 0
    written: int = 0
    unchanged: int = 0
    removed: int = 0
    failures: list[Failure] = field(default_factory=list)


def never() -> bool:
    return False


def drain(
    lane: str | None = None, limit: int = CHANGES_AT_ONCE, *, stop: Callable[[], bool] = never
) -> DrainReport:
    """Render what the next changes made stale, people's first; returns what was done.

    A change leaves the outbox only when all its pages are on disk, so a process killed anywhere loses nothing:
    the next one renders again, and unchanged files are not rewritten. Whoever else wants to write waits; whatever
    people change meanwhile is taken in between two batches. Does nothing before the first full build. Raises
    ``TreeOutdated`` or ``IndexOutdated`` when the tree needs a full build first.
    """
    report = DrainReport()
    root = published_root()
    lanes = (lane,) if lane is not None else (Lane.PEOPLE, Lane.BULK)
    if not outbox.is_due(*lanes) or current_tree(root) is None:
        return report
    with press_lock(root):
        tree, changes = current_tree(root), _next(lanes, limit)
        if tree is not None and changes:
            try:
                with LiveTree(tree, tell=lambda: advance_generation(root)) as live:
                    _Shift(root, live, report, stop).work_off(changes)
                    _copy_tally(live.tally, report)
            except (sqlite3.Error, OSError) as error:
                _say(outbox.settle(changes, dict.fromkeys([row.pk for row in changes], described(error))))
    return report


def look_at_the_tree() -> None:
    """Finish what a killed writer has left, and tell servers what they have not been told, though nothing is due.

    Raises ``TreeOutdated`` or ``IndexOutdated`` when the tree is of another version: it needs a full build.
    """
    root = published_root()
    if current_tree(root) is None:
        return
    with press_lock(root):
        tree = current_tree(root)
        if tree is not None:
            LiveTree(tree, tell=lambda: advance_generation(root)).close()


def _next(lanes: Sequence[str], limit: int) -> Sequence[Change]:
    """The due changes of the first lane that has any."""
    return next((found for lane in lanes if (found := outbox.due(lane, limit=limit))), ())


def _copy_tally(tally: Tally, report: DrainReport) -> None:
    report.written, report.unchanged, report.removed = tally.written, tally.unchanged, tally.removed


def _say(changes: Sequence[Change]) -> None:
    """A fault is logged once, when it begins; after that ``status`` shows it."""
    for change in changes:
        log.error("%s cannot be published: %s", change.key, change.error)


class Job:
    """All pages that some changes made stale, worked off a batch at a time. Each page once, however often named."""

    def __init__(self, live: LiveTree, keys: Sequence[str]) -> None:
        self.failures: list[Failure] = []
        self.broken: dict[str, str] = {}
        """Change key → why it is not done with."""
        self._live = live
        self._keys = keys
        self._because: dict[PageRef, list[str]] = {}
        self._done: set[PageRef] = set()
        live.look_at_sites()
        for key in dict.fromkeys(keys):
            self._find_pages(key)
        groups: dict[tuple[str, str], list[str]] = defaultdict(list)
        for ref in self._because:
            groups[ref.site, ref.kind].append(ref.key)
        # The page itself and the lists of the day come before the thousands that only mention it.
        self._groups = sorted(groups.items(), key=lambda group: len(group[1]), reverse=True)
        self.left = len(self._because)

    def _find_pages(self, key: str) -> None:
        try:
            refs = self._live.stale(key)
        except Exception as error:
            if is_lost(error):
                raise
            self.broken[key] = described(error)
            return
        for ref in refs:
            self._because.setdefault(ref, []).append(key)

    def step(self) -> None:
        """Render the next batch and put it in place."""
        (site, kind), keys = self._groups[-1]
        batch = keys[-BATCH:]
        del keys[-BATCH:]
        if not keys:
            self._groups.pop()
        failures = self._live.bring_up_to_date(kind=kind, site=site, keys=batch, moving=self._is_moving)
        self.left -= len(batch)
        self._done.update(PageRef(kind, site, key) for key in batch)
        self.failures += failures
        for failed in failures:
            for key in self._because[failed.ref]:
                self.broken.setdefault(key, str(failed))

    def pages(self) -> Collection[PageRef]:
        return self._because.keys()

    def _is_moving(self, ref: PageRef) -> bool:
        return ref in self._because and ref not in self._done

    def finish(self) -> None:
        if any(key.startswith("site:") for key in self._keys):
            self._live.renew_sites()
        self._live.announce()


class _Shift:
    """Works off some changes and lets what people change meanwhile overtake whatever takes long."""

    def __init__(self, root: Path, live: LiveTree, report: DrainReport, stop: Callable[[], bool]) -> None:
        self._root = root
        self._live = live
        self._report = report
        self._stop = stop
        self._jobs: list[tuple[Job, Sequence[Change]]] = []
        self._told = time.monotonic()

    def work_off(self, changes: Sequence[Change]) -> None:
        self._take(changes)
        while self._jobs and not self._stop():
            job, changes = min(self._jobs, key=_rank)
            if job.left:
                job.step()
                self._tell_now_and_then()
            if not job.left:
                self._jobs.remove((job, changes))
                self._finish(job, changes)
            if any(_rank(waiting) for waiting in self._jobs):
                in_hand = [change.pk for _job, changes in self._jobs for change in changes]
                self._take(outbox.overtaking(besides=in_hand, limit=CHANGES_AT_ONCE))

    def _take(self, changes: Sequence[Change]) -> None:
        if changes:
            self._jobs.append((Job(self._live, [change.key for change in changes]), changes))

    def _tell_now_and_then(self) -> None:
        if time.monotonic() - self._told > _TELL_EVERY:
            self._live.announce()
            self._told = time.monotonic()

    def _finish(self, job: Job, changes: Sequence[Change]) -> None:
        job.finish()
        broken = {change.pk: job.broken[change.key] for change in changes if change.key in job.broken}
        leave_word(self._root, [change.key for change in changes])
        _say(outbox.settle(changes, broken))
        self._report.changes += len(changes) - len(broken)
        self._report.failures += job.failures


def _rank(taken: tuple[Job, Sequence[Change]]) -> int:
    """The lower the sooner; of equals the one that was taken first."""
    job, changes = taken
    if changes[0].lane == Lane.BULK:
        return 2
    return 1 if job.left > _LONG else 0


def leave_word(root: Path, keys: Sequence[str]) -> None:
    """Tell every build under way what the served tree has taken in, so that it takes it in as well."""
    for tree in trees_under_construction(root):
        with replay_file(tree).open("ab", buffering=0) as file:
            # A line break first: the last writer may have died in the middle of a line.
            file.write("".join(["\n", *(f"{key}\n" for key in keys)]).encode())
