"""One's own inbox over the API: what one was told, and what was read. Nobody else's can be asked for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema

from gongkai.engines.notices import inbox, mark_read
from gongkai.foundation.accounts.models import User
from gongkai.shell.api.faults import STAFF_FAULTS
from gongkai.shell.api.words import LARGEST_ID

router = Router(tags=["inbox"])


class InboxNotice(Schema):
    id: int
    subject: str
    title: str
    text: str
    created_at: datetime
    read_at: datetime | None


class InboxPage(Schema):
    items: list[InboxNotice]
    unread: int
    next: int | None


class InboxAsked(Schema):
    unread: bool = False
    before: int | None = None
    size: int = 50


@router.get("", response={200: InboxPage, **STAFF_FAULTS})
def read_inbox(request: HttpRequest, asked: Query[InboxAsked]) -> Any:
    """One's own notices, newest first, a page at a time. Texts that are no longer kept are empty."""
    mine = inbox(_user(request).ledger_name)
    rows = mine.unread() if asked.unread else mine
    if asked.before is not None:
        rows = rows.filter(pk__lt=min(max(asked.before, 0), LARGEST_ID))
    size = min(max(asked.size, 1), 200)
    items = list(rows.order_by("-id")[: size + 1])
    return {
        "items": items[:size],
        "unread": mine.unread().count(),
        "next": items[size - 1].pk if len(items) > size else None,
    }


@router.post("/{notice_id}/read", response={200: InboxNotice, **STAFF_FAULTS})
def read_notice(request: HttpRequest, notice_id: int) -> Any:
    """Mark one as read; the first reading counts."""
    party = _user(request).ledger_name
    notice = get_object_or_404(inbox(party), pk=notice_id if 0 < notice_id <= LARGEST_ID else 0)
    mark_read(notice, party)
    return notice


def _user(request: HttpRequest) -> User:
    user = request.auth  # type: ignore[attr-defined]
    assert isinstance(user, User)
    return user
