"""Organs and documents of the year, worked out beforehand from the scale and the seed. Pure: the same every time."""

from __future__ import annotations

import datetime as dt
import random
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from gongkai.foundation.workdays import calendar

FILE: Final = Path(__file__).parent / "year.toml"


@cache
def table() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedOrgan:
    code: str
    name: str
    short_name: str
    parent: str
    level: str
    kind: str
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedDocument:
    organ: str
    kind: str
    title: str
    column: str
    number: str
    day: dt.date


def organs() -> tuple[PlannedOrgan, ...]:
    """Sixty-five beside the thirteen of the small city: departments, two districts more, towns and streets."""
    facts = table()["organs"]
    found = [
        PlannedOrgan(
            code=code,
            name=f"南溟市{name}",
            short_name=f"市{name}",
            parent="nanming",
            level="city",
            kind="department",
            mark=mark,
        )
        for code, name, mark in facts["departments"]
    ]
    districts = [("dongpo", "东坡区"), ("xiqin", "西琴区"), *map(tuple, facts["districts"])]
    found += [
        PlannedOrgan(
            code=code,
            name=f"南溟市{name}人民政府",
            short_name=f"{name}政府",
            parent="nanming",
            level="district",
            kind="government",
            mark=f"{name[0]}府",
        )
        for code, name in facts["districts"]
    ]
    towns = facts["towns"]
    for at in range(65 - len(found)):
        (district, district_name), town = districts[at % 4], towns[(at // 4 + 3 * (at % 4)) % len(towns)]
        street = at % 3 == 0
        name = f"{town}{'街道办事处' if street else '镇人民政府'}"
        found.append(
            PlannedOrgan(
                code=f"{district}-{at:02d}",
                name=f"南溟市{district_name}{name}",
                short_name=name,
                parent=district,
                level="town",
                kind="dispatched" if street else "government",
                mark=f"{town[0]}{'街' if street else '镇'}",
            )
        )
    return tuple(found)


def workday(day: dt.date) -> dt.date:
    while not calendar().is_workday(day):
        day += dt.timedelta(days=1)
    return day


def documents(named: Mapping[str, str], year: int, scale: float, seed: int) -> Iterator[PlannedDocument]:
    """``named``: short names by code."""
    facts, chance = table(), random.Random(f"{seed}:documents")  # noqa: S311
    codes = list(named)
    for serial in range(1, round(facts["documents"] * scale) + 1):
        organ = codes[serial % len(codes)]
        kind, title, column = chance.choice(facts["words"]["titles"])
        yield PlannedDocument(
            organ=organ,
            kind=kind,
            title=title.format(year=year, n=serial, organ=named[organ]),
            column=column,
            number=f"南示〔{year}〕{serial}号" if kind == "normative" else "",
            day=workday(dt.date(year, 1, 2) + dt.timedelta(days=chance.randrange(360))),
        )
