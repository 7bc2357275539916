"""Message catalogues: compile what is written by hand, generate the Traditional script from the Simplified.

Only ``locale/zh_Hans/LC_MESSAGES/django.po`` is kept in the repository. The Traditional catalogue and all ``.mo``
files are made here, at set-up. What the libraries say is taken along (``shell/libraries``): their Simplified is put
into the form Chinese is written in, and their Traditional made from it, because theirs has gaps and other words.
"""

from __future__ import annotations

import importlib.util
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

from gongkai.foundation.hanzi import to_traditional

PACKAGE = Path(__file__).resolve().parent.parent
LIBRARIES: Final = PACKAGE / "shell" / "libraries" / "locale"
_HAN: Final = "\u4e00-\u9fff”）》】"
_PLACE: Final = r"%\(\w+\)[sd]|%[sd]"
_MENDS: Final = (
    (re.compile(rf"(?<=[{_HAN}]) (?={_PLACE})"), ""),
    (re.compile(rf"({_PLACE}) (?=[{_HAN}])"), r"\1"),
    (re.compile(rf"(?<=[{_HAN}]): ?(?!//)"), "："),
    (re.compile(rf"(?<=[{_HAN}]), "), "，"),
    (re.compile(rf"(?<=[{_HAN}])\?"), "？"),
    (re.compile(rf"(?<=[{_HAN}])!"), "！"),
)
"""No blanks around names put into a sentence, and the punctuation of Chinese."""
_WORDS: Final = {
    "帐号": "账号",
    "帐户": "账户",
    "动作": "操作",
    "片段": "内容",
    "面包屑导航": "当前位置",
    "登陆": "登录",
}


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
    """Aside and into place: of two processes starting together neither reads half a catalogue."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as file:
        write_mo(file, catalogue)
    Path(file.name).chmod(0o644)
    Path(file.name).replace(target)


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


# -- What the libraries say ----------------------------------------------------------------------------


def library_catalogues() -> dict[str, list[Path]]:
    """Domain → the libraries' Simplified catalogues, those whose words win last, as Django orders them."""
    from django.conf import settings

    apps = [app for app in settings.INSTALLED_APPS if not app.startswith("gongkai.")]
    found: dict[str, list[Path]] = {"django": [], "djangojs": []}
    for name in ("django.conf", *reversed(apps)):
        spec = importlib.util.find_spec(name)
        for place in (spec.submodule_search_locations or ()) if spec else ():
            for domain, paths in found.items():
                path = Path(place) / "locale" / "zh_Hans" / "LC_MESSAGES" / f"{domain}.mo"
                if path.exists():
                    paths.append(path)
    return found


def as_written_here(text: str) -> str:
    """A library's Chinese with our punctuation and our words."""
    for pattern, mended in _MENDS:
        text = pattern.sub(mended, text)
    for word, ours in _WORDS.items():
        text = text.replace(word, ours)
    return text


def compile_library_words() -> int:
    """Write the libraries' words in both scripts, except what our own catalogues say; return how many were written.

    Stands among LOCALE_PATHS, which win over the catalogues of apps: hence the exception.
    """
    ours = list(written_catalogues())
    written = 0
    for domain, paths in library_catalogues().items():
        target = LIBRARIES / "zh_Hant" / "LC_MESSAGES" / f"{domain}.mo"
        newest = max(path.stat().st_mtime for path in [*paths, *ours, Path(__file__)])
        if target.exists() and target.stat().st_mtime > newest:
            continue
        simplified = _library_words(paths, _known(path for path in ours if path.stem == domain))
        _write(simplified, LIBRARIES / "zh_Hans" / "LC_MESSAGES" / target.name)
        _write(traditional(simplified), target)
        written += 1
    return written


def _known(catalogues: Iterator[Path]) -> set[tuple[str | None, str]]:
    """(context, message) of everything that is written by hand."""
    known = set()
    for path in catalogues:
        with path.open("rb") as file:
            known |= {(message.context, _first(message.id)) for message in read_po(file, locale="zh_Hans")}
    return known


def _library_words(paths: list[Path], known: set[tuple[str | None, str]]) -> Catalog:
    merged = Catalog(locale="zh_Hans", charset="utf-8")
    for path in paths:
        with path.open("rb") as file:
            for message in read_mo(file):
                context = message.context.decode() if isinstance(message.context, bytes) else message.context
                if not message.id or not message.string or (context, _first(message.id)) in known:
                    continue
                text = message.string
                mended = as_written_here(text) if isinstance(text, str) else (as_written_here(text[0]),)
                merged.delete(message.id, context=context)
                merged.add(message.id, mended, context=context)
    return merged


def _first(message: str | tuple[str, ...] | list[str]) -> str:
    return message if isinstance(message, str) else message[0]
