"""A procedure as a picture: states in columns by how far they are from the start, acts as arrows. Pure; own SVG."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from gongkai.engines.casework.declarations import Action, Procedure, State

_WIDTH, _HEIGHT = 168, 52
_ACROSS, _DOWN = 236, 84
_MARGIN = 24
_EVERYWHERE = 7
"""Acts possible from so many states are written below the picture: their arrows would hide all others."""
# Attributes, not a style sheet: the pages that show the picture allow no inline styles.
_WORDS = 'font-family="sans-serif" font-size="15" fill="#1b1f24"'
_ARROW = 'fill="none" stroke="#5a6673" stroke-width="1.5" marker-end="url(#end)"'
_BOX = {
    "open": 'fill="#fff" stroke="#1d4f8c" stroke-width="2"',
    "waiting": 'fill="#fff" stroke="#1d4f8c" stroke-width="2" stroke-dasharray="6 4"',
    "closed": 'fill="#1d4f8c" stroke="#1d4f8c" stroke-width="2"',
}


@dataclass(frozen=True, slots=True)
class _Place:
    x: int
    y: int


def layers(procedure: Procedure) -> list[list[State]]:
    """The states by the fewest acts that lead to them: initial ones first, ends last, so that most ways lead forward."""
    depth = dict.fromkeys(procedure.initial, 0)
    frontier = list(procedure.initial)
    while frontier:
        here = frontier.pop(0)
        for action in procedure.actions_from(here):
            if action.target is not None and action.target not in depth:
                depth[action.target] = depth[here] + 1
                frontier.append(action.target)
    ends = [state.code for state in procedure.states if state.kind == "closed"]
    last = max((far for code, far in depth.items() if code not in ends), default=-1)
    first = min((depth[code] for code in ends), default=0)
    depth |= {code: last + 1 + depth[code] - first for code in ends}
    found: list[list[State]] = [[] for _layer in range(max(depth.values()) + 1)]
    for state in procedure.states:
        found[depth[state.code]].append(state)
    return [layer for layer in found if layer]


def svg(procedure: Procedure) -> str:
    """The picture, with its title and a description for whoever cannot see it. Colours are not needed to read it: a broken
    border waits for somebody, a filled box is an end."""
    columns = layers(procedure)
    tallest = max(len(column) for column in columns)
    width = _MARGIN * 2 + _ACROSS * (len(columns) - 1) + _WIDTH
    drawn_to = _MARGIN * 2 + _DOWN * (tallest - 1) + _HEIGHT
    notes = [
        f"{action.title} → {procedure.state(action.target).title}"
        for action in procedure.actions
        if action.target is not None and len(action.sources) >= _EVERYWHERE
    ]
    height = drawn_to + 26 * len(notes)
    places = {
        state.code: _Place(
            _MARGIN + across * _ACROSS, _MARGIN + int((down + (tallest - len(column)) / 2) * _DOWN)
        )
        for across, column in enumerate(columns)
        for down, state in enumerate(column)
    }
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'aria-labelledby="procedure-title procedure-text" {_WORDS}>',
        f'<title id="procedure-title">{escape(str(procedure.title))}</title>',
        f'<desc id="procedure-text">{escape("；".join(sentences(procedure)))}</desc>',
        '<defs><marker id="end" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        '<path d="M0 0L8 4L0 8z" fill="#5a6673"/></marker></defs>',
        *_arrows(procedure, places),
        *(_box(state, places[state.code]) for state in procedure.states),
        *(
            f'<text x="{_MARGIN}" y="{drawn_to + 26 * line}">* {escape(note)}</text>'
            for line, note in enumerate(notes)
        ),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _box(state: State, at: _Place) -> str:
    light = ' fill="#fff"' if state.kind == "closed" else ""
    return (
        f'<rect {_BOX[state.kind]} x="{at.x}" y="{at.y}" width="{_WIDTH}" height="{_HEIGHT}" rx="6"/>'
        f'<text x="{at.x + _WIDTH // 2}" y="{at.y + 31}" text-anchor="middle"{light} '
        f'textLength="{min(_WIDTH - 16, 15 * len(str(state.title)))}" lengthAdjust="spacingAndGlyphs">'
        f"{escape(str(state.title))}</text>"
    )


def _arrows(procedure: Procedure, places: dict[str, _Place]) -> Iterator[str]:
    """One arrow for each pair of states, however many acts lead that way; their names are its title."""
    ways: dict[tuple[str, str], list[Action]] = {}
    for action in procedure.actions:
        if len(action.sources) >= _EVERYWHERE:
            continue
        for source in action.sources:
            if action.target is not None and action.target != source:
                ways.setdefault((source, action.target), []).append(action)
    for (source, target), actions in ways.items():
        names = escape("、".join(str(action.title) for action in actions))
        yield f'<path {_ARROW} d="{_curve(places[source], places[target])}"><title>{names}</title></path>'


def _curve(source: _Place, target: _Place) -> str:
    """From the right edge to the left one, or back along the lower edges, or from box to box in a column."""
    if source.x < target.x:
        x1, y1, x2, y2 = source.x + _WIDTH, source.y + _HEIGHT // 2, target.x, target.y + _HEIGHT // 2
        bend = max(30, (x2 - x1) // 2)
        return f"M{x1} {y1}C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}"
    if source.x == target.x:
        below = source.y < target.y
        x = source.x + _WIDTH // 2 + (20 if below else -20)
        y1, y2 = (source.y + _HEIGHT, target.y) if below else (source.y, target.y + _HEIGHT)
        return f"M{x} {y1}C{x + 26} {y1} {x + 26} {y2} {x} {y2}"
    x1, y1, x2, y2 = source.x, source.y + _HEIGHT - 12, target.x + _WIDTH, target.y + _HEIGHT - 12
    return f"M{x1} {y1}C{x1 - 34} {y1 + 22} {x2 + 34} {y2 + 22} {x2} {y2}"


def sentences(procedure: Procedure) -> Iterator[str]:
    """The same in words: from which state which act leads where."""
    for action in procedure.actions:
        sources = "、".join(str(procedure.state(code).title) for code in action.sources)
        target = f" → {procedure.state(action.target).title}" if action.target is not None else ""
        yield f"{sources}：{action.title}{target}"


def mermaid(procedure: Procedure) -> str:
    """The same as a state diagram in Mermaid's notation, for documents that draw it."""
    lines = ["stateDiagram-v2", "    direction LR"]
    lines += [f"    {state.code}: {state.title}" for state in procedure.states]
    lines += [f"    [*] --> {code}" for code in procedure.initial]
    for action in procedure.actions:
        for source in action.sources:
            if action.target is not None:
                lines.append(f"    {source} --> {action.target}: {action.title}")
    lines += [f"    {state.code} --> [*]" for state in procedure.states if state.kind == "closed"]
    return "\n".join(lines) + "\n"
