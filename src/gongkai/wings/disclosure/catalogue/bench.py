"""How fast a directory is taken in, and how long the gaps of a whole city take."""

from __future__ import annotations

import csv
import datetime as dt
import tempfile
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from gongkai.foundation.bench_database import scratch_database
from gongkai.foundation.benchmark import Benchmark
from gongkai.foundation.organs.models import Organ
from gongkai.foundation.organs.services import establish_organ
from gongkai.wings.disclosure.catalogue import services, targets
from gongkai.wings.disclosure.catalogue.facts import Facts
from gongkai.wings.disclosure.catalogue.gaps import gap_report, matrix
from gongkai.wings.disclosure.catalogue.importing import import_catalogue
from gongkai.wings.disclosure.catalogue.vocabulary import fields

_TODAY = dt.date(2020, 12, 1)
_ROWS = 3_000
_ORGANS = 78
_EACH = 100
_LIMITS = (
    "信息形成或者变更之日起20个工作日内",
    "自作出行政决定之日起7个工作日内",
    "每年1月31日前",
    "及时公开",
    "按季度公开",
    "长期公开",
    "信息形成之日起20个工作日内公开；其中行政处罚决定7个工作日内",
    "适时公开",
)


def rows_imported_per_second() -> float:
    """Rows per second out of a CSV with the columns of the form: read, judged, written, each with its ledger entry."""
    with scratch_database(), tempfile.TemporaryDirectory(dir=settings.GONGKAI_DATA) as folder:
        organs = [
            establish_organ(actor="system", code=f"bench-{n}", name=f"基准市第{n}局") for n in range(_ORGANS)
        ]
        path = Path(folder) / "directory.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(
                ["序号", "领域", "一级事项", "二级事项", "公开内容", "公开依据", "公开时限", "公开主体", "公开渠道和载体",
                 "公开对象", "公开方式", "公开层级"]
            )  # fmt: skip
            for number in range(_ROWS):
                writer.writerow(
                    [
                        number % 40 + 1,
                        fields()[number % 26].label,
                        f"事项类别{number % 12}",
                        f"公开事项{number}",
                        "办理依据；办理条件；办理流程；办理结果",
                        "《中华人民共和国政府信息公开条例》",
                        _LIMITS[number % len(_LIMITS)],
                        organs[number % _ORGANS].name,
                        "■政府网站 □政府公报 ■两微一端 □公开查阅点",
                        "全社会",
                        "主动",
                        "县级、乡级",
                    ]
                )
        began = time.perf_counter()
        plan = import_catalogue(path=path, today=_TODAY)
        seconds = time.perf_counter() - began
        if not plan.applied or len(plan.added) != _ROWS:
            raise AssertionError(plan.faults[:3])
    return _ROWS / seconds


class _Shelf:
    """Things that fulfil rows, without another wing: what is measured is the catalogue."""

    kind = "bench"
    title = "bench"

    def standings(self, keys: Collection[str], today: dt.date) -> Mapping[str, targets.Standing]:
        return {
            key: targets.Standing(
                title=key, count=3, last_on=today - dt.timedelta(days=int(key) % 400), due_on=None
            )
            for key in keys
        }

    def releases(
        self, keys: Collection[str], since: dt.date, until: dt.date
    ) -> Mapping[str, Sequence[targets.Release]]:
        return {}

    def choices(self, words: str, organs: Collection[int]) -> Sequence[targets.Choice]:
        return []

    def unclaimed(
        self, organs: Collection[int], claimed: Mapping[str, Collection[str]]
    ) -> Sequence[targets.Choice]:
        return []

    def touched(self, change: str) -> Collection[str]:
        return ()


@contextmanager
def _shelf() -> Iterator[None]:
    known = targets.target("bench")
    if known is None:
        targets.register(_Shelf())
    yield


def seconds_for_the_gaps() -> float:
    """Seconds for the gap report and the matrix of 78 organs with 100 rows each, nine in ten of them bound."""
    with scratch_database(), _shelf():
        organs: list[Organ] = [
            establish_organ(actor="system", code=f"bench-{n}", name=f"基准市第{n}局") for n in range(_ORGANS)
        ]
        for organ in organs:
            made = services.add_entries(
                organ=organ,
                rows=[
                    Facts(
                        field=fields()[n % 26].label,
                        level1=f"类别{n % 9}",
                        level2=f"事项{n}",
                        limit_text=_LIMITS[n % 8],
                    )
                    for n in range(_EACH)
                ],
            )
            services.bind_many(
                organ=organ,
                pairs=[(entry, "bench", str(n), "基准") for n, entry in enumerate(made) if n % 10],
            )
        began = time.perf_counter()
        report = gap_report(organs=None, today=_TODAY)
        found = matrix(report)
        seconds = time.perf_counter() - began
        if len(report.rows) != _ORGANS * _EACH or found.total().rows != _ORGANS * _EACH:
            raise AssertionError(report.counts)
    return seconds


def benchmarks() -> list[Benchmark]:
    return [
        Benchmark(
            name="catalogue-import",
            title="Rows of a directory taken in from CSV",
            target=500,
            unit="rows/s",
            better="higher",
            peer="the limit this project sets itself",
            run=rows_imported_per_second,
        ),
        Benchmark(
            name="catalogue-gaps",
            title="Gap report and matrix of 78 organs with 100 rows each",
            target=3.0,
            unit="s",
            better="lower",
            peer="the limit this project sets itself",
            run=seconds_for_the_gaps,
        ),
    ]
