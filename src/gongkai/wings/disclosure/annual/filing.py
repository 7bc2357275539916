"""Numbers organs file: by form or from a table, checked before they are kept."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gongkai.engines import figures
from gongkai.engines.figures import Period
from gongkai.foundation.accounts.models import User
from gongkai.foundation.ledger.services import append
from gongkai.foundation.organs.models import Organ
from gongkai.wings.disclosure.annual.errors import ReportRefused
from gongkai.wings.disclosure.annual.forms import TOTAL, Cell, Form
from gongkai.wings.disclosure.annual.models import REPORTERS, Filing, as_json
from gongkai.wings.disclosure.annual.numbers import RECORDS, counted_cells
from gongkai.wings.disclosure.annual.shape import NotANumber, Number, number


def may_file(user: User, organ: Organ) -> bool:
    """Its disclosure office, or that of an organ above it."""
    return user.is_superuser or any(user.has_role(role, organ) for role in REPORTERS)


def cells_to_file(form: Form, *, elsewhere: bool) -> tuple[Cell, ...]:
    """What an organ may file: section 二, and 三 and 四 when its records are elsewhere. Totals are summed, never typed."""
    return tuple(
        cell
        for cell in form.cells
        if not cell.path.startswith(RECORDS) or (elsewhere and not is_sum(cell.path))
    )


def is_sum(path: str) -> bool:
    """Whether a cell of sections 三 and 四 is the sum of others."""
    table, *_rest, column = path.split("/")
    return table in ("table3", "table4") and (column == TOTAL or path.startswith("table3/3.7/"))


def with_sums(cells: Mapping[str, Number], form: Form) -> dict[str, Number]:
    """The same with the totals of sections 三 and 四 worked out: rows from columns, 三（七） from its results."""
    whole = dict(cells)
    for column in form.applicants:
        whole[f"table3/3.7/{column.key}"] = _sum(
            whole, [f"table3/{row.code}/{column.key}" for row in form.leaves]
        )
    for row in form.rows:
        whole[f"table3/{row.code}/{TOTAL}"] = _sum(
            whole, [f"table3/{row.code}/{column.key}" for column in form.applicants]
        )
    for block in form.remedies:
        parts = [f"table4/{block.key}/{result.key}" for result in form.results if result.key != TOTAL]
        whole[f"table4/{block.key}/{TOTAL}"] = _sum(whole, parts)
    return whole


def _sum(cells: Mapping[str, Number], paths: list[str]) -> Number:
    found = [cells.get(path) for path in paths]
    return None if any(value is None for value in found) else sum(value or 0 for value in found)


def read_cells(typed: Mapping[str, object], form: Form, *, elsewhere: bool) -> dict[str, Number]:
    """Typed cells as numbers; blank ones are left out. Raises ``ValidationError`` by path, for all faults together."""
    faults: dict[str, list[str]] = {}
    read: dict[str, Number] = {}
    known = {cell.path: cell for cell in cells_to_file(form, elsewhere=elsewhere)}
    for path, raw in typed.items():
        if path not in known:
            faults[path] = [_("The form has no such cell to be filed.")]
            continue
        cell = known[path]
        try:
            value = number(raw, change=cell.value == "change")
        except NotANumber:
            faults[path] = [
                _("%(cell)s: “%(typed)s” is not a number. Write digits only.")
                % {"cell": cell.label, "typed": str(raw)[:20]}
            ]
            continue
        if value is None:
            continue
        if fault := _fault(cell, value):
            faults[path] = [fault]
        read[path] = value
    if elsewhere:
        faults |= _unbalanced(read, form, known)
    if faults:
        raise ValidationError(faults)
    return read


def _fault(cell: Cell, value: Number) -> str:
    """AR-9: counts are whole and not below nought, amounts have four places at most."""
    assert value is not None
    named = {"cell": cell.label, "value": value}
    if value < 0 and cell.value != "change":
        return _("%(cell)s: %(value)s is below nought.") % named
    if isinstance(value, Decimal) and cell.value != "money":
        return _("%(cell)s: %(value)s is not a whole number.") % named
    return ""


def _unbalanced(read: Mapping[str, Number], form: Form, known: Mapping[str, Cell]) -> dict[str, list[str]]:
    """Whoever files sections 三 and 四 fills every cell, and AR-1 holds in every column."""
    blank = [path for path in known if path.startswith(RECORDS) and path not in read]
    if blank:
        return {
            path: [_("%s is blank. Where there was nothing, write 0.") % known[path].label] for path in blank
        }
    whole, faults = with_sums(read, form), {}
    for column in form.applicants:
        came = _sum(whole, [f"table3/1/{column.key}", f"table3/2/{column.key}"])
        went = _sum(whole, [f"table3/3.7/{column.key}", f"table3/4/{column.key}"])
        if came != went:
            faults[f"table3/4/{column.key}"] = [
                _("Column %(column)s: items one and two give %(came)s, items three and four %(went)s.")
                % {"column": column.label, "came": came, "went": went}
            ]
    return faults


def file_numbers(
    *,
    organ: Organ,
    year: int,
    form: Form,
    typed: Mapping[str, object],
    user: User,
    elsewhere: bool = False,
    source: str = "",
) -> Filing:
    """Keep the numbers of an organ for a year in place of those filed before.

    Raises ``ReportRefused`` (role, counted), ``ValidationError`` by path.
    """
    if not may_file(user, organ):
        raise ReportRefused("role")
    if elsewhere and _recorded_here(organ, year, form):
        raise ReportRefused("counted")
    cells = read_cells(typed, form, elsewhere=elsewhere)
    if elsewhere:
        cells = with_sums(cells, form)
    with transaction.atomic():
        filing, _created = Filing.objects.select_for_update().update_or_create(
            organ=organ,
            year=year,
            defaults={
                "form_code": form.code,
                "cells": as_json(cells),
                "elsewhere": elsewhere,
                "source": source,
                "filed_by": user,
                "filed_at": timezone.now(),
            },
        )
        append(
            stream=f"annual:{organ.code}",
            verb="annual.file",
            actor=user.ledger_name,
            organ=organ.code,
            subject=f"annual-filing:{organ.code}:{year}",
            body={"year": year, "elsewhere": elsewhere, "cells": as_json(cells)},
        )
    return filing


def _recorded_here(organ: Organ, year: int, form: Form) -> bool:
    wanted = {
        path: cell
        for path, cell in counted_cells(form).items()
        if path.startswith(("table3/1/", "table3/2/"))
    }
    counted = figures.fill(wanted, Period.year(year), organs=[organ.pk])
    return any(any(row.values()) for row in counted.values())
