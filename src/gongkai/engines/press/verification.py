"""Is what is served what the database says? Every page is rendered again in memory and compared with the disk."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from gongkai.engines.press.declarations import PageRef, registry
from gongkai.engines.press.editing import all_refs
from gongkai.engines.press.pages_db import PagesDb
from gongkai.engines.press.tree import SIDECARS, current_tree, hashes_of, scripts_of, sidecars_of


@dataclass(slots=True)
class VerifyReport:
    """Paths as site/path. ``stale``: differs from what would be rendered now; ``altered``: differs from what the press
    wrote; ``orphan``: no page accounts for it."""

    pages: int = 0
    missing: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    altered: list[str] = field(default_factory=list)
    orphan: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not (self.missing or self.stale or self.altered or self.orphan)


def verify(progress: Callable[[int, int | None], None] = lambda done, total: None) -> VerifyReport:
    """Compare the served tree with the database, file by file. Changes nothing."""
    report = VerifyReport()
    tree = current_tree()
    if tree is None:
        return report
    record = PagesDb(tree)
    try:
        accounted: set[str] = set()
        for site in registry.published_sites():
            for kind in registry.kinds.values():
                for keys in all_refs(site.slug, kind):
                    for key, page in kind.render(site.slug, keys):
                        if page is None:
                            continue
                        known = record.find(PageRef(kind.name, site.slug, key))
                        wanted = hashes_of(files := scripts_of(page))
                        recorded = dict(known.files) if known else {}
                        for (path, digest), (_path, content) in zip(wanted, files, strict=True):
                            name = f"{site.slug}/{path}"
                            accounted.add(name)
                            accounted.update(f"{name}{ending}" for ending in SIDECARS)
                            _compare(tree, name, digest, recorded.get(path), content, report)
                            report.pages += 1
                    progress(report.pages, None)
        sites = tree / "sites"
        for path in sites.rglob("*"):
            name = path.relative_to(sites).as_posix()
            if path.is_file() and name not in accounted:
                report.orphan.append(name)
    finally:
        record.close()
    return report


def _compare(
    tree: Path, name: str, wanted: str, recorded: str | None, content: bytes, report: VerifyReport
) -> None:
    path = tree / "sites" / name
    if not path.exists():
        report.missing.append(name)
        return
    on_disk = hashlib.sha256(path.read_bytes()).hexdigest()
    if recorded is not None and on_disk != recorded:
        report.altered.append(name)
    elif on_disk != wanted:
        report.stale.append(name)
    else:
        for sidecar, packed in sidecars_of(str(path), content):
            file = Path(sidecar)
            if not file.exists():
                report.missing.append(f"{name}{file.suffix}")
            elif file.read_bytes() != packed:
                report.altered.append(f"{name}{file.suffix}")
