"""Requests of earlier years: all faults at once, nothing half-written, and the numbers come out as they went in."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import pytest

from gongkai.engines.casework.actors import Actor
from gongkai.engines.casework.errors import CaseRefused
from gongkai.engines.casework.models import Case
from gongkai.engines.casework.services import note
from gongkai.engines.casework.verification import verify_cases
from gongkai.engines.figures import Period, figure, source, tally
from gongkai.foundation.organs.models import Organ
from gongkai.wings.disclosure.requests.intake import import_requests
from gongkai.wings.disclosure.requests.models import Request
from gongkai.wings.disclosure.requests.outcomes import outcomes
from tests.factories_disclosure import D, Office, office

pytestmark = pytest.mark.django_db

HEADINGS = ("organ", "number", "channel", "applicant_kind", "received_on", "closed_on", "outcome", "title")


@pytest.fixture
def at() -> Office:
    return office(code="exam", name="考试市政府办公室")


def table(path: Path, *rows: tuple[object, ...], headings: tuple[str, ...] = HEADINGS) -> Path:
    target = path / "requests.csv"
    with target.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(headings)
        writer.writerows(rows)
    return target


def test_rows_become_cases_that_count(at: Office, tmp_path: Path) -> None:
    file = table(
        tmp_path,
        ("exam", "2020-1", "internet", "natural", "2020-03-02", "2020-03-20", "3.1", "供水管网图"),
        ("考试市政府办公室", "2020-2", "邮寄", "商业企业", "2020-12-30", "", "", "招标结果"),
    )
    report = import_requests(path=file, actor=Actor(user=at.officer))
    assert (report.read, report.imported, report.faults) == (2, 2, [])
    first, second = Case.objects.order_by("number")
    assert (first.state, first.outcome, first.closed_on) == ("concluded", "granted", D("2020-03-20"))
    assert (second.state, second.due_on) == ("registered", D("2021-01-28"))
    assert Request.objects.filter(imported=True).count() == 2
    assert list(verify_cases()) == []


def test_every_fault_of_every_row_is_told_and_nothing_written(at: Office, tmp_path: Path) -> None:
    file = table(
        tmp_path,
        ("exam", "1", "internet", "natural", "2020-03-02", "2020-03-01", "3.1", ""),
        ("nowhere", "2", "brieftaube", "king", "2020-02-30", "", "9.9", ""),
        ("exam", "1", "internet", "natural", "2020-03-02", "", "3.1", ""),
        ("exam", "", "", "", "", "", "", ""),
        ("exam", "5", "internet", "natural", "2035-01-01", "", "", ""),
    )
    report = import_requests(path=file, actor=Actor(user=at.officer))
    told = {(fault.row, fault.field) for fault in report.faults}
    assert told == {
        (2, "办结日期"),
        (3, "机关"),
        (3, "渠道"),
        (3, "申请人类型"),
        (3, "收到日期"),
        (3, "办理结果"),
        (4, "编号"),
        (4, "办结日期"),
        (5, "编号"),
        (5, "渠道"),
        (5, "申请人类型"),
        (5, "收到日期"),
        (6, "收到日期"),
    }
    assert report.imported == 0 and not Case.objects.exists()


def test_the_good_rows_go_in_when_asked_to(at: Office, tmp_path: Path) -> None:
    good = ("exam", "1", "internet", "natural", "2020-03-02", "", "", "")
    report = import_requests(
        path=table(tmp_path, good, ("exam", "2", "?", "natural", "2020-03-02", "", "", "")),
        actor=Actor(user=at.officer),
        partial=True,
    )
    assert (report.imported, report.refused_rows, Case.objects.count()) == (1, 1, 1)


def test_the_same_file_twice_doubles_nothing(at: Office, tmp_path: Path) -> None:
    file = table(tmp_path, ("exam", "1", "internet", "natural", "2020-03-02", "", "", ""))
    import_requests(path=file, actor=Actor(user=at.officer))
    again = import_requests(path=file, actor=Actor(user=at.officer))
    assert (again.imported, again.unchanged, again.faults) == (0, 1, [])
    assert Case.objects.count() == 1


def test_a_later_file_ends_what_was_open_and_what_it_says_otherwise_is_refused(
    at: Office, tmp_path: Path
) -> None:
    actor = Actor(user=at.officer)
    still = ("exam", "1", "internet", "natural", "2020-12-02", "", "", "")
    closed = ("exam", "2", "internet", "natural", "2020-03-02", "2020-03-20", "3.1", "")
    import_requests(path=table(tmp_path, still, closed), actor=actor)
    ended = (*still[:5], "2021-01-05", "3.2", "")
    report = import_requests(path=table(tmp_path, ended, closed), actor=actor)
    assert (report.imported, report.ended, report.unchanged, report.faults) == (0, 1, 1, [])
    case = Case.objects.get(number="1")
    assert (case.state, case.outcome, case.closed_on) == ("concluded", "partial", D("2021-01-05"))
    assert (case.due_on, [clock.standing for clock in case.clocks.all()]) == (None, ["finished"])
    assert not list(verify_cases())
    for other in ((*ended[:6], "3.1", ""), still, (*closed[:3], "legal", *closed[4:])):
        again = import_requests(path=table(tmp_path, other), actor=actor)
        assert [fault.field for fault in again.faults] == ["编号"]


def test_what_was_handled_here_since_is_not_ended_by_a_file(at: Office, tmp_path: Path) -> None:
    actor = Actor(user=at.officer)
    still = ("exam", "1", "internet", "natural", "2020-12-02", "", "", "")
    import_requests(path=table(tmp_path, still), actor=actor)
    note(case=Case.objects.get(), actor=actor, day=D("2020-12-03"), text="已电话联系")
    report = import_requests(path=table(tmp_path, (*still[:5], "2021-01-05", "3.2", "")), actor=actor)
    assert [fault.field for fault in report.faults] == ["编号"]


def test_organs_the_register_does_not_know_are_entered_when_asked_to(at: Office, tmp_path: Path) -> None:
    row = ("永安县人民政府", "1", "internet", "natural", "2020-03-02", "", "", "")
    actor = Actor(user=None, system="command")
    refused = import_requests(path=table(tmp_path, row), actor=actor)
    assert [fault.field for fault in refused.faults] == ["机关"] and "--create-organs" in refused.faults[
        0
    ].mend
    bad = ("别县人民政府", "1", "?", "natural", "2020-03-02", "", "", "")
    assert import_requests(path=table(tmp_path, row, bad), actor=actor, create_organs=True).faults
    assert not Organ.objects.filter(name__endswith="县人民政府").exists()
    report = import_requests(path=table(tmp_path, row), actor=actor, create_organs=True)
    assert [organ.name for organ in report.organs] == ["永安县人民政府"]
    organ = Organ.objects.get(name="永安县人民政府")
    assert (organ.level, organ.kind, Case.objects.get().organ) == ("district", "government", organ)


@pytest.mark.parametrize(
    "day",
    ["2020-3-2", "2020/03/02", "2020.3.2", "２０２０年３月２日", "20200302", "43892", "2020-03-02 00:00"],
)
@pytest.mark.parametrize(("encoding", "delimiter"), [("utf-8-sig", ","), ("gb18030", ";"), ("utf-16", "\t")])
def test_days_encodings_and_separators_may_be_what_people_have(
    at: Office, tmp_path: Path, day: str, encoding: str, delimiter: str
) -> None:
    file = tmp_path / "requests.csv"
    rows = (HEADINGS, ("exam", "1", "互联网", "自然人", day, "", "", "供水管网图"))
    file.write_text("".join(delimiter.join(row) + "\r\n" for row in rows), encoding=encoding)
    assert import_requests(path=file, actor=Actor(user=at.officer)).faults == []
    assert Case.objects.get().received_on == D("2020-03-02")


def test_nobody_imports_for_an_organ_they_do_not_serve(at: Office, tmp_path: Path) -> None:
    file = table(tmp_path, ("exam", "1", "internet", "natural", "2020-03-02", "", "", ""))
    with pytest.raises(CaseRefused):
        import_requests(path=file, actor=Actor(user=office().officer))
    assert not Case.objects.exists()


def test_whatever_comes_in_the_form_reconciles_and_counts_each_request_once(
    at: Office, tmp_path: Path
) -> None:
    """Random history over three years: for every column, new + carried in = concluded + carried out, and what is carried out
    of one year is carried into the next."""
    chance = random.Random(20201231)
    kinds = ("natural", "business", "research", "charity", "legal", "other")
    rows_of_form = [each.row for each in outcomes()]
    rows, expected = [], {}
    for number in range(400):
        received = D("2019-06-01").toordinal() + chance.randrange(800)
        closed = received + chance.randrange(0, 120)
        row, kind = chance.choice(rows_of_form), chance.choice(kinds)
        is_open = chance.random() < 0.1
        day = lambda ordinal: D("2019-06-01").fromordinal(ordinal).isoformat()  # noqa: E731
        rows.append(
            (
                "exam",
                number,
                "desk",
                kind,
                day(received),
                "" if is_open else day(closed),
                "" if is_open else row,
                "",
            )
        )
        if not is_open:
            key = (day(closed)[:4], row, kind)
            expected[key] = expected.get(key, 0) + 1
    import_requests(path=table(tmp_path, *rows), actor=Actor(user=at.officer))
    carried: dict[str, int] = {}
    for year in (2019, 2020, 2021, 2022):
        period = Period.year(year)
        new, before, done, after = (
            tally(f"requests.{name}", period) for name in ("new", "carried_in", "concluded", "carried_out")
        )
        for counted in map(source, ("requests.carried_in", "requests.carried_out")):
            assert counted.parts is not None
            parts = [pk for part in counted.parts(period) for pk in part.values_list("pk", flat=True)]
            assert sorted(parts) == sorted(counted.rows(period).values_list("pk", flat=True))
        for kind in kinds:
            counts = [
                counted.of(figure(f"requests.row.{row}"), applicant_kind=kind)
                for counted, row in ((new, "1"), (before, "2"), (done, "3.7"), (after, "4"))
            ]
            assert counts[0] + counts[1] == counts[2] + counts[3]
            assert counts[1] == carried.get(kind, 0)
            carried[kind] = counts[3]
            for row in set(rows_of_form):
                number = done.of(figure(f"requests.row.{row}"), applicant_kind=kind)
                assert number == expected.get((str(year), row, kind), 0)


def test_a_result_that_cannot_be_read_is_not_called_missing_too(at: Office, tmp_path: Path) -> None:
    file = table(tmp_path, ("exam", "1", "internet", "natural", "2020-03-02", "2020-03-20", "9.9", ""))
    report = import_requests(path=file, actor=Actor(user=at.officer))
    assert [(fault.field, fault.value) for fault in report.faults] == [("办理结果", "9.9")]
