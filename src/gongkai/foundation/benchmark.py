"""The shape of one benchmark, declared by the room it measures and run by ``gongkai bench``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal


class BenchmarkUnavailable(RuntimeError):
    """The machine lacks something the measurement needs; the message says what and how to get it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """One figure with its target.

    ``run`` sets up, measures and tears down by itself and returns the figure in ``unit``. ``peer`` names what
    the target is taken from (another product's published figure, or a measurement of ours).
    """

    name: str
    title: str
    target: float
    unit: str
    better: Literal["higher", "lower"]
    peer: str
    run: Callable[[], float]
    lasting: bool = False
    """Takes minutes: it is run after the others, so that a run that is ended early has most of the figures."""

    def meets_target(self, value: float) -> bool:
        return value >= self.target if self.better == "higher" else value <= self.target
