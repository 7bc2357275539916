"""Everything the public sees of a site, declared to the press."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver

from gongkai.engines import press
from gongkai.engines.press import PublishedSite
from gongkai.foundation.ledger.models import SignedHead
from gongkai.foundation.organs.models import Organ
from gongkai.wings.publishing.sites.column_pages import ArchivePage, ColumnPage
from gongkai.wings.publishing.sites.directory_pages import DirectoryPage
from gongkai.wings.publishing.sites.directory_pages import shelf as directory_shelf
from gongkai.wings.publishing.sites.document_pages import DocumentPage, FilePage, SeriesPage
from gongkai.wings.publishing.sites.feeds import FeedPage, Sitemap, SitemapIndex
from gongkai.wings.publishing.sites.fixed_pages import LedgerPage, fixed_pages, search_page
from gongkai.wings.publishing.sites.frame import frame, open_sites
from gongkai.wings.publishing.sites.home_page import HomePage


def page_kinds() -> tuple[press.PageKind, ...]:
    """Documents last: in a full build the short pages stand first."""
    return (
        HomePage(),
        ColumnPage(),
        fixed_pages(),
        search_page(),
        LedgerPage(),
        FeedPage(),
        ArchivePage(),
        SeriesPage(),
        SitemapIndex(),
        Sitemap(),
        DirectoryPage(),
        FilePage(),
        DocumentPage(),
    )


def published_sites() -> list[PublishedSite]:
    return [
        PublishedSite(
            slug=site.slug,
            hosts=(site.host, *site.other_hosts.split()),
            name=site.name,
            default=site.is_default,
            organ=site.organ.code,
        )
        for site in open_sites()
    ]


def declare() -> None:
    """Called once when Django is ready."""
    for kind in page_kinds():
        press.register(kind)
    for block in ("guide", "proactive"):
        press.register_shelf(block, directory_shelf)
    press.register_sites(published_sites)
    press.register_frames(frame)


# -- What the ground floor changes, it cannot tell the press; pages show it all the same -----------------------------


@receiver(post_save, sender=Organ)
def tell_of_organ(sender: type[Organ], instance: Organ, created: bool, **kwargs: Any) -> None:
    """An organ has a new name, address or telephone: it stands on its site's pages and on its documents."""
    if not created:
        press.changed(f"organ:{instance.code}", lane="bulk")


@receiver(post_save, sender=SignedHead)
def tell_of_head(sender: type[SignedHead], instance: SignedHead, **kwargs: Any) -> None:
    """A day has been signed: its proof is published."""
    press.changed(f"ledger:{instance.day.isoformat()}")
