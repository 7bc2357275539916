"""Documents: what is public, for everybody; drafting and reviewing, for staff."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema, Status

from gongkai.foundation.organs.models import Organ
from gongkai.shell.api.faults import PUBLIC_FAULTS, STAFF_FAULTS
from gongkai.shell.api.words import LARGEST_ID, Words
from gongkai.wings.publishing.documents.kinds import Attribute, Kind
from gongkai.wings.publishing.documents.models import Document
from gongkai.wings.publishing.documents.services import create_draft, save_draft, withdraw
from gongkai.wings.publishing.documents.text import plain_text_to_html
from gongkai.wings.publishing.reviews import services as reviews

router = Router(tags=["documents"])


class Summary(Schema):
    """A document as a list shows it."""

    id: int
    kind: str
    title: str
    issuer: str
    document_number: str
    index_number: str
    subject: str
    written_on: date | None
    published_at: datetime | None
    summary: str

    @staticmethod
    def resolve_issuer(document: Document) -> str:
        return document.issuer.name


class Full(Summary):
    html: str
    text: str
    keywords: str
    source: str
    effective_on: date | None
    expires_on: date | None


class DocumentListing(Schema):
    """``next`` is the cursor of the following page, absent on the last one."""

    items: list[Summary]
    next: int | None = None


class DocumentFilters(Schema):
    kind: Kind | None = None
    organ: Words | None = Field(None, max_length=40)
    year: int | None = Field(None, ge=1949, le=2100)
    before: int | None = Field(None, ge=1, le=LARGEST_ID, description="cursor: the `next` of the page before")
    limit: int = Field(50, ge=1, le=200)


@router.get("", response={200: DocumentListing, **PUBLIC_FAULTS}, auth=None)
def list_documents(request: HttpRequest, filters: Query[DocumentFilters]) -> Any:
    """Public documents, newest entry first. Paging by cursor, so that the last page is as fast as the first."""
    rows = Document.objects.public().select_related("issuer").order_by("-id")
    if filters.kind is not None:
        rows = rows.of_kind(filters.kind)
    if filters.organ is not None:
        rows = rows.filter(issuer__code=filters.organ)
    if filters.year is not None:
        rows = rows.published_in(filters.year)
    if filters.before is not None:
        rows = rows.filter(pk__lt=filters.before)
    items = list(rows[: filters.limit + 1])
    more = len(items) > filters.limit
    items = items[: filters.limit]
    return {"items": items, "next": items[-1].pk if more else None}


@router.get("/{document_id}", response={200: Full, **PUBLIC_FAULTS}, auth=None)
def read_document(request: HttpRequest, document_id: int) -> Any:
    """One public document."""
    return get_object_or_404(Document.objects.public().select_related("issuer"), pk=_known(document_id))


class Draft(Schema):
    """A new document. ``text`` is plain text; paragraphs are made from its lines."""

    kind: Kind
    title: Words = Field(min_length=1, max_length=300)
    issuer: Words = Field(max_length=40, description="short code of the issuing organ")
    text: Words = Field("", max_length=1_000_000)
    attribute: Attribute | None = None
    attribute_reason: Words = Field("", max_length=1000)
    attribute_provision: Words = Field("", max_length=60)
    document_number: Words = Field("", max_length=60)
    subject: Words = Field("", max_length=60)
    summary: Words = Field("", max_length=1000)
    keywords: Words = Field("", max_length=200)
    written_on: date | None = None
    effective_on: date | None = None
    expires_on: date | None = None


class State(Schema):
    """Where a document stands."""

    id: int
    title: str
    live: bool
    in_review: bool

    @staticmethod
    def resolve_in_review(document: Document) -> bool:
        return bool(document.workflow_in_progress)


class Remark(Schema):
    comment: Words = Field("", max_length=1000)


class Reason(Schema):
    reason: Words = Field(min_length=1, max_length=500)


@router.post("", response={201: State, **STAFF_FAULTS})
def draft(request: HttpRequest, payload: Draft) -> Any:
    """Start a document."""
    facts = _facts(payload)
    return Status(201, create_draft(author=_staff(request), issuer=_organ(payload.issuer), **facts))


@router.put("/{document_id}/draft", response={200: State, **STAFF_FAULTS})
def redraft(request: HttpRequest, document_id: int, payload: Draft) -> Any:
    """Change the draft; what the public sees stays as it is."""
    document = _document(request, document_id)
    save_draft(document=document, author=_staff(request), issuer=_organ(payload.issuer), **_facts(payload))
    return _fresh(document)


@router.post("/{document_id}/submit", response={200: State, **STAFF_FAULTS})
def submit(request: HttpRequest, document_id: int) -> Any:
    """Hand a draft over to the three reviews."""
    document = _document(request, document_id)
    reviews.submit(document=document, user=_staff(request))
    return _fresh(document)


@router.post("/{document_id}/approve", response={200: State, **STAFF_FAULTS})
def approve(request: HttpRequest, document_id: int, payload: Remark) -> Any:
    """Pass the review the document is at; the third makes it public."""
    document = _document(request, document_id)
    reviews.approve(document=document, user=_staff(request), comment=payload.comment)
    return _fresh(document)


@router.post("/{document_id}/request-changes", response={200: State, **STAFF_FAULTS})
def request_changes(request: HttpRequest, document_id: int, payload: Reason) -> Any:
    """Send a document back to its author with the reason."""
    document = _document(request, document_id)
    reviews.request_changes(document=document, user=_staff(request), comment=payload.reason)
    return _fresh(document)


@router.post("/{document_id}/withdraw", response={200: State, **STAFF_FAULTS})
def take_back(request: HttpRequest, document_id: int, payload: Reason) -> Any:
    """Take a document from the public on every site; a notice with the reason stays."""
    document = _document(request, document_id)
    withdraw(document=document, user=_staff(request), reason=payload.reason)
    return _fresh(document)


def _staff(request: HttpRequest) -> Any:
    return request.auth  # type: ignore[attr-defined]  # set by the bearer token


def _known(number: int) -> int:
    """An id the database can hold; larger ones exist nowhere."""
    return number if 0 < number <= LARGEST_ID else 0


def _document(request: HttpRequest, document_id: int) -> Document:
    return get_object_or_404(Document.objects.visible_to(_staff(request)), pk=_known(document_id))


def _fresh(document: Document) -> Document:
    return Document.objects.get(pk=document.pk)


def _organ(code: str) -> Organ:
    known = Organ.objects.filter(code=code).first()
    if known is None:
        raise ValidationError({"issuer": _("There is no organ with this code.")})
    return known


def _facts(payload: Draft) -> dict[str, Any]:
    facts = payload.dict(exclude={"issuer", "text"})
    facts["attribute"] = facts["attribute"] or ""
    facts["body"] = [("html", plain_text_to_html(payload.text))] if payload.text else []
    return facts
