"""JSON of other hands: years as text, rows by name, numbers as strings; what is wrong is a fault, not a refusal."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from gongkai.wings.disclosure.annual.checking import check_all
from gongkai.wings.disclosure.annual.checking.faults import Fault
from gongkai.wings.disclosure.annual.forms import form
from gongkai.wings.disclosure.annual.reading import NotRead, read_reports

from .offices import bureau_entry
from .reports import with_cell

Change = Callable[[dict[str, Any]], Any]


def faults(*entries: Any, encoding: str = "utf-8") -> list[Fault]:
    content = json.dumps({"reports": entries}, ensure_ascii=False).encode(encoding)
    return list(check_all(read_reports(content)).faults)


def by_code(entry: dict[str, Any]) -> None:
    entry["tables"]["table3"] = {row["row"]: row["values"] for row in entry["tables"]["table3"]}


def by_place(entry: dict[str, Any]) -> None:
    for row in entry["tables"]["table3"]:
        row["values"] = list(row["values"].values())


def by_label(entry: dict[str, Any]) -> None:
    labels = [column.label for column in form("2021").columns]
    for row in entry["tables"]["table3"]:
        row["values"] = dict(zip(labels, row["values"].values(), strict=True))


@pytest.mark.parametrize(
    "change",
    [
        lambda entry: entry.update(year="2023"),
        lambda entry: entry.update(year="2023年度"),
        lambda entry: entry.update(year=2023.0),
        lambda entry: entry.update(format="国办公开办函[2021] 30号"),
        lambda entry: entry.update(format=2021),
        lambda entry: entry.update(format="新版"),
        lambda entry: entry.pop("format"),
        lambda entry: entry["tables"]["table2"].pop("format"),
        lambda entry: entry["tables"]["table2"].update(note="单位：件"),
        lambda entry: entry["tables"]["table4"].update(note="单位：件"),
        lambda entry: entry["tables"].update(table9={}),
        lambda entry: entry.update(
            extra={"a": [1]}, narrative={"一": "收到政府信息公开申请37件。", "二": None}
        ),
        lambda entry: entry.update(narrative=[{"text": "收到政府信息公开申请37件。"}, None]),
        lambda entry: entry.pop("issuer"),
        by_code,
        by_place,
        by_label,
    ],
)
def test_other_notations_of_a_right_report_are_right(change: Change) -> None:
    entry = bureau_entry()
    change(entry)
    assert faults(entry) == []


@pytest.mark.parametrize("value", ["13", "13.0", "１３", "13件", 13.0, " 13 "])
def test_a_number_is_one_in_any_notation(value: object) -> None:
    assert faults(with_cell(bureau_entry(), "table3/3.1/total", value)) == []


@pytest.mark.parametrize("value", ["零", "〇", "0.0"])
def test_a_written_zero_is_no_blank(value: str) -> None:
    assert faults(with_cell(bureau_entry(), "table3/3.5.3/total", value)) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda entry: entry.update(format="2019"),
        lambda entry: entry.update(format="国办公开办函〔2019〕60号"),
        lambda entry: entry.update(format="国办公开办函〔2018〕12号"),
        lambda entry: entry["tables"]["table2"].update(format="2019"),
    ],
)
def test_another_form_that_is_only_named_is_a_fault_of_the_form(change: Change) -> None:
    entry = bureau_entry()
    change(entry)
    assert [(each.rule, each.kind) for each in faults(entry)] == [("FORM", "form")]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_the_encoding_does_not_matter(encoding: str) -> None:
    assert faults(bureau_entry(), encoding=encoding) == []


@pytest.mark.parametrize("column", range(6))
def test_of_unsorted_reports_of_several_issuers_each_stands_beside_its_own_year_before(column: int) -> None:
    """One column of what came over from last year is one less, and one more came in anew: only continuity breaks."""
    key = form("2021").columns[column].key
    rows = {row["row"]: row["values"] for row in bureau_entry()["tables"]["table3"]}
    other = {**bureau_entry(2022), "issuer": "云州市教育局"}
    entry = bureau_entry()
    paths = [f"table3/{code}/{each}" for code in ("1", "2") for each in (key, "total")]
    for path, step in zip(paths, (-1, -1, 1, 1), strict=True):
        code, each = path.split("/")[1:]
        entry = with_cell(entry, path, rows[code][each] + step)
    found = [each for each in faults(entry, other, bureau_entry(2022)) if each.kind == "continuity"]
    assert [(each.rule, each.cells) for each in found] == [
        ("AR-5", (f"table3/2/{each}",)) for each in (key, "total")
    ]
    assert [(each.left, each.right) for each in found][1] == (2, 3)


@pytest.mark.parametrize("row", ["规章", "行政规范性文件"])
def test_what_is_in_force_follows_from_last_year_in_both_rows(row: str) -> None:
    entry = copy.deepcopy(bureau_entry())
    entry["issuer"], before = "云州市人民政府", {**bureau_entry(2022), "issuer": "云州市政府"}
    held = entry["tables"]["table2"]["art20_1"][row]
    held["in_force"] += 1
    (fault,) = faults(before, entry)
    assert (fault.rule, fault.left, fault.right) == ("AR-6", held["in_force"], held["in_force"] - 1)
    assert fault.cells[0] == f"table2/art20_1/{row}/in_force"


def test_what_holds_no_report_is_still_refused() -> None:
    with pytest.raises(NotRead):
        faults({"year": 2023, "issuer": "云州市教育局"})
    with pytest.raises(NotRead):
        faults({"issuer": "云州市教育局", "tables": {}})
