"""How fast real document pages are made, how much memory that takes, and how soon a change is on disk.

Each measurement has an installation of its own in a temporary folder: an SQLite database with invented documents, made
and measured in processes of their own, so that neither the caller's data nor its memory is touched.

``GONGKAI_BENCH_DOCUMENTS`` sets the size of the library for the change measurement (default 100,000).
"""

from __future__ import annotations

import gzip
import json
import os
import resource
import secrets
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from gongkai.foundation.bench_installation import Installation, command, installation
from gongkai.foundation.benchmark import Benchmark, BenchmarkUnavailable

MODULE: Final = "gongkai.wings.publishing.bench"
FEW: Final = 20_000
"""Large enough that the databases' caches, which have fixed sizes, are full."""
SAMPLES: Final = 60
ROOM: Final = 10 * 1024**3
"""Free space the change measurement needs at 100,000 documents: two trees of small files."""


def benchmarks() -> list[Benchmark]:
    return [
        Benchmark(
            name="build-documents",
            title="Building document pages from the database, per second of one core, each script a page",
            target=2_000,
            unit="pages/s",
            better="higher",
            peer="2,000 from the database (this project); Hugo 2,350–3,470 from files, one core",
            run=_build_rate,
            lasting=True,
        ),
        Benchmark(
            name="build-memory",
            title=f"Growth of memory from a build of {FEW:,} to one of {_library():,} documents",
            target=1.15,
            unit="×",
            better="lower",
            peer="flat: the limit this project sets itself",
            run=_memory_growth,
            lasting=True,
        ),
        Benchmark(
            name="change-latency",
            title=f"One document published among {_library():,} during a full build: on disk, p99",
            target=1.0,
            unit="s",
            better="lower",
            peer="the limit this project sets itself",
            run=_change_latency,
            lasting=True,
        ),
        Benchmark(
            name="css-bytes",
            title="Style sheet of the public side, gzip",
            target=15,
            unit="kB",
            better="lower",
            peer="govuk-frontend 16.1, Pico 11.6, Bootstrap 30.8",
            run=_style_size,
        ),
        Benchmark(
            name="page-bytes",
            title="Document page with style, theme and script, uncompressed, no pictures",
            target=60,
            unit="kB",
            better="lower",
            peer="the limit this project sets itself",
            run=_page_size,
        ),
    ]


def _library() -> int:
    return int(os.environ.get("GONGKAI_BENCH_DOCUMENTS", "100000"))


# -- Figures -----------------------------------------------------------------------------------------------


def _build_rate() -> float:
    return float(_few()["rate"])


@cache
def _few() -> dict[str, Any]:
    with _library_of(FEW) as made:
        return dict(made.run(MODULE, "build"))


def _memory_growth() -> float:
    return float(_many()["peak"] / _few()["peak"])


