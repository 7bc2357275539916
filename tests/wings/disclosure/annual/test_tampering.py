"""Behind the figures' back: whatever is done to a case past the services, the ledger finds it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection

from gongkai.engines.casework.models import Case
from gongkai.engines.casework.verification import verify_cases
from gongkai.wings.disclosure.annual.filing import with_sums
from gongkai.wings.disclosure.annual.forms import form
from gongkai.wings.disclosure.annual.numbers import numbers, report_of
from gongkai.wings.disclosure.annual.shape import Number
from gongkai.wings.disclosure.requests.models import Request
from tests.factories import organ as new_organ

from .test_real_reports import bring

pytestmark = pytest.mark.django_db

_COLUMNS = "procedure, number, organ_id, state, outcome, title, channel, received_on, opened_at, closed_on, handler_id"
_COLUMNS += ", applicant_id, applicant_kind, parent_id, due_on, due_provisional, internal_due_on, waiting"
_COLUMNS += ", others_due_on, version"


def sql(statement: str, *values: int | str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def doubled(pk: int) -> None:
    columns = _COLUMNS.replace("number", "number || '副'", 1)
    sql(f"INSERT INTO casework_case ({_COLUMNS}) SELECT {columns} FROM casework_case WHERE id = %s", pk)


def deleted(pk: int) -> None:
    Request.objects.filter(pk=pk).delete()
    sql("DELETE FROM casework_event WHERE case_id = %s", pk)
    sql("DELETE FROM casework_clock WHERE case_id = %s", pk)
    sql("DELETE FROM casework_case WHERE id = %s", pk)


def moved(pk: int) -> None:
    sql("UPDATE casework_case SET organ_id = %s WHERE id = %s", new_organ("别的局").pk, pk)


def another_result(pk: int) -> None:
    sql("UPDATE casework_case SET outcome = 'not_exist' WHERE id = %s", pk)


def another_year(pk: int) -> None:
    sql("UPDATE casework_case SET closed_on = '2022-01-04' WHERE id = %s", pk)


def another_applicant(pk: int) -> None:
    sql("UPDATE casework_case SET applicant_kind = 'legal' WHERE id = %s", pk)


@pytest.mark.parametrize("act", [doubled, deleted, moved, another_result, another_year, another_applicant])
def test_what_moves_a_number_behind_our_back_is_found(act: object, tmp_path: Path) -> None:
    official = form("2021")
    cells: dict[str, Number] = dict.fromkeys((cell.path for cell in official.cells), 0)
    cells |= {"table3/1/natural_person": 3, "table3/3.1/natural_person": 3}
    at = new_organ()
    bring([report_of(with_sums(cells, official), official, year=2021, issuer="某市")], at, tmp_path)
    before = numbers(at, 2021, official).cells
    assert list(verify_cases()) == []
    case = Case.objects.filter(organ=at).order_by("pk")[1]
    act(case.pk)  # type: ignore[operator]
    assert numbers(at, 2021, official).cells != before
    assert {fault.case for fault in verify_cases()}
