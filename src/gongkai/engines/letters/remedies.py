"""How a reader may appeal, in the words of the law that is in force on the day of the letter. Pure."""

from __future__ import annotations

import datetime as dt
import functools
import tomllib
from importlib.resources import files
from typing import Any, Literal, NamedTuple

Regime = Literal["refusal", "decision", "none"]
ANY_COURT = "有管辖权的人民法院"


class RemedyRule(NamedTuple):
    """The wording of one regime on some days, and the words no letter of it may lack or have."""

    text: str
    must_say: tuple[str, ...]
    must_not_say: tuple[str, ...]


@functools.cache
def _table() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("remedies.toml").read_text(encoding="utf-8"))


def _applies(entry: dict[str, Any], on: dt.date) -> bool:
    since: dt.date = entry.get("since", dt.date.min)
    until: dt.date = entry.get("until", dt.date.max)
    return since <= on <= until


def rule_of(regime: Regime, on: dt.date) -> RemedyRule | None:
    """The rule for a letter dated on a day; None where there is nothing to appeal against."""
    for entry in _table()["rule"]:
        if regime in entry["regimes"] and _applies(entry, on):
            return RemedyRule(entry["text"], tuple(entry["must_say"]), tuple(entry.get("must_not_say", ())))
    return None


def needs_online_way(regime: Regime, on: dt.date) -> bool:
    """Whether a letter delivered online has to name an online way to apply for review."""
    return regime != "none" and _applies(_table()["online"], on)


def remedies(
    regime: Regime, on: dt.date, *, review_organ: str, court: str = ANY_COURT, review_address: str = ""
) -> str:
    """The paragraph of a letter dated on a day. ``review_address``: where a review is applied for online, for letters
    delivered that way."""
    rule = rule_of(regime, on)
    if rule is None:
        return ""
    text = rule.text.format(review_organ=review_organ, court=court)
    if review_address and needs_online_way(regime, on):
        text += _table()["online"]["text"].format(review_address=review_address)
    return text
