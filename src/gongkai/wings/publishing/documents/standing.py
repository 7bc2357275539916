"""How documents stand: the facts gathered from the library for the rules, in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from django.utils import timezone

from gongkai.foundation.workdays import calendar
from gongkai.wings.publishing.documents import rules
from gongkai.wings.publishing.documents.kinds import Authority, LinkKind
from gongkai.wings.publishing.documents.models import Document, DocumentLink, Publication, Series
from gongkai.wings.publishing.documents.querysets import DocumentQuerySet


def local_day(moment: datetime | None) -> date | None:
    return None if moment is None else timezone.localtime(moment).date()


def timelines(documents: Iterable[Document]) -> dict[int, rules.Timeline]:
    """The validity of each document through time; only links of public documents count. Two queries."""
    documents = list(documents)
    acts: dict[int, list[rules.Act]] = defaultdict(list)
    links = DocumentLink.objects.filter(
        target__in=[document.pk for document in documents], kind__in=rules.MOVES_VALIDITY, document__live=True
    ).values_list(
        "target_id",
        "kind",
        "effective_on",
        "document__effective_on",
        "document__written_on",
        "document__published_at",
    )
    for target, kind, own, effective_on, written_on, published_at in links:
        since = rules.act_since(
            link_effective_on=own,
            source_effective_on=effective_on,
            source_written_on=written_on,
            source_published_on=local_day(published_at),
        )
        acts[target].append(rules.Act(kind, since))
    return {
        document.pk: rules.validity_timeline(
            rules.ValidityFacts(
                kind=document.kind,
                effective_on=document.effective_on,
                written_on=document.written_on,
                published_on=local_day(document.published_at),
                expires_on=document.expires_on,
            ),
            acts[document.pk],
        )
        for document in documents
    }


def timeline(document: Document) -> rules.Timeline:
    return timelines([document])[document.pk]


def series_health(series: Series, today: date) -> rules.SeriesHealth:
    """Gaps among the issues that are public now, and the next one if it is late."""
    issues = [
        (number, timezone.localtime(published_at).date())
        for number, published_at in Document.objects.public()
        .filter(series=series, issue_number__isnull=False)
        .values_list("issue_number", "published_at")
    ]
    closed = series.closed_on is not None and series.closed_on <= today
    return rules.series_gaps(
        issues, first=series.first_issue, today=today, every_days=None if closed else series.every_days
    )


def publication_due(document: Document) -> rules.PublicationDue | None:
    """When the document must be or had to be public (条例 Art. 26)."""
    return rules.publication_due(
        written_on=document.written_on,
        disclosure_decided_on=document.disclosure_decided_on,
        calendar=calendar(),
    )


def milestones(document: Document) -> rules.Milestones:
    """When it was drafted, approved and published. A text is approved by the review that publishes it; one that was
    migrated, on the day it carries."""
    first = document.publications.order_by("at", "pk").first()
    if first is None:
        return rules.Milestones(drafted_on=timezone.localtime(document.created_at).date())
    published_on = timezone.localtime(first.at).date()
    if first.authority == Authority.MIGRATED:
        written_on = document.written_on or published_on
        return rules.Milestones(drafted_on=written_on, approved_on=written_on, published_on=published_on)
    return rules.Milestones(
        drafted_on=timezone.localtime(document.created_at).date(),
        approved_on=published_on,
        published_on=published_on,
    )


def synchrony(document: Document) -> tuple[rules.SynchronyCheck, ...]:
    """三同步 of a document with every interpretation that links to it, drafts included."""
    return rules.synchrony(
        milestones(document), [milestones(text) for text in interpretations(document)], calendar()
    )


def interpretations(document: Document) -> list[Document]:
    """Texts that interpret it: one link gives both directions."""
    return list(Document.objects.filter(links__target=document, links__kind=LinkKind.INTERPRETS).distinct())


def interpreted(document: Document) -> list[Document]:
    """The documents this text interprets."""
    return list(
        Document.objects.filter(links_in__document=document, links_in__kind=LinkKind.INTERPRETS).distinct()
    )


def suggested_attribute(document: Document) -> str:
    """What it inherits from the texts it forwards, "" when nothing (源头认定)."""
    forwarded = [link.target.attribute for link in document.links.all() if link.kind == LinkKind.FORWARDS]
    return rules.inherited_attribute(forwarded)


def forced_publications(since: date, documents: DocumentQuerySet | None = None) -> list[Publication]:
    """For the report: each publication without three reviews, newest first; of ``documents`` only, if given."""
    rows = Publication.objects.filter(authority=Authority.FORCED, at__date__gte=since)
    return list(
        (rows if documents is None else rows.filter(document__in=documents))
        .select_related("document", "document__issuer", "actor")
        .order_by("-at")
    )


def due_for_reassessment(documents: DocumentQuerySet, today: date) -> DocumentQuerySet:
    """Those of ``documents`` that are withheld and were not looked at for a year, oldest first (条例 Art. 18)."""
    return documents.due_for_reassessment(rules.reassess_unless_since(today)).select_related(
        "issuer", "kept_by"
    )
