"""Counted facts: a figure is a query, its number a count of rows, the rows are one step away. See ``docs/figures.md``."""

from .counting import Tally, drill, tally, value
from .declarations import Dimension, Figure, Period, Source
from .registry import figure, figures, register, source

__all__ = [
    "Dimension",
    "Figure",
    "Period",
    "Source",
    "Tally",
    "drill",
    "figure",
    "figures",
    "register",
    "source",
    "tally",
    "value",
]
