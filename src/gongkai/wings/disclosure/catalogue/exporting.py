"""The directory as a table, with the columns of the form, for people (CSV, XLSX) and machines (JSON)."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _

from gongkai.engines.exchange.spreadsheet import workbook
from gongkai.engines.exchange.tables import csv_text
from gongkai.wings.disclosure.catalogue.limits import Limit, Rule
from gongkai.wings.disclosure.catalogue.models import CatalogueEntry
from gongkai.wings.disclosure.catalogue.standing import EntryStanding
from gongkai.wings.disclosure.catalogue.vocabulary import Channel, columns

FORMATS: Final = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def headings(*, with_standing: bool) -> list[str]:
    named = dict(columns())
    roles = ("number", "field", "level1", "level2", "level3", "content", "basis", "limit", "subject")
    rest = ("channels", "audience", "mode", "level", "item")
    standing = [_("Last made public"), _("Where")] if with_standing else []
    return [*(named[role] for role in (*roles, *rest)), *standing]


def table_row(number: int, entry: CatalogueEntry) -> list[object]:
    """The cells of the form: this table can be taken in again."""
    return [
        number,
        entry.field,
        entry.level1,
        entry.level2,
        entry.level3,
        entry.content,
        entry.basis,
        entry.limit_text,
        entry.organ.name,
        channels_text(entry),
        audience_text(entry),
        str(_("Proactively") if entry.mode == "proactive" else _("On request")),
        levels_text(entry),
        entry.item,
    ]


def channels_text(entry: CatalogueEntry) -> str:
    """ "■政府网站 □政府公报": ■ required, □ optional."""
    return _channels(entry.named_channels)


def _channels(channels: Iterable[Channel]) -> str:
    return " ".join(f"{'■' if channel.required else '□'}{channel.label}" for channel in channels)


def value_text(column: str, value: Any) -> str:
    """The value of a column of the table of rows as people read it."""
    if column == "channels":
        return _channels(Channel(*channel) for channel in value)
    if column == "level_codes":
        return "、".join(_LEVELS[code] for code in str(value).split(",") if code)
    if column == "audience":
        return {"all": "全社会", "group": "特定群体"}[value]
    if column == "mode":
        return str(_("Proactively") if value == "proactive" else _("On request"))
    return str(value)


def audience_text(entry: CatalogueEntry) -> str:
    if entry.audience == "all":
        return "全社会"
    return f"特定群体：{entry.audience_group}" if entry.audience_group else "特定群体"


_LEVELS: Final = {"city": "市级", "district": "县级", "town": "乡级", "village": "村级"}


def levels_text(entry: CatalogueEntry) -> str:
    return "、".join(_LEVELS[level] for level in entry.levels)


def written(
    rows: Sequence[tuple[CatalogueEntry, EntryStanding | None]], kind: str, *, title: str
) -> str | bytes:
    """A file of the format. Rows without a standing give the promise alone."""
    with_standing = any(standing is not None for _entry, standing in rows)
    if kind == "json":
        records = [record(entry, standing) for entry, standing in rows]
        return json.dumps({"title": title, "rows": records}, ensure_ascii=False, indent=1) + "\n"
    lines = [
        [*table_row(number, entry), *(_last(standing) if standing is not None else ())]
        for number, (entry, standing) in enumerate(rows, start=1)
    ]
    heads = headings(with_standing=with_standing)
    if kind == "csv":
        return csv_text(heads, lines)
    return workbook(heads, lines, sheet="公开目录")


def _last(standing: EntryStanding) -> list[object]:
    best = standing.best
    return [standing.last_on or _("Not public yet"), best.address if best else ""]


def record(entry: CatalogueEntry, standing: EntryStanding | None = None) -> dict[str, Any]:
    """One row for machines: the words as they stand, and the rules they were read as."""
    found: dict[str, Any] = {
        "id": entry.pk,
        "organ": entry.organ.name,
        "organ_code": entry.organ.code,
        "field": entry.field,
        "level1": entry.level1,
        "level2": entry.level2,
        "level3": entry.level3,
        "content": entry.elements,
        "basis": entry.basis,
        "time_limit": entry.limit_text,
        "time_limit_rules": limit_record(entry.limit),
        "subject": entry.subject_text or entry.organ.name,
        "channels": [
            {"carrier": channel.carrier, "name": channel.label, "required": channel.required}
            for channel in entry.named_channels
        ],
        "audience": entry.audience,
        "audience_group": entry.audience_group,
        "mode": entry.mode,
        "levels": entry.levels,
        "item": entry.item,
        "edition": entry.edition,
        "valid_from": _day(entry.valid_from),
        "retired_on": _day(entry.retired_on),
    }
    if standing is not None:
        best = standing.best
        found |= {
            "published": standing.last_on is not None,
            "last_published": _day(standing.last_on),
            "url": best.address if best else None,
        }
    return found


def limit_record(limit: Limit) -> dict[str, Any]:
    return {"rules": [_rule(rule) for rule in limit.rules], "not_understood": list(limit.unread)}


def _rule(rule: Rule) -> dict[str, Any]:
    told: dict[str, Any] = {"kind": rule.kind.value, "words": rule.words}
    if rule.number or rule.unit.value != "workday":
        told |= {"number": rule.number, "unit": rule.unit.value}
    for name in ("event", "scope", "month", "day"):
        if value := getattr(rule, name):
            told[name] = value
    if rule.every is not None:
        told["every"] = rule.every.value
    return told


def _day(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None
