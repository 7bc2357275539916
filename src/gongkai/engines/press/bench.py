"""How fast the press builds, whether its memory stays flat, and how soon a change is on disk during a full build.

Each measurement has an installation of its own in a temporary folder and runs in processes of their own. What is
printed is invented here (``Notices``: read from the database, about 5 kB, rendered in the cheapest way), so that the
figure is the press's alone; a wing measures its own pages by passing another ``Source``, as "module:name".

``GONGKAI_BENCH_DOCUMENTS`` sets the size of the library for ``press-change`` (default 100,000). ext4 is slow for some
minutes in places where many files have just been deleted; TMPDIR says where to measure instead.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, Final, Protocol

from gongkai.engines.press.declarations import LANG, OTHER, ROOT, Page, PageKind, PageRef, PublishedSite
from gongkai.foundation.bench_installation import Installation, command, installation
from gongkai.foundation.benchmark import Benchmark, BenchmarkUnavailable

MODULE: Final = "gongkai.engines.press.bench"
BUILT: Final = 10_000
FEW: Final = 5_000
SAMPLES: Final = 100
NOTICES: Final = f"{MODULE}:Notices"
_BYTES_PER_DOCUMENT: Final = 120_000
"""On a disk with blocks of 4 kB: six files and their share of both trees and all databases, twice."""


class Source(Protocol):
    """What is printed, and how to change it."""

    apps: Sequence[str]
    """Apps whose tables are needed; none means all."""

    def seed(self, documents: int) -> None: ...
    def kinds(self) -> Sequence[PageKind]: ...
    def sites(self) -> Sequence[PublishedSite]: ...

    def change(self, number: int) -> tuple[Sequence[str], str]:
        """Change one document in a transaction, as a service does. Returns the files (site/name) that show it, and
        the words they then hold."""
        ...


def benchmarks() -> list[Benchmark]:
    return [
        Benchmark(
            name="press-build",
            title="Full build from the database, one core, both scripts, .gz and .br, each script a page",
            target=2_000,
            unit="pages/s",
            better="higher",
            peer="Hugo 2,350–3,470 from files, one core",
            run=build_rate,
            lasting=True,
        ),
        Benchmark(
            name="press-memory",
            title=f"Growth of memory from a build of {FEW:,} to one of {4 * FEW:,} documents",
            target=16,
            unit="MB",
            better="lower",
            peer="flat: the limit this project sets itself",
            run=memory_growth,
            lasting=True,
        ),
        Benchmark(
            name="press-change",
            title=f"One document of {_library():,} changed during a full build: on disk, p99",
            target=1.0,
            unit="s",
            better="lower",
            peer="the limit this project sets itself",
            run=change_p99,
            lasting=True,
        ),
    ]


def _library() -> int:
    return int(os.environ.get("GONGKAI_BENCH_DOCUMENTS", "100000"))


def build_rate(source: str = NOTICES, documents: int = BUILT) -> float:
    """Pages per second of one full build on one core, each script counted as a page."""
    with _seeded(source, documents) as made:
        return float(made.run(MODULE, source, "build")["rate"])


def memory_growth(source: str = NOTICES, few: int = FEW) -> float:
    """MB by which the peak of a build of four times as many documents is higher."""
    peaks = []
    for documents in (few, 4 * few):
        with _seeded(source, documents) as made:
            peaks.append(float(made.run(MODULE, source, "build")["peak_mb"]))
    return max(0.0, peaks[1] - peaks[0])


def change_p99(source: str = NOTICES) -> float:
    """Seconds from the commit of a change until its pages are on disk, while the worker rebuilds everything."""
    documents = _library()
    needed = documents * _BYTES_PER_DOCUMENT
    place = tempfile.gettempdir()
    if shutil.disk_usage(place).free < needed:
        raise BenchmarkUnavailable(
            f"needs {needed >> 30} GB in {place}; set GONGKAI_BENCH_DOCUMENTS or TMPDIR"
        )
    with _seeded(source, documents) as made:
        made.run(MODULE, source, "build")
        delays = sorted(made.run(MODULE, source, "change")["delays"])
        return float(delays[max(0, -(-len(delays) * 99 // 100) - 1)])


@contextmanager
def _seeded(source: str, documents: int) -> Iterator[Installation]:
    with installation() as made:
        made.run(MODULE, source, "seed", str(documents))
        yield made


# -- What the processes do -----------------------------------------------------------------------------------


def _seed(source: Source, documents: str) -> dict[str, Any]:
    from gongkai.foundation.migrating import migrate

    migrate(*source.apps)
    source.seed(int(documents))
    return {}


def _build(_source: Source) -> dict[str, Any]:
    from gongkai.engines import press

    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    peak = 0.0

    def sample(_done: int, _total: int | None) -> None:
        nonlocal peak
        peak = max(peak, _own_memory())

    worked = time.process_time()
    report = press.build(progress=sample)
    worked = time.process_time() - worked
    if report.failures:
        raise RuntimeError(str(report.failures[0]))
    return {
        "rate": report.pages / report.seconds,
        "rate_by_processor_time": report.pages / worked,
        "pages": report.pages,
        "peak_mb": max(peak, _own_memory()),
    }


def _own_memory() -> float:
    """MB of this process's own memory; what it maps of the database's file is the system's, which lends it."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) / 1024
    raise BenchmarkUnavailable("memory is read from /proc/self/status, which says nothing of it here")


def _work(_source: Source) -> dict[str, Any]:
    from gongkai.engines import press

    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    press.work(stop)
    return {}


