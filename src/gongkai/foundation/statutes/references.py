"""Reading a reference as people and comments write it: 条例 Art. 16 ¶2, 条例第十六条第二款."""

from __future__ import annotations

import datetime as dt
import functools
import re

from .errors import StatuteError
from .instruments import instruments
from .numerals import from_chinese
from .provisions import Provision, provision

LONGEST_REFERENCE = 200

_NUMERAL = r"[〇零一二两三四五六七八九十百千0-9]{1,9}"
_ENGLISH = re.compile(
    rf"(?P<name>.+?)\s*,?\s*Art(?:icle|\.)?\s*(?P<article>[0-9]{{1,4}})"
    rf"(?:\s*¶\s*(?P<paragraph>[0-9]{{1,2}}))?(?:\s*[（(](?P<item>{_NUMERAL})[)）])?",
    re.IGNORECASE,
)
_CHINESE = re.compile(
    rf"(?P<name>.+?)第\s*(?P<article>{_NUMERAL})\s*条(?:第\s*(?P<paragraph>{_NUMERAL})\s*款)?"
    rf"(?:第\s*[（(]?(?P<item>{_NUMERAL})[)）]?\s*项)?"
)
_SECTION = re.compile(rf"(?P<name>.+?)\s*第?\s*[（(](?P<article>{_NUMERAL})[)）]\s*项?")


def parse_reference(text: str, *, on: dt.date | None = None) -> Provision:
    """The provision a reference means, in the newest version or that in force ``on`` a day.

    Raises ``StatuteError``: unreadable-reference, and those of ``provision``.
    """
    text = text.strip()
    if len(text) <= LONGEST_REFERENCE:
        for pattern in (_ENGLISH, _CHINESE, _SECTION):
            found = pattern.fullmatch(text)
            code = _codes().get(_plain(found["name"])) if found else None
            if found and code:
                parts = found.groupdict()
                try:
                    article, paragraph, item = (
                        from_chinese(parts[part]) if parts.get(part) else None
                        for part in ("article", "paragraph", "item")
                    )
                except ValueError as error:
                    raise StatuteError("unreadable-reference", f"{text[:60]!r}: {error}") from error
                assert article is not None
                return provision(code, article, paragraph, item, on=on)
    raise StatuteError(
        "unreadable-reference",
        f"{text[:60]!r} is not a reference to a known provision; write for example 条例 Art. 33 ¶2 or 条例第三十三条第二款",
    )


@functools.cache
def _codes() -> dict[str, str]:
    """Every name an instrument is known by."""
    names: dict[str, str] = {}
    for version in instruments():
        for name in (version.code, version.title, version.short, version.number, *version.aliases):
            if name:
                names[_plain(name)] = version.code
    return names


def _plain(name: str) -> str:
    """A name without marks that do not distinguish: 《》, the number after a title, 中华人民共和国, blanks."""
    name = re.sub(r"(?<=》)[（(][^（()）]*[)）]$", "", name.strip())
    name = name.translate(str.maketrans("[]", "〔〕"))
    return re.sub(r"[《》〈〉\s]|^中华人民共和国", "", name.removeprefix("《")).lower()
