"""The reasons for which a place is covered: dated data with their provisions, and what the last page says of them."""

from __future__ import annotations

import datetime as dt
import functools
import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files

from gongkai.foundation.statutes import Provision, exemption, provision
from gongkai.wings.disclosure.redaction.geometry import Box

PRIVACY = "15-2"
"""What numbers of people are proposed under."""


@dataclass(frozen=True, slots=True)
class Reason:
    """``code`` is printed in the box, ``label`` and the provision on the last page."""

    code: str
    label: str
    provision: Provision
    in_force_from: dt.date
    in_force_to: dt.date | None

    def __str__(self) -> str:
        return f"{self.code} {self.label}"


class UnknownReason(ValueError):
    """No such reason was in force on that day."""

    code = "unknown-reason"


@functools.cache
def _table() -> tuple[Reason, ...]:
    rows = tomllib.loads(files(__package__).joinpath("reasons.toml").read_text(encoding="utf-8"))["reason"]
    return tuple(
        Reason(
            code=row["code"],
            label=row["label"],
            provision=exemption(row["exemption"]).provision
            if "exemption" in row
            else provision("disclosure-regulation", row["article"]),
            in_force_from=row["in_force_from"],
            in_force_to=row.get("in_force_to"),
        )
        for row in rows
    )


def reasons(on: dt.date) -> tuple[Reason, ...]:
    """What may be given as a reason on a day."""
    return tuple(
        reason
        for reason in _table()
        if reason.in_force_from <= on and (reason.in_force_to is None or on <= reason.in_force_to)
    )


def reason(code: str, on: dt.date) -> Reason:
    """Raises ``UnknownReason``."""
    for each in reasons(on):
        if each.code == code:
            return each
    raise UnknownReason(f"{code!r} is no reason for covering a place on {on}")


@dataclass(frozen=True, slots=True)
class LegendLine:
    """One reason on the last page: "第1页2处、第3页1处"."""

    code: str
    label: str
    cited: str
    places: str


def legend(boxes: Iterable[tuple[Box, str]], on: dt.date) -> list[LegendLine]:
    """What the last page says: each reason used, its provision, and how many places on which pages."""
    counted: dict[str, Counter[int]] = {}
    for box, code in boxes:
        counted.setdefault(code, Counter())[box.page] += 1
    return [
        LegendLine(
            each.code,
            each.label,
            each.provision.cite(),
            "、".join(f"第{page}页{number}处" for page, number in sorted(counted[each.code].items())),
        )
        for each in reasons(on)
        if each.code in counted
    ]
