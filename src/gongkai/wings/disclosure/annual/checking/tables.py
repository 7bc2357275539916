"""The sums of the form, blank cells, wrong forms and rows: AR-1 to AR-4 and AR-9. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from gongkai.wings.disclosure.annual.checking.faults import Fault, name, places, shown, where
from gongkai.wings.disclosure.annual.forms import (
    CARRIED_IN,
    CARRIED_OUT,
    CONCLUDED,
    NEW,
    TOTAL,
    Form,
    UnknownForm,
    form,
    form_of,
    forms,
    path2,
    path3,
    path4,
)
from gongkai.wings.disclosure.annual.shape import Number, Report, named_form

FORM_RULE: Final = "FORM"


@dataclass(frozen=True, slots=True)
class Equation:
    """Two sums of cells that the form makes equal."""

    rule: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    subject: str
    """Row, column or block it is about, in the words of the form."""

    def sides(self, cells: Mapping[str, Number]) -> tuple[int | Decimal, int | Decimal] | None:
        """Both sums, or ``None`` where a cell is blank or missing: what is not there cannot be added."""
        left = [cells.get(path) for path in self.left]
        right = [cells.get(path) for path in self.right]
        if None in left or None in right:
            return None
        return sum(left), sum(right)  # type: ignore[arg-type]


def equations(two: Form, three: Form) -> Iterator[Equation]:
    """Every sum of the form that table 三 (``three``) and table 四 hold."""
    for column in three.columns:
        yield Equation(
            "AR-1",
            (path3(NEW, column.key), path3(CARRIED_IN, column.key)),
            (path3(CONCLUDED, column.key), path3(CARRIED_OUT, column.key)),
            column.label,
        )
    for column in three.columns:
        yield Equation(
            "AR-2",
            (path3(CONCLUDED, column.key),),
            tuple(path3(row.code, column.key) for row in three.leaves),
            column.label,
        )
    for row in three.rows:
        yield Equation(
            "AR-3",
            (path3(row.code, TOTAL),),
            tuple(path3(row.code, column.key) for column in three.applicants),
            row.label,
        )
    for block in two.remedies:
        yield Equation(
            "AR-4",
            (path4(block.key, TOTAL),),
            tuple(path4(block.key, each.key) for each in two.results if each.key != TOTAL),
            block.label,
        )


def used_forms(report: Report) -> dict[str, Form]:
    """The form whose rows each table really has, by table: what stands there, not what the report says of itself."""
    own = report.form
    two = {path2(b, r, c) for b, rows in report.table2.items() for r, cells in rows.items() for c in cells}
    three = {path3(row.code, column) for row in report.table3 for column in row.values}
    found = {}
    for table, present in (("table2", two), ("table3", three)):
        best = max(forms(), key=lambda each: (_likeness(each, table, present), each.code == own))
        found[table] = best if present else form(own)
    return found


def _likeness(each: Form, table: str, present: set[str]) -> int:
    own = {cell.path for cell in each.cells if cell.path.startswith(f"{table}/")}
    return len(own & present) - len(present - own)


def table_faults(report: Report) -> tuple[Fault, ...]:
    """Everything that is wrong with the tables of one report taken by itself."""
    used = used_forms(report)
    cells = report.cells()
    found = [
        *_wrong_form(report, used),
        *_wrong_rows(report, used, cells),
        *_no_numbers(report, used, cells),
        *_sums(report, used, cells),
    ]
    return tuple(replace(fault, report=name(report)) for fault in found)


def _wrong_form(report: Report, used: dict[str, Form]) -> Iterator[Fault]:
    try:
        right = form_of(report.year)
    except UnknownForm:
        yield Fault(
            rule=FORM_RULE,
            kind="form",
            cells=(),
            message=_("There is no official form for report year %(year)d; the first is that of 2019.")
            % {"year": report.year},
            place=_("report year"),
            mend=_("Check the year of the report."),
        )
        return
    signs = []
    cells: list[str] = []
    labels = {"table2": "第二部分", "table3": "第三部分"}
    for table, ours in used.items():
        if ours != right:
            signs.append(labels[table])
            others = {cell.path for cell in right.cells}
            cells += [
                cell.path
                for cell in ours.cells
                if cell.path.startswith(f"{table}/") and cell.path not in others
            ]
    if not signs and report.form != right.code:
        signs.append(_("form code"))
    if named_form(report.instrument) not in ("", right.code):
        signs.append(_("instrument named"))
    if signs:
        yield Fault(
            rule=FORM_RULE,
            kind="form",
            cells=tuple(cells),
            message=_("The report of %(year)d must follow %(right)s, but uses another form in: %(signs)s.")
            % {"year": report.year, "right": right.instrument, "signs": "、".join(signs)},
            place="、".join(signs),
            mend=_("Fill in the form of %(right)s.") % {"right": right.instrument},
        )


def _wrong_rows(report: Report, used: dict[str, Form], cells: Mapping[str, Number]) -> Iterator[Fault]:
    """Rows the form has and the report has not, and the other way round; one fault for each row."""
    expected = {
        cell.path for table, ours in used.items() for cell in ours.cells if cell.path.startswith(table)
    }
    expected |= {cell.path for cell in form(report.form).cells if cell.path.startswith("table4/")}
    rows = [_row(path) for path in cells]
    there = set(rows)
    if report.kind == "partial":
        expected_there = {path for path in expected if _row(path) in there}
    else:
        expected_there = expected
    lacking: dict[str, list[str]] = {}
    for path in (cell.path for each in _forms(used) for cell in each.cells if cell.path in expected_there):
        if _row(path) not in there:
            lacking.setdefault(_row(path), []).append(path)
    for table in ("table2", "table3", "table4") if report.kind != "partial" else ():
        if not any(row.startswith(f"{table}/") for row in there):
            of_table = [path for path in lacking if path.startswith(f"{table}/")]
            whole = tuple(path for row in of_table for path in lacking.pop(row))
            yield _row_fault(report, whole, _("The whole table is missing."), _table_name(table))
    for paths in lacking.values():
        yield _row_fault(report, tuple(paths), _("The form has this row, the report has not."), "")
    foreign: dict[str, list[str]] = {}
    for path in cells:
        if path not in expected:
            foreign.setdefault(_row(path), []).append(path)
    for paths in foreign.values():
        yield _row_fault(report, tuple(paths), _("The form has no such row or column."), "")
    codes = [row.code for row in report.table3]
    for code in dict.fromkeys(code for code in codes if codes.count(code) > 1):
        paths = [path3(code, column.key) for column in used["table3"].columns]
        yield _row_fault(report, tuple(paths), _("The row stands in the table more than once."), "")


def _forms(used: dict[str, Form]) -> list[Form]:
    return [form(code) for code in dict.fromkeys(each.code for each in used.values())]


def _row(path: str) -> str:
    return path.rpartition("/")[0]


def _table_name(table: str) -> str:
    return {"table2": "第二部分", "table3": "第三部分", "table4": "第四部分"}[table]


def _row_fault(report: Report, paths: tuple[str, ...], message: str, place: str) -> Fault:
    return Fault(
        rule=FORM_RULE,
        kind="form",
        cells=paths,
        message=message,
        place=place or places(report, paths[:1]),
        mend=_("Use the rows and columns of the official form, all of them and no others."),
    )


def _no_numbers(report: Report, used: dict[str, Form], cells: Mapping[str, Number]) -> Iterator[Fault]:
    """AR-9: blank cells by row; what is no number, below zero, or broken where whole numbers are counted."""
    known = {cell.path: cell for each in (*used.values(), form(report.form)) for cell in each.cells}
    there = {_row(path) for path in cells}
    blank: dict[str, list[str]] = {}
    for path in known:
        missing = path not in cells and _row(path) in there
        empty = missing or (path in cells and cells[path] is None)
        if empty and path not in report.unread and _belongs(path, used, report):
            blank.setdefault(_row(path), []).append(path)
    for paths in blank.values():
        yield Fault(
            rule="AR-9",
            kind="blank",
            cells=tuple(paths),
            message=_("Left blank."),
            place=places(report, tuple(paths)),
            mend=_("Write the number; write 0 where there is none."),
        )
    for path, text in report.unread.items():
        yield _not_right(report, path, None, _("“%(text)s” is no number.") % {"text": text})
    for path, value in cells.items():
        kind = known[path].value if path in known else "count"
        if value is None:
            continue
        if kind != "money" and not isinstance(value, int):
            yield _not_right(
                report, path, value, _("%(value)s is no whole number.") % {"value": shown(value)}
            )
        elif kind != "change" and value < 0:
            yield _not_right(report, path, value, _("%(value)s is below zero.") % {"value": shown(value)})


def _belongs(path: str, used: dict[str, Form], report: Report) -> bool:
    ours = used.get(path.partition("/")[0], form(report.form))
    return any(cell.path == path for cell in ours.cells)


def _not_right(report: Report, path: str, value: Number, message: str) -> Fault:
    return Fault(
        rule="AR-9",
        kind="form",
        cells=(path,),
        left=value,
        message=message,
        place=where(report, path),
        mend=_("Counts are whole numbers from 0; amounts are in 万元."),
    )


def _sums(report: Report, used: dict[str, Form], cells: Mapping[str, Number]) -> Iterator[Fault]:
    ours = list(equations(form(report.form), used["table3"]))
    broken = [(each, sides) for each in ours if (sides := each.sides(cells)) and sides[0] != sides[1]]
    for each, (left, right) in broken:
        yield Fault(
            rule=each.rule,
            kind="arithmetic",
            cells=each.left + each.right,
            left=left,
            right=right,
            message=_SUMS[each.rule]()
            % {
                "subject": each.subject,
                "left": shown(left),
                "right": shown(right),
                "gap": shown(_apart(left, right)),
            },
            place=f"{_table_name(each.left[0].partition('/')[0])}“{each.subject}”",
            mend=_likely(report, each, [one for one, _sides in broken], ours, cells)
            or _("Check the numbers of both sides against the records and correct the wrong one."),
        )


def _apart(left: int | Decimal, right: int | Decimal) -> int | Decimal:
    gap = abs(Decimal(left) - Decimal(right))
    return int(gap) if gap == int(gap) else gap


_SUMS: Final = {
    "AR-1": lambda: _(
        "Column “%(subject)s”: item 1 plus item 2 gives %(left)s, item 3 (7) plus item 4 gives %(right)s; "
        "they differ by %(gap)s."
    ),
    "AR-2": lambda: _(
        "Column “%(subject)s”: 三（七）总计 says %(left)s, its results add up to %(right)s; they differ by %(gap)s."
    ),
    "AR-3": lambda: _(
        "Row “%(subject)s”: 总计 says %(left)s, its applicants add up to %(right)s; they differ by %(gap)s."
    ),
    "AR-4": lambda: _(
        "“%(subject)s”: 总计 says %(left)s, its results add up to %(right)s; they differ by %(gap)s."
    ),
}


def _likely(
    report: Report,
    broken: Equation,
    failing: list[Equation],
    all_of_them: list[Equation],
    cells: Mapping[str, Number],
) -> str:
    """Where one cell alone explains all sums it stands in: that cell and the number that would put them right.

    A number stands in up to three sums (its row, its column, and the form's own rule); a slip in it breaks each by the
    same amount.
    """
    found = []
    for path in broken.left + broken.right:
        mine = [each for each in all_of_them if path in each.left or path in each.right]
        if len(mine) < 2 or not all(each in failing for each in mine):
            continue
        steps = set()
        for each in mine:
            sides = each.sides(cells)
            assert sides is not None
            steps.add(sides[1] - sides[0] if path in each.left else sides[0] - sides[1])
        value = cells[path]
        if len(steps) == 1 and isinstance(value, int) and value + next(iter(steps)) >= 0:
            found.append((path, value, value + next(iter(steps))))
    if len(found) != 1:
        return ""
    path, value, better = found[0]
    return _("Look first at %(cell)s: with %(better)s instead of %(value)s its sums would all be right.") % {
        "cell": where(report, path),
        "better": shown(better),
        "value": shown(value),
    }
