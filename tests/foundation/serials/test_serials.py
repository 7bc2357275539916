"""Serial numbers: without gaps, never twice, and given back by what fails. Races: test_races of casework."""

from __future__ import annotations

import pytest
from django.db import transaction

from gongkai.foundation.serials.services import take


@pytest.mark.django_db
def test_each_series_counts_by_itself() -> None:
    assert [take("a", 2020), take("a", 2020), take("a", 2021), take("b", 2020)] == [1, 2, 1, 1]


@pytest.mark.django_db(transaction=True)
def test_what_fails_gives_its_number_back() -> None:
    class Interrupted(Exception):
        pass

    with pytest.raises(Interrupted), transaction.atomic():
        take("a")
        raise Interrupted
    with transaction.atomic():
        assert take("a") == 1


@pytest.mark.django_db(transaction=True)
def test_a_number_is_not_given_out_without_a_transaction() -> None:
    with pytest.raises(RuntimeError):
        take("a")
