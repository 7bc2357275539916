"""The full build: a whole new tree beside the served one, then one switch."""

from __future__ import annotations

import fcntl
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.utils import timezone

from gongkai.engines.press.declarations import registry
from gongkai.engines.press.draining import replay_log
from gongkai.engines.press.editing import Failure, TreeEditor, all_refs
from gongkai.engines.press.models import Build
from gongkai.engines.press.pages_db import PagesDb
from gongkai.engines.press.tree import new_tree, press_lock, published_root, switch_to, write_sites

Progress = Callable[[int, int | None], None]
"""Called with pages done, and of how many (None while that is not known)."""

_SAY_EVERY = 0.5


class BuildRunning(RuntimeError):
    """Another process is building; two builds would only take each other's core."""


@dataclass(slots=True)
class BuildReport:
    tree: str
    pages: int
    """Each script counted as one."""
    seconds: float
    failures: list[Failure] = field(default_factory=list)


def build(progress: Progress = lambda done, total: None) -> BuildReport:
    """Render every page of every site into a new tree and switch to it.

    Until the switch the old tree is served, and people's changes go into it at once; they are replayed into the new one
    before it takes over. Killed at any moment, the old tree stays whole; the half-built one is removed by the next build.
    """
    root = published_root()
    began = time.monotonic()
    with _build_lock(root):
        tree = new_tree(root)
        replay_log(tree).touch()
        row = Build.objects.create(tree=tree.name, pages_total=_pages_of_last_build())
        try:
            report = _build_into(root, tree, row, progress, began)
        except BaseException as error:
            Build.objects.filter(pk=row.pk).update(
                finished_at=timezone.now(), error=f"{type(error).__name__}: {error}"
            )
            raise
    return report


def _build_into(root: Path, tree: Path, row: Build, progress: Progress, began: float) -> BuildReport:
    said = 0.0
    with TreeEditor(tree, fresh=True) as editor:
        for site in registry.published_sites():
            (tree / "sites" / site.slug).mkdir(exist_ok=True)
            for kind in registry.kinds.values():
                for keys in all_refs(site.slug, kind):
                    editor.render_batch(kind, site.slug, keys)
                    editor.commit()
                    if time.monotonic() - said > _SAY_EVERY:
                        said = time.monotonic()
                        progress(editor.outcome.written, row.pages_total)
                        Build.objects.filter(pk=row.pk).update(pages_done=editor.outcome.written)
        outcome = editor.outcome
    write_sites(tree, registry.published_sites())
    with TreeEditor(tree) as editor:
        position = _replay(editor, tree, 0)
        while (reached := _replay(editor, tree, position)) != position:
            position = reached
        editor.finish_search()
    with press_lock(root):
        with TreeEditor(tree) as editor:
            _replay(editor, tree, position)
            pages = editor.pages.count()
        write_manifest(tree)
        replay_log(tree).unlink()
        switch_to(root, tree)
    Build.objects.filter(pk=row.pk).update(finished_at=timezone.now(), pages_done=pages, pages_total=pages)
    progress(pages, pages)
    return BuildReport(tree.name, pages, time.monotonic() - began, outcome.failures)


def _replay(editor: TreeEditor, tree: Path, position: int) -> int:
    """Take in what has changed since ``position`` of the replay log; returns the position reached."""
    with replay_log(tree).open(encoding="utf-8") as file:
        file.seek(position)
        keys = dict.fromkeys(file.read().splitlines())
        reached = file.tell()
    refs = {ref for key in keys for ref in editor.stale(key)}
    editor.render(refs)
    editor.commit()
    return reached


def write_manifest(tree: Path) -> None:
    """``manifest.json``: every file with its SHA-256 and source revision, written a line at a time."""
    aside = tree / "manifest.json.new"
    pages = PagesDb(tree)
    with aside.open("w", encoding="utf-8") as file:
        file.write(json.dumps({"tree": tree.name, "made": timezone.now().isoformat()})[:-1] + ', "files": {')
        comma = ""
        for page in pages.all():
            for path, digest in page.files:
                name = json.dumps(f"{page.ref.site}/{path}", ensure_ascii=False)
                value = json.dumps({"sha256": digest, "revision": page.revision}, ensure_ascii=False)
                file.write(f"{comma}\n{name}: {value}")
                comma = ","
        file.write("\n}}\n")
    pages.close()
    aside.replace(tree / "manifest.json")


@contextmanager
def _build_lock(root: Path) -> Iterator[None]:
    root.mkdir(parents=True, exist_ok=True)
    with (root / "build.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BuildRunning("another full build is running") from None
        yield


def _pages_of_last_build() -> int | None:
    return (
        Build.objects.filter(finished_at__isnull=False, error="").values_list("pages_done", flat=True).first()
    )
