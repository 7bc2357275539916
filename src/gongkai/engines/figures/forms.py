"""Forms laid over figures: which figure stands in which cell, and all cells of a form filled in one go.

A form is data of the wing that files it; here it is a mapping from the wing's own names of cells to ``Cell``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gongkai.engines.figures.counting import tally
from gongkai.engines.figures.declarations import Figure, Period
from gongkai.engines.figures.registry import figure, source


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure, and the values of further dimensions it is broken down to."""

    figure: str
    where: Mapping[str, str] = field(default_factory=dict)


def fill(
    cells: Mapping[str, Cell], period: Period, *, organs: Sequence[int] | None = None
) -> dict[int, dict[str, int]]:
    """The numbers of all cells by organ id, each source counted once. Organs without any row are left out.

    Raises ``FigureFault`` for a figure nobody declared.
    """
    by_source: dict[str, list[tuple[str, Cell]]] = defaultdict(list)
    for key, cell in cells.items():
        by_source[figure(cell.figure).source].append((key, cell))
    filled: dict[int, dict[str, int]] = {}
    for code, wanted in by_source.items():
        counted = tally(code, period, organs=organs)
        names = tuple(dimension.code for dimension in source(code).dimensions)
        meant: dict[tuple[object, ...], list[str]] = {}
        for (organ, *values), number in counted.counts.items():
            place = tuple(values)
            if place not in meant:
                of = dict(zip(names, values, strict=True))
                meant[place] = [key for key, cell in wanted if _takes(figure(cell.figure), cell, of)]
            row = filled.setdefault(organ, dict.fromkeys(cells, 0))
            for key in meant[place]:
                row[key] += number
    return filled


def total(filled: Mapping[int, Mapping[str, int]], cells: Mapping[str, Cell]) -> dict[str, int]:
    """All organs together. Each row of a source belongs to one organ, so nothing is counted twice."""
    return {key: sum(row[key] for row in filled.values()) for key in cells}


def _takes(wanted: Figure, cell: Cell, values: Mapping[str, object]) -> bool:
    return all(values[name] in allowed for name, allowed in wanted.where.items()) and all(
        values[name] == value for name, value in cell.where.items()
    )
