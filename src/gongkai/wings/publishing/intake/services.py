"""Import of documents: check everything first, then write all of it or nothing.

With ``partial`` the good rows are written and the others reported; either way nothing is ever half-saved, because
the whole import is one transaction.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gongkai.engines import checks
from gongkai.engines.exchange.faults import RowFault
from gongkai.engines.exchange.reading import read_rows
from gongkai.engines.exchange.shapes import CheckedRow
from gongkai.foundation.accounts.models import Role, User
from gongkai.foundation.organs.models import Level, Organ
from gongkai.foundation.organs.services import establish_organ
from gongkai.wings.publishing.documents.errors import PublicationRefused
from gongkai.wings.publishing.documents.kinds import Attribute
from gongkai.wings.publishing.documents.models import Document
from gongkai.wings.publishing.documents.services import (
    Migrated,
    create_draft,
    file_address,
    publish_revision,
)
from gongkai.wings.publishing.documents.text import body_html, clean_html, html_text, plain_text_to_html
from gongkai.wings.publishing.intake.shape import BODY, DOCUMENTS, kind_of
from gongkai.wings.publishing.sites.models import Column
from gongkai.wings.publishing.sites.placing import place

Progress = Callable[[int, int], None]
"""Called with the number of rows written so far, and of all that will be."""

_HEADING = {field.name: field.headings[0] for field in DOCUMENTS.fields} | {"text": BODY, "content": BODY}
_EMPTY_TABLE_LINE = re.compile(r"^[\s|｜]*[|｜][\s|｜]*$")


@dataclass(frozen=True, slots=True)
class Publication:
    """Put what is imported online at once, as texts that were public before. ``reason`` goes into the ledger."""

    reason: str


@dataclass(slots=True)
class ImportReport:
    read: int = 0
    imported: list[int] = field(default_factory=list)
    """Ids of the new documents, in the order of the file."""
    published: int = 0
    faults: list[RowFault] = field(default_factory=list)
    notes: list[RowFault] = field(default_factory=list)
    """What was mended or left out on the way, and did not stop the row."""
    unshown: list[int] = field(default_factory=list)
    """Rows that are public now and stand in no column: no site shows them."""
    known: list[int] = field(default_factory=list)
    """Rows of documents that the library, or an earlier row, holds already, word for word; they were left out."""
    unknown_headings: set[str] = field(default_factory=set)

    @property
    def stopped(self) -> bool:
        """Rows were refused and therefore nothing at all was written."""
        return bool(self.faults) and not self.imported


class Register:
    """Lookups the rows share: organs by any of their names, columns by address, index numbers already taken."""

    def __init__(self, *, author: User, create_organs: OrganCreation) -> None:
        self.author = author
        self.create_organs = create_organs
        self._organs: dict[str, Organ | None] = {}
        self._columns: dict[str, Column | None] = {}
        self._index_numbers: dict[str, int] = {}
        self._drafting: dict[int, bool] = {}
        self._seen: set[tuple[str, int, str, date | None, str]] = set()

    def organ(self, name: str) -> Organ | None:
        if name not in self._organs:
            organs = Organ.objects.filter(name=name) | Organ.objects.filter(short_name=name)
            organs = organs | Organ.objects.filter(code=name)
            self._organs[name] = organs.order_by("abolished_on", "id").first()
        return self._organs[name] or self.create_organs(name, self)

    def remember(self, name: str, organ: Organ) -> Organ:
        self._organs[name] = organ
        return organ

    def column(self, address: str) -> Column | None:
        if address not in self._columns:
            site, _slash, path = address.partition("/")
            self._columns[address] = Column.objects.filter(site__slug=site, path=path).first()
        return self._columns[address]

    def may_draft(self, organ: Organ) -> bool:
        """Whether the author may enter texts of ``organ``: outside the city, whoever drafts for any organ may."""
        if organ.pk not in self._drafting:
            outside = organ.level == Level.OUTSIDE
            served = self.author.organs(Role.DRAFTER).exists() if outside else False
            self._drafting[organ.pk] = served or self.author.has_role(Role.DRAFTER, organ)
        return self._drafting[organ.pk]

    def holds(self, row: Ready, fault: Faulty) -> bool:
        """Whether the very document stands in the library, or earlier in this file: same organ, title, number, day of
        writing and text. Where only the text differs, and the number says that it is one document, that is a fault.
        """
        values, text = row.values, _text(row.body)
        number, day = values.get("document_number", ""), values.get("written_on")
        if (values["title"], row.organ.pk, number, day, text) in self._seen:
            return True
        self._seen.add((values["title"], row.organ.pk, number, day, text))
        namesakes = Document.objects.filter(
            title=values["title"], issuer=row.organ, document_number=number, written_on=day
        )
        for namesake in namesakes.order_by("pk"):
            if _text_of(namesake) == text:
                return True
            if number:
                fault(
                    "正文",
                    text[:40],
                    _("the library holds it with another text, as number %d") % namesake.pk,
                    _("change the text there; an import makes new documents only"),
                )
        return False

    def row_with_index_number(self, number: str, row: int) -> str:
        """Where this index number already stands: "" when it is free. Takes it for ``row``."""
        earlier = self._index_numbers.setdefault(number, row)
        if earlier != row:
            return _("row %d of this file") % earlier
        known = Document.objects.filter(index_number=number).values_list("title", flat=True).first()
        return _("the library: %s") % known if known else ""


OrganCreation = Callable[[str, Register], Organ | None]
Faulty = Callable[[str, str, str, str], None]
"""Says that a row is refused: heading, value, rule and mend."""


def refuse_unknown_organs(name: str, register: Register) -> Organ | None:
    return None


def establish_unknown_organs(name: str, register: Register) -> Organ | None:
    """Enter an organ outside the city (the State Council, a ministry), so that its texts can be kept here."""
    code = f"outside-{Organ.objects.count() + 1}"
    organ = establish_organ(
        code=code, name=name, short_name=name, level=Level.OUTSIDE, actor=register.author.ledger_name
    )
    return register.remember(name, organ)


@dataclass(slots=True)
class Ready:
    """One row that holds, with everything it names looked up."""

    row: int
    values: dict[str, Any]
    organ: Organ
    columns: list[Column]
    body: list[tuple[str, str]]
    attribute: str


def import_documents(
    *,
    path: Path,
    author: User,
    given: Mapping[str, str],
    publication: Publication | None,
    partial: bool,
    organs: OrganCreation = refuse_unknown_organs,
    progress: Progress = lambda done, total: None,
) -> ImportReport:
    """Import the documents in ``path``.

    ``given`` stands in where a row has no value (heading or field name → text). Without ``partial`` a single fault
    means that nothing is written. Raises ``FileUnreadable`` when the file is not a table at all.
    """
    report = ImportReport()
    with transaction.atomic():
        register = Register(author=author, create_organs=organs)
        checked = DOCUMENTS.check(read_rows(path, headings=DOCUMENTS.headings), given=given)
        looked_up = _look_up(checked, register, report, publication)
        ready = [row for row in looked_up if row is not None]
        if publication is None and report.faults and not partial:
            transaction.set_rollback(True)
            return report
        # With a publication the rest is tried even now: what stands against each row is only seen there.
        for done, row in enumerate(ready, start=1):
            _try(row, author=author, publication=publication, report=report)
            progress(done, len(ready))
        if report.faults and not partial:
            transaction.set_rollback(True)
            report.imported, report.published, report.unshown = [], 0, []
        report.faults.sort(key=lambda fault: fault.row)
    return report


def _look_up(
    rows: Iterable[CheckedRow], register: Register, report: ImportReport, publication: Publication | None
) -> Iterable[Ready | None]:
    for row in rows:
        report.read += 1
        report.unknown_headings.update(row.unknown)
        faults = list(row.faults)

        def fault(
            heading: str,
            value: str,
            rule: str,
            mend: str,
            *,
            faults: list[RowFault] = faults,
            row: CheckedRow = row,
        ) -> None:
            faults.append(RowFault(row=row.number, field=heading, value=value, rule=rule, mend=mend))

        organ = _organ(row, register, fault)
        columns = [*_columns(row, register, fault)]
        body, attribute = _body(row, report), _attribute(row.values, publication)
        ready = (
            Ready(row.number, row.values, organ, columns, body, attribute) if organ and not faults else None
        )
        if ready and register.holds(ready, fault):
            report.known.append(row.number)
            continue
        number = row.values.get("index_number")
        if number and (taken := register.row_with_index_number(number, row.number)):
            fault("索引号", number, _("already taken by %s") % taken, _("leave it empty or correct it"))
        written, published = row.values.get("written_on"), row.values.get("published_on")
        if written and published and published < written:
            fault("发布日期", str(published), _("before the date of writing"), _("check the two dates"))
        if publication is not None and attribute == Attribute.PROACTIVE:
            day = _public_since(row.values)
            if day is not None and day > timezone.localdate():
                fault(
                    "发布日期" if published else "成文日期",
                    str(day),
                    _("a day that is still to come"),
                    _("check the day; nothing is published before its time"),
                )
            for finding in _blocking(row.values, body):
                fault(
                    _HEADING.get(finding.field, finding.field), finding.excerpt, finding.message, finding.mend
                )
        report.faults.extend(faults)
        yield None if faults else ready


def _organ(row: CheckedRow, register: Register, fault: Faulty) -> Organ | None:
    issuer = row.values.get("issuer")
    organ = register.organ(issuer) if issuer else None
    if issuer and organ is None:
        rule, mend = _("no such organ in the register"), _("enter it first, or import with --create-organs")
        fault("发文机关", issuer, rule, mend)
    elif issuer and organ and not register.may_draft(organ):
        fault(
            "发文机关",
            issuer,
            _("whoever imports does not draft for this organ"),
            _("give them the role of drafter there, or import as somebody who has it"),
        )
    return organ


def _columns(row: CheckedRow, register: Register, fault: Faulty) -> Iterator[Column]:
    for address in row.values.get("columns", ()):
        column = register.column(address)
        if column is not None:
            yield column
        else:
            fault("栏目", address, _("no such column"), _("check site and path, or create the column first"))


def _text(body: list[tuple[str, str]]) -> str:
    return html_text(clean_html("".join(part for _kind, part in body)))


def _text_of(document: Document) -> str:
    """The text as it was last saved, public or not."""
    return html_text(body_html(document.get_latest_revision_as_object().body, address=file_address))


def _blocking(values: Mapping[str, Any], body: list[tuple[str, str]]) -> Iterator[checks.Finding]:
    """What the checks do not let pass to the public: nobody is there to overrule them in an import."""
    page = clean_html("".join(part for _kind, part in body))
    subject = checks.Subject(
        title=values.get("title", ""),
        html=page,
        text=html_text(page),
        facts={name: values[name] for name in ("summary", "keywords", "source") if name in values},
    )
    for finding in checks.run_checks(subject):
        if finding.severity == "block":
            mend = finding.mend
            if finding.overridable:
                mend = _("%s Or import it unpublished and take it through the reviews.") % mend
            yield replace(finding, mend=mend)


def _try(row: Ready, *, author: User, publication: Publication | None, report: ImportReport) -> None:
    """Write one row, or leave no trace of it and say what the library has against it."""
    try:
        with transaction.atomic():
            document = _write(row, author=author, publication=publication)
    except PublicationRefused as refusal:
        report.faults.extend(_told(row, refusal))
        return
    except ValidationError as refusal:
        for name, messages in refusal.message_dict.items():
            rule, mend = " ".join(messages), _("correct the row")
            value = str(row.values.get(name, ""))
            report.faults.append(
                RowFault(row=row.row, field=_heading(name), value=value, rule=rule, mend=mend)
            )
        return
    report.imported.append(document.pk)
    if document.live:
        report.published += 1
        if not row.columns:
            report.unshown.append(row.row)


def _told(row: Ready, refusal: PublicationRefused) -> Iterator[RowFault]:
    if not refusal.obstacles:
        yield RowFault(row=row.row, field="", value="", rule=refusal.message, mend=_("correct the row"))
    for obstacle in refusal.obstacles:
        yield RowFault(
            row=row.row,
            field=_heading(obstacle.field),
            value=str(row.values.get(obstacle.field, "")),
            rule=f"{obstacle.message}{obstacle.rule and f'（{obstacle.rule}）'}",
            mend=str(obstacle.mend),
        )


def _heading(name: str) -> str:
    """What people call a fact: as in the heading of a table, else as in the workbench."""
    try:
        return _HEADING.get(name) or str(Document._meta.get_field(name).verbose_name)
    except FieldDoesNotExist:
        return ""


def _write(row: Ready, *, author: User, publication: Publication | None) -> Document:
    values = row.values
    document = create_draft(
        author=author,
        kind=kind_of(values),
        title=values["title"],
        issuer=row.organ,
        body=row.body,
        attribute=row.attribute,
        **{
            name: values[name]
            for name in (
                "document_number",
                "index_number",
                "subject",
                "written_on",
                "effective_on",
                "expires_on",
                "summary",
                "keywords",
                "source",
            )
            if name in values
        },
    )
    for column in row.columns:
        place(document=document, column=column, user=author)
    if publication is not None and document.attribute == Attribute.PROACTIVE:
        at = timezone.make_aware(datetime.combine(_public_since(values) or timezone.localdate(), time(9)))
        document = publish_revision(
            revision=document.latest_revision,
            actor=author,
            authority=Migrated(origin=values.get("origin", ""), reason=publication.reason),
            at=min(at, timezone.now()),
        )
    return document


def _public_since(values: Mapping[str, Any]) -> date | None:
    """The day the row says it was published; one that says none was when it was written."""
    return values.get("published_on") or values.get("written_on")


def _attribute(values: Mapping[str, Any], publication: Publication | None) -> str:
    """What the row says; what is public already, or carries the mark of it, is a proactive disclosure."""
    if "attribute" in values:
        return str(values["attribute"])
    return Attribute.PROACTIVE if publication or values.get("public_mark") else ""


def _body(row: CheckedRow, report: ImportReport) -> list[tuple[str, str]]:
    """The body as one imported block. HTML is cleaned at publication; the empty grid lines of a table whose cells were
    lost on the way are left out, and said so."""
    text = row.values.get("body", "")
    if not text:
        if origin := row.values.get("origin"):
            link = html.escape(origin, quote=True)
            return [("html", f'<p>原文见：<a href="{link}">{html.escape(origin)}</a></p>')]
        return []
    if re.match(r"\s*<(p|div|h[1-6]|table|ul|ol|section|article)\b", text, re.IGNORECASE):
        return [("html", text)]
    lines = text.splitlines()
    kept = [line for line in lines if not _EMPTY_TABLE_LINE.match(line)]
    if len(kept) < len(lines):
        report.notes.append(
            RowFault(
                row=row.number,
                field="正文",
                value=_("%d lines") % (len(lines) - len(kept)),
                rule=_("lines of an empty table were left out"),
                mend=_("enter the table in the workbench if it had figures"),
            )
        )
    return [("html", plain_text_to_html("\n".join(kept)))]
