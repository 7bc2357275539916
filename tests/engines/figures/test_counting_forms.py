"""Forms filled from records, frozen, and compared with what the records say later."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection

from gongkai.engines.casework.models import Case
from gongkai.engines.figures import Cell, FigureFault, Period, fill, months, total, trend, value, years
from gongkai.engines.figures.freezing import freeze, is_genuine, then_and_now
from gongkai.engines.figures.models import Snapshot
from gongkai.foundation.ledger.heads import current_head
from tests.factories_disclosure import Office, accepted, decide, office, request
from tests.remembered import remembered

pytestmark = pytest.mark.django_db

YEAR = Period.year(2020)
FORM = {
    "new": Cell("requests.row.1"),
    "new.natural": Cell("requests.row.1", {"applicant_kind": "natural"}),
    "granted": Cell("requests.row.3.1"),
    "open": Cell("requests.row.4"),
}


@pytest.fixture
@remembered
def two_offices() -> tuple[Office, Office]:
    one, other = office(), office()
    decide(accepted(one), one, "granted", "2020-04-28")
    request(one, "2020-12-30")
    request(
        other,
        "2020-06-01",
        applicant_kind="business",
        name="测试公司",
        identity_kind="credit_code",
        identity_number="91350100M000100Y43",
    )
    return one, other


def test_every_cell_is_what_the_figure_counts_alone(two_offices: tuple[Office, Office]) -> None:
    one, other = two_offices
    filled = fill(FORM, YEAR)
    assert filled[one.organ.pk] == {"new": 2, "new.natural": 2, "granted": 1, "open": 1}
    assert filled[other.organ.pk] == {"new": 1, "new.natural": 0, "granted": 0, "open": 1}
    assert total(filled, FORM) == {
        key: value(cell.figure, YEAR, organs=None, **cell.where) for key, cell in FORM.items()
    }


def test_organs_that_are_not_asked_for_are_not_counted(two_offices: tuple[Office, Office]) -> None:
    one, _other = two_offices
    assert set(fill(FORM, YEAR, organs=[one.organ.pk])) == {one.organ.pk}
    assert fill(FORM, Period.year(2018)) == {}
    assert total({}, FORM) == dict.fromkeys(FORM, 0)


def test_a_form_with_an_unknown_figure_is_refused() -> None:
    with pytest.raises(FigureFault, match=r"requests\.nothing"):
        fill({"x": Cell("requests.nothing")}, YEAR)


def test_a_year_has_twelve_months_without_gap_or_overlap() -> None:
    parts = months(2020)
    assert [part.since for part in parts][1:] == [part.until + dt.timedelta(days=1) for part in parts][:-1]
    assert (parts[0].since, parts[-1].until) == YEAR
    assert years(2019, 2021) == (Period.year(2019), YEAR, Period.year(2021))


def test_months_add_up_to_their_year(two_offices: tuple[Office, Office]) -> None:
    by_month = [row["requests.row.1"] for _period, row in trend(["requests.row.1"], months(2020))]
    assert (by_month[3], by_month[5], by_month[11]) == (1, 1, 1)
    assert sum(by_month) == value("requests.row.1", YEAR)


def test_frozen_numbers_stay_and_tell_what_moved_since(two_offices: tuple[Office, Office]) -> None:
    one, other = two_offices
    head = current_head()
    kept = freeze(
        subject="test", cells=FORM, period=YEAR, organs=[one.organ.pk, other.organ.pk], user=one.head
    )
    assert kept.ledger_head == head != current_head()
    assert not any(change.moved or not change.same_definition for change in then_and_now(kept))
    request(one, "2020-12-31")  # entered late
    moved = {change.key: (change.then, change.now) for change in then_and_now(kept) if change.moved}
    assert moved == {"new": (3, 4), "new.natural": (2, 3), "open": (2, 3)}
    assert kept.values == {"new": 3, "new.natural": 2, "granted": 1, "open": 2}


def test_a_frozen_number_changed_behind_our_back_is_found(two_offices: tuple[Office, Office]) -> None:
    kept = freeze(subject="test", cells=FORM, period=YEAR, organs=[two_offices[0].organ.pk], user=None)
    assert is_genuine(kept)
    kept.cells["new"]["value"] = 1
    kept.save()
    assert not is_genuine(Snapshot.objects.get(pk=kept.pk))


def test_a_definition_that_changed_is_told_apart_from_records_that_did(
    two_offices: tuple[Office, Office],
) -> None:
    kept = freeze(subject="test", cells=FORM, period=YEAR, organs=[two_offices[0].organ.pk], user=None)
    kept.cells["new"]["definition"] = "0" * 64
    kept.cells["granted"]["figure"] = "requests.gone"
    changes = {change.key: change for change in then_and_now(kept)}
    assert not changes["new"].same_definition
    assert not changes["new"].moved
    assert (changes["granted"].now, changes["granted"].same_definition) == (None, False)


def test_a_case_deleted_behind_our_back_moves_the_numbers(two_offices: tuple[Office, Office]) -> None:
    one, _other = two_offices
    kept = freeze(subject="test", cells=FORM, period=YEAR, organs=[one.organ.pk], user=None)
    still_open = Case.objects.get(organ=one.organ, closed_on=None)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE casework_case SET received_on = '2021-01-04' WHERE id = %s", [still_open.pk])
    assert {change.key for change in then_and_now(kept) if change.moved} == {"new", "new.natural", "open"}
