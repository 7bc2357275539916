"""Keeping the log in step: what the press is told, and which organs and requests are left out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from gongkai.engines import press
from gongkai.foundation.accounts.models import Role, User
from gongkai.foundation.ledger.services import append
from gongkai.foundation.organs.models import Organ
from gongkai.wings.disclosure.requestlog.models import RequestLogSetting
from gongkai.wings.disclosure.requests.models import Request

KEEPERS: Final = (Role.DISCLOSURE_OFFICER, Role.DISCLOSURE_HEAD)


class LogRefused(PermissionDenied):
    """Only the disclosure office of the organ decides on its log."""

    code = "role"

    def __init__(self) -> None:
        super().__init__()
        self.message = _("Only the disclosure office of the organ can do this.")
        self.reasons: list[str] = []

    def __str__(self) -> str:
        return self.message


def above(organ: Organ) -> list[str]:
    """The codes of an organ and all organs above it."""
    return list(Organ.objects.above(organ).values_list("code", flat=True))


def listing_changed(request: Request) -> None:
    """Tell the press that the entry of a request may be another now. Inside the transaction that changed it."""
    press.changed(f"request:{request.pk}", *_lists([request.case.organ]), lane="bulk")


def _lists(organs: Iterable[Organ]) -> list[str]:
    return [f"request-log:{code}" for organ in organs for code in above(organ)]


def tell_the_log(sender: Any, request: Request, **_facts: Any) -> None:
    """Something was done to a request. Only what has ended stands in the log."""
    if request.case.closed_on is not None:
        listing_changed(request)


def list_organ(*, organ: Organ, user: User) -> None:
    """The organ publishes its requests."""
    _set(organ, user, listed=True)


def leave_out_organ(*, organ: Organ, user: User) -> None:
    """The organ does not publish its requests; those there are vanish from the log."""
    _set(organ, user, listed=False)


def _set(organ: Organ, user: User, *, listed: bool) -> None:
    _require(user, organ)
    with transaction.atomic():
        RequestLogSetting.objects.update_or_create(organ=organ, defaults={"listed": listed})
        _note(user, organ, f"organ:{organ.code}", listed=listed)
        press.changed(*_lists([organ]), f"request-log-organ:{organ.code}", lane="bulk")


def list_request(*, request: Request, user: User, title: str = "") -> None:
    """Put a request into the log, under the title given or the one it has."""
    _require(user, request.case.organ)
    with transaction.atomic():
        row = Request.objects.select_for_update().get(pk=request.pk)
        row.listed, row.public_title = True, title or row.public_title
        row.save(update_fields=["listed", "public_title"])
        _note(user, request.case.organ, request.case.ledger_name, listed=True)
        listing_changed(request)


def leave_out_request(*, request: Request, user: User) -> None:
    """Take a request out of the log: its title says more than it should."""
    _require(user, request.case.organ)
    with transaction.atomic():
        Request.objects.filter(pk=request.pk).update(listed=False)
        _note(user, request.case.organ, request.case.ledger_name, listed=False)
        listing_changed(request)


def _require(user: User, organ: Organ) -> None:
    if not (user.is_superuser or any(user.has_role(role, organ) for role in KEEPERS)):
        raise LogRefused


def _note(user: User, organ: Organ, subject: str, *, listed: bool) -> None:
    append(
        stream=f"request-log:{organ.code}",
        verb="requestlog.list" if listed else "requestlog.leave_out",
        actor=user.ledger_name,
        organ=organ.code,
        subject=subject,
        body={},
    )
