"""A million rows for a measurement come in past the indexes, which are the same afterwards."""

from __future__ import annotations

import pytest
from django.db import connection

from gongkai.engines.casework.bench import insert_cases
from gongkai.foundation.bench_database import _INDEXES
from gongkai.foundation.organs.models import OrganKind
from gongkai.foundation.organs.services import establish_organ

pytestmark = pytest.mark.django_db


def indexes() -> set[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(_INDEXES[connection.vendor], ["casework_case"])
        return {*cursor.fetchall()}


def test_rows_put_in_at_once_leave_the_indexes_as_they_were() -> None:
    organ = establish_organ(actor="system", code="bench", name="基准局", kind=OrganKind.DEPARTMENT)
    columns = (
        "procedure", "number", "organ_id", "state", "outcome", "title", "channel", "received_on", "opened_at",
        "applicant_kind", "due_provisional", "waiting", "version",
    )  # fmt: skip
    day = "2026-01-05"
    before = indexes()
    assert any(name == "casework_received" for name, _made_by in before)
    insert_cases(
        columns,
        [
            ("p", f"{n}", organ.pk, "open", "", "事项", "", day, f"{day} 00:00:00+00:00", "", False, False, 1)
            for n in range(3)
        ],
    )
    assert indexes() == before
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM casework_case")
        assert cursor.fetchone() == (3,)
