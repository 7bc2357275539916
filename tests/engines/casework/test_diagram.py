"""The picture of a procedure shows every state and every way, in words as well, and nothing in it is markup."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.utils.translation import override

from gongkai.engines.casework import diagram
from gongkai.engines.casework.declarations import Procedure, State
from gongkai.engines.casework.registry import procedures
from tests.engines.casework.procedures import SMALL

PICTURES = Path(__file__).parents[3] / "docs" / "procedures"


def test_every_state_and_every_way_between_two_is_drawn() -> None:
    picture = diagram.svg(SMALL)
    root = ElementTree.fromstring(picture)
    texts = {element.text for element in root.iter("{http://www.w3.org/2000/svg}text")}
    assert {str(state.title) for state in SMALL.states} <= texts
    ways = {(source, action.target) for action in SMALL.actions for source in action.sources if action.target}
    assert len(
        [path for path in root.iter("{http://www.w3.org/2000/svg}path") if path.get("marker-end")]
    ) == len(ways)
    described = root.find("{http://www.w3.org/2000/svg}desc")
    assert described is not None and all(str(action.title) in str(described.text) for action in SMALL.actions)


def test_a_title_is_never_markup() -> None:
    hostile = dataclasses.replace(
        SMALL, title="<script>alert(1)</script>", states=(State(code="open", title="<b>&"), *SMALL.states[1:])
    )
    picture = diagram.svg(hostile)
    ElementTree.fromstring(picture)
    assert "<script>" not in picture and "<b>" not in picture


def test_the_first_column_holds_where_cases_begin() -> None:
    assert {state.code for state in diagram.layers(SMALL)[0]} == set(SMALL.initial)
    assert sum(len(layer) for layer in diagram.layers(SMALL)) == len(SMALL.states)


def test_mermaid_names_every_way() -> None:
    text = diagram.mermaid(SMALL)
    assert text.startswith("stateDiagram-v2") and "open --> asked: Ask" in text and "done --> [*]" in text


@pytest.mark.parametrize(
    "procedure",
    [each for each in procedures() if each.code not in ("small", "benchmark")],
    ids=lambda each: each.code,
)
def test_the_pictures_in_the_documents_are_those_of_the_procedures(procedure: Procedure) -> None:
    """Drawn anew by ``gongkai cases diagram --into docs/procedures``."""
    with override("zh-hans"):
        assert (PICTURES / f"{procedure.code}.svg").read_text(encoding="utf-8") == diagram.svg(procedure)
