"""The printable derivation: it must account for every day, in both languages."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from gongkai.foundation import workdays
from gongkai.foundation.workdays import calendar

D = dt.date.fromisoformat
CATALOGUE = Path(workdays.__file__).parent / "locale/zh_Hans/LC_MESSAGES/django.po"


def chinese() -> dict[str, str]:
    with CATALOGUE.open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if message.id}


@given(st.dates(dt.date(2019, 6, 1), dt.date(2028, 6, 1)), st.integers(0, 120))
def test_every_day_up_to_the_deadline_is_accounted_for(start: dt.date, n: int) -> None:
    cn = calendar()
    derivation = cn.explain(start, n)
    assert (derivation.date, derivation.provisional) == cn.add(start, n)
    assert [account.day for account in derivation.days] == [
        start + dt.timedelta(days=offset) for offset in range(1, (derivation.date - start).days + 1)
    ]
    assert [account.counted for account in derivation.days if account.counted] == list(range(1, n + 1))
    for account in derivation.days:
        assert (
            bool(account.counted) == cn.is_workday(account.day) == (account.reason in ("workday", "make-up"))
        )
    assert derivation.provisional == any(account.provisional for account in derivation.days)
    spread = [
        a.day for p in derivation.passages() for a in derivation.days if p.first.day <= a.day <= p.last.day
    ]
    assert spread == [account.day for account in derivation.days]


def test_the_spring_festival_of_2020_is_shown_with_both_notices() -> None:
    lines = list(calendar().explain(D("2020-01-20"), 20).lines())
    assert lines[0] == "2020-01-20 (Monday): start, not counted"
    assert "2020-01-24 to 2020-01-30: 春节, not counted [国办发明电〔2019〕16号]" in lines
    assert "2020-01-31 to 2020-02-02: 春节, not counted [国办发明电〔2020〕1号]" in lines
    assert lines[-1] == "Working day 20: 2020-02-25 (Tuesday)"


def test_a_worked_weekend_is_counted_and_named() -> None:
    lines = list(calendar().explain(D("2020-04-20"), 7).lines())
    assert "2020-04-26 (Sunday): worked for 劳动节, day 5 [国办发明电〔2019〕16号]" in lines


def test_a_provisional_deadline_is_printed_with_its_warning() -> None:
    lines = list(calendar().explain(D("2026-12-25"), 10).lines())
    assert "2027-01-01 (Friday): 元旦 by statute, not counted" in lines
    assert lines[-1].startswith("Provisional")


def test_the_derivation_is_printed_in_chinese() -> None:
    words = chinese()
    lines = list(calendar().explain(D("2020-04-20"), 7).lines(words.__getitem__))
    assert lines == [
        "2020-04-20（星期一）：起算当日，不计入",
        "2020-04-21至2020-04-24：工作日，第1至4个",
        "2020-04-25（星期六）：双休日，不计入",
        "2020-04-26（星期日）：劳动节调休上班，第5个〔国办发明电〔2019〕16号〕",
        "2020-04-27至2020-04-28：工作日，第6至7个",
        "第7个工作日：2020-04-28（星期二）",
    ]
    provisional = list(calendar().explain(D("2026-12-25"), 10).lines(words.__getitem__))
    assert provisional[-1] == "暂定：所涉年度的放假安排通知尚未发布，发布后日期可能调整。"
