"""Texts of inboxes are kept as long as their rule says; that somebody was told stays."""

from __future__ import annotations

import datetime as dt

import pytest

from gongkai.engines.notices import tidy
from gongkai.engines.notices.models import Notice
from gongkai.engines.notices.retention import Kept, in_force, inbox_rules
from gongkai.foundation.ledger.models import Entry
from tests.engines.notices.occasions import NOON, person, tell

DAY = dt.timedelta(days=1)


@pytest.mark.django_db
@pytest.mark.parametrize("kept", inbox_rules(), ids=lambda each: each.of)
def test_a_text_goes_the_day_after_its_time_and_the_notice_stays(kept: Kept) -> None:
    notice = tell(person(1, party=f"{kept.of}:1", email="", phone=""))
    other = tell(person(2, party="nobody:2", email="", phone=""))
    tidy(now=NOON + kept.days * DAY)
    notice.refresh_from_db()
    assert "林某" in notice.text
    tidy(now=NOON + (kept.days + 1) * DAY)
    notice.refresh_from_db()
    other.refresh_from_db()
    assert (notice.text, bool(notice.title), bool(other.text)) == ("", True, True)
    assert tidy(now=NOON + (kept.days + 1) * DAY) == 0
    entry = Entry.objects.get(verb="notices.cleared")
    assert entry.body == f'{{"of":"{kept.of}","texts":1}}'


@pytest.mark.django_db
def test_the_same_occasion_makes_no_second_notice_when_its_text_is_gone() -> None:
    notice = tell(person(1, email="", phone=""), key="once")
    tidy(now=NOON + 5000 * DAY)
    assert tell(person(1, email="", phone=""), key="once") == notice
    assert Notice.objects.count() == 1


def test_the_rule_of_the_day_it_was_sent_holds() -> None:
    day = dt.date
    table: list[dict[str, object]] = [
        {"of": "user", "since": day(2025, 1, 1), "days": 30},
        {"of": "party", "since": day(2019, 1, 1), "days": 10},
        {"of": "user", "since": day(2019, 1, 1), "days": 90},
    ]
    assert in_force(table) == (
        Kept("party", day(2019, 1, 1), day.max, 10),
        Kept("user", day(2019, 1, 1), day(2025, 1, 1), 90),
        Kept("user", day(2025, 1, 1), day.max, 30),
    )
