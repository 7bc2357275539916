"""Fields, columns, carriers and marks of published directories, as dated data; and the reading of single words of theirs.

Everything here is pure: a word goes in, a code or nothing comes out. What could not be checked against the model form is
marked ``confirmed = false`` in ``tables/``.
"""

from __future__ import annotations

import functools
import hashlib
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final, NamedTuple

from gongkai.foundation.organs.models import Level

LEVELS: Final = (Level.CITY, Level.DISTRICT, Level.TOWN, Level.VILLAGE)


@dataclass(frozen=True, slots=True)
class Field:
    """A field (领域). ``number`` is 0 for what is kept beside the 26; ``item`` the item of 条例 Art. 20 it mostly means."""

    code: str
    number: int
    label: str
    item: str
    aliases: tuple[str, ...]


class Carrier(NamedTuple):
    """One of the thirteen channels and carriers (公开渠道和载体)."""

    code: str
    label: str


class Channel(NamedTuple):
    """A carrier as one row names it: required (■ 必选) or optional (□ 可选), and its own words where it has some."""

    carrier: str
    required: bool = True
    note: str = ""

    @property
    def label(self) -> str:
        known = carrier_labels()[self.carrier]
        return f"{known}：{self.note}" if self.note else known


class Heading(NamedTuple):
    """What a column of a directory holds: a role, and for a column to tick its value."""

    role: str
    value: str = ""


@functools.cache
def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "tables" / name).read_text(encoding="utf-8"))


def bare(text: str) -> str:
    """A word as it is compared: one width, no spaces, brackets or marks."""
    return re.sub(
        r"[\s()（）:：;；,，、*＊/|_.。“”\"‘’《》-]+", "", unicodedata.normalize("NFKC", text)
    ).lower()


# -- Fields ----------------------------------------------------------------------------------------------------


@functools.cache
def fields() -> tuple[Field, ...]:
    return tuple(
        Field(row["code"], row.get("number", 0), row["label"], row["item"], tuple(row["aliases"]))
        for row in _table("fields.toml")["field"]
    )


@functools.cache
def _field_names() -> Mapping[str, Field]:
    return {bare(name): field for field in fields() for name in (field.label, *field.aliases)}


def field_of(text: str) -> Field | None:
    """The field a directory means: "扶贫领域", "政务公开(地方增设)". None for one that only this place has."""
    plain = re.sub(r"(领域|试点领域)$", "", bare(re.sub(r"[(（][^)）]*[)）]", "", text)))
    return _field_names().get(plain)


def field_named_in(title: str) -> Field | None:
    """The field whose name stands in a title ("XX区义务教育领域基层政务公开标准目录"); the longest name counts."""
    plain = bare(title)
    for name in sorted(_field_names(), key=len, reverse=True):
        field = _field_names()[name]
        if field.number and len(name) > 1 and name in plain:
            return field
    return None


def field_name(text: str) -> str:
    """How a field is called here: its own label, or what the directory says without its brackets."""
    known = field_of(text)
    return known.label if known else re.sub(r"[(（][^)）]*[)）]", "", text).strip()[:60]


def field_slug(name: str) -> str:
    """What stands for a field in an address: its code, or a mark made of the name for one only this place has."""
    known = field_of(name)
    return known.code if known else f"x{hashlib.sha256(bare(name).encode()).hexdigest()[:8]}"


def item_for(field: str, *titles: str) -> str:
    """The item of 条例 Art. 20 a row most likely stands under: by words of its titles, then by its field; or ""."""
    for row in _table("fields.toml")["word"]:
        if any(row["word"] in title for title in titles):
            return str(row["item"])
    known = field_of(field)
    return known.item if known else ""


# -- Columns ---------------------------------------------------------------------------------------------------


@functools.cache
def columns() -> tuple[tuple[str, str], ...]:
    """Role and label of every column, in the order of the form."""
    return tuple((row["role"], row["label"]) for row in _table("columns.toml")["column"])


@functools.cache
def _headings() -> Mapping[str, Heading]:
    table = _table("columns.toml")
    known: dict[str, Heading] = {}
    for row in table["column"]:
        for name in (row["label"], *row["names"]):
            known[bare(name)] = Heading(row["role"])
    for row in table["tick"]:
        for name in row["names"]:
            known[bare(name)] = Heading(row["role"], row["value"])
    for row in table["carrier"]:
        for name in (row["label"], *row["names"]):
            known[bare(name)] = Heading("channels", row["code"])
    return known


