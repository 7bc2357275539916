"""Charts as SVG: for pages of the press, the workbench and print. Pure: labels and numbers in, one ``<svg>`` out.

* Readable on a phone: 340 units wide with type of 13, so that 328 px (a phone of 360) leave more than 12 px of it.
* Nothing rests on colour: every bar, part and point carries its number, parts have patterns, and the text of the picture
  (``<desc>``) says every number once more. Put the table beside it all the same.
* No script, no style attribute: colours are classes (``public/charts.css``) over plain attributes, which hold where that
  sheet is not loaded, as in print through another program.
* Numbers are zero or more. Not a number, endless or negative: ``ValueError``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Final

from markupsafe import Markup

from gongkai.engines.figures.chart_text import checked, clean, number, width, wrapped

WIDTH: Final = 340
SIZE: Final = 13
"""Of all type in the drawing."""
_LEADING: Final = 18
_THICK: Final = 16
_GAP: Final = 10
_INK: Final = "#1b1f24"
_BAR: Final = "#1f4e8c"
_PANEL: Final = 96
_MARK: Final = 3.5

Item = tuple[str, float]
"""A label and its number."""


def bars(title: str, items: Iterable[Item], unit: str = "") -> Markup:
    """Horizontal bars, one below the other, as long as their numbers say. ``unit`` follows each number (件)."""
    shown = [(label, checked(value)) for label, value in items]
    said = [_with_unit(value, unit) for _label, value in shown]
    beside = max((width(label, SIZE) for label, _value in shown), default=0) <= WIDTH * 0.3
    left = max((width(label, SIZE) for label, _value in shown), default=0) + 6 if beside else 0
    room = WIDTH - left - max((width(text, SIZE) for text in said), default=0) - 8
    most = max((value for _label, value in shown), default=0)
    drawn, y = [], 0.0
    for (label, value), text in zip(shown, said, strict=True):
        if beside:
            drawn.append(_text(0, y + _THICK - 3, label))
        else:
            for line in wrapped(label, SIZE, WIDTH):
                drawn.append(_text(0, y + SIZE, line))
                y += _LEADING
        length = room * value / most if most else 0.0
        drawn.append(_rect("chart__bar", left, y, length, f'fill="{_BAR}"'))
        drawn.append(_stroke("chart__axis", f"M{_n(left)} {_n(y - 2)}v{_THICK + 4}"))
        drawn.append(_text(left + length + 5, y + _THICK - 3, text, "chart__number"))
        y += _THICK + _GAP
    described = "；".join(f"{label} {text}" for (label, _v), text in zip(shown, said, strict=True))
    return _svg(title, described, drawn, y - _GAP if shown else 0)


def stacked(
    title: str, items: Iterable[tuple[str, Sequence[float]]], parts: Sequence[str], unit: str = ""
) -> Markup:
    """One bar per item, divided into ``parts``; every item has a number for each of them. Below each bar its parts stand
    with pattern, name and number, so nothing has to be looked up in a legend. At most six parts; the item's total is said
    beside its name. Raises ``ValueError``."""
    shown = [(label, [checked(value) for value in values]) for label, values in items]
    if len(parts) > len(_PATTERNS):
        raise ValueError(f"a bar has at most {len(_PATTERNS)} parts")
    if any(len(values) != len(parts) for _label, values in shown):
        raise ValueError("every item needs one number for each part")
    name = _name(title, repr((shown, list(parts), unit)))
    most = max((sum(values) for _label, values in shown), default=0)
    drawn, y = [_patterns(name, len(parts))], 0.0
    described = []
    for label, values in shown:
        heading = f"{label} {_with_unit(sum(values), unit)}"
        for line in wrapped(heading, SIZE, WIDTH):
            drawn.append(_text(0, y + SIZE, line, "chart__number"))
            y += _LEADING
        x = 0.0
        for at, value in enumerate(values):
            length = WIDTH * value / most if most else 0.0
            drawn.append(_rect("chart__part", x, y, length, _filled(name, at)))
            x += length
        drawn.append(_stroke("chart__axis", f"M0 {_n(y)}v{_THICK}"))
        y = _keys(drawn, name, list(zip(parts, values, strict=True)), y + _THICK + 4) + _GAP
        told = "、".join(f"{part} {number(value)}" for part, value in zip(parts, values, strict=True))
        described.append(f"{heading}（{told}）")
    return _svg(title, "；".join(described), drawn, y - _GAP if shown else 0, name=name)


def lines(
    title: str,
    points: Sequence[str],
    series: Iterable[tuple[str, Sequence[float | None]]],
    unit: str = "",
) -> Markup:
    """Numbers over years or months: a small panel for each series, all on one scale that begins at zero. None is a gap:
    the line does not run across it. A number stands at every point where there is room for it, at the last, first, highest
    and lowest in any case. Raises ``ValueError``."""
    shown = [
        (label, [None if value is None else checked(value) for value in values]) for label, values in series
    ]
    if any(len(values) != len(points) for _label, values in shown):
        raise ValueError("every series needs one number, or None, for each point")
    most = max((value for _label, values in shown for value in values if value is not None), default=0)
    widest = max((width(_with_unit(most, unit), SIZE), *(width(point, SIZE) for point in points), 0.0))
    edge = min(widest / 2 + 2, WIDTH / 4)
    xs = _spread_out(len(points), edge)
    drawn, y = [], 0.0
    described = []
    for label, values in shown if points else []:
        for line in wrapped(label, SIZE, WIDTH):
            drawn.append(_text(0, y + SIZE, line))
            y += _LEADING
        top, bottom = y + _LEADING, y + _PANEL
        ys = [None if value is None else bottom - (bottom - top) * _part(value, most) for value in values]
        drawn.append(_stroke("chart__axis", f"M0 {_n(bottom)}H{WIDTH}"))
        drawn.append(_stroke("chart__line", _path(xs, ys)))
        drawn += [
            f'<circle class="chart__point" cx="{_n(x)}" cy="{_n(at)}" r="{_MARK}" fill="{_BAR}"/>'
            for x, at in zip(xs, ys, strict=True)
            if at is not None
        ]
        drawn += _numbers(xs, ys, values, unit)
        drawn += _below(xs, points, bottom + SIZE + 4)
        y = bottom + _LEADING + _GAP
        told = "、".join(
            f"{point} {'—' if value is None else number(value)}"
            for point, value in zip(points, values, strict=True)
        )
        described.append(f"{label}{f'（{unit}）' if unit else ''}：{told}")
    return _svg(title, "；".join(described), drawn, y - _GAP if described else 0)


# -- Parts of bars -----------------------------------------------------------------------------------

_PATTERNS: Final = (
    '<rect class="chart__ink" width="8" height="8" fill="{ink}"/>',
    '<path class="chart__hatch" d="M-2 2L2 -2M0 8L8 0M6 10L10 6" stroke="{ink}" stroke-width="2"/>',
    '<g class="chart__ink" fill="{ink}"><circle cx="2" cy="2" r="1.4"/><circle cx="6" cy="6" r="1.4"/></g>',
    "",
    '<path class="chart__hatch" d="M0 2H8M0 6H8" stroke="{ink}" stroke-width="1.5"/>',
    '<path class="chart__hatch" d="M0 0L8 8M8 0L0 8" stroke="{ink}" stroke-width="1.2"/>',
)
"""Full, slanted, dotted, empty, lined, crossed: they differ without any colour."""


def _patterns(name: str, how_many: int) -> str:
    """A pattern has an id; it holds the name of its chart, which no other chart of the page has."""
    made = (
        f'<pattern id="{name}-{at}" width="8" height="8" patternUnits="userSpaceOnUse">'
        f'<rect class="chart__ground" width="8" height="8" fill="#fff"/>{_PATTERNS[at].format(ink=_BAR)}</pattern>'
        for at in range(how_many)
    )
    return f"<defs>{''.join(made)}</defs>"


def _filled(name: str, at: int) -> str:
    return f'fill="url(#{name}-{at})" stroke="{_BAR}"'


def _keys(drawn: list[str], name: str, parts: Sequence[tuple[str, float]], y: float) -> float:
    """Pattern, name and number of each part in a row, in as many rows as it takes; gives where the next thing begins."""
    x = 0.0
    for at, (part, value) in enumerate(parts):
        lines_ = wrapped(f"{part} {number(value)}", SIZE, WIDTH - 18)
        long = 18 + max(width(line, SIZE) for line in lines_) + 12
        if x and x + long - 12 > WIDTH:
            x, y = 0.0, y + _LEADING
        drawn.append(
            f'<rect class="chart__part" x="{_n(x + 0.5)}" y="{_n(y + 2)}" width="12" height="12" {_filled(name, at)}/>'
        )
        for further, line in enumerate(lines_):
            y += _LEADING if further else 0
            drawn.append(_text(x + 18, y + SIZE, line))
        x = x + long if len(lines_) == 1 else WIDTH
    return y + _LEADING


# -- Parts of lines ----------------------------------------------------------------------------------


def _spread_out(how_many: int, edge: float) -> list[float]:
    if how_many == 1:
        return [WIDTH / 2]
    return [edge + (WIDTH - 2 * edge) * at / (how_many - 1) for at in range(how_many)]


def _part(value: float, most: float) -> float:
    return value / most if most else 0.0


def _path(xs: Sequence[float], ys: Sequence[float | None]) -> str:
    steps, pen = [], "M"
    for x, y in zip(xs, ys, strict=True):
        if y is None:
            pen = "M"
            continue
        steps.append(f"{pen}{_n(x)} {_n(y)}")
        pen = "L"
    return "".join(steps) or "M0 0"


def _numbers(
    xs: Sequence[float], ys: Sequence[float | None], values: Sequence[float | None], unit: str
) -> list[str]:
    """The numbers above their points, those that matter most first; what would lie over another is left to the table."""
    there = [at for at, value in enumerate(values) if value is not None]
    ranked = sorted(there, key=lambda at: values[at] or 0)
    order = dict.fromkeys([*there[-1:], *ranked[-1:], *there[:1], *ranked[:1], *there])
    taken: list[tuple[float, float]] = []
    drawn = []
    for at in order:
        value, y = values[at], ys[at]
        assert value is not None and y is not None
        text = _with_unit(value, unit) if len(there) == 1 else number(value)
        half = width(text, SIZE) / 2
        middle = min(max(xs[at], half), WIDTH - half)
        if any(middle - half < end and start < middle + half for start, end in taken):
            continue
        taken.append((middle - half - 2, middle + half + 2))
        drawn.append(_text(middle, y - 7, text, "chart__number", anchor="middle"))
    return drawn


def _below(xs: Sequence[float], points: Sequence[str], y: float) -> list[str]:
    """The names of the points: all that fit, from the last backwards."""
    drawn: list[str] = []
    end = WIDTH + 1.0
    for x, point in sorted(zip(xs, points, strict=True), reverse=True):
        half = width(point, SIZE) / 2
        middle = min(max(x, half), WIDTH - half)
        if middle + half < end:
            drawn.append(_text(middle, y, point, anchor="middle"))
            end = middle - half - 4
    return drawn


# -- Drawing -----------------------------------------------------------------------------------------


def _with_unit(value: float, unit: str) -> str:
    return f"{number(value)} {unit}".rstrip()


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _text(x: float, y: float, text: str, kind: str = "", anchor: str = "") -> str:
    marks = (f' class="{kind}"' if kind else "") + (f' text-anchor="{anchor}"' if anchor else "")
    return f'<text{marks} x="{_n(x)}" y="{_n(y)}">{clean(text)}</text>'


def _rect(kind: str, x: float, y: float, long: float, paint: str) -> str:
    """Nothing is drawn for nothing: a bar without length would still have an edge."""
    if long <= 0:
        return ""
    return f'<rect class="{kind}" x="{_n(x)}" y="{_n(y)}" width="{_n(long)}" height="{_THICK}" {paint}/>'


def _stroke(kind: str, path: str) -> str:
    colour, thick = (_INK, 1) if kind == "chart__axis" else (_BAR, 2)
    return f'<path class="{kind}" d="{path}" fill="none" stroke="{colour}" stroke-width="{thick}"/>'


def _name(title: str, content: str) -> str:
    return f"chart-{hashlib.sha256(f'{title}|{content}'.encode('utf-8', 'replace')).hexdigest()[:10]}"


def _svg(title: str, described: str, drawn: Sequence[str], height: float, name: str = "") -> Markup:
    """The drawing with its name and its words; where there is nothing to draw, a dash."""
    body = "".join(drawn) if height else _text(0, SIZE, "—")
    height = height or _LEADING
    name = name or _name(title, described)
    return Markup(  # noqa: S704  # every text in it went through ``clean``
        f'<svg class="chart" role="img" aria-labelledby="{name}-t {name}-d" viewBox="0 0 {WIDTH} {_n(height + 2)}" '
        f'width="{WIDTH}" height="{_n(height + 2)}" font-size="{SIZE}" fill="{_INK}" xmlns="http://www.w3.org/2000/svg">'
        f'<title id="{name}-t">{clean(title)}</title><desc id="{name}-d">{clean(described or "—")}</desc>{body}</svg>'
    )
