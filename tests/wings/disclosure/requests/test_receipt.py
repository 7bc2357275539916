"""The day of receipt by channel (条例 Art. 31)."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.wings.disclosure.requests.models import Channel
from gongkai.wings.disclosure.requests.receipt import CONFIRMED_CHANNELS, ReceiptFault, faults, receipt

D = dt.date.fromisoformat
SUBMITTED = D("2020-04-20")
DAYS = st.dates(D("2019-05-15"), D("2026-12-31"))


@pytest.mark.parametrize("channel", ["desk", "oral"])
def test_in_person_the_day_of_submission_counts(channel: str) -> None:
    assert receipt(channel, submitted_on=SUBMITTED).received_on == SUBMITTED


def test_post_that_is_signed_for_counts_from_the_signature() -> None:
    assert receipt("post_signed", submitted_on=SUBMITTED, signed_on=D("2020-04-23")).received_on == D(
        "2020-04-23"
    )
    with pytest.raises(ReceiptFault) as fault:
        receipt("post_signed", submitted_on=SUBMITTED)
    assert fault.value.code == "missing"


@pytest.mark.parametrize("channel", sorted(CONFIRMED_CHANNELS))
def test_nothing_is_received_before_both_sides_confirm(channel: str) -> None:
    waiting = receipt(channel, submitted_on=SUBMITTED)
    assert waiting.received_on is None
    confirmed = receipt(channel, submitted_on=SUBMITTED, confirmed_on=D("2020-04-22"))
    assert confirmed.received_on == D("2020-04-22")


def test_an_ordinary_letter_is_confirmed_on_the_day_it_comes_in() -> None:
    assert receipt("post_ordinary", submitted_on=SUBMITTED).confirm_by == SUBMITTED
    assert not receipt("post_ordinary", submitted_on=SUBMITTED, confirmed_on=SUBMITTED).late
    late = receipt("post_ordinary", submitted_on=SUBMITTED, confirmed_on=D("2020-04-21"))
    assert late.late and late.received_on == D("2020-04-21")
    assert not receipt("internet", submitted_on=SUBMITTED, confirmed_on=D("2020-04-21")).late


@pytest.mark.parametrize("channel", Channel.values)
def test_no_step_lies_before_the_one_before_it(channel: str) -> None:
    for name in ("signed_on", "confirmed_on"):
        with pytest.raises(ReceiptFault) as fault:
            receipt(channel, submitted_on=SUBMITTED, **{name: D("2020-04-19")})
        assert fault.value.code == "order"


def test_a_channel_the_regulation_does_not_know_is_refused() -> None:
    with pytest.raises(ReceiptFault) as fault:
        receipt("carrier_pigeon", submitted_on=SUBMITTED)
    assert fault.value.code == "channel"


@given(st.sampled_from(Channel.values), DAYS, st.integers(0, 40), st.integers(0, 40))
def test_a_day_of_receipt_is_never_before_the_day_of_submission(
    channel: str, submitted: dt.date, signed_after: int, confirmed_after: int
) -> None:
    known = receipt(
        channel,
        submitted_on=submitted,
        signed_on=submitted + dt.timedelta(signed_after),
        confirmed_on=submitted + dt.timedelta(confirmed_after),
    )
    assert known.received_on is not None
    assert known.received_on >= submitted


D_TODAY = D("2020-05-01")


@pytest.mark.parametrize(
    ("channel", "days", "wrong"),
    [
        ("desk", {"submitted_on": "2020-05-02"}, {"submitted_on": "future"}),
        ("desk", {"submitted_on": "0202-04-20"}, {"submitted_on": "early"}),
        ("post_signed", {"submitted_on": "2020-04-20"}, {"signed_on": "missing"}),
        ("post_signed", {"submitted_on": "2020-04-20", "signed_on": "2020-04-19"}, {"signed_on": "order"}),
        (
            "post_signed",
            {"submitted_on": "2020-05-02", "signed_on": "2020-05-03"},
            {"submitted_on": "future", "signed_on": "future"},
        ),
        ("desk", {"submitted_on": "2020-04-20", "signed_on": "2020-04-21"}, {"signed_on": "stray"}),
        (
            "post_signed",
            {"submitted_on": "2020-04-20", "signed_on": "2020-04-21", "confirmed_on": "2020-04-21"},
            {"confirmed_on": "stray"},
        ),
        ("email", {"submitted_on": "2020-04-20", "confirmed_on": "2020-04-19"}, {"confirmed_on": "order"}),
        ("fax", {"submitted_on": "2020-04-20", "confirmed_on": "2020-05-02"}, {"confirmed_on": "future"}),
        ("email", {"submitted_on": "2020-04-20"}, {}),
        ("pigeon", {"submitted_on": "2020-04-20", "signed_on": "2020-04-21"}, {}),
    ],
)
def test_every_day_that_cannot_be_is_named(channel: str, days: dict[str, str], wrong: dict[str, str]) -> None:
    given: dict[str, dt.date | None] = {"submitted_on": None, "signed_on": None, "confirmed_on": None}
    given |= {name: D(day) for name, day in days.items()}
    assert faults(channel, **given, today=D_TODAY) == wrong  # type: ignore[arg-type]
