"""Columns, documents and series as what fulfils rows: when last published, what waits, what nobody promised."""

from __future__ import annotations

import datetime as dt
from typing import Any
from unittest.mock import patch

import pytest

from gongkai.foundation.organs.models import Organ
from gongkai.shell.adapters.catalogue import AllSeries, Columns, Documents
from gongkai.wings.disclosure.catalogue import services
from gongkai.wings.disclosure.catalogue.facts import Facts
from gongkai.wings.disclosure.catalogue.gaps import gap_report
from gongkai.wings.disclosure.catalogue.models import CatalogueEntry
from gongkai.wings.disclosure.catalogue.standing import State, standing_of
from gongkai.wings.publishing.documents.services import create_series
from gongkai.wings.publishing.sites.models import Column
from gongkai.wings.publishing.sites.services import amend_column
from tests.wings.publishing.sites.conftest import Town, town  # noqa: F401  # a fixture

TODAY = dt.date(2020, 5, 6)


def entry(at: Organ, title: str = "政策文件") -> CatalogueEntry:
    return services.add_entry(organ=at, facts=Facts(field="政府文件", level2=title))


def test_a_column_stands_as_its_newest_document_does(town: Town) -> None:  # noqa: F811
    key = str(town.policy.pk)
    empty = Columns().standings([key, "9999", "x"], TODAY)
    assert list(empty) == [key] and empty[key].last_on is None
    draft = town.draft(town.policy)
    assert Columns().standings([key], TODAY)[key].waiting == (dt.date(2020, 4, 22),)
    document = town.publish(draft)
    standing = Columns().standings([key], TODAY)[key]
    assert (standing.last_on, standing.count, standing.waiting) == (dt.date(2020, 4, 22), 1, ())
    assert standing.due_on == dt.date(2020, 10, 22), "a column of policies may stand six months"
    assert standing.url == "/zcwj/" and standing.address.startswith("http://city.localhost")
    (release,) = Columns().releases([key], dt.date(2020, 1, 1), TODAY)[key]
    assert release.day == dt.date(2020, 4, 22)
    assert Columns().touched(f"document:{document.pk}") == {key}


def test_the_past_is_judged_by_the_duty_of_its_time(town: Town) -> None:  # noqa: F811
    key, day = str(town.policy.pk), dt.date
    for moment, days in ((day(2020, 3, 1), 30), (day(2020, 9, 1), 60)):
        with patch("gongkai.wings.publishing.sites.services.today", return_value=moment):
            amend_column(column=town.policy, user=town.manager, update_days=days)
            amend_column(column=town.policy, user=town.manager, name=f"政策文件{days}")
    judge = Columns().standings([key], day(2020, 12, 1))[key].kept_until
    assert judge is not None
    assert judge(day(2019, 8, 1)) == day(2020, 2, 1), "six months, as for every column of policies"
    assert judge(day(2020, 1, 1)) == day(2020, 3, 31), "stricter since March, counted from then"
    assert judge(day(2020, 5, 1)) == day(2020, 5, 31)
    assert judge(day(2020, 8, 10)) == day(2020, 10, 9), "laxer since September, counted from the entry"
    assert judge(day(2020, 10, 1)) == day(2020, 11, 30)


def test_a_document_is_there_or_waits_since_it_was_written(town: Town) -> None:  # noqa: F811
    draft = town.draft(town.policy)
    key = str(draft.pk)
    assert Documents().standings([key], TODAY)[key].waiting == (dt.date(2020, 4, 22),)
    town.publish(draft)
    standing = Documents().standings([key], TODAY)[key]
    assert standing.last_on == dt.date(2020, 4, 22) and standing.url == f"/doc/2020/{key}/"
    assert Documents().touched(f"document:{key}") == {key}


def test_a_series_keeps_the_interval_it_promises(town: Town) -> None:  # noqa: F811
    series = create_series(name="简报", slug="jb", organ=town.government, every_days=15, user=town.manager)
    town.public(town.news, kind="brief", series=series, issue_number=1)
    standing = AllSeries().standings(["jb"], TODAY)["jb"]
    assert (standing.last_on, standing.due_on) == (dt.date(2020, 4, 22), dt.date(2020, 5, 7))
    assert standing.url == "/series/jb/" and AllSeries().touched("series:jb") == {"jb"}


def test_a_row_bound_to_a_column_is_late_when_the_column_is(town: Town) -> None:  # noqa: F811
    made = entry(town.government)
    services.bind(entry=made, kind="column", key=str(town.policy.pk))
    assert standing_of(made, TODAY).state is State.MISSING
    town.public(town.policy)
    assert standing_of(made, TODAY).state is State.FULFILLED
    late = standing_of(made, dt.date(2020, 10, 23))
    assert late.state is State.LATE and late.reason


def test_what_nobody_promised_is_found(town: Town) -> None:  # noqa: F811
    town.public(town.policy, title="有承诺的文件")
    town.public(town.news, title="没有承诺的消息")
    made = entry(town.government)
    services.bind(entry=made, kind="column", key=str(town.policy.pk))
    report = gap_report(organs=[town.government], today=TODAY)
    found = {(each.kind, each.title) for each in report.unpromised}
    assert found == {("column", "要闻"), ("document", "没有承诺的消息")}


@pytest.mark.parametrize("kind", [Columns, Documents, AllSeries])
def test_strange_keys_and_words_are_answered_with_nothing(db: None, kind: Any) -> None:
    asked = kind()
    assert asked.standings(["", "0", "x" * 200, "99999999999999999999"], TODAY) == {}
    assert list(asked.choices("' OR 1=1 --", [1])) == []
    assert not asked.releases(["x"], TODAY, TODAY).get("x")
    assert not asked.touched("nothing:here")
    assert not Column.objects.exists()
