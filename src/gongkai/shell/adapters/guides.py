"""Guides in the library, as texts that are held against the register of organs (``guides.texts``)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from django.db.models import Exists, OuterRef, Q

from gongkai.wings.disclosure.guides.texts import GuideText, register
from gongkai.wings.publishing.documents.kinds import Kind
from gongkai.wings.publishing.documents.models import Document
from gongkai.wings.publishing.documents.pages import local_day
from gongkai.wings.publishing.documents.rules import document_path
from gongkai.wings.publishing.sites.frame import origin
from gongkai.wings.publishing.sites.models import Placement

_TITLES: Final = ("公开指南", "机构信息", "机构概况")


class LibraryGuides:
    """Texts of the kind 指南, in the block 指南, or with such a title. Of those that make the guide of an organ only the
    newest counts: the others stand there as its earlier versions."""

    def of(self, organs: Collection[int]) -> Sequence[GuideText]:
        in_block = Placement.objects.public().filter(document=OuterRef("pk"), column__block="guide")
        titled = Q()
        for words in _TITLES:
            titled |= Q(title__endswith=words)
        rows = (
            Document.objects.public()
            .filter(issuer__in=list(organs))
            .annotate(in_block=Exists(in_block))
            .filter(Q(kind=Kind.GUIDE) | Q(in_block=True) | titled)
            .order_by("-published_at", "-id")
        )
        found: list[GuideText] = []
        guides: set[int] = set()
        hosts = _hosts([row.pk for row in rows])
        for row in rows:
            if row.published_at is None:
                continue
            if row.kind == Kind.GUIDE or row.in_block or row.title.endswith(_TITLES[0]):
                if row.issuer_id in guides:
                    continue
                guides.add(row.issuer_id)
            day = local_day(row.published_at)
            url = document_path(day.year, row.pk)
            address = origin(hosts[row.pk]) + url if row.pk in hosts else ""
            found.append(GuideText(row.issuer_id, str(row.pk), row.title, row.text, address, day))
        return found


def _hosts(documents: Collection[int]) -> dict[int, str]:
    placed = Placement.objects.public().filter(document_id__in=list(documents)).order_by("-id")
    return dict(placed.values_list("document_id", "column__site__host"))


def register_guides() -> None:
    register(LibraryGuides())
