"""Where wings hand in their sources and figures, at start-up."""

from __future__ import annotations

from collections.abc import Iterable

from gongkai.engines.figures.declarations import Figure, Source

_sources: dict[str, Source] = {}
_figures: dict[str, Figure] = {}


class FigureFault(ValueError):
    """A declaration that cannot be counted, or a code that nothing was declared under."""


def register(*, sources: Iterable[Source], figures: Iterable[Figure]) -> None:
    """Take declarations in. Raises ``FigureFault`` for doubled codes, unknown sources, dimensions and values."""
    for each in sources:
        if _sources.get(each.code, each) is not each:
            raise FigureFault(f"source {each.code} is declared twice")
        _sources[each.code] = each
    for figure in figures:
        if _figures.get(figure.code, figure) is not figure:
            raise FigureFault(f"figure {figure.code} is declared twice")
        _check(figure)
        _figures[figure.code] = figure


def _check(figure: Figure) -> None:
    known = {dimension.code: dimension for dimension in source(figure.source).dimensions}
    for name, wanted in figure.where.items():
        if name not in known:
            raise FigureFault(f"figure {figure.code}: source {figure.source} has no dimension {name}")
        strangers = set(wanted) - {value for value, _title in known[name].values}
        if strangers:
            raise FigureFault(f"figure {figure.code}: {name} has no value {', '.join(sorted(strangers))}")


def source(code: str) -> Source:
    """Raises ``FigureFault``."""
    try:
        return _sources[code]
    except KeyError:
        raise FigureFault(f"no source of figures is called {code}") from None


def figure(code: str) -> Figure:
    """Raises ``FigureFault``."""
    try:
        return _figures[code]
    except KeyError:
        raise FigureFault(f"no figure is called {code}") from None


def figures(owner: str = "") -> tuple[Figure, ...]:
    """All figures, or those of one owner, in the order they were declared."""
    return tuple(each for each in _figures.values() if not owner or each.owner == owner)
