"""Waking a worker: no ring is lost, and a bell that cannot be rung is only slow."""

from __future__ import annotations

import threading
from pathlib import Path
from time import monotonic

import pytest
from django.db import transaction

from gongkai.foundation.doorbell import Doorbell, ring, ring_on_commit

LONG = 600.0


def waits(bell: Doorbell, seconds: float = LONG) -> bool:
    """Whether it would still be waiting after two listenings."""
    began = monotonic()
    stop = threading.Event()
    timer = threading.Timer(0.05, stop.set)
    timer.start()
    bell.wait(stop, seconds=seconds, listen=0.01)
    timer.cancel()
    return stop.is_set() and monotonic() - began < LONG


def test_a_ring_wakes_whoever_waits() -> None:
    bell = Doorbell("work")
    threading.Timer(0.05, ring, ["work"]).start()
    bell.wait(threading.Event(), seconds=LONG, listen=0.01)


def test_a_ring_while_nobody_waits_is_heard_once() -> None:
    bell = Doorbell("work")
    ring("work")
    assert not waits(bell)
    assert waits(bell)


def test_two_rings_at_the_same_moment_of_the_file_system_are_two() -> None:
    bell = Doorbell("work")
    for _ in range(50):
        ring("work")
        assert not waits(bell)


def test_each_of_several_workers_hears_it() -> None:
    bells = [Doorbell("work"), Doorbell("work")]
    ring("work")
    assert not any(waits(bell) for bell in bells)
    ring("other")
    assert all(waits(bell) for bell in bells)


def test_without_a_ring_the_time_given_passes() -> None:
    assert not waits(Doorbell("work"), seconds=0.01)


def test_a_bell_that_cannot_be_rung_is_no_fault(tmp_path: Path, settings: object) -> None:
    (tmp_path / "file").write_text("")
    settings.GONGKAI_DATA = tmp_path / "file"  # type: ignore[attr-defined]
    bell = Doorbell("work")
    ring("work")
    assert not waits(bell, seconds=0.01)


@pytest.mark.django_db(transaction=True)
def test_it_rings_after_the_commit_and_not_for_what_was_rolled_back() -> None:
    bell = Doorbell("work")
    with transaction.atomic():
        ring_on_commit("work")
        assert waits(bell)
    assert not waits(bell)
    with pytest.raises(ValueError), transaction.atomic():
        ring_on_commit("work")
        raise ValueError
    assert waits(bell)
