"""Two people at once: nobody gets the same number, nobody decides twice. On PostgreSQL, where it could go wrong.

SQLite admits one writer at a time (BEGIN IMMEDIATE), and its in-memory test database no second connection at all.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction

from gongkai.wings.publishing.documents import numbering
from gongkai.wings.publishing.documents.models import Document, IndexSerial
from gongkai.wings.publishing.documents.rules import next_index_number
from gongkai.wings.publishing.reviews import services as reviews
from gongkai.wings.publishing.reviews.services import ReviewError
from tests.factories_publishing import Desk, desk, draft_of, staff

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 8


@pytest.fixture(autouse=True)
def real_concurrency(transactional_db: None) -> None:
    if connection.vendor == "sqlite" and "mode=memory" in str(connection.settings_dict["NAME"]):
        pytest.skip("an in-memory SQLite database has one connection; run with DATABASE_URL of a PostgreSQL")


def at_once(act: Callable[[int], Any], count: int = THREADS) -> list[Any]:
    """Run ``act(0) … act(count - 1)`` in threads that start together; their results or exceptions."""
    start = Barrier(count)

    def run(number: int) -> Any:
        try:
            start.wait()
            return act(number)
        except Exception as error:  # noqa: BLE001  # the result of a racer is judged by the test
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def under_final_review(people: Desk, number: int) -> Document:
    document = draft_of(people, title=f"竞争{number}")
    reviews.submit(document=document, user=people.author)
    reviews.approve(document=document, user=people.first)
    reviews.approve(document=document, user=people.second)
    return document


def test_eight_publications_at_once_get_eight_numbers_without_gap() -> None:
    people = desk()
    documents = [under_final_review(people, number) for number in range(THREADS)]
    results = at_once(lambda n: reviews.approve(document=documents[n], user=people.third))
    assert results == [None] * THREADS
    numbers = sorted(Document.objects.public().values_list("index_number", flat=True))
    assert [int(number[-5:]) for number in numbers] == list(range(1, THREADS + 1))


def test_a_publication_that_fails_gives_its_number_back() -> None:
    class Interrupted(Exception):
        pass

    with pytest.raises(Interrupted), transaction.atomic():
        numbering.take_index_number(organ_code="00817804-9", year=2023)
        raise Interrupted
    with transaction.atomic():
        assert numbering.take_index_number(organ_code="00817804-9", year=2023).endswith("-00001")


def careless_number(organ_code: str, year: int) -> str:
    """The same, without holding the row: what the lock is there for."""
    counter = IndexSerial.objects.get(organ_code=organ_code, year=year)
    serial, number = next_index_number(organ_code=organ_code, year=year, last=counter.last)
    counter.last = serial
    counter.save(update_fields=["last"])
    return number


def numbers_taken_at_once(take: Callable[[], str]) -> list[Any]:
    meeting = Barrier(THREADS)

    def act(_number: int) -> str:
        with transaction.atomic():
            # All have begun their transaction before the first one reads.
            IndexSerial.objects.count()
            meeting.wait()
            return take()

    return at_once(act)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no second writer to lose to")
def test_without_the_lock_numbers_are_given_twice_and_with_it_never() -> None:
    IndexSerial.objects.create(organ_code="00817804-9", year=2023)
    careless = numbers_taken_at_once(lambda: careless_number("00817804-9", 2023))
    assert len(set(careless)) < THREADS, "the control does not race: the test below would prove nothing"

    IndexSerial.objects.create(organ_code="00817804-9", year=2024)
    careful = numbers_taken_at_once(lambda: numbering.take_index_number(organ_code="00817804-9", year=2024))
    assert len(set(careful)) == THREADS


def test_the_first_number_of_a_year_is_not_taken_twice_either() -> None:
    def act(_number: int) -> str:
        with transaction.atomic():
            return numbering.take_index_number(organ_code="00817804-9", year=2031)

    assert len(set(at_once(act))) == THREADS


def test_of_two_final_reviewers_at_once_one_publishes_and_the_other_is_told() -> None:
    people = desk()
    from gongkai.foundation.accounts.models import Role

    rival = staff(people.organ, Role.REVIEWER_3)
    document = under_final_review(people, 0)
    results = at_once(lambda n: reviews.approve(document=document, user=(people.third, rival)[n]), count=2)
    refusals = [result for result in results if isinstance(result, ReviewError)]
    assert [refusal.code for refusal in refusals] in (["decided"], ["not_under_review"])
    assert results.count(None) == 1
    assert Document.objects.get(pk=document.pk).publications.count() == 1


def test_approval_and_request_for_changes_at_once_leave_one_decision() -> None:
    people = desk()
    from gongkai.foundation.accounts.models import Role

    rival = staff(people.organ, Role.REVIEWER_3)
    document = under_final_review(people, 0)
    acts = (
        lambda: reviews.approve(document=document, user=people.third),
        lambda: reviews.request_changes(document=document, user=rival, comment="请改"),
    )
    results = at_once(lambda n: acts[n](), count=2)
    assert results.count(None) == 1
    assert all(isinstance(result, ReviewError) for result in results if result is not None)


def test_two_submissions_at_once_start_one_review() -> None:
    people = desk()
    document = draft_of(people)
    results = at_once(lambda n: reviews.submit(document=document, user=people.author), count=2)
    assert sum(isinstance(result, ReviewError) for result in results) == 1
    assert document.workflow_states.count() == 1
