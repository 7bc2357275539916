"""Guides as pages of the press: made from the register at each printing, so they cannot go stale.

A site shows the guides of its own organ and of all below it: ``/guides/``, ``/guides/CODE/`` and ``CODE.json``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from gongkai.engines import press
from gongkai.engines.press import Crumb, Page, PageRef, Shelf, ShelfEntry, file_of
from gongkai.engines.press.declarations import Frame
from gongkai.engines.search import SearchRecord
from gongkai.foundation.organs.models import Level, Organ, Post
from gongkai.foundation.statutes import provision
from gongkai.wings.disclosure.guides.models import GuideReview
from gongkai.wings.disclosure.guides.services import entry_of
from gongkai.wings.disclosure.requests.models import Channel

GUIDES: Final = "/guides/"
_LIST: Final = "list"
_CITED: Final = {
    "guide": 12,
    "content": 29,
    "receipt": 31,
    "limit": 33,
    "fee": 42,
    "remedy": 51,
    "correct": 41,
}


class GuidePages:
    """The list of a site's organs, each organ's guide and its data."""

    name = "guide"

    def keys(self, site: str) -> Iterator[str]:
        frame = press.frame(site)
        if frame is not None:
            yield _LIST
            for organ in _below(frame.organ_id):
                yield from (organ.code, f"{organ.code}.json")

    def affected(self, change: str) -> Iterable[PageRef]:
        kind, _colon, key = change.partition(":")
        if kind == "site":
            return [PageRef(self.name, key, each) for each in self.keys(key)]
        if kind != "organ":
            return []
        organ = Organ.objects.filter(code=key).first()
        if organ is None:
            return []
        above = set(Organ.objects.above(organ).values_list("code", flat=True))
        return [
            PageRef(self.name, site, each)
            for site in press.sites_of(above)
            for each in (_LIST, key, f"{key}.json")
        ]

    def render(self, site: str, keys: Sequence[str]) -> Iterator[tuple[str, Page | None]]:
        with override(settings.LANGUAGE_CODE):
            frame = press.frame(site)
            found = {organ.code: organ for organ in _below(frame.organ_id)} if frame else {}
            for key in keys:
                organ = found.get(key.removesuffix(".json"))
                if frame is None:
                    yield key, None
                elif key == _LIST:
                    yield key, _list_page(frame, list(found.values()))
                elif organ is None:
                    yield key, None
                elif key.endswith(".json"):
                    yield key, _data(frame, organ)
                else:
                    yield key, _guide_page(frame, organ, here=frozenset(found))


def _below(organ_id: int) -> list[Organ]:
    top = Organ.objects.get(pk=organ_id)
    rows = Organ.objects.descendants_of(top).current(timezone.localdate()).exclude(level=Level.OUTSIDE)
    return list(rows.select_related("parent", "successor").order_by("path"))


def url_of(code: str) -> str:
    return f"{GUIDES}{code}/"


def shelf(frame: Frame) -> Shelf:
    """In block 指南: the guide of the site's own organ, and the way to those below it."""
    own = Organ.objects.get(pk=frame.organ_id)
    entries = [ShelfEntry(_("Disclosure guide of %s") % own.name, url_of(own.code))]
    if Organ.objects.descendants_of(own).exclude(pk=own.pk).exists():
        entries.append(ShelfEntry(_("Guides and institutions of all organs"), GUIDES))
    return Shelf(_("Guide from the register"), tuple(entries), frozenset({f"organ:{own.code}"}))


def _list_page(frame: Frame, organs: list[Organ]) -> Page:
    title = _("Guides and institutions of all organs")
    return Page(
        path=file_of(GUIDES),
        body=press.printed(
            "public/guides/list.html",
            site=frame,
            page=frame.head(GUIDES, title, crumbs=[Crumb(title)]),
            title=title,
            organs=[(organ, url_of(organ.code)) for organ in organs],
        ),
        depends={*frame.depends, *(f"organ:{organ.code}" for organ in organs)},
    )


def _guide_page(frame: Frame, organ: Organ, *, here: frozenset[str]) -> Page:
    """``here`` are the organs whose guides stand on this site; the superior of its own organ has a website, if any."""
    title, url = _("Disclosure guide of %s") % organ.name, url_of(organ.code)
    office = _office(organ)
    children = list(Organ.objects.filter(parent=organ).current(timezone.localdate()).order_by("path"))
    review = GuideReview.objects.filter(organ=organ).first()
    superior = organ.parent
    return Page(
        path=file_of(url),
        body=press.printed(
            "public/guides/guide.html",
            site=frame,
            page=frame.head(
                url, title, crumbs=[Crumb(_("Guides and institutions of all organs"), GUIDES), Crumb(title)]
            ),
            title=title,
            organ=organ,
            office=office,
            posts=list(Post.objects.filter(organ=organ)),
            functions=[line.strip() for line in organ.functions.splitlines() if line.strip()],
            children=[(child, url_of(child.code) if child.code in here else "") for child in children],
            superior=superior,
            superior_url=_superior_url(superior, here),
            channels=[channel.label for channel in Channel],
            cite={
                name: provision("disclosure-regulation", article).cite() for name, article in _CITED.items()
            },
            confirmed_on=review.confirmed_on.isoformat() if review else "",
            data=f"{GUIDES}{organ.code}.json",
        ),
        depends={
            *frame.depends,
            *(f"organ:{each.code}" for each in (organ, office, *children, *([superior] if superior else []))),
        },
        search=SearchRecord(
            key=f"guide:{frame.slug}:{organ.code}",
            sites=(frame.slug,),
            url=url,
            title=title,
            text=f"{organ.name} {organ.functions} {organ.address} {organ.phone}",
            organ=organ.name,
            organ_code=organ.code,
            kind="guide",
            kind_label=_("Disclosure guide"),
            published_on=review.confirmed_on if review else None,
        ),
    )


def _superior_url(superior: Organ | None, here: frozenset[str]) -> str:
    if superior is None:
        return ""
    return f"{press.ROOT}{url_of(superior.code)}" if superior.code in here else superior.website


def _office(organ: Organ) -> Organ:
    """Who takes requests for an organ without a disclosure office of its own: the office below it, if there is one."""
    if organ.disclosure_office:
        return organ
    below = (
        Organ.objects.filter(parent=organ, kind="office").exclude(disclosure_office="").order_by("pk").first()
    )
    return below or organ


def _data(frame: Frame, organ: Organ) -> Page:
    """The entry as data: what the guide says, nothing else of the register."""
    told = {"code": organ.code, "name": organ.name, **entry_of(organ)}
    told |= {"superior": organ.parent.code if organ.parent else "", "website": organ.website}
    return Page(
        path=file_of(f"{GUIDES}{organ.code}.json"),
        body=json.dumps(told, ensure_ascii=False, indent=1) + "\n",
        depends={*frame.depends, f"organ:{organ.code}"},
        both_scripts=False,
    )


def page_kinds() -> tuple[press.PageKind, ...]:
    return (GuidePages(),)
