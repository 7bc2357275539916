"""Organs form a tree that keeps its paths true, and somebody always answers for an organ that is gone."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from gongkai.foundation.ledger.models import Entry
from gongkai.foundation.ledger.services import history
from gongkai.foundation.organs.models import Area, Level, Organ
from gongkai.foundation.organs.services import (
    abolish_organ,
    amend_organ,
    appoint_post,
    import_areas,
    move_organ,
    responsible_organ,
)
from tests.factories import organ

pytestmark = pytest.mark.django_db


def test_a_branch_is_found_whole_and_moves_whole() -> None:
    city = organ("市政府")
    district = organ("区政府", parent=city, level=Level.DISTRICT)
    street = organ("街道办", parent=district, level=Level.TOWN)
    other = organ("另一区", parent=city, level=Level.DISTRICT)
    assert set(Organ.objects.descendants_of(district)) == {district, street}
    move_organ(organ=district, parent=other, actor="system")
    assert set(Organ.objects.descendants_of(other)) == {other, district, street}
    assert set(Organ.objects.descendants_of(city)) == {city, other, district, street}


def test_an_organ_cannot_be_hung_below_itself() -> None:
    city = organ()
    below = organ(parent=city)
    with pytest.raises(ValidationError):
        move_organ(organ=city, parent=below, actor="system")


def test_successors_answer_for_what_is_gone() -> None:
    old, middle, new = organ("工商局"), organ("市场局"), organ("市场监管局")
    abolish_organ(organ=old, on=date(2014, 1, 1), successor=middle, actor="system")
    abolish_organ(organ=middle, on=date(2019, 1, 1), successor=new, actor="system")
    old.refresh_from_db()
    assert responsible_organ(old, date(2013, 12, 31)) == old
    assert responsible_organ(old, date(2014, 1, 1)) == middle
    assert responsible_organ(old, date(2020, 1, 1)) == new
    assert old not in Organ.objects.current(date(2020, 1, 1))
    with pytest.raises(ValidationError):
        abolish_organ(organ=new, on=date(2021, 1, 1), successor=old, actor="system")


def test_every_fault_of_an_organ_is_named_together() -> None:
    with pytest.raises(ValidationError) as refusal:
        organ(organisation_code="00001434-8", credit_code="12441500196720244X", email="nobody")
    assert set(refusal.value.message_dict) == {"organisation_code", "credit_code", "email"}


def test_what_was_amended_stands_in_the_history() -> None:
    place = organ(phone="0898-1")
    amend_organ(organ=place, actor="user:1", phone="0898-2")
    last = history(f"organ:{place.code}").last()
    assert last is not None
    assert (last.verb, json.loads(last.body)) == ("amend", {"changes": {"phone": ["0898-1", "0898-2"]}})


def test_a_post_is_filled_anew_not_doubled() -> None:
    place = organ()
    appoint_post(organ=place, title="局长", holder="甲", actor="system")
    appoint_post(organ=place, title="局长", holder="乙", actor="system")
    assert [post.holder for post in place.posts.all()] == ["乙"]


@pytest.mark.shared
def test_the_real_divisions_are_levelled_by_their_codes(shared_data: Path) -> None:
    divisions = json.loads((shared_data / "haikou_divisions.json").read_text(encoding="utf-8"))
    assert import_areas(divisions=divisions, actor="system") == 517
    assert import_areas(divisions=divisions, actor="system") == 0, "nothing is new the second time"
    counts = {level: Area.objects.filter(level=level).count() for level in Level.values}
    assert (counts["district"], counts["town"], counts["village"]) == (4, 46, 467)
    assert Area.objects.filter(level="village", parent__isnull=True).count() == 0


def test_codes_that_are_none_are_all_named_and_nothing_is_entered() -> None:
    good, short, letters = "460105", "4601051", "46010500X"
    divisions = {"areas": [{"code": code, "name": "某区"} for code in (good, short, letters)]}
    with pytest.raises(ValidationError) as refusal:
        import_areas(divisions=divisions, actor="system")
    assert [short in message or letters in message for message in refusal.value.messages] == [True, True]
    assert not Area.objects.exists()


def test_a_persons_name_never_stands_in_the_history() -> None:
    place = organ(head_name="张三丰")
    amend_organ(organ=place, actor="user:1", head_name="李四光", address="某路1号")
    appoint_post(organ=place, title="局长", holder="王五岳", actor="user:1")
    bodies = "".join(Entry.objects.values_list("body", flat=True))
    assert "某路1号" in bodies and '"head_name":null' in bodies
    assert not [name for name in ("张三丰", "李四光", "王五岳") if name in bodies]


def test_an_organ_does_not_end_before_it_began() -> None:
    place = organ(established_on=date(2019, 3, 1))
    with pytest.raises(ValidationError):
        abolish_organ(organ=place, on=date(2019, 2, 28), successor=None, actor="system")