def heading_of(text: str) -> Heading | None:
    """What a heading names; marks of ticks do not matter, nor does what stands in brackets: 公开渠道和载体（打“√”）."""
    plain = re.sub(f"[{re.escape(_all_marks())}]", "", unicodedata.normalize("NFKC", text))
    return _headings().get(bare(plain)) or _headings().get(bare(re.sub(r"\([^()]*\)", "", plain)))


def is_carrier(code: str) -> bool:
    return code in carrier_labels()


# -- Ticks -----------------------------------------------------------------------------------------------------


@functools.cache
def _marks() -> Mapping[str, bool]:
    marks = _table("columns.toml")["marks"]
    return dict.fromkeys(marks["required"], True) | dict.fromkeys(marks["optional"], False)


@functools.cache
def _all_marks() -> str:
    return "".join(mark for mark in _marks() if not mark.isalnum())


def tick(text: str) -> bool | None:
    """True for ■, √ and the like, False for □, None for anything else."""
    return _marks().get(text.strip())


# -- Carriers --------------------------------------------------------------------------------------------------


@functools.cache
def carriers() -> tuple[Carrier, ...]:
    return tuple(Carrier(row["code"], row["label"]) for row in _table("columns.toml")["carrier"])


@functools.cache
def carrier_labels() -> Mapping[str, str]:
    return dict(carriers())


def channels_in(text: str) -> tuple[Channel, ...]:
    """The channels of a cell: "■政府网站 □政府公报 ■其他：法律服务网", or names one after the other without marks.

    A name that is none of the thirteen is 其他 with that name: nothing is lost.
    """
    text = unicodedata.normalize("NFKC", text)
    marked = re.split(f"([{re.escape(unicodedata.normalize('NFKC', _all_marks()))}])", text)
    found: list[Channel] = list(_named(marked[0], required=True))
    for mark, words in zip(marked[1::2], marked[2::2], strict=True):
        found.extend(_named(words, required=_marks().get(mark, True)))
    return merged(found)


def merged(found: list[Channel]) -> tuple[Channel, ...]:
    """Each channel once, in the order of the form; required if any of its mentions is."""
    kept: dict[tuple[str, str], Channel] = {}
    for channel in found:
        key = (channel.carrier, channel.note)
        known = kept.get(key)
        kept[key] = (
            channel if known is None else channel._replace(required=channel.required or known.required)
        )
    order = {carrier.code: place for place, carrier in enumerate(carriers())}
    return tuple(sorted(kept.values(), key=lambda channel: (order[channel.carrier], channel.note)))


def _named(words: str, *, required: bool) -> Iterator[Channel]:
    for part in re.split(r"[、,;\n\t]+|\s{1,}", words.strip()):
        if part.strip():
            yield from _one(part.strip(), required)


def _one(part: str, required: bool) -> Iterator[Channel]:
    name, colon, note = part.partition(":")
    known = _carrier_of(name)
    if known:
        yield Channel(known, required, note.strip()[:60] if colon else "")
    elif "/" in part:
        for piece in part.split("/"):
            yield from _one(piece, required)
    elif part:
        yield Channel("other", required, part[:60])


def _carrier_of(name: str) -> str:
    heading = _headings().get(bare(name))
    return heading.value if heading and heading.role == "channels" else ""


# -- Levels and audiences --------------------------------------------------------------------------------------


def levels_in(text: str) -> tuple[list[str], list[str]]:
    """The levels of a cell ("县级；乡、村级"), and the words that are none."""
    found: set[str] = set()
    strange: list[str] = []
    whole = unicodedata.normalize("NFKC", text)
    for part in re.split(r"[;,/\s]+|、|和|及", re.sub(r"\([^)]*\)", "", whole)):
        if not part:
            continue
        known = _headings().get(bare(part)) or _headings().get(bare(part + "级"))
        if known and known.role == "level" and known.value:
            found.update(known.value.split())
        else:
            strange.append(part)
    return [level.value for level in LEVELS if level.value in found], strange


def audience_in(text: str) -> tuple[str, str] | None:
    """("all", "") or ("group", whom) of "全社会", "特定群体：在征收范围内"; None for what is neither."""
    plain = unicodedata.normalize("NFKC", text).strip()
    name, _colon, rest = plain.partition(":")
    known = _headings().get(bare(name))
    if known is None or known.role != "audience" or not known.value:
        match = re.fullmatch(r"特定群[体众]\((.+)\)", plain)
        return ("group", match[1][:200]) if match else None
    return known.value, rest.strip()[:200] if known.value == "group" else ""


def mode_in(text: str) -> str:
    """ "proactive", "on_request", or "" for what is neither."""
    known = _headings().get(bare(text))
    return known.value if known and known.role == "mode" else ""
