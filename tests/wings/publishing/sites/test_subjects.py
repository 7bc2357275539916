"""What the checks learn about a document: missing facts, what stands at addresses of ours, the sites of organs."""

from __future__ import annotations

from datetime import datetime

import pytest

from gongkai.engines.checks import Finding, run_checks
from gongkai.foundation.organs.services import amend_organ
from gongkai.wings.publishing.documents.kinds import Kind, LinkKind
from gongkai.wings.publishing.documents.models import Document
from gongkai.wings.publishing.documents.services import withdraw
from gongkai.wings.publishing.sites.subjects import fact_names, subject_of
from tests.factories_publishing import OrganFactory
from tests.wings.publishing.sites.conftest import SHANGHAI, Town

TITLE = "南溟市台风防御应急预案"
OTHER = "关于公布行政复议申请指南的通知"


def found(document: Document, check: str) -> list[Finding]:
    subject = subject_of(document.get_latest_revision_as_object())
    return [one for one in run_checks(subject) if one.check == check]


def linking(town: Town, href: str, words: str) -> Document:
    return town.draft(body=[("html", f'<p>请见<a href="{href}">{words}</a>，现予公布。</p>')])


@pytest.mark.parametrize(
    ("kind", "missing"),
    [
        (Kind.NOTICE, set()),
        (Kind.NORMATIVE, {"document_number", "subject"}),
        (Kind.INTERPRETATION, {"interpreted_document", "interpretation_form"}),
        (Kind.BRIEF, {"issue_number"}),
    ],
)
def test_facts_that_the_kind_must_carry_and_does_not_are_pointed_at(
    town: Town, kind: Kind, missing: set[str]
) -> None:
    facts = found(town.draft(kind=kind), "facts")
    assert {one.field for one in facts} == missing
    for one in facts:
        assert fact_names()[one.field] in one.message
        assert "未经核实" in one.rule


def test_news_without_source_are_pointed_at(town: Town) -> None:
    assert [one.field for one in found(town.draft(kind=Kind.NEWS, source=""), "facts")] == ["source"]


def test_an_interpretation_bound_to_its_document_lacks_nothing(town: Town) -> None:
    document = town.draft(kind=Kind.INTERPRETATION, interpretation_form="text")
    document.links.create(target=town.public(), kind=LinkKind.INTERPRETS)
    document.save_revision(user=town.drafter)
    assert found(document, "facts") == []


@pytest.mark.parametrize("address", ["{}", "/hant{}", "https://city.localhost{}", "//edu.localhost{}"])
def test_a_link_to_another_text_than_its_words_say_is_pointed_at(town: Town, address: str) -> None:
    target = town.public(title=TITLE, at=datetime(2020, 4, 22, 9, 30, tzinfo=SHANGHAI))
    href = address.format(f"/doc/2020/{target.pk}/")
    wrong = [one for one in found(linking(town, href, f"《{OTHER}》"), "links") if TITLE in one.message]
    assert len(wrong) == 1
    right = [one for one in found(linking(town, href, f"《{TITLE}》"), "links") if one.severity == "warn"]
    assert [one for one in right if TITLE in one.message or "死链" in one.message] == []


def test_a_link_to_what_is_not_public_or_at_another_address_is_dead(town: Town) -> None:
    target = town.public(title=TITLE, at=datetime(2020, 4, 22, 9, 30, tzinfo=SHANGHAI))
    for href in (
        f"/doc/2019/{target.pk}/",
        "/doc/2020/999999/",
        f"http://city.localhost/doc/2021/{target.pk}/",
    ):
        assert [one for one in found(linking(town, href, "应急预案"), "links") if "死链" in one.message]
    here = f"/doc/2020/{target.pk}/"
    assert found(linking(town, here, "应急预案"), "links") == []
    withdraw(document=target, user=town.manager, reason="有误")
    assert [one for one in found(linking(town, here, "应急预案"), "links") if "死链" in one.message]


def test_of_addresses_elsewhere_nothing_is_claimed(town: Town) -> None:
    for href in ("https://www.gov.cn/doc/2020/1/", "/zwgk/", "http://["):
        subject = subject_of(linking(town, href, "指南"))
        assert subject.title_at is not None and subject.is_dead is not None
        assert subject.title_at(href) is None
        assert not subject.is_dead(href)


def test_organs_are_known_by_their_sites(town: Town) -> None:
    bureau = OrganFactory(name="南溟市生态环境局", short_name="市生态环境局")
    amend_organ(organ=bureau, actor="system", website="https://hbj.nanming.gov.cn/")
    for words, href, faults in (
        ("市生态环境局网站", "https://hbj.nanming.gov.cn/x/", 0),
        ("市生态环境局", "https://zgj.nanming.gov.cn/", 1),
        ("南溟市教育局", "http://city.localhost/", 1),
        ("南溟市教育局", "http://edu.localhost/", 0),
    ):
        document = linking(town, href, words)
        wrong = [one for one in found(document, "links") if "指向" in one.message and words in one.message]
        assert len(wrong) == faults, (words, href)
