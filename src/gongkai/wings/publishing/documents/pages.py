"""What public pages say about documents: cards for lists, sheets for the page of one document, search records.

Everything is read in batches, a fixed number of queries however many documents, because a full build asks for
hundreds of thousands. Which site and which column show a document is not known here (``sites`` knows).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _

from gongkai.engines.press import ROOT
from gongkai.engines.search import SearchRecord
from gongkai.wings.publishing.documents.kinds import FILE_KINDS, Kind, LinkKind, Validity
from gongkai.wings.publishing.documents.models import Attachment, Document, DocumentLink
from gongkai.wings.publishing.documents.references import (
    SHANGHAI,
    form_labels,
    links_of,
    local_day,
    timeline_of,
    validity_labels,
)
from gongkai.wings.publishing.documents.rules import (
    CHANGING,
    ENDING,
    MOVES_VALIDITY,
    Timeline,
    document_path,
    validity_on,
)
from gongkai.wings.publishing.documents.shown import (
    AttachedFile,
    Card,
    Fact,
    Reference,
    Relation,
    SeriesPlace,
    Sheet,
    Turn,
)
from gongkai.wings.publishing.documents.text import body_html, html_text, rooted

CARD_FIELDS = (
    "id",
    "kind",
    "title",
    "summary",
    "document_number",
    "source",
    "published_at",
    "written_on",
    "effective_on",
    "expires_on",
    "issuer__name",
    "disclosure_item",
)
SHEET_FIELDS = (
    *CARD_FIELDS,
    "html",
    "text",
    "keywords",
    "index_number",
    "subject",
    "author",
    "issuer_id",
    "issuer__code",
    "series_id",
    "series__slug",
    "series__name",
    "issue_number",
    "interpretation_form",
    "live_revision_id",
)


def file_url(sha256: str, name: str) -> str:
    """Address of a published file. Percent-encoded, so that the change of script leaves it alone."""
    return f"/files/{sha256[:2]}/{sha256}/{quote(name)}"


def scrollable(html: str, name: str) -> str:
    """Wide tables scroll in a frame of their own, which a keyboard can reach, and never widen the page."""
    if "<table" not in html:
        return html
    frame = f'<div class="wide-table" role="group" tabindex="0" aria-label="{name}"><table'
    return html.replace("<table", frame).replace("</table>", "</table></div>")


# -- Cards -------------------------------------------------------------------------------------------------


def cards(ids: Iterable[int], today: date) -> dict[int, Card]:
    """Cards of those of the documents that are public, by id."""
    wanted = list(ids)
    labels = validity_labels()
    rows = list(Document.objects.public().filter(id__in=wanted).order_by().values(*CARD_FIELDS))
    acts = links_of([row["id"] for row in rows], of="target", other="document", kinds=MOVES_VALIDITY)
    found = {}
    for row in rows:
        published = local_day(row["published_at"])
        state = validity_on(timeline_of(row, acts.get(row["id"], ())), today).value
        found[row["id"]] = Card(
            id=row["id"],
            title=row["title"],
            url=document_path(published.year, row["id"]),
            day=published.isoformat(),
            published_at=row["published_at"],
            kind=row["kind"],
            number=row["document_number"],
            validity=state,
            validity_label=labels[state],
            summary=row["summary"],
            source=row["source"],
            issuer=row["issuer__name"],
            disclosure_item=row["disclosure_item"],
        )
    return found


# -- Sheets ------------------------------------------------------------------------------------------------


class _Words:
    """The words of a sheet, translated once for a batch."""

    def __init__(self) -> None:
        self.validity = validity_labels()
        self.kinds = {kind.value: str(kind.label) for kind in Kind}
        self.forms = form_labels()
        self.index_number = _("Index number")
        self.subject = _("Subject class")
        self.issuer = _("Issuing organ")
        self.written = _("Written on")
        self.title = _("Title")
        self.number = _("Document number")
        self.published = _("Published on")
        self.effective = _("Effective from")
        self.ended = _("Repealed or expired from")
        self.validity_name = _("Validity")
        self.keywords = _("Keywords")
        self.kind = _("Kind of document")
        self.table = _("Table")
        self.form = _("Form of interpretation")
        self.begins = _("the day of effect the document names")
        self.expires = _("the last day in force the document names")
        self.not_yet = _("before the day of effect")
        self.sentences = {
            Validity.NOT_YET: _("takes effect on %(day)s"),
            Validity.IN_FORCE: _("since %(day)s"),
            Validity.AMENDED: _("as amended since %(day)s"),
            Validity.REPEALED: _("repealed from %(day)s"),
            Validity.EXPIRED: _("expired from %(day)s"),
        }
        self.was_repealed = _("This document has been repealed by:")
        self.was_amended = _("This document has been amended; read it together with:")
        self.outward = {
            LinkKind.REPEALS: _("Repeals"),
            LinkKind.REPLACES: _("Replaces"),
            LinkKind.AMENDS: _("Amends"),
            LinkKind.REPEALS_IN_PART: _("Repeals in part"),
            LinkKind.BASED_ON: _("Is based on"),
            LinkKind.FORWARDS: _("Forwards"),
        }
        self.inward = {
            LinkKind.REPEALS: _("Repealed by"),
            LinkKind.REPLACES: _("Replaced by"),
            LinkKind.AMENDS: _("Amended by"),
            LinkKind.REPEALS_IN_PART: _("Repealed in part by"),
            LinkKind.BASED_ON: _("Basis of"),
            LinkKind.FORWARDS: _("Forwarded by"),
        }


def _issuers(rows: Sequence[Mapping[str, Any]]) -> dict[int, tuple[str, list[str]]]:
    """Names of all issuing organs, the leading one first, and the codes a page depends on, by document."""
    joint: dict[int, list[tuple[str, str]]] = defaultdict(list)
    pairs = Document.joint_issuers.through.objects.filter(document_id__in=[row["id"] for row in rows])
    for document, name, code in pairs.order_by("id").values_list("document_id", "organ__name", "organ__code"):
        joint[document].append((name, code))
    found = {}
    for row in rows:
        others = [pair for pair in joint.get(row["id"], ()) if pair[1] != row["issuer__code"]]
        found[row["id"]] = (
            " ".join([row["issuer__name"], *(name for name, _code in others)]),
            [row["issuer__code"], *(code for _name, code in others)],
        )
    return found


def _attachments(ids: Sequence[int]) -> dict[int, list[AttachedFile]]:
    found: dict[int, list[AttachedFile]] = defaultdict(list)
    for attachment in (
        Attachment.objects.filter(document_id__in=ids).select_related("file").order_by("sort_order", "id")
    ):
        stored = attachment.file
        found[attachment.document_id].append(
            AttachedFile(
                title=attachment.title,
                url=file_url(stored.sha256, stored.name),
                type=stored.extension.upper(),
                media_type=stored.media_type,
                size=stored.size,
            )
        )
    return found


def _series_neighbours(
    rows: Sequence[Mapping[str, Any]],
) -> dict[int, tuple[Reference | None, Reference | None]]:
    """The nearest public issues before and after, by document."""
    series = {row["series_id"] for row in rows if row["series_id"]}
    if not series:
        return {}
    issues: dict[int, list[Reference]] = defaultdict(list)
    for row in (
        Document.objects.public()
        .filter(series_id__in=series)
        .order_by("series_id", "issue_number")
        .values("id", "title", "document_number", "published_at", "series_id")
    ):
        published = local_day(row["published_at"])
        issues[row["series_id"]].append(
            Reference(
                id=row["id"],
                title=row["title"],
                url=document_path(published.year, row["id"]),
                number=row["document_number"],
                day=published.isoformat(),
            )
        )
    found = {}
    for run in issues.values():
        for before, issue, after in zip([None, *run], run, [*run[1:], None], strict=False):
            found[issue.id] = (before, after)
    return found


def _turns(timeline: Timeline, links_in: Sequence[Reference], words: _Words) -> list[Turn]:
    turns = []
    for number, (since, state) in enumerate(timeline):
        following = timeline[number + 1][0] if number + 1 < len(timeline) else None
        moving = ENDING if state == Validity.REPEALED else CHANGING if state == Validity.AMENDED else ()
        causes = [link for link in links_in if link.kind in moving and link.since <= since]
        reason = {
            Validity.NOT_YET: words.not_yet,
            Validity.IN_FORCE: words.begins,
            Validity.EXPIRED: words.expires,
        }.get(state, "")
        turns.append(
            Turn(
                since="" if since == date.min else since.isoformat(),
                until=(following - timedelta(days=1)).isoformat() if following else "",
                state=state.value,
                label=words.validity[state.value],
                causes=causes,
                reason=reason,
            )
        )
    return turns


def _ended_on(timeline: Timeline) -> date | None:
    return next((since for since, state in timeline if state in (Validity.REPEALED, Validity.EXPIRED)), None)


def _since(timeline: Timeline, today: date) -> date:
    """When the state of today began."""
    return max(since for since, _state in timeline if since <= today)


def _facts(
    row: Mapping[str, Any], timeline: Timeline, today: date, issuers: str, words: _Words
) -> list[Fact]:
    """The box of facts in the order official sites use; what a document does not have is left out."""
    is_file = row["kind"] in FILE_KINDS
    state = validity_on(timeline, today)
    ended = _ended_on(timeline)
    facts = [
        Fact(words.index_number, row["index_number"]),
        Fact(words.subject, row["subject"].replace("/", " / ")),
        Fact(words.issuer, issuers),
        Fact(words.written, row["written_on"].isoformat() if row["written_on"] else ""),
        Fact(words.title, row["title"] if is_file else "", wide=True),
        Fact(words.number, row["document_number"]),
        Fact(words.published, local_day(row["published_at"]).isoformat()),
    ]
    if state != Validity.NONE:
        facts += [
            Fact(words.effective, row["effective_on"].isoformat() if row["effective_on"] else ""),
            Fact(words.validity_name, words.validity[state.value]),
            Fact(words.ended, ended.isoformat() if ended else ""),
        ]
    else:
        facts.append(Fact(words.kind, words.kinds[row["kind"]]))
    facts += [
        Fact(words.form, words.forms.get(row["interpretation_form"], "")),
        Fact(words.keywords, row["keywords"], wide=True),
    ]
    return [fact for fact in facts if fact.value]


def _relations(
    links_out: Sequence[Reference], links_in: Sequence[Reference], words: _Words
) -> list[Relation]:
    relations = []
    for names, links in ((words.outward, links_out), (words.inward, links_in)):
        for kind, name in names.items():
            matching = [link for link in links if link.kind == kind]
            if matching:
                relations.append(Relation(name, matching))
    return relations


def _search_record(
    row: Mapping[str, Any],
    *,
    url: str,
    timeline: Timeline,
    issuers: str,
    words: _Words,
    sites: tuple[str, ...],
) -> SearchRecord:
    return SearchRecord(
        key=f"document:{row['id']}",
        sites=sites,
        url=url,
        title=row["title"],
        text=row["text"],
        summary=row["summary"],
        organ=issuers,
        organ_code=row["issuer__code"],
        subject=row["subject"],
        kind=row["kind"],
        kind_label=words.kinds[row["kind"]],
        published_on=local_day(row["published_at"]),
        document_number=row["document_number"],
        index_number=row["index_number"],
        validity=tuple((since, state.value) for since, state in timeline),
    )


def sheets(ids: Iterable[int], *, today: date, sites: Mapping[int, tuple[str, ...]]) -> dict[int, Sheet]:
    """Sheets of those of the documents that are public, by id. ``sites``: where each one is shown, for search."""
    rows = list(Document.objects.public().filter(id__in=list(ids)).order_by().values(*SHEET_FIELDS))
    found_ids = [row["id"] for row in rows]
    links_in = links_of(found_ids, of="target", other="document", kinds=LinkKind.values)
    links_out = links_of(found_ids, of="document", other="target", kinds=LinkKind.values)
    issuers = _issuers(rows)
    attachments = _attachments(found_ids)
    neighbours = _series_neighbours(rows)
    words = _Words()
    return {
        row["id"]: _sheet(
            row,
            today=today,
            sites=sites.get(row["id"], ()),
            links_in=links_in.get(row["id"], []),
            links_out=links_out.get(row["id"], []),
            issuers=issuers[row["id"]],
            attachments=attachments.get(row["id"], []),
            neighbours=neighbours.get(row["id"], (None, None)),
            words=words,
        )
        for row in rows
    }


def _sheet(
    row: Mapping[str, Any],
    *,
    today: date,
    sites: tuple[str, ...],
    links_in: list[Reference],
    links_out: list[Reference],
    issuers: tuple[str, list[str]],
    attachments: list[AttachedFile],
    neighbours: tuple[Reference | None, Reference | None],
    words: _Words,
) -> Sheet:
    local = row["published_at"].astimezone(SHANGHAI)
    url = document_path(local.year, row["id"])
    timeline = timeline_of(row, links_in)
    state = validity_on(timeline, today)
    since = _since(timeline, today)
    if state == Validity.NOT_YET:
        since = next((day for day, _state in timeline if day > today), date.min)
    names, codes = issuers
    ended_by = [link for link in links_in if link.kind in ENDING and link.since <= today]
    changed_by = [link for link in links_in if link.kind in CHANGING and link.since <= today]
    before, after = neighbours
    series = None
    if row["series_id"] and row["issue_number"] is not None:
        series = SeriesPlace(
            slug=row["series__slug"],
            name=row["series__name"],
            url=f"/series/{row['series__slug']}/",
            issue=row["issue_number"],
            previous=before,
            next=after,
        )
    depends = {f"document:{row['id']}", *(f"organ:{code}" for code in codes)}
    depends.update(f"document:{link.id}" for link in (*links_in, *links_out))
    depends.update(f"document:{issue.id}" for issue in neighbours if issue)
    if series:
        depends.add(f"series:{series.slug}")
    return Sheet(
        id=row["id"],
        title=row["title"],
        url=url,
        kind=row["kind"],
        is_file=row["kind"] in FILE_KINDS,
        html=scrollable(rooted(row["html"], ROOT), words.table),
        summary=row["summary"],
        number=row["document_number"],
        issuers=names,
        source=row["source"],
        author=row["author"],
        keywords=row["keywords"],
        published_at=row["published_at"],
        published_iso=local.isoformat(timespec="minutes"),
        published_minute=local.isoformat(" ")[:16],
        day=local.isoformat()[:10],
        validity=state.value,
        validity_label=words.validity[state.value],
        validity_sentence=(
            words.sentences[state] % {"day": since.isoformat()}
            if state in words.sentences and since != date.min
            else ""
        ),
        ended_by=ended_by or changed_by,
        ended_sentence=words.was_repealed if ended_by else words.was_amended,
        timeline=_turns(timeline, links_in, words) if state != Validity.NONE else [],
        facts=_facts(row, timeline, today, names, words),
        interprets=[link for link in links_out if link.kind == LinkKind.INTERPRETS],
        interpretations=[link for link in links_in if link.kind == LinkKind.INTERPRETS],
        relations=_relations(links_out, links_in, words),
        attachments=attachments,
        series=series,
        search=_search_record(row, url=url, timeline=timeline, issuers=names, words=words, sites=sites),
        depends=depends,
        revision=str(row["live_revision_id"] or ""),
    )


def draft_sheet(document: Document, *, today: date, now: datetime) -> Sheet:
    """The sheet of a document as it stands in the editor, saved or not: for previews only.

    Links of other documents are those that are public; what this one will do to others shows as it will.
    """
    row = {name: _attribute(document, name) for name in SHEET_FIELDS}
    html = body_html(document.body, address=lambda file: file_url(file.sha256, file.name))
    row |= {"html": html, "text": html_text(html), "published_at": document.published_at or now}
    words = _Words()
    links_in = (
        links_of([document.pk], of="target", other="document", kinds=LinkKind.values) if document.pk else {}
    )
    return _sheet(
        row,
        today=today,
        sites=(),
        links_in=links_in.get(document.pk, []),
        links_out=[_draft_reference(link) for link in document.links.all() if link.target.live],
        issuers=(
            " ".join(dict.fromkeys(organ.name for organ in (document.issuer, *document.joint_issuers.all()))),
            [document.issuer.code],
        ),
        attachments=[
            AttachedFile(
                title=one.title,
                url=file_url(one.file.sha256, one.file.name),
                type=one.file.extension.upper(),
                media_type=one.file.media_type,
                size=one.file.size,
            )
            for one in document.attachments.all()
        ],
        neighbours=(None, None),
        words=words,
    )


def _attribute(document: Document, name: str) -> Any:
    value: Any = document
    for part in name.split("__"):
        value = getattr(value, part) if value is not None else None
    return value


def _draft_reference(link: DocumentLink) -> Reference:
    published = local_day(link.target.published_at)
    return Reference(
        id=link.target_id,
        title=link.target.title,
        url=document_path(published.year, link.target_id),
        number=link.target.document_number,
        day=published.isoformat(),
        scope=link.scope,
        kind=link.kind,
    )
