"""Rules and normative documents as section 二 of the annual report counts them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongkai.engines.figures import Period, drill, value
from gongkai.foundation.accounts.models import Role
from gongkai.foundation.organs.models import Organ
from gongkai.wings.publishing.documents import gate
from gongkai.wings.publishing.documents.kinds import Kind, LinkKind
from gongkai.wings.publishing.documents.models import Document, DocumentLink
from tests.factories import organ as new_organ
from tests.factories import staff

pytestmark = pytest.mark.django_db

D = dt.date.fromisoformat


def text(issuer: Organ, written: dt.date, expires: dt.date | None = None, **facts: object) -> Document:
    public = {"live": True, "attribute": "proactive", "published_at": timezone.now()}
    kept = {"kind": Kind.NORMATIVE, "title": "办法", "issuer": issuer} | public | facts
    with gate.opened():
        return Document.objects.create(**kept, written_on=written, expires_on=expires)


def repeal(by: Document, target: Document) -> None:
    DocumentLink.objects.create(document=by, target=target, kind=LinkKind.REPEALS)


def year(number: int, at: Organ) -> tuple[int, int, int]:
    made, ended, standing = (
        value(f"documents.normative.{column}", Period.year(number), organs=[at.pk])
        for column in ("issued", "repealed", "in_force")
    )
    return made, ended, standing


def test_a_text_is_in_force_from_the_year_it_is_made_until_the_one_it_ends_in() -> None:
    at = new_organ()
    old = text(at, D("2018-03-01"))
    text(at, D("2019-05-01"), expires=D("2020-06-30"))
    repeal(text(at, D("2020-09-01")), old)
    assert [year(number, at) for number in (2017, 2018, 2019, 2020, 2021)] == [
        (0, 0, 0),
        (1, 0, 1),
        (1, 0, 2),
        (1, 2, 1),
        (0, 0, 1),
    ]


def test_rules_and_normative_documents_are_counted_apart_and_other_texts_not_at_all() -> None:
    at = new_organ()
    text(at, D("2020-01-02"), kind=Kind.REGULATION)
    text(at, D("2020-01-02"), kind=Kind.NEWS)
    assert value("documents.rules.in_force", Period.year(2020)) == 1
    assert value("documents.normative.in_force", Period.year(2020)) == 0


def test_the_rows_behind_a_number_are_shown_to_those_who_serve_the_organ() -> None:
    at, other = new_organ(), new_organ()
    mine = text(at, D("2020-01-02"))
    text(other, D("2020-01-02"))
    drafter = staff("", Role.DRAFTER, at=at)
    assert list(drill("documents.normative.issued", Period.year(2020), user=drafter)) == [mine]


days = st.dates(D("2017-01-01"), D("2021-12-31"))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(days, st.none() | days, st.none() | st.integers(0, 7)), min_size=1, max_size=8))
def test_last_years_plus_made_minus_ended_is_this_years(
    db: None, history: list[tuple[dt.date, dt.date | None, int | None]]
) -> None:
    at = new_organ()
    made = [text(at, written, expires) for written, expires, _repeals in history]
    for by, (_written, _expires, target) in zip(made, history, strict=True):
        if target is not None and target < len(made) and made[target] != by:
            repeal(by, made[target])
    for number in range(2017, 2023):
        issued, ended, standing = year(number, at)
        assert standing == year(number - 1, at)[2] + issued - ended
