"""Message catalogues: compile what is written by hand, generate the Traditional script from the Simplified.

Only ``locale/zh_Hans/LC_MESSAGES/django.po`` is kept in the repository. The Traditional catalogue and all ``.mo``
files are made here, at set-up.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from gongkai.foundation.hanzi import to_traditional

PACKAGE = Path(__file__).resolve().parent.parent


def written_catalogues() -> Iterator[Path]:
    """Every catalogue written by hand, one per app, plus the shell's additions to the libraries' words."""
    yield from sorted(PACKAGE.glob("**/locale/zh_Hans/LC_MESSAGES/*.po"))


def traditional(simplified: Catalog) -> Catalog:
    """The same catalogue, character by character in the Traditional script."""
    converted = Catalog(locale="zh_Hant", charset="utf-8")
    for message in simplified:
        if not message.id:
            continue
        text = message.string or ""
        in_traditional = (
            to_traditional(text) if isinstance(text, str) else tuple(to_traditional(form) for form in text)
        )
        converted.add(
            message.id,
            in_traditional,
            context=message.context,
            flags=message.flags,
        )
    return converted


def _write(catalogue: Catalog, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        write_mo(file, catalogue)


def compile_messages() -> int:
    """Write the ``.mo`` files that are older than their source; return how many."""
    written = 0
    for source in written_catalogues():
        simplified_target = source.with_suffix(".mo")
        if simplified_target.exists() and simplified_target.stat().st_mtime > source.stat().st_mtime:
            continue
        with source.open("rb") as file:
            catalogue = read_po(file, locale="zh_Hans")
        _write(catalogue, simplified_target)
        folder = source.parents[2] / "zh_Hant" / "LC_MESSAGES"
        _write(traditional(catalogue), folder / simplified_target.name)
        written += 1
    return written
