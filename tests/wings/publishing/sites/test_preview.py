"""The preview of a document is the public page over the text in the editor."""

from __future__ import annotations

from datetime import date

import pytest

from gongkai.wings.publishing.documents.kinds import Kind, LinkKind
from gongkai.wings.publishing.documents.models import Document
from gongkai.wings.publishing.sites.models import Site
from gongkai.wings.publishing.sites.preview import preview_html
from tests.factories_publishing import OrganFactory

from .conftest import Town


def test_a_draft_looks_as_it_will_on_its_site(town: Town) -> None:
    target = town.public(
        town.policy,
        kind=Kind.NORMATIVE,
        title="旧办法",
        document_number="南府〔2015〕1号",
        subject="综合政务",
    )
    draft = town.draft(
        town.bureau_news,
        kind=Kind.NORMATIVE,
        title="新办法（送审稿）",
        document_number="南府〔2020〕1号",
        subject="综合政务",
        effective_on=date(2020, 7, 1),
        links=[{"target": target, "kind": LinkKind.REPLACES}],
    )
    page = preview_html(draft)
    for words in (
        "新办法（送审稿）",
        "南溟市教育局",
        "预览",
        "现将有关事项通告如下",
        "旧办法",
        "代替",
        "noindex",
    ):
        assert words in page
    assert not {"\ue000", "\ue001", "\ue002"} & set(page)


def test_what_is_not_saved_yet_can_be_looked_at(town: Town) -> None:
    document = town.draft()
    unsaved = Document(
        kind=Kind.NEWS, title="尚未保存", issuer=town.government, body=document.body, created_by=town.drafter
    )
    assert "尚未保存" in preview_html(unsaved)


def test_without_a_site_there_is_nothing_to_look_like(db: None) -> None:
    document = Document(kind=Kind.NEWS, title="尚未保存", issuer=OrganFactory())
    with pytest.raises(Site.DoesNotExist):
        preview_html(document)


def test_the_editor_s_preview_shows_the_page(town: Town) -> None:
    document = town.draft(title="关于防御台风的通告")
    answer = document.make_preview_request()
    assert answer.status_code == 200
    assert "关于防御台风的通告" in answer.content.decode()
