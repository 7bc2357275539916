"""Pages of the rows behind a number: nothing twice, nothing left out, whatever the cursor says."""

from __future__ import annotations

import datetime as dt

import pytest

from gongkai.engines.casework.models import Case
from gongkai.engines.figures.drilling import drilled
from tests.factories import organ

pytestmark = pytest.mark.django_db
DAYS = [1, 3, 3, 3, 2, 5]


@pytest.fixture
def cases() -> list[Case]:
    at = organ("甲局")
    now = dt.datetime(2020, 2, 1, tzinfo=dt.UTC)
    made = [
        Case(
            procedure="p",
            number=str(at_),
            organ=at,
            state="s",
            title="",
            received_on=dt.date(2020, 1, day),
            opened_at=now,
        )
        for at_, day in enumerate(DAYS)
    ]
    return Case.objects.bulk_create(made)


@pytest.mark.parametrize("newest", ["received_on", ""])
@pytest.mark.parametrize("size", [1, 2, 3, 6, 7])
def test_pages_follow_one_another(cases: list[Case], newest: str, size: int) -> None:
    seen: list[Case] = []
    after = ""
    while True:
        page = drilled(Case.objects.all(), newest=newest, after=after, size=size)
        assert len(page.rows) <= size
        seen += page.rows
        after = page.next
        if not after:
            break
    assert seen == sorted(cases, key=lambda case: (case.received_on if newest else 0, case.pk), reverse=True)


@pytest.mark.parametrize(
    "after", ["x", "2020-13-40:1", "2020-01-03:", ":", "2020-01-03:²", f"2020-01-03:{'9' * 30}", "--:--"]
)
def test_a_cursor_that_says_nothing_gives_the_first_page(cases: list[Case], after: str) -> None:
    first = drilled(Case.objects.all(), newest="received_on", size=2).rows
    assert drilled(Case.objects.all(), newest="received_on", after=after, size=2).rows == first
