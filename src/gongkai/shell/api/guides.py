"""Guides and institutions: what the register says of each organ, for everybody; what is wrong with it, for staff."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from gongkai.foundation.accounts.models import User
from gongkai.foundation.organs.models import Level, Organ
from gongkai.shell.api.faults import PUBLIC_FAULTS, STAFF_FAULTS
from gongkai.shell.api.words import Words
from gongkai.wings.disclosure.guides import services
from gongkai.wings.disclosure.guides.pages import url_of
from gongkai.wings.disclosure.guides.services import GuideStanding

router = Router(tags=["guides"])


class Guide(Schema):
    """One organ's guide. ``confirmed_on``: when it last looked through it. ``url``: its page on the sites above it."""

    code: str
    name: str
    superior: str | None
    address: str
    office_hours: str
    phone: str
    fax: str
    email: str
    postcode: str
    disclosure_office: str
    head_name: str
    functions: str
    website: str
    confirmed_on: date | None
    url: str


class PostOut(Schema):
    title: str
    holder: str
    duties: str


class Institution(Guide):
    """A guide with the institution's posts, the organs below it, and every day its entry was confirmed on."""

    posts: list[PostOut]
    below: list[str]
    confirmations: list[date]


class GuideListing(Schema):
    """``next`` is the cursor of the following page, absent on the last one."""

    items: list[Guide]
    next: str | None = None


class GuideFilters(Schema):
    organ: Words | None = Field(None, max_length=40, description="short code; it and those below it")
    after: Words | None = Field(None, max_length=40, description="cursor: the `next` of the page before")
    limit: int = Field(50, ge=1, le=200)


def _organs() -> QuerySet[Organ]:
    rows = Organ.objects.current(timezone.localdate()).exclude(level=Level.OUTSIDE)
    return rows.select_related("parent").order_by("code")


def _told(row: GuideStanding) -> dict[str, Any]:
    organ = row.organ
    return {
        "code": organ.code,
        "name": organ.name,
        "superior": organ.parent.code if organ.parent else None,
        **services.entry_of(organ),
        "website": organ.website,
        "confirmed_on": row.confirmed_on,
        "url": url_of(organ.code),
    }


@router.get("", response={200: GuideListing, **PUBLIC_FAULTS}, auth=None)
def list_guides(request: HttpRequest, filters: Query[GuideFilters]) -> Any:
    """The guides of all organs, or of one with those below it. Paging by cursor."""
    rows = _organs()
    if filters.organ is not None:
        rows = rows.filter(path__startswith=get_object_or_404(Organ, code=filters.organ).path)
    if filters.after is not None:
        rows = rows.filter(code__gt=filters.after)
    organs = list(rows[: filters.limit + 1])
    more = len(organs) > filters.limit
    organs = organs[: filters.limit]
    return {
        "items": [_told(row) for row in services.confirmed(organs, timezone.localdate())],
        "next": organs[-1].code if more else None,
    }


class TextFaultOut(Schema):
    document: str
    title: str
    url: str
    field: str
    said: str
    registered: str


class FaultOut(Schema):
    field: str
    missing: bool
    message: str


class Faulty(Schema):
    """What is wrong with the entry of an organ, and which texts of the library contradict it."""

    organ: str
    due_on: date
    faults: list[FaultOut]
    texts: list[TextFaultOut]


@router.get("/faults", response={200: list[Faulty], **STAFF_FAULTS})
def list_faults(request: HttpRequest) -> Any:
    """Organs one serves whose entry lacks something, has something wrong, or is contradicted by a text."""
    user: User = request.auth  # type: ignore[attr-defined]  # set by the bearer token
    organs = Organ.objects.order_by("path") if user.is_superuser else user.organs().order_by("path")
    return [
        {
            "organ": row.organ.code,
            "due_on": row.due_on,
            "faults": [
                {"field": fault.field, "missing": fault.missing, "message": fault.message}
                for fault in row.faults
            ],
            "texts": [
                {
                    "document": wrong.text.key,
                    "title": wrong.text.title,
                    "url": wrong.text.address,
                    "field": fault.field,
                    "said": fault.said,
                    "registered": fault.registered,
                }
                for wrong in row.wrong_texts
                for fault in wrong.faults
            ],
        }
        for row in services.standings(organs, timezone.localdate())
        if row.is_faulty
    ]


@router.get("/{code}", response={200: Institution, **PUBLIC_FAULTS}, auth=None)
def read_guide(request: HttpRequest, code: str) -> Any:
    """One organ: its guide, its posts, what is below it, and the days its entry was confirmed on."""
    organ = get_object_or_404(_organs(), code=code)
    (row,) = services.confirmed([organ], timezone.localdate())
    below = Organ.objects.filter(parent=organ).current(timezone.localdate()).order_by("path")
    return {
        **_told(row),
        "posts": [
            {"title": post.title, "holder": post.holder, "duties": post.duties} for post in organ.posts.all()
        ],
        "below": list(below.values_list("code", flat=True)),
        "confirmations": [each.on for each in services.confirmations([organ]).get(organ.code, ())],
    }


@router.post("/{code}/confirm", response={200: Institution, **STAFF_FAULTS})
def confirm_guide(request: HttpRequest, code: str) -> Any:
    """The organ has looked through its entry and it is right."""
    user: User = request.auth  # type: ignore[attr-defined]  # set by the bearer token
    services.confirm(organ=get_object_or_404(_organs(), code=code), user=user, on=timezone.localdate())
    return read_guide(request, code)
