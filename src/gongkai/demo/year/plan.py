"""What is to happen, worked out beforehand from the scale and the seed. Pure: the same plan every time."""

from __future__ import annotations

import datetime as dt
import random
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from gongkai.foundation.workdays import calendar
from gongkai.wings.disclosure.requests.outcomes import outcome

FILE: Final = Path(__file__).parent / "year.toml"
_INTERNET: Final = frozenset({"internet", "email", "fax", "post_ordinary"})
"""Channels on which the day of receipt is agreed with the applicant (条例 Art. 31)."""


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
class PlannedRequest:
    """One request from its arrival to its end; ``closed`` None: still open when the year is made.

    ``serial`` is its own for ever: it stands in the applicant's address, so that what is there already is known.
    """

    serial: int
    organ: str
    channel: str
    kind: str
    name: str
    matter: str
    received: dt.date
    accepted: dt.date
    corrected: tuple[dt.date, dt.date] | None
    extended: bool
    decided: dt.date | None
    outcome: str
    remedy: tuple[str, str] | None

    @property
    def email(self) -> str:
        return f"shenqing{self.serial:06d}@nanming.example"

    @property
    def needs_confirmation(self) -> bool:
        return self.channel in _INTERNET


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


def _chosen(chance: random.Random, weights: Mapping[str, int]) -> str:
    return chance.choices(list(weights), list(weights.values()))[0]


def requests(organ_codes: Sequence[str], year: int, scale: float, seed: int) -> Iterator[PlannedRequest]:
    """Requests of the year and of the weeks before it, so that something is carried in and out."""
    facts, chance = table(), random.Random(f"{seed}:requests")  # noqa: S311  # the same year every time
    number = max(1, round(facts["requests"] * scale))
    weights = [chance.paretovariate(1.2) for _code in organ_codes]
    appeals = max(1, round(facts["remedies"] * scale))
    first = dt.date(year - 1, 12, 5)
    for serial in range(1, number + 1):
        received = _workday(first + dt.timedelta(days=chance.randrange(388)))
        yield _request(
            chance,
            serial,
            organ=chance.choices(organ_codes, weights)[0],
            received=received,
            appealed=serial % max(1, number // appeals) == 0,
            last=dt.date(year + 1, 1, 31),
        )


def _request(
    chance: random.Random, serial: int, *, organ: str, received: dt.date, appealed: bool, last: dt.date
) -> PlannedRequest:
    facts = table()
    weights, words, days = facts["weights"], facts["words"], calendar()
    ended = _chosen(chance, weights["outcomes"])
    kind = _chosen(chance, weights["applicants"])
    names = {"natural": None, "business": words["businesses"]}.get(kind, words["organisations"])
    name = (
        chance.choice(names)
        if names
        else f"{chance.choice(words['surnames'])}{chance.choice(words['given'])}"
    )
    accepted = days.add(received, 1).date
    correcting = ended in ("uncorrected", "still_unclear") or (
        ended != "withdrawn" and chance.random() < 0.06
    )
    asked = days.add(received, chance.randint(2, 4)).date
    corrected = (asked, days.add(asked, chance.randint(3, 8)).date) if correcting else None
    extended = not correcting and ended not in ("withdrawn",) and chance.random() < 0.08
    if ended == "uncorrected":
        decided: dt.date = days.add(asked, 11).date
    elif ended == "withdrawn":
        decided = days.add(accepted, chance.randint(1, 8)).date
    else:
        begins = corrected[1] if corrected else received
        decided = days.add(begins, chance.randint(22, 33) if extended else chance.randint(6, 19)).date
    remedy = (
        _chosen(chance, weights["remedies"]) if appealed and ended not in ("withdrawn", "uncorrected") else ""
    )
    return PlannedRequest(
        serial=serial,
        organ=organ,
        channel=_chosen(chance, weights["channels"]),
        kind=kind,
        name=name,
        matter=chance.choice(words["matters"]),
        received=received,
        accepted=accepted,
        corrected=corrected,
        extended=extended,
        decided=decided if decided <= last else None,
        outcome=ended if decided <= last else "",
        remedy=(remedy.partition(":")[0], remedy.partition(":")[2]) if remedy else None,
    )


def _workday(day: dt.date) -> dt.date:
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
            day=_workday(dt.date(year, 1, 2) + dt.timedelta(days=chance.randrange(360))),
        )


def expected_table3(planned: Sequence[PlannedRequest], year: int) -> Counter[tuple[str, str]]:
    """What section 三 must say of these requests, worked out from the plan alone: numbers by (row, kind of applicant)."""
    counted: Counter[tuple[str, str]] = Counter()
    for each in planned:
        closed = each.decided
        if each.received.year == year:
            counted["1", each.kind] += 1
        if each.received.year < year and (closed is None or closed.year >= year):
            counted["2", each.kind] += 1
        if closed is not None and closed.year == year:
            counted[outcome(each.outcome).row, each.kind] += 1
            counted["3.7", each.kind] += 1
        if each.received.year <= year and (closed is None or closed.year > year):
            counted["4", each.kind] += 1
    return counted