def _change(source: Source) -> dict[str, Any]:
    """Change documents one by one, each while a full build is under way."""
    from django.conf import settings

    sites = Path(settings.GONGKAI_PUBLISHED) / "current" / "sites"
    place = f"{type(source).__module__}:{type(source).__name__}"
    worker = subprocess.Popen(command(MODULE, place, "work"))  # noqa: S603  # our own module
    delays = []
    try:
        for number in range(SAMPLES):
            _have_a_build_running()
            files, words = source.change(number)
            began = time.perf_counter()
            while not all(words in _text(sites / file) for file in files):
                if time.perf_counter() - began > 120:
                    raise RuntimeError(f"{files} were not on disk within two minutes")
                time.sleep(0.002)
            delays.append(time.perf_counter() - began)
            time.sleep(0.1)
    finally:
        worker.terminate()
        worker.wait()
    return {"delays": delays}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""


def _have_a_build_running() -> None:
    from django.db import transaction

    from gongkai.engines import press
    from gongkai.engines.press.models import Build, Change, Lane

    if Build.objects.filter(finished_at=None).exists():
        return
    if not Change.objects.filter(lane=Lane.BUILD).exists():
        with transaction.atomic():
            press.changed(press.REBUILD)
    while not Build.objects.filter(finished_at=None).exists():
        time.sleep(0.02)


# -- What is printed -----------------------------------------------------------------------------------------


class Notices:
    """A city's notices, each with its page; every hundredth change key is shared, as organs and columns are."""

    apps: Sequence[str] = ("press",)
    _sentence = (
        "各区人民政府、市政府直属各单位应当按照职责分工抓好落实，及时公开办理进展和结果，接受社会监督。"
    )
    _menu = "".join(f'<li><a href="{ROOT}/c{n}/">政务公开栏目{n}</a>' for n in range(20))
    _page = (
        f'<!doctype html><html lang="{LANG}"><meta charset="utf-8"><title>%(title)s</title>'
        f'<nav><ul>{_menu}</ul><a href="{OTHER}%(url)s">简/繁</a></nav>'
        "<main><h1>%(title)s</h1><dl><dt>发文机关<dd>%(organ)s<dt>文号<dd>%(mark)s</dl>%(body)s</main></html>"
    )

    def seed(self, documents: int) -> None:
        chance = random.Random(20200422)  # noqa: S311  # invented texts
        words = [self._sentence[n : n + 6] for n in range(40)]
        rows = []
        for number in range(documents):
            paragraphs = ("".join(chance.choice(words) for _ in range(14)) + self._sentence for _ in range(8))
            body = "".join(f"<p>{text}</p>" for text in paragraphs)
            rows.append((number, f"关于第{number}号事项的通知", f"organ{number % 100}", "", body))
        from django.db import connection, transaction

        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "CREATE TABLE press_bench (id INTEGER PRIMARY KEY, title TEXT, organ TEXT, mark TEXT, body TEXT)"
            )
            cursor.executemany("INSERT INTO press_bench VALUES (%s, %s, %s, %s, %s)", rows)

    def kinds(self) -> Sequence[PageKind]:
        return (NoticePage(self._page),)

    def sites(self) -> Sequence[PublishedSite]:
        return (PublishedSite("city", ("city.localhost",), "测试市", default=True),)

    def change(self, number: int) -> tuple[Sequence[str], str]:
        from django.db import connection, transaction

        from gongkai.engines import press

        notice, mark = 1 + number * 97 % 1000, f"mark-{number}"
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("UPDATE press_bench SET mark = %s WHERE id = %s", [mark, notice])
            press.changed(f"notice:{notice}")
        name = _path_of(notice)
        return (f"city/{name}", f"city/hant/{name}"), mark


def _path_of(notice: int) -> str:
    return f"doc/{2000 + notice % 20}/{notice}/index.html"


class NoticePage:
    name = "notice"

    def __init__(self, page: str) -> None:
        self._page = page

    def keys(self, site: str) -> Iterator[str]:
        from django.db import connection

        last = -1
        while True:
            with connection.cursor() as cursor:
                cursor.execute("SELECT id FROM press_bench WHERE id > %s ORDER BY id LIMIT 2000", [last])
                ids = [row[0] for row in cursor.fetchall()]
            if not ids:
                return
            yield from map(str, ids)
            last = ids[-1]

    def affected(self, change: str) -> Iterable[PageRef]:
        return ()

    def render(self, site: str, keys: Sequence[str]) -> Iterator[tuple[str, Page | None]]:
        from django.db import connection

        marks = ", ".join("%s" for _ in keys)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT id, title, organ, mark, body FROM press_bench WHERE id IN ({marks})",  # noqa: S608
                [int(key) for key in keys],
            )
            rows = cursor.fetchall()
        for id, title, organ, mark, body in rows:
            path = _path_of(id)
            facts = {"title": title, "organ": organ, "mark": mark, "body": body, "url": f"/{path}"}
            depends = (
                *(f"notice:{id}", f"notice:{id + 1}", f"organ:{organ}", f"column:{id % 50}"),
                *("site:city", "template:notices"),
            )
            yield str(id), Page(path=path, body=self._page % facts, depends=depends, revision=mark)


def _act(place: str, act: str, *arguments: str) -> dict[str, Any]:
    import django

    django.setup()
    from gongkai.engines.press.declarations import registry

    module, _colon, name = place.partition(":")
    source: Source = getattr(import_module(module), name)()
    registry.kinds = {kind.name: kind for kind in source.kinds()}
    registry.sites = source.sites
    registry.ticks = {}
    if act == "seed":
        return _seed(source, *arguments)
    return {"build": _build, "change": _change, "work": _work}[act](source)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_act(*sys.argv[1:])) + "\n")
