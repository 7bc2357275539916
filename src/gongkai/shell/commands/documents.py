"""``gongkai documents``: the acts of the library at the command line, by the same services as the workbench."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

import click

from gongkai.shell.commands.days import DAY
from gongkai.shell.commands.named import member_of_staff, organ_of

if TYPE_CHECKING:
    from gongkai.foundation.accounts.models import User
    from gongkai.wings.publishing.documents.models import Document
    from gongkai.wings.publishing.reviews.models import ScanFinding
    from gongkai.wings.publishing.sites.models import Column


@click.group()
def documents() -> None:
    """Draft, review, publish and withdraw documents."""
    from gongkai.shell.django_setup import setup

    setup()


@documents.command(name="list")
@click.option("--organ", help="Short code of the issuing organ.")
@click.option("--kind", help="Code of the kind, for example notice.")
@click.option("--state", type=click.Choice(["public", "draft", "withdrawn"]))
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True)
@click.option("--json", "as_json", is_flag=True)
def list_documents(organ: str | None, kind: str | None, state: str | None, limit: int, as_json: bool) -> None:
    """Documents, newest entry first."""
    from gongkai.wings.publishing.documents.kinds import Kind
    from gongkai.wings.publishing.documents.models import Document

    rows = Document.objects.select_related("issuer").order_by("-id")
    if organ:
        rows = rows.filter(issuer=organ_of(organ))
    if kind:
        if kind not in Kind:
            raise click.BadParameter(" ".join(Kind.values), param_hint="--kind")
        rows = rows.of_kind(kind)
    if state == "public":
        rows = rows.public()
    elif state == "draft":
        rows = rows.filter(published_at__isnull=True)
    elif state == "withdrawn":
        rows = rows.withdrawn()
    found = [_summary(row) for row in rows[:limit]]
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
        return
    for row in found:
        click.echo(f"{row['id']:>7}  {row['state']:9} {row['document_number'] or '—':16} {row['title']}")


@documents.command()
@click.argument("number", type=int)
def show(number: int) -> None:
    """One document with everything that was done to it, as JSON."""
    from gongkai.foundation.ledger.services import history

    document = _document(number)
    acts = [
        {"at": entry.at, "actor": entry.actor, "act": entry.verb} for entry in history(f"document:{number}")
    ]
    click.echo(json.dumps(_summary(document) | {"history": acts}, ensure_ascii=False, indent=1))


@documents.command()
@click.argument("number", type=int)
@click.option("--on", type=DAY, help="Today when left out.")
def validity(number: int, on: date | None) -> None:
    """What the document is worth on a day, and its whole timeline."""
    from django.utils import timezone

    from gongkai.wings.publishing.documents import rules, standing

    timeline = standing.timeline(_document(number))
    day = on or timezone.localdate()
    click.echo(f"{day}  {rules.validity_on(timeline, day).label}")
    for since, state in timeline:
        click.echo(f"  {since}  {state.label}")


def _act(name: str, run: Callable[..., object], *, words: str = "", more: str = "", summary: str) -> None:
    """Declare one act on one document by one member of staff; ``words`` and ``more`` name the texts the act asks for."""

    @click.argument("number", type=int)
    @click.option("--as", "username", required=True, help="The member of staff who acts.")
    def act(number: int, username: str, **given: str) -> None:
        from django.core.exceptions import PermissionDenied, ValidationError

        try:
            run(_document(number), member_of_staff(username), **given)
        except PermissionDenied as refusal:
            reasons = "\n  ".join([str(refusal), *getattr(refusal, "reasons", ())])
            raise click.ClickException(reasons) from None
        except ValidationError as refusal:
            raise click.ClickException("\n  ".join(refusal.messages)) from None
        click.echo(json.dumps(_summary(_document(number)), ensure_ascii=False))

    for word in filter(None, (words, more)):
        optional = word == "comment"
        act = click.option(f"--{word}", word, required=not optional, default="" if optional else None)(act)
    documents.command(name=name, help=summary)(act)


def _submit(document: Document, user: User) -> None:
    from gongkai.wings.publishing.reviews.services import submit

    submit(document=document, user=user)


def _recall(document: Document, user: User) -> None:
    from gongkai.wings.publishing.reviews.services import cancel

    cancel(document=document, user=user)


def _approve(document: Document, user: User, comment: str) -> None:
    from gongkai.wings.publishing.reviews.services import approve

    approve(document=document, user=user, comment=comment)


def _return(document: Document, user: User, reason: str) -> None:
    from gongkai.wings.publishing.reviews.services import request_changes

    request_changes(document=document, user=user, comment=reason)


def _withdraw(document: Document, user: User, reason: str) -> None:
    from gongkai.wings.publishing.documents.services import withdraw

    withdraw(document=document, user=user, reason=reason)


def _place(document: Document, user: User, column: str) -> None:
    from gongkai.wings.publishing.sites.placing import place

    place(document=document, column=_column(column), user=user)


def _unplace(document: Document, user: User, column: str) -> None:
    from gongkai.wings.publishing.sites.placing import unplace

    unplace(document=document, column=_column(column), user=user)


def _force(document: Document, user: User, reason: str) -> None:
    from gongkai.wings.publishing.reviews.services import force_publish

    force_publish(document=document, user=user, reason=reason)


_act("place", _place, words="column", summary="Show it in a column, named as site/path.")
_act("unplace", _unplace, words="column", summary="Take it from a column, named as site/path.")
_act("submit", _submit, summary="Hand the draft over to the three reviews.")
_act("recall", _recall, summary="Recall the text from review.")
_act("approve", _approve, words="comment", summary="Pass the review at hand; the third publishes.")
_act("return", _return, words="reason", summary="Send the text back to its author.")
_act(
    "withdraw", _withdraw, words="reason", summary="Take it from every site; a notice with the reason stays."
)
_act("force", _force, words="reason", summary="Publish without the reviews, in an emergency, on record.")


@documents.command()
@click.argument("number", type=int)
@click.option("--json", "as_json", is_flag=True)
def scan(number: int, as_json: bool) -> None:
    """Check the latest text and list what is found, each with the number that mask and overrule take. Exit status 1 when
    something stops the publication."""
    from gongkai.wings.publishing.reviews.services import scan as check

    found = [
        {
            "finding": each.pk,
            "severity": each.severity,
            "check": each.check_code,
            "field": each.field,
            "excerpt": each.excerpt,
            "message": each.message,
            "mend": each.mend,
            "overruled": each.overruling_reason,
        }
        for each in check(_document(number))
    ]
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        for row in found:
            click.echo(f"{row['finding']:>7}  {row['severity']:5}  {row['message']} {row['mend']}")
    sys.exit(1 if any(row["severity"] == "block" and not row["overruled"] for row in found) else 0)


def _mask(document: Document, user: User, finding: str) -> None:
    from gongkai.wings.publishing.reviews.services import mask

    mask(document=document, user=user, finding=_finding(document, finding))


def _overrule(document: Document, user: User, finding: str, reason: str) -> None:
    from gongkai.wings.publishing.reviews.services import overrule

    overrule(finding=_finding(document, finding), user=user, reason=reason)


_act("mask", _mask, words="finding", summary="Mask the number a finding points at, in a new draft.")
_act(
    "overrule",
    _overrule,
    words="finding",
    more="reason",
    summary="Let a finding stand, as a reviewer, with the reason.",
)


def _finding(document: Document, number: str) -> ScanFinding:
    from django.utils.translation import gettext as _

    from gongkai.wings.publishing.reviews.models import ScanFinding

    known = number.isascii() and number.isdigit() and len(number) < 19
    found = ScanFinding.objects.filter(document=document, pk=int(number)).first() if known else None
    if found is None:
        raise click.ClickException(_("The document has no finding %s.") % number)
    return found


def _column(address: str) -> Column:
    from django.utils.translation import gettext as _

    from gongkai.wings.publishing.sites.models import Column

    site, _slash, path = address.partition("/")
    found = Column.objects.filter(site__slug=site, path=path).first()
    if found is None:
        raise click.ClickException(_("There is no column %s; write site/path.") % address)
    return found


def _summary(document: Document) -> dict[str, object]:
    if document.live:
        state = "public"
    elif document.withdrawn_at:
        state = "withdrawn"
    else:
        state = "review" if document.workflow_in_progress else "draft"
    return {
        "id": document.pk,
        "state": state,
        "kind": document.kind,
        "title": document.title,
        "issuer": document.issuer.name,
        "document_number": document.document_number,
        "index_number": document.index_number,
        "published_at": document.published_at.isoformat() if document.published_at else None,
    }


def _document(number: int) -> Document:
    from django.utils.translation import gettext as _

    from gongkai.wings.publishing.documents.models import Document

    document = Document.objects.filter(pk=number).first() if number < 2**63 else None
    if document is None:
        raise click.ClickException(_("There is no document %d.") % number)
    return document
