"""The items of 条例 Art. 20 against the organs, for the public: how many matters, and how many have a place of publication.

A matter nothing fulfils counts here as open, whoever it belongs to. Each cell leads to its matters, and these to what is
there. What is shown changes with the catalogue alone, not with each publication.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from gongkai.engines.exchange.spreadsheet import workbook
from gongkai.engines.exchange.tables import csv_text
from gongkai.foundation.organs.models import Organ
from gongkai.foundation.statutes.disclosure import disclosure_item, disclosure_items
from gongkai.wings.disclosure.catalogue.gaps import Cell, Matrix, item_label
from gongkai.wings.disclosure.catalogue.models import EntryQuerySet, Mode


def coverage(rows: EntryQuerySet) -> Matrix:
    """The matrix of some rows; those only on request are left out. ``fulfilled``: something is named that keeps it."""
    promised = rows.filter(mode=Mode.PROACTIVE).exclude(item="")
    total, bound = _counted(promised), _counted(promised.bound())
    ids = {organ for _item, organ in total}
    organs = tuple(Organ.objects.filter(pk__in=ids).order_by("path"))
    items = (*(item.code for item in disclosure_items()), "21")
    cells = {place: Cell(number, bound.get(place, 0)) for place, number in total.items()}
    return Matrix(items, organs, cells)


def _counted(rows: EntryQuerySet) -> dict[tuple[str, int], int]:
    counted = rows.order_by().values_list("item", "organ_id").annotate(Count("pk"))
    return {(item, organ): number for item, organ, number in counted}


@dataclass(frozen=True, slots=True)
class Shown:
    """One cell as printed; ``url`` leads to its matters."""

    cell: Cell
    url: str
    label: str


def lines(found: Matrix) -> list[dict[str, Any]]:
    """One line for each organ."""
    return [
        {
            "organ": organ.name,
            "code": organ.code,
            "cells": [
                Shown(
                    found.cell(item, organ),
                    f"/catalogue/item/{item}/{organ.code}/",
                    f"{organ.name} {item_label(item)}",
                )
                for item in found.items
            ],
            "total": found.total(organ=organ),
        }
        for organ in found.organs
    ]


def heads(found: Matrix) -> list[tuple[str, str]]:
    """Short and full name of each item."""
    return [(_numeral(item), item_label(item)) for item in found.items]


def _numeral(item: str) -> str:
    return disclosure_item(item).numeral or str(_("Art. 21"))


def written(found: Matrix, kind: str) -> str | bytes:
    """The matrix as CSV, XLSX or JSON, "named/all" in each cell."""
    if kind == "json":
        return json.dumps(_records(found), ensure_ascii=False, indent=1) + "\n"
    headings = [_("Organ"), *(item_label(item) for item in found.items), _("Total")]
    table: Iterable[Sequence[object]] = [
        [
            line["organ"],
            *(f"{each.cell.fulfilled}/{each.cell.rows}" if each.cell.rows else "" for each in line["cells"]),
            f"{line['total'].fulfilled}/{line['total'].rows}",
        ]
        for line in lines(found)
    ]
    return workbook(headings, table) if kind == "xlsx" else csv_text(headings, table)


def _records(found: Matrix) -> dict[str, Any]:
    return {
        "items": [{"code": item, "name": item_label(item)} for item in found.items],
        "organs": [
            {
                "code": organ.code,
                "name": organ.name,
                "cells": {
                    item: {"matters": cell.rows, "with_a_place": cell.fulfilled}
                    for item in found.items
                    if (cell := found.cell(item, organ)).rows
                },
            }
            for organ in found.organs
        ],
        "nobody_promises": list(found.uncovered),
    }
