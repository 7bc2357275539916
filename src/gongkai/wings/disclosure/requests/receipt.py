"""The day a request counts as received (条例 Art. 31): by channel, and whether a confirmation is still missing. Pure."""

from __future__ import annotations

import datetime as dt
from typing import Final, NamedTuple

CONFIRMED_CHANNELS: Final = frozenset({"post_ordinary", "internet", "email", "fax"})
"""Received on the day both sides confirm; for an ordinary letter the office has to ask on the day it comes in."""
AT_THE_DESK: Final = frozenset({"desk", "oral"})
_CHANNELS: Final = AT_THE_DESK | CONFIRMED_CHANNELS | {"post_signed"}
SAME_DAY: Final = frozenset({"post_ordinary"})


EARLIEST: Final = dt.date(2008, 5, 1)
"""The regulation is in force from this day; nothing was applied for under it before."""


class Receipt(NamedTuple):
    """``received_on`` is None until both sides have confirmed; ``confirm_by`` is the day the office has to ask."""

    received_on: dt.date | None
    confirm_by: dt.date | None
    late: bool
    """The office asked later than on the day the letter came in."""


class ReceiptFault(ValueError):
    """Days that cannot be, or no such channel. Codes: order, missing, channel."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def faults(
    channel: str,
    *,
    submitted_on: dt.date | None,
    signed_on: dt.date | None,
    confirmed_on: dt.date | None,
    today: dt.date,
) -> dict[str, str]:
    """Every day that cannot be, by field; empty when ``receipt`` has nothing to refuse.

    Codes: future, early (before the regulation), order (before it was handed in), missing, stray (a day this channel
    has not: the channel is the wrong one, or the day).
    """
    found: dict[str, str] = {}
    days = {"submitted_on": submitted_on, "signed_on": signed_on, "confirmed_on": confirmed_on}
    unknown = channel not in _CHANNELS
    belongs = {
        "signed_on": unknown or channel == "post_signed",
        "confirmed_on": unknown or channel in CONFIRMED_CHANNELS,
    }
    for name, day in days.items():
        if day is None:
            if channel == "post_signed" and name == "signed_on":
                found[name] = "missing"
        elif not belongs.get(name, True):
            found[name] = "stray"
        elif day > today:
            found[name] = "future"
        elif day < EARLIEST:
            found[name] = "early"
        elif submitted_on is not None and submitted_on <= today and day < submitted_on:
            found[name] = "order"
    return found


def receipt(
    channel: str,
    *,
    submitted_on: dt.date,
    signed_on: dt.date | None = None,
    confirmed_on: dt.date | None = None,
) -> Receipt:
    """When a request counts as received.

    In person: the day of submission. Post that is signed for: the day the organ signed. An ordinary letter: the office
    confirms with the applicant on the day it comes in, and that day counts. Internet, e-mail and fax: the day both sides
    confirm. Raises ``ReceiptFault`` when a later step lies before an earlier one, the day of signing is missing, or
    the channel is unknown.
    """
    if channel not in _CHANNELS:
        raise ReceiptFault("channel", f"no channel is called {channel!r}")
    for later in (signed_on, confirmed_on):
        if later is not None and later < submitted_on:
            raise ReceiptFault("order", f"{later} lies before the day it was handed in, {submitted_on}")
    if channel == "post_signed":
        if signed_on is None:
            raise ReceiptFault("missing", "post that is signed for needs the day the organ signed")
        return Receipt(signed_on, None, False)
    if channel in CONFIRMED_CHANNELS:
        ask_by = submitted_on if channel in SAME_DAY else None
        late = ask_by is not None and confirmed_on is not None and confirmed_on > ask_by
        return Receipt(confirmed_on, ask_by, late)
    return Receipt(submitted_on, None, False)