def _change_latency() -> float:
    delays = sorted(_many()["delays"])
    return float(delays[max(0, -(-len(delays) * 99 // 100) - 1)])


@cache
def _many() -> dict[str, Any]:
    """A build of the whole library, and then changes while it is built again."""
    documents = _library()
    needed = ROOM * documents // 100_000
    if shutil.disk_usage(tempfile.gettempdir()).free < needed:
        raise BenchmarkUnavailable(
            f"needs {needed >> 30} GB in {tempfile.gettempdir()}; set GONGKAI_BENCH_DOCUMENTS"
        )
    with _library_of(documents) as made:
        return dict(made.run(MODULE, "build") | made.run(MODULE, "change"))


def _style_size() -> float:
    return len(gzip.compress(_public_file("site.css"), 9)) / 1000


def _page_size() -> float:
    return float(_sizes()["page"]) / 1000


@cache
def _sizes() -> dict[str, Any]:
    with _library_of(50) as made:
        sizes = made.run(MODULE, "page")
    own = sum(len(_public_file(name)) for name in ("site.css", "display.js"))
    return {"page": sizes["page"] + sizes["theme"] + own}


@contextmanager
def _library_of(documents: int) -> Iterator[Installation]:
    with installation() as made:
        made.run(MODULE, "seed", str(documents))
        yield made


def _public_file(name: str) -> bytes:
    import gongkai

    return (Path(gongkai.__path__[0]) / "shell/public/static/public" / name).read_bytes()


# -- What the processes do ---------------------------------------------------------------------------------

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_SENTENCE = "各区人民政府、市政府直属各单位应当按照职责分工抓好落实，及时公开办理进展和结果，接受社会监督。"
_HTML = "".join(f"<p>第{number}条　{_SENTENCE}</p>\n" for number in range(1, 21))
"""About 1,000 characters, 3 kB: the length of an ordinary notice."""


def _seed(documents: int) -> dict[str, Any]:
    """A city site with six columns and so many public documents, every fifth an official one."""
    from gongkai.foundation.accounts.models import Role
    from gongkai.foundation.accounts.services import assign_role, create_staff
    from gongkai.foundation.migrating import migrate
    from gongkai.foundation.organs.models import OrganKind
    from gongkai.foundation.organs.services import establish_organ
    from gongkai.wings.publishing.sites.services import add_column, create_site

    migrate()
    organ = establish_organ(
        actor="system",
        code="city",
        name="测试市人民政府",
        kind=OrganKind.GOVERNMENT,
        organisation_code="00000000-0",
    )
    user = create_staff(username="bench", full_name="测试", password=secrets.token_urlsafe(), actor="system")
    for role in (Role.SITE_MANAGER, Role.DRAFTER, Role.COLUMN_EDITOR):
        assign_role(user=user, role=role, organ=organ, actor="system")
    site = create_site(user=user, slug="city", name="测试市人民政府", organ=organ, host="city.localhost")
    columns = [
        add_column(site=site, user=user, name=f"栏目{n}", slug=f"c{n}", type="news", on_home=True)
        for n in range(6)
    ]
    for start in range(0, documents, 2_000):
        _seed_documents(range(start, min(start + 2_000, documents)), organ, columns)
    return {}


def _seed_documents(numbers: range, organ: Any, columns: list[Any]) -> None:
    from django.db import transaction

    from gongkai.wings.publishing.documents import gate
    from gongkai.wings.publishing.documents.kinds import Attribute, Kind
    from gongkai.wings.publishing.documents.models import Document
    from gongkai.wings.publishing.documents.text import html_text
    from gongkai.wings.publishing.sites.models import Column, Placement

    text, first = html_text(_HTML), datetime(2015, 1, 1, 9, tzinfo=_SHANGHAI)
    with transaction.atomic(), gate.opened():
        documents = Document.objects.bulk_create(
            Document(
                kind=Kind.NEWS if number % 5 else Kind.NORMATIVE,
                title=f"测试市人民政府关于第{number}号事项的通知",
                html=_HTML,
                text=text,
                issuer=organ,
                document_number="" if number % 5 else f"测府〔2020〕{number}号",
                index_number=f"00000000-0/2020-{number:06}",
                subject="综合政务/政务公开",
                written_on=date(2020, 1, 1),
                attribute=Attribute.PROACTIVE,
                source="测试市人民政府办公室",
                live=True,
                published_at=first + timedelta(minutes=20 * number),
            )
            for number in numbers
        )
        placed: dict[int, int] = {column.pk: column.next_sequence for column in columns}
        placements = []
        for number, document in zip(numbers, documents, strict=True):
            column = columns[number % len(columns)]
            placements.append(
                Placement(
                    document=document,
                    column=column,
                    sequence=placed[column.pk],
                    shown_at=document.published_at,
                )
            )
            placed[column.pk] += 1
        Placement.objects.bulk_create(placements)
        for column in columns:
            column.next_sequence = placed[column.pk]
            Column.objects.filter(pk=column.pk).update(next_sequence=column.next_sequence)


def _build() -> dict[str, Any]:
    """One full build on one core. Changes left by the seeding are not part of it."""
    from gongkai.engines import press
    from gongkai.engines.press.models import Change

    Change.objects.all().delete()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    began = time.process_time()
    report = press.build()
    if report.failures:
        raise RuntimeError(str(report.failures[0]))
    return {
        # Of one core's own time, so that what else the machine does is not counted.
        "rate": report.pages / (time.process_time() - began),
        "wall": report.pages / report.seconds,
        "pages": report.pages,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
    }


def _change() -> dict[str, Any]:
    """Publish while the press's own process rebuilds everything; wait for each document's pages and lists."""
    from django.conf import settings

    from gongkai.engines.press.models import Build
    from gongkai.foundation.accounts.models import User
    from gongkai.foundation.organs.models import Organ
    from gongkai.wings.publishing.documents.kinds import Attribute, Kind
    from gongkai.wings.publishing.documents.services import Migrated, create_draft, publish_revision
    from gongkai.wings.publishing.sites.models import Column
    from gongkai.wings.publishing.sites.services import place

    user, organ = User.objects.get(username="bench"), Organ.objects.get(code="city")
    columns = list(Column.objects.filter(path__startswith="c").order_by("id"))
    worker = subprocess.Popen(command("gongkai", "press", "work"))  # noqa: S603  # our own module
    delays = []
    try:
        for number in range(SAMPLES):
            if not Build.objects.filter(finished_at__isnull=True).exists():
                _ask_for_a_build()
            column = columns[number % len(columns)]
            document = create_draft(
                author=user,
                kind=Kind.NEWS,
                title=f"测量用文件{number}",
                issuer=organ,
                attribute=Attribute.PROACTIVE,
                source="测试",
                body=[("html", _HTML)],
            )
            place(document=document, column=column, user=user)
            publish_revision(
                revision=document.latest_revision, actor=user, authority=Migrated(origin="", reason="测量")
            )
            began = time.perf_counter()
            year = datetime.now(_SHANGHAI).year
            _wait_for(
                settings.GONGKAI_PUBLISHED / "current" / "sites" / "city",
                [f"doc/{year}/{document.pk}/index.html", f"hant/doc/{year}/{document.pk}/index.html"],
                [f"{column.path}/index.html", "feed.atom", "index.html"],
                f"/doc/{year}/{document.pk}/",
            )
            delays.append(time.perf_counter() - began)
            time.sleep(0.2)
    finally:
        worker.terminate()
        worker.wait()
    return {"delays": delays, "median": statistics.median(delays)}


def _ask_for_a_build() -> None:
    """Ask for a full build and wait until it is under way."""
    from django.db import transaction

    from gongkai.engines import press
    from gongkai.engines.press.models import Build
    from gongkai.engines.press.outbox import REBUILD

    with transaction.atomic():
        press.changed(REBUILD, lane="bulk")
    while not Build.objects.filter(finished_at__isnull=True).exists():
        time.sleep(0.05)


def _wait_for(site: Path, pages: list[str], lists: list[str], address: str) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        there = all((site / page).exists() for page in pages)
        if there and all(address in (site / page).read_text(encoding="utf-8") for page in lists):
            return
        time.sleep(0.005)
    raise RuntimeError(f"{address} was not on disk within two minutes")


def _page() -> dict[str, Any]:
    """The size of the largest document page and of the theme."""
    from gongkai.wings.publishing.sites.pages import page_kinds

    kinds = {kind.name: kind for kind in page_kinds()}
    pages = kinds["document"].render("city", list(kinds["document"].keys("city")))
    themes = kinds["fixed"].render("city", ["theme"])
    sizes = {
        name: max(
            len(page.body.encode()) for _key, page in found if page is not None and isinstance(page.body, str)
        )
        for name, found in (("page", pages), ("theme", themes))
    }
    return sizes


def _act(name: str, *arguments: str) -> dict[str, Any]:
    import django

    django.setup()
    acts = {"build": _build, "change": _change, "page": _page}
    return _seed(int(arguments[0])) if name == "seed" else acts[name]()


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_act(*sys.argv[1:])) + "\n")
