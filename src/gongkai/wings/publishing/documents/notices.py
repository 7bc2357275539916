"""What is left of documents that were public once and have been withdrawn."""

from __future__ import annotations

from collections.abc import Iterable

from gongkai.wings.publishing.documents.models import Document
from gongkai.wings.publishing.documents.references import local_day
from gongkai.wings.publishing.documents.rules import document_path
from gongkai.wings.publishing.documents.shown import Notice


def notices(ids: Iterable[int]) -> dict[int, Notice]:
    """Notices of those of the documents that were public once and have been withdrawn, by id."""
    documents = (
        Document.objects.withdrawn()
        .filter(id__in=list(ids), published_at__isnull=False)
        .select_related("issuer")
        .prefetch_related("joint_issuers")
        .defer("body", "html", "text")
    )
    found = {}
    for document in documents:
        assert document.published_at is not None and document.withdrawn_at is not None
        published = local_day(document.published_at)
        organs = [document.issuer, *document.joint_issuers.all()]
        found[document.pk] = Notice(
            id=document.pk,
            title=document.notice_title,
            url=document_path(published.year, document.pk),
            number=document.document_number,
            index_number=document.index_number,
            issuers=" ".join(dict.fromkeys(organ.name for organ in organs)),
            published_on=published.isoformat(),
            withdrawn_on=local_day(document.withdrawn_at).isoformat(),
            reason=document.withdrawal_reason,
            depends={f"document:{document.pk}", *(f"organ:{organ.code}" for organ in organs)},
        )
    return found
