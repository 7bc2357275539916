"""A document as it will look, for those who write and review it: the public template over the text in the editor."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from gongkai.engines.press import LANG, OTHER, ROOT, Crumb
from gongkai.wings.publishing.documents.models import Document
from gongkai.wings.publishing.documents.pages import draft_sheet
from gongkai.wings.publishing.sites.frame import SiteFrame, frame, render, today
from gongkai.wings.publishing.sites.models import Placement, Site


def preview_html(document: Document) -> str:
    """The page as the first site that is to show it will have it, else as the default site would.

    Raises ``Site.DoesNotExist`` while there is no site at all.
    """
    site = _site_for(document)
    with override(settings.LANGUAGE_CODE):
        sheet = draft_sheet(document, today=today(), now=timezone.now())
        head = site.head(sheet.url, sheet.title, crumbs=[Crumb(_("Preview"))], indexed=False)
        printed = render(
            "document.html", {"site": site, "page": head, "document": sheet, "aside": sheet.has_company}
        )
    return printed.replace(ROOT, "").replace(LANG, "zh-Hans").replace(OTHER, "/hant")


def _site_for(document: Document) -> SiteFrame:
    placed = (
        Placement.objects.filter(document_id=document.pk)
        .order_by("id")
        .select_related("column__site")
        .first()
    )
    chosen = placed.column.site if placed else Site.objects.order_by("-is_default", "id")[:1].get()
    found = frame(chosen.slug) or frame(Site.objects.get(is_default=True).slug)
    assert found is not None  # the default site cannot be closed
    return found
