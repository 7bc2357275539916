"""Every row is in exactly one state, with the due day that put it there; gaps and coverage are counted from the states."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from gongkai.engines import figures
from gongkai.engines.figures import Period
from gongkai.engines.notices.models import Notice
from gongkai.foundation.accounts.models import Assignment, Role, User
from gongkai.foundation.ledger.services import history
from gongkai.foundation.organs.models import Organ
from gongkai.wings.disclosure.catalogue import reminders, services
from gongkai.wings.disclosure.catalogue.errors import CatalogueRefused
from gongkai.wings.disclosure.catalogue.facts import Facts
from gongkai.wings.disclosure.catalogue.gaps import gap_report, matrix, matrix_table, report_table
from gongkai.wings.disclosure.catalogue.models import CatalogueEntry, EntryDay, Reminder
from gongkai.wings.disclosure.catalogue.standing import State, standing_of
from gongkai.wings.disclosure.catalogue.suggesting import suggestions
from tests.factories import organ, staff
from tests.wings.disclosure.catalogue.conftest import Shelf

TODAY = dt.date(2020, 12, 1)
SINCE = dt.date(2020, 1, 1)


@pytest.fixture
def bureau(db: None) -> Organ:
    return organ("南溟市教育局", short_name="市教育局")


def row(at: Organ, title: str = "招生政策", limit: str = "", **facts: Any) -> CatalogueEntry:
    return services.add_entry(
        organ=at,
        facts=Facts(field=facts.pop("field", "义务教育"), level2=title, limit_text=limit, **facts),
        valid_from=SINCE,
    )


def state(entry: CatalogueEntry) -> State:
    return standing_of(CatalogueEntry.objects.select_related("organ").get(pk=entry.pk), TODAY).state


def test_a_row_nothing_fulfils_is_a_visible_fault(bureau: Organ, shelf: Shelf) -> None:
    entry = row(bureau)
    assert state(entry) is State.UNBOUND
    services.bind(entry=entry, kind="shelf", key=shelf.put("empty"))
    assert state(entry) is State.MISSING
    shelf.put("empty", "2020-11-03")
    assert state(entry) is State.FULFILLED
    del shelf.things["empty"]
    assert state(entry) is State.UNBOUND, "what it was bound to is gone"


@pytest.mark.parametrize(
    ("limit", "published", "expected"),
    [
        ("每年3月31日前", "2020-03-20", State.FULFILLED),
        ("每年3月31日前", "2019-03-20", State.LATE),
        ("按季度公开", "2020-08-20", State.FULFILLED),
        ("按季度公开", "2020-06-20", State.LATE),
        ("每月5日前", "2020-11-04", State.NEAR),
        ("每月5日前", "2020-12-01", State.FULFILLED),
        ("及时公开", "2019-01-01", State.FULFILLED),
        ("适时公开", "2019-01-01", State.FULFILLED),
    ],
)
def test_periods_make_a_row_late_or_near(
    bureau: Organ, shelf: Shelf, limit: str, published: str, expected: State
) -> None:
    entry = row(bureau, limit=limit)
    services.bind(entry=entry, kind="shelf", key=shelf.put("a", published))
    assert state(entry) is expected


def test_what_came_into_being_is_due_until_it_is_out(bureau: Organ, shelf: Shelf) -> None:
    entry = row(bureau, limit="自录取结束之日起5个工作日内")
    services.bind(entry=entry, kind="shelf", key=shelf.put("a", "2020-09-01"))
    services.note_day(entry=entry, kind="formed", day=dt.date(2020, 11, 20), words="录取结束")
    found = standing_of(entry, TODAY)
    assert (found.state, found.due and found.due.day, found.days_late) == (
        State.LATE,
        dt.date(2020, 11, 27),
        2,
    )
    shelf.put("a", "2020-11-30")
    assert state(entry) is State.FULFILLED
    shelf.put("a", "2020-11-30", waiting=(dt.date(2020, 11, 9),))
    found = standing_of(entry, TODAY)
    assert found.state is State.NEAR and found.due is not None and found.due.by_law


def test_a_columns_own_duty_counts_and_the_freshest_of_several_is_enough(bureau: Organ, shelf: Shelf) -> None:
    entry = row(bureau)
    services.bind(entry=entry, kind="shelf", key=shelf.put("old", "2020-01-05", due_on=dt.date(2020, 7, 5)))
    assert state(entry) is State.LATE
    services.bind(entry=entry, kind="shelf", key=shelf.put("new", "2020-11-05", due_on=dt.date(2021, 5, 5)))
    assert state(entry) is State.FULFILLED


def test_what_hangs_on_a_board_is_put_on_record(bureau: Organ) -> None:
    entry = row(bureau, limit="公示7个工作日")
    services.note_day(entry=entry, kind="posted", day=dt.date(2020, 11, 2), words="村务公开栏")
    assert state(entry) is State.FULFILLED
    assert [each.verb for each in history(entry.ledger_name)] == ["catalogue.added", "catalogue.posted"]
    with pytest.raises(CatalogueRefused) as refusal:
        services.note_day(entry=entry, kind="x", day=dt.date(2090, 1, 1), words=" ")
    assert len(refusal.value.reasons) == 3


def test_rows_on_request_and_retired_ones_are_no_gaps(bureau: Organ) -> None:
    asked = row(bureau, "名单", mode="on_request")
    gone = row(bureau, "旧事项")
    services.retire_entry(entry=gone, reason="职能划转", on=SINCE)
    assert state(asked) is State.ON_REQUEST and state(gone) is State.RETIRED
    report = gap_report(organs=[bureau], today=TODAY)
    assert [each.entry.pk for each in report.rows] == [asked.pk]
    assert report.missing == []
    services.restore_entry(entry=gone)
    assert state(gone) is State.UNBOUND


def test_the_report_names_each_kind_of_gap_once(bureau: Organ, shelf: Shelf) -> None:
    other = organ("别的局")
    unbound, late = row(bureau, "甲", "适时公开"), row(bureau, "乙", "每年3月31日前")
    services.bind(entry=late, kind="shelf", key=shelf.put("b", "2019-01-01"))
    row(other, "丙")
    shelf.put("nobody", "2020-05-05", title="没有人承诺的栏目")
    report = gap_report(organs=[bureau], today=TODAY)
    assert [each.entry.pk for each in report.missing] == [unbound.pk]
    assert [each.entry.pk for each in report.late] == [late.pk]
    assert [each.limit_unread for each in report.unread] == [("适时公开",)]
    assert "没有人承诺的栏目" in [choice.title for choice in report.unpromised]
    assert sum(report.counts.values()) == len(report.rows) == 2
    _heads, lines = report_table(report)
    assert len(list(lines)) == 2 + 1 + len(report.unpromised)
    assert len(gap_report(organs=None, today=TODAY).rows) == 3


def test_coverage_counts_rows_of_each_item_and_organ(bureau: Organ, shelf: Shelf) -> None:
    done, _open = row(bureau, "部门预算", field="财政预决算"), row(bureau, "部门决算", field="财政预决算")
    services.bind(entry=done, kind="shelf", key=shelf.put("a", "2020-05-05"))
    found = matrix(gap_report(organs=[bureau], today=TODAY))
    cell = found.cell("7", bureau)
    assert (cell.rows, cell.fulfilled, cell.open) == (2, 1, 1)
    assert found.total() == found.total(organ=bureau) == cell
    assert "7" not in found.uncovered and "14" in found.uncovered
    heads, rows = matrix_table(found)
    assert len(heads) == 3 and rows[6][1] == "1/2" and rows[-1][-1] == "1/2"


def test_figures_count_the_same_states(bureau: Organ, shelf: Shelf) -> None:
    done, _open = row(bureau, "甲"), row(bureau, "乙")
    services.bind(entry=done, kind="shelf", key=shelf.put("a", "2020-05-05"))
    year = Period(SINCE, TODAY)
    numbers = {
        code: figures.value(f"catalogue.{code}", year, organs=[bureau.pk])
        for code in ("rows", "bound", "fulfilled", "late", "unbound")
    }
    assert numbers == {"rows": 2, "bound": 1, "fulfilled": 1, "late": 0, "unbound": 1}
    officer = staff("甲", Role.DISCLOSURE_OFFICER, at=bureau)
    assert [each.pk for each in figures.drill("catalogue.fulfilled", year, user=officer)] == [done.pk]
    stranger = staff("乙", Role.DISCLOSURE_OFFICER, at=organ("别的局"))
    assert not figures.drill("catalogue.rows", year, user=stranger).exists()


def test_titles_and_items_suggest_what_may_fulfil_a_row(bureau: Organ, shelf: Shelf) -> None:
    entry = row(bureau, "招生入学政策")
    shelf.put("a", title="2020年义务教育招生入学工作的通知")
    shelf.put("b", title="关于停水的公告")
    assert [each.choice.key for each in suggestions(entry)] == ["a"]
    services.bind(entry=entry, kind="shelf", key="a")
    assert suggestions(entry) == []


# -- Acts --------------------------------------------------------------------------------------------------------


def test_acts_need_the_office_of_the_organ_and_say_everything_that_is_wrong(
    bureau: Organ, shelf: Shelf
) -> None:
    entry = row(bureau)
    outsider = staff("外人", Role.DISCLOSURE_OFFICER, at=organ("别的局"))
    editor = staff("编辑", Role.COLUMN_EDITOR, at=bureau)
    for act in (
        lambda: services.amend_entry(entry=entry, user=editor, level2="别的"),
        lambda: services.retire_entry(entry=entry, user=editor, reason="x"),
        lambda: services.bind(entry=entry, user=outsider, kind="shelf", key=shelf.put("a")),
    ):
        with pytest.raises(CatalogueRefused) as refusal:
            act()
        assert refusal.value.code == "role"
    services.bind(entry=entry, user=editor, kind="shelf", key="a")
    with pytest.raises(CatalogueRefused) as faulty:
        services.amend_entry(entry=entry, field="", level2="", audience="?", levels=("moon",), item="99")
    assert len(faulty.value.reasons) == 5
    with pytest.raises(CatalogueRefused) as nothing:
        services.bind(entry=entry, kind="shelf", key="not there")
    assert nothing.value.code == "target"


def test_a_row_changes_in_the_open_and_is_never_doubled(bureau: Organ) -> None:
    entry = row(bureau)
    services.amend_entry(entry=entry, limit_text="按季度")
    services.amend_entry(entry=entry, limit_text="按季度")
    assert [each.verb for each in history(entry.ledger_name)] == ["catalogue.added", "catalogue.amended"]
    with pytest.raises(CatalogueRefused) as refusal:
        row(bureau)
    assert refusal.value.code == "doubled"
    other = row(bureau, "招生结果")
    with pytest.raises(CatalogueRefused):
        services.amend_entry(entry=other, level2="招生政策")
    services.retire_entry(entry=entry, reason="合并")
    with pytest.raises(CatalogueRefused) as retired:
        services.amend_entry(entry=entry, limit_text="及时")
    assert retired.value.code == "retired"


# -- Reminders ---------------------------------------------------------------------------------------------------


@pytest.fixture
def long_in_office(db: None) -> Callable[[], None]:
    """Roles are given today; the duties of these tests are of 2020."""

    def act() -> None:
        Assignment.objects.update(since=SINCE)

    return act


def told(user: User) -> list[str]:
    return list(Notice.objects.of(user.ledger_name).order_by("id").values_list("template", flat=True))


def test_each_duty_is_told_once_per_step_in_one_message_a_person(
    bureau: Organ, shelf: Shelf, long_in_office: Callable[[], None]
) -> None:
    city = organ("南溟市政府")
    officer = staff("专员", Role.DISCLOSURE_OFFICER, at=bureau)
    head = staff("负责人", Role.DISCLOSURE_HEAD, at=bureau)
    stranger = staff("外人", Role.DISCLOSURE_OFFICER, at=city)
    for title in ("甲", "乙", "丙"):
        entry = row(bureau, title, "每月7日前")
        services.bind(entry=entry, kind="shelf", key=shelf.put(title, "2020-11-03"))
    long_in_office()
    assert reminders.remind(TODAY) == 1
    assert reminders.remind(TODAY) == 0
    assert reminders.remind(dt.date(2020, 12, 2)) == 0, "told once for this period"
    assert told(officer) == ["catalogue.near"] and told(head) == []
    assert "甲" in Notice.objects.of(officer.ledger_name).get().text
    assert reminders.remind(dt.date(2020, 12, 8)) == 2
    assert told(officer) == ["catalogue.near", "catalogue.late"] and told(head) == ["catalogue.late"]
    assert Reminder.objects.count() == 6
    assert told(stranger) == []


def test_what_is_long_late_reaches_those_above(
    bureau: Organ, shelf: Shelf, long_in_office: Callable[[], None]
) -> None:
    below = organ("南溟市教育局考试院", parent=bureau)
    near = staff("下级", Role.DISCLOSURE_OFFICER, at=below)
    above = staff("上级", Role.DISCLOSURE_OFFICER, at=bureau)
    entry = row(below, "甲", "每月7日前")
    services.bind(entry=entry, kind="shelf", key=shelf.put("a", "2020-10-03"))
    long_in_office()
    reminders.remind(dt.date(2020, 11, 25))  # 13 working days past
    assert told(near) == ["catalogue.late", "catalogue.long_late"]
    assert told(above) == ["catalogue.long_late"]
    assert EntryDay.objects.count() == 0
