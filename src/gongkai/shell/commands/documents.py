"""``gongkai documents``: the acts of the library at the command line, by the same services as the workbench."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

import click

from gongkai.shell.commands.days import DAY
from gongkai.shell.commands.named import member_of_staff

if TYPE_CHECKING:
    from gongkai.foundation.accounts.models import User
    from gongkai.wings.publishing.documents.models import Document


@click.group()
def documents() -> None:
    """Draft, review, publish and withdraw documents."""
    from gongkai.shell.django_setup import setup

    setup()


@documents.command(name="list")
@click.option("--organ", help="Short code of the issuing organ.")
@click.option("--kind")
@click.option("--state", type=click.Choice(["public", "draft", "withdrawn"]))
@click.option("--limit", default=50, show_default=True)
@click.option("--json", "as_json", is_flag=True)
def list_documents(organ: str | None, kind: str | None, state: str | None, limit: int, as_json: bool) -> None:
    """Documents, newest entry first."""
    from gongkai.wings.publishing.documents.models import Document

    rows = Document.objects.select_related("issuer").order_by("-id")
    if organ:
        rows = rows.filter(issuer__code=organ)
    if kind:
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


def _act(name: str, run: Callable[..., object], *, words: str = "", summary: str) -> None:
    """Declare one act on one document by one member of staff; ``words`` names the text the act asks for."""

    @click.argument("number", type=int)
    @click.option("--as", "username", required=True, help="The member of staff who acts.")
    def act(number: int, username: str, **given: str) -> None:
        from django.core.exceptions import PermissionDenied, ValidationError

        try:
            run(_document(number), member_of_staff(username), *given.values())
        except PermissionDenied as refusal:
            reasons = "\n  ".join([str(refusal), *getattr(refusal, "reasons", ())])
            raise click.ClickException(reasons) from None
        except ValidationError as refusal:
            raise click.ClickException("\n  ".join(refusal.messages)) from None
        click.echo(json.dumps(_summary(_document(number)), ensure_ascii=False))

    if words:
        act = click.option(
            f"--{words}", words, required=words == "reason", default="" if words == "comment" else None
        )(act)
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


def _force(document: Document, user: User, reason: str) -> None:
    from gongkai.wings.publishing.reviews.services import force_publish

    force_publish(document=document, user=user, reason=reason)


_act("submit", _submit, summary="Hand the draft over to the three reviews.")
_act("recall", _recall, summary="Recall the text from review.")
_act("approve", _approve, words="comment", summary="Pass the review at hand; the third publishes.")
_act("return", _return, words="reason", summary="Send the text back to its author.")
_act(
    "withdraw", _withdraw, words="reason", summary="Take it from every site; a notice with the reason stays."
)
_act("force", _force, words="reason", summary="Publish without the reviews, in an emergency, on record.")


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

    document = Document.objects.filter(pk=number).first()
    if document is None:
        raise click.ClickException(_("there is no document %d") % number)
    return document
