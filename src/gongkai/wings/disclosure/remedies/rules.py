"""Limits and checks of reconsideration and litigation, by the law of the day (行政复议法, 行政诉讼法). Pure."""

from __future__ import annotations

import datetime as dt
import functools
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final, Literal

from gongkai.foundation.statutes import provision
from gongkai.foundation.workdays import Calendar, add_months

Kind = Literal["reconsideration", "direct_suit", "suit_after_reconsideration"]
Unit = Literal["days", "workdays", "months"]
Finding = Literal["review_skipped", "late", "review_unknown", "review_pending"]
REVISED_ON: Final = dt.date(2024, 1, 1)
"""First day of the revised 行政复议法. A reconsideration follows the law of the day it was filed."""
LAST_DAY_BEFORE: Final = dt.date(2023, 12, 31)
PENDING: Final = "pending"
"""The column 尚未审结: no result yet."""


class UnknownLimit(LookupError):
    """No limit of this name on that day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A period. ``cite`` is its provision as a clock shows it; ``confirmed``: it was read in a full text of the law."""

    name: str
    amount: int
    unit: Unit
    cite: str
    confirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form of decision, and the results of the annual report it may count as."""

    code: str
    label: str
    of: Literal["review", "suit", "appeal"]
    results: tuple[str, ...]


@functools.cache
def limits_table() -> dict[str, Any]:
    """The dated limits as they stand in the file."""
    return tomllib.loads(files(__package__).joinpath("limits.toml").read_text(encoding="utf-8"))


@functools.cache
def _results() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("results.toml").read_text(encoding="utf-8"))


def limit(name: str, on: dt.date) -> Limit:
    """A limit as it was on a day. Raises ``UnknownLimit``."""
    for entry in limits_table()["limit"]:
        since: dt.date = entry.get("since", dt.date.min)
        until: dt.date = entry.get("until", dt.date.max)
        if entry["name"] == name and since <= on <= until:
            return Limit(
                name=name,
                amount=entry["amount"],
                unit=entry["unit"],
                cite=_cite(entry),
                confirmed="place" in entry,
            )
    raise UnknownLimit(f"no limit {name!r} on {on}")


def cited(name: str) -> str:
    """A provision that sets no limit, as it is printed. Raises ``KeyError``."""
    return _cite(limits_table()["cited"][name])


def _cite(entry: dict[str, Any]) -> str:
    return provision(*entry["place"]).cite_short() if "place" in entry else str(entry["cite"])


@functools.cache
def forms(of: str = "") -> tuple[Form, ...]:
    """All forms of decision, or those of a review, a suit in first instance or an appeal."""
    return tuple(
        Form(code=entry["code"], label=entry["label"], of=entry["of"], results=tuple(entry["results"]))
        for entry in _results()["form"]
        if not of or entry["of"] == of
    )


def form(code: str) -> Form:
    """A form of decision by its code. Raises ``KeyError``."""
    return {each.code: each for each in forms()}[code]


def kinds() -> dict[str, str]:
    """The three blocks of section 四, as printed, in their order."""
    return {entry["code"]: entry["label"] for entry in _results()["kind"]}


def results() -> dict[str, str]:
    """The four columns of each block, as printed, in their order."""
    return {entry["code"]: entry["label"] for entry in _results()["result"]}


def last_day(start: dt.date, period: Limit, calendar: Calendar) -> dt.date:
    """Where a period ends that begins after ``start``; on a day off it ends on the next working day (民法典 Art. 203)."""
    if period.unit == "workdays":
        return calendar.add(start, period.amount).date
    if period.unit == "months":
        return calendar.next_workday(add_months(start, period.amount)).date
    return calendar.next_workday(start + dt.timedelta(days=period.amount)).date


def review_comes_first(regime: str, decided_on: dt.date) -> bool:
    """Whether a decision has to be reviewed before it is sued over (复议前置; 行政复议法 Art. 23 (四))."""
    rule = limits_table()["review_first"]
    return bool(regime in rule["regimes"] and decided_on >= rule["since"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Contested:
    """What a remedy is sought against. ``decided_on`` None: the organ has not answered; ``review_closed_on``: when the
    reconsideration ended that a suit follows, None while it is open; ``reviewed``: whether one is on record at all."""

    regime: str
    decided_on: dt.date | None
    reviewed: bool = False
    review_closed_on: dt.date | None = None


def findings(kind: Kind, *, filed_on: dt.date, contested: Contested, calendar: Calendar) -> Iterator[Finding]:
    """What the reviewing body or the court will look at. Never a reason not to register: it decides, not the organ.

    ``review_skipped``: sued at once though review comes first. ``late``: after the last day. ``review_unknown``,
    ``review_pending``: a suit said to follow a review that is not on record, or not concluded.
    """
    decided = contested.decided_on
    if kind == "direct_suit" and decided is not None and review_comes_first(contested.regime, decided):
        yield "review_skipped"
    if kind == "suit_after_reconsideration":
        if not contested.reviewed:
            yield "review_unknown"
        elif contested.review_closed_on is None or contested.review_closed_on > filed_on:
            yield "review_pending"
    since = contested.review_closed_on if kind == "suit_after_reconsideration" else contested.decided_on
    name = {
        "reconsideration": "apply_for_review",
        "direct_suit": "file_suit",
        "suit_after_reconsideration": "file_suit_after_review",
    }[kind]
    if since is not None and filed_on > last_day(since, limit(name, filed_on), calendar):
        yield "late"
