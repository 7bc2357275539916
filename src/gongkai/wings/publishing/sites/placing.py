"""Showing a document in columns: by reference, on as many sites as need be, never by copy.

Entries are numbered when their document is public (``settle``). The number is taken under the lock of the column's row,
so that two who publish at the same time never get the same one, and none is lost.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.dispatch import receiver
from django.utils.translation import gettext as _
from wagtail.signals import published

from gongkai.engines import press
from gongkai.foundation.accounts.models import Role, User
from gongkai.wings.publishing.documents.kinds import Attribute
from gongkai.wings.publishing.documents.models import Document
from gongkai.wings.publishing.sites.acts import SiteRefused, record
from gongkai.wings.publishing.sites.frame import today
from gongkai.wings.publishing.sites.models import Column, Placement

PLACING = (Role.COLUMN_EDITOR, Role.SITE_MANAGER)
DRAFTING = (Role.DRAFTER, *PLACING)


@transaction.atomic
def place(*, document: Document, column: Column, user: User) -> Placement:
    """Show a document in a column, at once if it is public, else as soon as it becomes so.

    Placing it again changes nothing. What is not for proactive disclosure has no place on a site (条例 Arts. 14–16).
    """
    shown = Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
    target = _locked(column)
    _require_role(user, shown, target)
    if target.closed_on is not None and target.closed_on <= today():
        raise SiteRefused("closed", _("The column is closed."))
    if shown.attribute not in ("", Attribute.PROACTIVE):
        raise SiteRefused(
            "attribute", _("Only a document for proactive disclosure can be placed in a column.")
        )
    placement, is_new = Placement.objects.get_or_create(document=shown, column=target)
    if is_new:
        record(target.site, user, "document.placed", document=shown.pk, column=target.pk)
        settle(shown)
        press.changed(*_keys(shown))
        placement.refresh_from_db()
    return placement


@transaction.atomic
def unplace(*, document: Document, column: Column, user: User) -> None:
    """Take a document out of a column; its number there is not given out again."""
    shown = Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
    target = _locked(column)
    _require_role(user, shown, target)
    removed, _by_model = Placement.objects.filter(document_id=document.pk, column=target).delete()
    if not removed:
        raise SiteRefused("not_placed", _("The document does not stand in this column."))
    record(target.site, user, "document.unplaced", document=document.pk, column=target.pk)
    press.changed(*_keys(shown), f"sitemap:{target.site.slug}")


@transaction.atomic
def pin(*, document: Document, column: Column, user: User) -> Placement:
    """Keep a document at the top of a column."""
    return _set_pinned(document, column, user, pinned=True)


@transaction.atomic
def unpin(*, document: Document, column: Column, user: User) -> Placement:
    """Let a document fall back among the others of its column."""
    return _set_pinned(document, column, user, pinned=False)


def _set_pinned(document: Document, column: Column, user: User, *, pinned: bool) -> Placement:
    target = _locked(column)
    _require_role(user, document, target)
    placement = Placement.objects.filter(document_id=document.pk, column=target).first()
    if placement is None:
        raise SiteRefused("not_placed", _("The document does not stand in this column."))
    if placement.pinned != pinned:
        placement.pinned = pinned
        placement.save(update_fields=["pinned"])
        verb = "document.pinned" if pinned else "document.unpinned"
        record(target.site, user, verb, document=document.pk, column=target.pk)
        press.changed(f"document:{document.pk}")
    return placement


# -- When a document becomes public ----------------------------------------------------------------------------


def settle(document: Document) -> None:
    """Number the entries of a public document, and enter it in the statutory column of each site that shows it.

    The statutory column holds whatever fulfils an item of 条例 Arts. 20 and 21 (国办公开办函〔2019〕61号), without
    anybody having to think of it. Only inside the transaction that publishes or places, with the document locked.
    """
    if not document.live or document.published_at is None:
        return
    if document.disclosure_item:
        for item in _statutory_columns(document):
            Placement.objects.get_or_create(document=document, column=item)
    unnumbered = Placement.objects.filter(document=document, sequence__isnull=True).order_by("column_id")
    _number(document, unnumbered)


def _statutory_columns(document: Document) -> Iterable[Column]:
    sites = Placement.objects.filter(document=document).values("column__site_id")
    return Column.objects.filter(
        site_id__in=sites, block="item", disclosure_item=document.disclosure_item
    ).order_by("id")


def _number(document: Document, placements: Iterable[Placement]) -> None:
    """Give each entry the next number of its column; columns are locked in order, so that nobody waits in a circle."""
    for placement in placements:
        column = Column.objects.select_for_update(of=("self",)).get(pk=placement.column_id)
        placement.sequence, placement.shown_at = column.next_sequence, document.published_at
        placement.save(update_fields=["sequence", "shown_at"])
        column.next_sequence += 1
        column.save(update_fields=["next_sequence"])


@receiver(published, sender=Document)
def number_entries(sender: type[Document], instance: Document, **kwargs: Any) -> None:
    """Sent by the act of publication, inside its transaction."""
    settle(instance)


# -- Shared ----------------------------------------------------------------------------------------------------


def _keys(document: Document) -> list[str]:
    """What changes on the sites when a document comes to a column or leaves it."""
    keys = [f"document:{document.pk}"]
    if document.series is not None:
        keys.append(f"series:{document.series.slug}")
    return keys


def _locked(column: Column) -> Column:
    return Column.objects.select_for_update(of=("self",)).select_related("site__organ").get(pk=column.pk)


def _require_role(user: User, document: Document, column: Column) -> None:
    """A draft's columns are part of the draft: who drafts it proposes them, the reviews decide. What is public is
    moved only by those who look after the site."""
    if any(user.has_role(role, column.site.organ) for role in PLACING):
        return
    if not document.live and any(user.has_role(role, document.responsible) for role in DRAFTING):
        return
    raise SiteRefused(
        "role", _("This takes the role of column editor or site manager of %s.") % column.site.organ
    )
