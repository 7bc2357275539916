"""Bringing the served tree in step with what has changed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from django.db.models import F
from django.utils import timezone

from gongkai.engines.press import outbox
from gongkai.engines.press.declarations import PageRef, registry
from gongkai.engines.press.editing import Failure, TreeEditor
from gongkai.engines.press.models import Change, Lane
from gongkai.engines.press.tree import (
    advance_generation,
    current_tree,
    press_lock,
    published_root,
    write_sites,
)

CHANGES_AT_ONCE = 200
FIRST_RETRY = timedelta(seconds=5)
LAST_RETRY = timedelta(minutes=10)


@dataclass(slots=True)
class DrainReport:
    changes: int = 0
    written: int = 0
    unchanged: int = 0
    removed: int = 0
    failures: list[Failure] = field(default_factory=list)


def drain(lane: str | None = None, limit: int = CHANGES_AT_ONCE) -> DrainReport:
    """Render what the next changes made stale, people's first; returns what was done.

    A change leaves the outbox only when all its pages are on disk, so a process killed anywhere loses nothing:
    the next one renders again, and unchanged files are not rewritten. Does nothing before the first full build.
    """
    report = DrainReport()
    root = published_root()
    if not outbox.due(lane, 1):
        return report
    with press_lock(root):
        tree = current_tree(root)
        if tree is None:
            return report
        with TreeEditor(tree) as editor:
            _work_off(editor, outbox.due(lane, limit), report, root, frozenset())
            outcome = editor.outcome
        if outcome.written or outcome.removed:
            advance_generation(root)
    report.written, report.unchanged = outcome.written, outcome.unchanged
    report.removed, report.failures = outcome.removed, outcome.failures
    return report


def _work_off(
    editor: TreeEditor,
    changes: Sequence[Change],
    report: DrainReport,
    root: Path,
    in_work: frozenset[int],
) -> None:
    """Render what ``changes`` made stale. Whenever a batch is done, people's changes that came meanwhile go first."""
    if not changes:
        return
    because: dict[PageRef, set[int]] = {}
    for change in changes:
        for ref in editor.stale(change.key):
            because.setdefault(ref, set()).add(change.pk)
    taken = in_work | {change.pk for change in changes}
    failed_before = len(editor.outcome.failures)

    def between() -> None:
        editor.commit()
        waiting = [change for change in outbox.due(Lane.PEOPLE, CHANGES_AT_ONCE) if change.pk not in taken]
        if waiting:
            _work_off(editor, waiting, report, root, taken)
            advance_generation(root)

    editor.render(because, between)
    if any(change.key.startswith("site:") for change in changes):
        editor.remove_closed_sites()
        write_sites(editor.tree, registry.published_sites())
    editor.commit()
    failures = editor.outcome.failures[failed_before:]
    broken: dict[int, str] = {}
    for failure in failures:
        for pk in because.get(failure.ref, ()):
            broken.setdefault(
                pk, f"{failure.ref.site}/{failure.ref.kind}/{failure.ref.key}: {failure.message}"
            )
    _leave_word_for_builds(root, changes)
    _settle(changes, broken)
    report.changes += len(changes) - len(broken)


def _settle(changes: Sequence[Change], broken: dict[int, str]) -> None:
    """Take finished changes out of the outbox; failed ones stay, with the reason and a later time to try again."""
    Change.objects.filter(pk__in=[change.pk for change in changes if change.pk not in broken]).delete()
    now = timezone.now()
    for change in changes:
        if change.pk in broken:
            wait = min(FIRST_RETRY * 2 ** min(change.attempts, 10), LAST_RETRY)
            Change.objects.filter(pk=change.pk).update(
                attempts=F("attempts") + 1, error=broken[change.pk], next_try_at=now + wait
            )


def replay_log(tree: Path) -> Path:
    """Where a build under way is told what has changed since it began."""
    return tree / "replay.log"


def _leave_word_for_builds(root: Path, changes: Sequence[Change]) -> None:
    """Tell every build under way which changes the served tree has already taken in."""
    for log in (root / "trees").glob("*/replay.log"):
        with log.open("a", encoding="utf-8") as file:
            file.write("".join(change.key + "\n" for change in changes))
            file.flush()
            os.fsync(file.fileno())
