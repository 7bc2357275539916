"""Counted facts: a figure is a query, its number a count of rows, the rows are one step away. See ``docs/figures.md``.

``freezing`` needs its table and is imported by itself.
"""

from .counting import Tally, drill, tally, value
from .declarations import Dimension, Figure, Period, Source
from .forms import Cell, fill, total
from .identities import Identity, Judgement, Verdict, judge, reconcile
from .registry import FigureFault, figure, figures, register, source
from .trends import months, trend, years

__all__ = [
    "Cell",
    "Dimension",
    "Figure",
    "FigureFault",
    "Identity",
    "Judgement",
    "Period",
    "Source",
    "Tally",
    "Verdict",
    "drill",
    "figure",
    "figures",
    "fill",
    "judge",
    "months",
    "reconcile",
    "register",
    "source",
    "tally",
    "total",
    "trend",
    "value",
    "years",
]
