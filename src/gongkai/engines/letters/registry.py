"""Where wings hand in the kinds of letter they write, at start-up."""

from __future__ import annotations

from collections.abc import Iterable

from gongkai.engines.letters.declarations import LetterKind, cites, places

OWN = frozenset({"organ", "addressee"})
"""Places the engine fills in by itself."""

_kinds: dict[str, LetterKind] = {}


class KindFault(ValueError):
    """A kind of letter that cannot be used, or a code that none was declared under."""


def register(kinds: Iterable[LetterKind]) -> None:
    """Take kinds in. Raises ``KindFault``: doubled codes, places that are not plain names, required facts no paragraph
    shows, provisions no paragraph cites."""
    for kind in kinds:
        if _kinds.get(kind.code, kind) is not kind:
            raise KindFault(f"letter {kind.code} is declared twice")
        try:
            shown = kind.places
            for paragraph in kind.paragraphs:
                places(paragraph.text)
        except ValueError as fault:
            raise KindFault(f"letter {kind.code}: {fault}") from fault
        unseen = set(kind.required) - shown
        if unseen:
            raise KindFault(f"letter {kind.code} requires {', '.join(sorted(unseen))} and shows it nowhere")
        text = "".join(paragraph.text for paragraph in kind.paragraphs)
        uncited = [provision for provision in kind.provisions if not cites(text, provision)]
        if uncited:
            raise KindFault(f"letter {kind.code} cites {', '.join(uncited)} nowhere")
        _kinds[kind.code] = kind


def kind_of(code: str) -> LetterKind:
    """Raises ``KindFault``."""
    try:
        return _kinds[code]
    except KeyError:
        raise KindFault(f"no letter is called {code}") from None


def kinds() -> tuple[LetterKind, ...]:
    return tuple(_kinds.values())
