"""A number is counted once for each state of the ledger, and never given when something has been entered since."""

from __future__ import annotations

import pytest

from gongkai.engines.figures import Period, drill, figure, source, tally
from gongkai.engines.figures.drilling import drilled
from gongkai.engines.figures.remembering import number_of, remembered, remembered_tally
from tests.factories_disclosure import Office, accepted, decide, office

pytestmark = pytest.mark.django_db
YEAR = Period.year(2020)
CODE = "requests.row.3.7"


class Counter:
    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> int:
        self.times += 1
        return tally("requests.concluded", YEAR).of(figure(CODE))


def ask(count: Counter, *at: Office, year: int = 2020) -> int:
    organs = [each.organ.pk for each in at] or None
    return remembered(("test", year, organs and tuple(organs)), count, stream="cases:", organs=organs)


def test_a_number_is_counted_again_once_an_organ_concerned_has_entered_anything() -> None:
    at, other, count = office(), office(), Counter()
    assert [ask(count), ask(count), ask(count, other), count.times] == [0, 0, 0, 2]
    decide(accepted(at), at, "granted", "2020-05-12")
    assert [ask(count), ask(count), count.times] == [1, 1, 3]
    assert (ask(count, other), count.times) == (0, 3)
    ask(count, year=2021)
    assert count.times == 4


def test_what_has_no_stream_is_counted_every_time() -> None:
    count = Counter()
    for _time in range(2):
        remembered("test", count, stream="", organs=None)
    assert count.times == 2


def test_whoever_may_not_count_still_gets_what_is_known() -> None:
    def refuse() -> None:
        raise PermissionError

    organs = [office().organ.pk]
    assert remembered("a", lambda: 0, stream="cases:", organs=organs) == 0
    assert remembered("a", lambda: 1, stream="cases:", organs=organs, before=refuse) == 0
    with pytest.raises(PermissionError):
        remembered("b", lambda: 1, stream="cases:", organs=organs, before=refuse)


@pytest.mark.parametrize("from_the_sheet", [True, False])
def test_the_number_beside_a_page_is_that_of_its_rows_for_each_who_sees_others(from_the_sheet: bool) -> None:
    at, other = office(), office()
    for each, times in ((at, 3), (other, 2)):
        for _time in range(times):
            decide(accepted(each), each, "granted", "2020-05-12")
    for each, number in ((at, 3), (other, 2)):
        rows = drill(CODE, YEAR, user=each.officer)
        organs = [each.organ.pk]
        if from_the_sheet:
            remembered_tally("requests.concluded", YEAR, organs=organs)
        for size in (1, 50):
            page = drilled(rows, newest=source("requests.concluded").newest, size=size)
            for where, found in (({}, number), ({"outcome": "granted"}, number), ({"outcome": "partial"}, 0)):
                some = rows.filter(**where)
                listed = page if not where else drilled(some, newest="closed_on", size=size)
                assert (
                    number_of(some, listed, code=CODE, period=YEAR, organs=organs, first=True, where=where)
                    == found
                )
