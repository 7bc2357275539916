"""What is offered before filing, and what is counted of it; kiosks; the list of organs."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session

from gongkai.engines.search import IndexWriter, SearchRecord
from gongkai.foundation.organs.models import Level, OrganKind
from gongkai.wings.disclosure.apply import offers
from gongkai.wings.disclosure.apply.models import Draft, Offer
from tests.factories import organ
from tests.factories_disclosure import Office
from tests.wings.disclosure.apply.conftest import ANSWERS, Visitor, text_of

Visitors = Callable[..., Visitor]
PAGES = (
    ("/doc/2020/1/", "2019年部门“三公”经费支出决算", "因公出国费用、公务用车费用、公务接待费用合计"),
    ("/doc/2020/2/", "学校学区划分方案", "小学招生服务范围"),
    ("/doc/2020/3/", "财政预算公开<script>", "一般公共预算"),
)


@pytest.fixture
def index(at: Office, settings: Any) -> Path:
    path = Path(settings.GONGKAI_PUBLISHED) / "current" / "search.db"
    path.parent.mkdir(parents=True)
    with IndexWriter(path) as writer:
        writer.put_many(
            SearchRecord(key=url, sites=("city",), url=url, title=title, text=text, organ="财政局")
            for url, title, text in PAGES
        )
        writer.commit()
    offers._index.cache_clear()
    return path


def offered(answer: Any) -> list[int]:
    return [int(pk) for pk in re.findall(r'href="/request/suggestions/(\d+)/"', text_of(answer))]


def test_a_question_in_ones_own_words_finds_the_paper(index: Path, visitor: Visitors) -> None:
    answer = visitor().get("/request/suggestions/", q="请问三公经费花了多少，公务用车呢")
    assert offered(answer)
    assert PAGES[0][0] == Offer.objects.get(pk=offered(answer)[0]).url


def test_shown_opened_and_answered_are_counted_once_a_visit(index: Path, visitor: Visitors) -> None:
    somebody = visitor()
    for _again in range(3):
        (pk,) = offered(somebody.get("/request/suggestions/", q="学区划分"))
        assert somebody.get(f"/request/suggestions/{pk}/")["Location"] == "/doc/2020/2/"
        somebody.post("/request/suggestions/", q="学区划分", answered=str(pk))
    row = Offer.objects.get(pk=pk)
    assert (row.shown, row.opened, row.answered, row.missed) == (1, 1, 1, 0)
    visitor().post("/request/suggestions/", q="学区划分", missed=str(pk))
    effect = offers.effect(since=row.month, until=row.month + dt.timedelta(days=27))
    assert (effect.answered, effect.missed, effect.share) == (1, 1, 0.5)
    assert offers.effect(since=dt.date(2000, 1, 1), until=dt.date(2000, 12, 31)).share is None


def test_a_paper_that_does_not_help_is_not_offered_again(index: Path, visitor: Visitors) -> None:
    somebody = visitor()
    (pk,) = offered(somebody.get("/request/suggestions/", q="学区划分"))
    answer = somebody.post("/request/suggestions/", q="学区划分", missed=str(pk))
    assert offered(answer) == []
    assert "没有找到" in text_of(answer)


def test_nothing_about_people_or_questions_is_kept(index: Path, visitor: Visitors) -> None:
    visitor().get("/request/suggestions/", q="张三丰的学区划分")
    kept = {str(value) for row in Offer.objects.values() for value in row.values()}
    assert not any("张三丰" in value for value in kept)


def test_marks_of_the_index_are_kept_and_scripts_are_not(index: Path, visitor: Visitors) -> None:
    page = visitor().get("/request/suggestions/", q="财政预算").content.decode()
    assert "<mark>" in page
    assert "<script>" not in page


def test_only_what_was_offered_can_be_opened(index: Path, visitor: Visitors) -> None:
    Offer.objects.create(site="other", url="/x/", title="别处", month=dt.date(2020, 1, 1))
    for pk in (Offer.objects.get().pk, 0, 2**62, 2**63, 10**30):
        assert visitor().get(f"/request/suggestions/{pk}/").status_code == 404


@pytest.mark.parametrize("q", ["", " ", "\0", "' OR 1=1", "<script>", "字" * 5000, "*" * 50, '"', "\u202e"])
def test_wild_questions_break_nothing(index: Path, visitor: Visitors, q: str) -> None:
    answer = visitor().get("/request/suggestions/", q=q, organ="\0")
    assert answer.status_code in (200, 303)
    assert b"<script>alert" not in answer.content


def test_without_an_index_people_can_apply_all_the_same(at: Office, visitor: Visitors) -> None:
    offers._index.cache_clear()
    page = text_of(visitor().get("/request/suggestions/", q="预算"))
    assert "暂时不可用" in page
    assert 'href="/request/organ/"' in page


# -- Organs ------------------------------------------------------------------------------------------


def test_organs_stand_by_level_with_their_contacts_and_can_be_found(at: Office, visitor: Visitors) -> None:
    organ("测试市教育局", parent=at.organ, phone="0898-111", code="jyj")
    organ("测试区人民政府", level=Level.DISTRICT, code="qzf")
    organ("已撤销局", abolished_on=dt.date(2020, 1, 1), code="old")
    organ("自来水公司", kind=OrganKind.UTILITY, code="water")
    organ("国务院", level=Level.OUTSIDE, code="gwy")
    page = text_of(visitor().get("/request/organ/"))
    assert "0898-111" in page
    assert page.index("测试市教育局") < page.index("测试区人民政府")
    for other in ("已撤销局", "自来水公司", "国务院"):
        assert other not in page
    found = text_of(visitor().get("/request/organ/", q="教育"))
    assert "测试市教育局" in found
    assert "测试区人民政府" not in found
    assert "没有找到该机关" in text_of(visitor().get("/request/organ/", q="%' OR '1"))


def test_the_organ_can_be_changed_on_the_way(at: Office, visitor: Visitors) -> None:
    organ("测试市教育局", parent=at.organ, code="jyj")
    somebody = visitor()
    somebody.begin(at.organ.code)
    somebody.fill("information")
    assert somebody.get("/request/apply/", organ="jyj")["Location"] == "/request/apply/information/"
    assert "测试市教育局" in text_of(somebody.get("/request/apply/information/"))


# -- Kiosks ------------------------------------------------------------------------------------------


def test_a_kiosk_wipes_itself_and_leaves_no_question_in_addresses(
    index: Path, at: Office, visitor: Visitors
) -> None:
    kiosk = visitor()
    assert kiosk.get("/request/", kiosk="1")["Location"] == "/request/"
    page = text_of(kiosk.get("/request/"))
    assert 'http-equiv="refresh" content="180;url=/request/wipe/"' in page
    assert 'method="post" action="/request/suggestions/"' in page
    kiosk.post("/request/suggestions/", q="学区划分")
    kiosk.begin(at.organ.code)
    kiosk.fill("information")
    contact = text_of(kiosk.get("/request/apply/contact/"))
    assert 'autocomplete="tel"' not in contact
    assert 'name="save"' not in contact
    wiped = kiosk.get("/request/wipe/")
    assert wiped["Clear-Site-Data"]
    assert kiosk.get("/request/apply/contact/")["Location"] == "/request/organ/"
    assert "kiosk" in text_of(kiosk.get("/request/"))
    left = " ".join(str(session.get_decoded()) for session in Session.objects.all())
    assert "request.draft" not in left


def test_the_address_of_wiping_harms_nobody_at_home(at: Office, visitor: Visitors) -> None:
    somebody = visitor()
    somebody.begin(at.organ.code)
    somebody.fill("information")
    somebody.get("/request/wipe/")
    assert somebody.get("/request/apply/information/").status_code == 200


def test_a_receipt_is_gone_from_a_kiosk(at: Office, visitor: Visitors) -> None:
    kiosk = visitor()
    kiosk.get("/request/", kiosk="1")
    kiosk.apply(at.organ.code, **{slug: values for slug, values in ANSWERS.items() if slug == "who"})
    kiosk.get("/request/wipe/")
    assert kiosk.get("/request/apply/sent/")["Location"] == "/request/"
    assert Draft.objects.count() == 1  # forgotten by itself after a day
