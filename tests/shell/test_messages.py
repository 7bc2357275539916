"""Every word the interface shows has its Simplified Chinese, with the same places for values."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract_python
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize
from jinja2 import Environment

import gongkai

PACKAGE = Path(gongkai.__file__).parent
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
_PLACES = re.compile(r"%\(\w+\)[sd]|%[sd]|(?<!\{)\{\w+\}(?!\})")


def _python_messages(source: str) -> Iterator[str]:
    for _line, _function, found, _comments in extract_python(
        io.BytesIO(source.encode()), list(KEYWORDS), [], {"encoding": "utf-8"}
    ):
        first = found[0] if isinstance(found, tuple) else found
        if isinstance(first, str) and first:
            yield first


def _messages(path: Path) -> Iterator[str]:
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        yield from _python_messages(source)
    elif "{% extends" in source or "{% load" in source or "{%" in source:
        if any(part in ("public", "publishing") for part in path.parts):
            for _line, _function, found in Environment(extensions=["jinja2.ext.i18n"]).extract_translations(
                source
            ):
                yield found if isinstance(found, str) else str(found[0])
        else:
            yield from _python_messages(templatize(source))


def _sources() -> Iterator[Path]:
    yield from PACKAGE.rglob("*.py")
    yield from PACKAGE.rglob("templates/**/*.html")


def _translations() -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Forms of a message, its Chinese, and the catalogue it stands in."""
    for path in PACKAGE.rglob("locale/zh_Hans/LC_MESSAGES/*.po"):
        with path.open("rb") as file:
            for message in read_po(file, locale="zh_Hans"):
                forms = (message.id,) if isinstance(message.id, str) else tuple(message.id)
                text = message.string if isinstance(message.string, str) else message.string[0]
                if forms[0] and text and not message.fuzzy:
                    yield forms, text, str(path.relative_to(PACKAGE))


def test_no_word_of_the_interface_is_left_in_english() -> None:
    known = {forms[0] for forms, _text, _where in _translations()}
    missing = {
        f"{path.relative_to(PACKAGE)}: {message}"
        for path in _sources()
        if "/locale/" not in str(path) and "migrations" not in path.parts
        for message in _messages(path)
        if message not in known and not _taken_from_the_libraries(message)
    }
    assert sorted(missing) == []


def _taken_from_the_libraries(message: str) -> bool:
    """Words we use as Django or Wagtail already have them."""
    from django.utils.translation import gettext, override

    with override("zh-hans"):
        return gettext(message) != message


def test_translations_have_the_places_of_their_originals() -> None:
    wrong = [
        f"{where}: {forms[0]!r} → {text!r}"
        for forms, text, where in _translations()
        if not set(_PLACES.findall(text)) <= set(_PLACES.findall(" ".join(forms)))
    ]
    assert wrong == []
