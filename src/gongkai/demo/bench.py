"""How fast the demo year is walked: every request through all of its acts, letters printed, notices written."""

from __future__ import annotations

import time

from gongkai.demo.load import SEED, City
from gongkai.demo.year import walking
from gongkai.demo.year.requests import requests
from gongkai.foundation.bench_database import scratch_database
from gongkai.foundation.benchmark import Benchmark

_SCALE = 0.03
_YEAR = 2024


def requests_walked_per_second() -> float:
    """Requests per second, from registration to service and remedies, through the services real use goes through."""
    with scratch_database():
        walking.forget_people()
        try:
            city = City(lambda what, done, total: None)
            city.organs()
            city.staff()
            planned = list(requests(sorted(walking.asked_organs()), _YEAR, _SCALE, SEED))
            walking.walk(planned[0])  # fonts are read once
            began = time.perf_counter()
            for each in planned[1:]:
                walking.walk(each)
            seconds = time.perf_counter() - began
        finally:
            walking.forget_people()
    return (len(planned) - 1) / seconds


def benchmarks() -> list[Benchmark]:
    return [
        Benchmark(
            name="demo-year",
            title="Requests of the demo year walked act by act",
            target=5,
            unit="requests/s",
            better="higher",
            peer="a whole city's year within ten minutes",
            run=requests_walked_per_second,
        )
    ]
