"""Rows that a new directory calls otherwise: offered as matches, decided by a person, and then what keeps them stays."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.foundation.ledger.services import history
from gongkai.foundation.organs.models import Organ
from gongkai.wings.disclosure.catalogue import services
from gongkai.wings.disclosure.catalogue.errors import CatalogueRefused
from gongkai.wings.disclosure.catalogue.facts import Facts
from gongkai.wings.disclosure.catalogue.models import CatalogueEntry
from gongkai.wings.disclosure.catalogue.renaming import LEAST, former_rows, likeness, matches
from tests.factories import organ, staff
from tests.wings.disclosure.catalogue.conftest import Shelf
from tests.wings.disclosure.catalogue.test_importing import GOOD, HEAD, take_in, written


@pytest.fixture
def jyj(db: None) -> Organ:
    return organ("南溟市教育局", short_name="市教育局")


def line(title: str, content: str = "方案", level: str = "县级") -> list[str]:
    return [*GOOD[:3], title, content, *GOOD[5:11], level]


def directory(path: Path, *titles: str) -> Path:
    return written(path, HEAD, *(line(title) for title in titles))


def test_a_renamed_row_is_offered_and_goes_on_when_somebody_says_so(
    jyj: Organ, shelf: Shelf, tmp_path: Path
) -> None:
    take_in(directory(tmp_path / "a.csv", "义务教育招生入学政策", "食堂检查结果"))
    old = CatalogueEntry.objects.get(level2="义务教育招生入学政策")
    services.bind(entry=old, kind="shelf", key=shelf.put("a", "2020-06-05"))
    services.note_day(entry=old, kind="formed", day=dt.date(2020, 6, 1), words="方案印发")
    new = directory(tmp_path / "b.csv", "义务教育阶段招生入学政策", "食堂检查结果")
    looked_at = take_in(new, check_only=True)
    (match,) = looked_at.matches
    assert (match.old, match.new.level2, match.is_likely) == (old, "义务教育阶段招生入学政策", True)
    assert looked_at.as_json()["perhaps_renamed"][0]["id"] == old.pk
    assert (len(looked_at.added), len(looked_at.retired)) == (1, 1), "nobody has decided yet"
    plan = take_in(new, renames={old.pk})
    assert (len(plan.added), len(plan.retired), len(plan.renamed), plan.matches) == (0, 0, 1, [])
    old.refresh_from_db()
    assert old.level2 == "义务教育阶段招生入学政策" and old.retired_on is None
    assert old.bindings.count() == 1 and old.days.count() == 1
    (told,) = [act for act in history(old.ledger_name) if act.verb == "catalogue.renamed"]
    assert "义务教育招生入学政策" in told.body and "义务教育阶段招生入学政策" in told.body
    assert take_in(new).unchanged == 2, "the row is found again under its new name"


def test_what_is_not_decided_on_is_retired_and_added(jyj: Organ, tmp_path: Path) -> None:
    take_in(directory(tmp_path / "a.csv", "义务教育招生入学政策"))
    plan = take_in(directory(tmp_path / "b.csv", "义务教育阶段招生入学政策"))
    assert (len(plan.added), len(plan.retired), len(plan.renamed)) == (1, 1, 0)


def test_strangers_and_other_fields_are_no_match(jyj: Organ, tmp_path: Path) -> None:
    take_in(directory(tmp_path / "a.csv", "招生结果", "教师培训"))
    assert take_in(directory(tmp_path / "b.csv", "食品安全", "校车线路"), check_only=True).matches == []
    here = CatalogueEntry(organ=jyj, field="义务教育", level1="招生入学政策")
    there = CatalogueEntry(organ=jyj, field="就业", level1="招生入学政策")
    assert matches([here], [there]) == []


def test_each_row_is_matched_once_and_the_best_first(jyj: Organ) -> None:
    gone = [
        CatalogueEntry(organ=jyj, field="就业", level1=title)
        for title in ("岗位信息发布", "职业培训补贴申领")
    ]
    come = [
        CatalogueEntry(organ=jyj, field="就业", level1=title)
        for title in ("职业培训补贴申领服务", "就业岗位信息发布", "岗位信息发布活动")
    ]
    found = matches(gone, come)
    assert len(found) == 2 and len({id(one.new) for one in found}) == 2
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


TITLES = st.text("招生入学政策结果公示名单", min_size=1, max_size=12)


@given(TITLES, TITLES)
def test_likeness_is_even_handed(a: str, b: str) -> None:
    first, second = (CatalogueEntry(field="就业", level1=title) for title in (a, b))
    assert likeness(first, second) == pytest.approx(likeness(second, first))
    assert 0 <= likeness(first, second) <= 1 and likeness(first, first) > LEAST


def test_a_retired_row_hands_over_what_kept_it(jyj: Organ, shelf: Shelf) -> None:
    def row(title: str) -> CatalogueEntry:
        return services.add_entry(organ=jyj, facts=Facts(field="义务教育", level1="招生", level2=title))

    old, new = row("招生入学政策"), row("小学招生入学政策")
    services.bind(entry=old, kind="shelf", key=shelf.put("a", "2020-06-05"))
    with pytest.raises(CatalogueRefused) as refused:
        services.take_over(entry=new, former=old)
    assert refused.value.code == "former"
    services.retire_entry(entry=old, reason="改名")
    old.refresh_from_db()
    assert [one.old for one in former_rows(new)] == [old]
    with pytest.raises(CatalogueRefused):
        services.take_over(entry=new, former=old, user=staff("外人", at=organ("别的局")))
    assert services.take_over(entry=new, former=old) == 1
    assert new.bindings.count() == 1 and not old.bindings.exists() and former_rows(new) == []
    assert {act.verb for act in history(new.ledger_name)} >= {"catalogue.took_over"}
    assert {act.verb for act in history(old.ledger_name)} >= {"catalogue.handed_over"}
