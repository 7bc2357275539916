"""Wagtail's own ways to publish, to take away and to delete a document, and what they come to here.

The model refuses all of them (``documents.gate``); here people are told why instead of meeting an error page, the
buttons to publish and to take away are not shown, and deletion goes through the service.
"""

from __future__ import annotations

from typing import Any

from django.contrib.admin.utils import quote
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.snippets.action_menu import PublishMenuItem, UnpublishMenuItem

from gongkai.foundation.accounts.models import User
from gongkai.wings.publishing.documents.models import Document
from gongkai.wings.publishing.documents.services import DocumentRefused, delete_draft


def _refusal(request: HttpRequest, document: Document, words: str) -> HttpResponse:
    messages.error(request, words)
    viewset = getattr(Document, "snippet_viewset", None)
    if viewset is None or document.pk is None:
        return redirect("wagtailadmin_home")
    return redirect(reverse(viewset.get_url_name("edit"), args=[quote(document.pk)]))


@hooks.register("before_publish")
def refuse_direct_publication(request: HttpRequest, instance: Any) -> HttpResponse | None:
    if not isinstance(instance, Document):
        return None
    return _refusal(
        request, instance, _("The draft is saved. A document is published by its three reviews: submit it.")
    )


@hooks.register("before_unpublish")
def refuse_direct_unpublication(request: HttpRequest, instance: Any) -> HttpResponse | None:
    if not isinstance(instance, Document):
        return None
    return _refusal(
        request, instance, _("A public document is withdrawn with a reason, which the public reads.")
    )


@hooks.register("before_delete_snippet")
def delete_by_the_service(request: HttpRequest, instances: list[Any]) -> HttpResponse | None:
    """Wagtail's delete button and bulk action end in the one act that deletes: drafts only, all or none."""
    documents = [instance for instance in instances if isinstance(instance, Document)]
    if not documents or request.method != "POST" or not isinstance(request.user, User):
        return None
    try:
        with transaction.atomic():
            for document in documents:
                delete_draft(document=document, user=request.user)
    except DocumentRefused as refusal:
        return _refusal(request, documents[0], refusal.message)
    messages.success(request, _("Deleted: %s") % "、".join(document.title for document in documents))
    viewset = getattr(Document, "snippet_viewset", None)
    return redirect("wagtailadmin_home" if viewset is None else viewset.get_url_name("list"))


@hooks.register("construct_snippet_action_menu")
def hide_direct_ways(menu_items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    if context.get("model") is Document:
        menu_items[:] = [
            item for item in menu_items if not isinstance(item, PublishMenuItem | UnpublishMenuItem)
        ]
