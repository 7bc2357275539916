"""Everything that keeps a document from the public, all reasons together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext, gettext_lazy

from gongkai.foundation import statutes
from gongkai.foundation.identifiers import DocumentNumber, IdentifierError
from gongkai.wings.publishing.documents import rules
from gongkai.wings.publishing.documents.kinds import Attribute, LinkKind
from gongkai.wings.publishing.documents.models import Document
from gongkai.wings.publishing.documents.rules import Obstacle
from gongkai.wings.publishing.documents.text import body_html, html_text

_EARLIEST, _LATEST = date(1949, 1, 1), date(2149, 12, 31)
_DATES = ("written_on", "effective_on", "expires_on", "disclosure_decided_on")
_NOT_FIELDS: dict[str, Any] = {
    "content": gettext_lazy("text or attachment"),
    "interpreted_document": gettext_lazy("link to the document it interprets"),
}


def publication_obstacles(document: Document, *, demand_practice: bool = True) -> list[Obstacle]:
    """All reasons why this text may not become public now; empty: it may, once reviewed.

    ``document`` may be a revision as object. ``demand_practice`` False, for texts that were public elsewhere before,
    leaves out what is practice or unconfirmed (``rules.toml``).
    """
    return [
        *_attribute(document),
        *_missing(document, demand_practice=demand_practice),
        *_dates(document),
        *_numbers(document, demand_practice=demand_practice),
    ]


def _attribute(document: Document) -> Iterator[Obstacle]:
    grounds = {ground.code for ground in statutes.exemptions()}
    yield from rules.attribute_obstacles(
        attribute=document.attribute,
        reason=document.attribute_reason,
        provision=document.attribute_provision,
        grounds=grounds,
    )
    if document.attribute in (Attribute.ON_REQUEST, Attribute.WITHHELD):
        yield Obstacle(
            field="attribute",
            message=gettext("Only a text for proactive disclosure becomes public."),
            rule="条例第十九条",
            mend=gettext("Keep it in the library, or decide to disclose it and record the day."),
        )


def _missing(document: Document, *, demand_practice: bool) -> Iterator[Obstacle]:
    for fact in rules.missing_facts(document.kind, _present(document)):
        if not fact.confirmed and not demand_practice:
            continue
        name = _NOT_FIELDS.get(fact.field) or Document._meta.get_field(fact.field).verbose_name
        yield Obstacle(
            field=fact.field,
            message=gettext("Missing: %s.") % name,
            rule=fact.source,
            mend=gettext("A document of this kind needs it; fill it in."),
        )


def _present(document: Document) -> set[str]:
    present = {
        fact.field
        for fact in rules.required_facts()
        if fact.field not in _NOT_FIELDS and getattr(document, fact.field, None) not in (None, "")
    }
    if document.attachments.count() or html_text(body_html(document.body, lambda file: "/files/")):
        present.add("content")
    if any(link.kind == LinkKind.INTERPRETS for link in document.links.all()):
        present.add("interpreted_document")
    return present


def _dates(document: Document) -> Iterator[Obstacle]:
    for name in _DATES:
        day = getattr(document, name)
        if day is not None and not _EARLIEST <= day <= _LATEST:
            yield Obstacle(
                field=name,
                message=gettext("%(day)s cannot be right.") % {"day": day},
                rule="",
                mend=gettext("Check the year."),
            )
    begins = document.effective_on or document.written_on
    if document.expires_on and begins and document.expires_on < begins:
        yield Obstacle(
            field="expires_on",
            message=gettext("The last day in force lies before the first."),
            rule="",
            mend=gettext("Check both dates."),
        )


def _numbers(document: Document, *, demand_practice: bool) -> Iterator[Obstacle]:
    if document.document_number and demand_practice:
        yield from _document_number(document.document_number)
    if document.index_number:
        others = Document.objects.filter(index_number=document.index_number).exclude(pk=document.pk)
        if other := others.first():
            yield Obstacle(
                field="index_number",
                message=gettext("The index number belongs to another document: %s.") % other.title,
                rule="条例第十二条",
                mend=gettext("Leave it empty; a number is given at publication."),
            )


def _document_number(value: str) -> Iterator[Obstacle]:
    try:
        faults = DocumentNumber.departures(value)
        right = DocumentNumber.parse(value).format()
    except IdentifierError as unreadable:
        faults, right = (unreadable,), gettext("for example 海府〔2020〕14号")
    for fault in faults:
        yield Obstacle(
            field="document_number",
            message=fault.localised(gettext)[0],
            rule="GB/T 9704-2012",
            mend=gettext("Write %s.") % right,
        )
