"""Who may keep whose account: a system operator those of the organs served, a superuser all.

Every act checks the keeper here; ``services`` carry it out and record it. Nobody keeps their own account: roles and
first passwords are given by somebody else.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from gongkai.foundation.accounts import services
from gongkai.foundation.accounts.models import ApiToken, Assignment, Role, User
from gongkai.foundation.organs.models import Organ, OrganQuerySet

_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that are taken for one another when read aloud or copied by hand."""


class KeepingRefused(PermissionDenied):
    """Codes: role, own, superuser, scope, ended, inactive."""

    def __init__(self, code: str, message: str, reasons: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.reasons = tuple(reasons)


# -- Who sees and keeps whom ---------------------------------------------------------------------------


def is_keeper(user: User) -> bool:
    return user.is_superuser or user.has_role(Role.OPERATOR)


def organs_kept(keeper: User) -> OrganQuerySet:
    """Where the keeper may give and end roles."""
    return Organ.objects.all() if keeper.is_superuser else keeper.organs(Role.OPERATOR)


def staff_seen(keeper: User) -> QuerySet[User]:
    """Those who hold, or will hold, a role in an organ kept, and those who hold none anywhere."""
    if keeper.is_superuser:
        return User.objects.all()
    running = _running(timezone.localdate())
    here = running.filter(organ__in=organs_kept(keeper)).values("user")
    return User.objects.filter(Q(pk__in=here) | ~Q(pk__in=running.values("user")), is_superuser=False)


def ensure_keeps(keeper: User, user: User) -> None:
    """Refuse unless the keeper may open and close the account as a whole: every role it has is in an organ kept."""
    _ensure_may_touch(keeper, user)
    kept = organs_kept(keeper)
    elsewhere = _running(timezone.localdate()).filter(user=user).exclude(organ__in=kept)
    if names := sorted(set(elsewhere.values_list("organ__name", flat=True))):
        raise KeepingRefused("scope", _("This person also serves organs you do not keep."), names)


def _ensure_may_touch(keeper: User, user: User) -> None:
    if not is_keeper(keeper):
        raise KeepingRefused("role", _("Accounts are kept by system operators."))
    if keeper.pk == user.pk:
        raise KeepingRefused("own", _("Your own account is kept by somebody else."))
    if user.is_superuser and not keeper.is_superuser:
        raise KeepingRefused("superuser", _("The account of a superuser is kept by superusers."))


def _ensure_organ(keeper: User, organ: Organ) -> None:
    if not organs_kept(keeper).filter(pk=organ.pk).exists():
        raise KeepingRefused("scope", _("You do not keep the accounts of this organ."), [organ.name])


def _running(today: date) -> QuerySet[Assignment]:
    return Assignment.objects.filter(Q(until__isnull=True) | Q(until__gte=today))


# -- Acts ----------------------------------------------------------------------------------------------


def open_account(*, keeper: User, username: str, full_name: str, phone: str = "") -> tuple[User, str]:
    """A new account and its first password, which its holder must change at once and which is kept nowhere."""
    if not is_keeper(keeper):
        raise KeepingRefused("role", _("Accounts are kept by system operators."))
    password = first_password()
    with transaction.atomic():
        user = services.create_staff(
            username=username,
            full_name=full_name,
            phone=phone,
            password=password,
            actor=keeper.ledger_name,
            must_change_password=True,
        )
    return user, password


def give_role(
    *,
    keeper: User,
    user: User,
    role: Role,
    organ: Organ,
    since: date | None = None,
    until: date | None = None,
) -> Assignment:
    """``since`` today if not given; with ``until``, the last day, the role ends by itself."""
    _ensure_may_touch(keeper, user)
    _ensure_organ(keeper, organ)
    if not user.is_active:
        raise KeepingRefused("inactive", _("This account is closed."))
    return services.assign_role(
        user=user, role=role, organ=organ, since=since, until=until, actor=keeper.ledger_name
    )


def end_role(*, keeper: User, assignment: Assignment, on: date) -> None:
    """``on`` is the last day; a role that has ended already stays as it was."""
    _ensure_may_touch(keeper, assignment.user)
    _ensure_organ(keeper, assignment.organ)
    if assignment.until is not None and assignment.until < timezone.localdate():
        raise KeepingRefused("ended", _("This role has ended already."))
    services.end_assignment(assignment=assignment, on=on, actor=keeper.ledger_name)


def hand_over(*, keeper: User, leaver: User, successor: User) -> list[Assignment]:
    """Somebody leaves today: the successor has each role from tomorrow, the account is closed."""
    ensure_keeps(keeper, leaver)
    _ensure_may_touch(keeper, successor)
    if not successor.is_active or successor.pk == leaver.pk:
        raise KeepingRefused("inactive", _("Choose somebody else to take over, whose account is open."))
    return services.hand_over(
        leaver=leaver, successor=successor, on=timezone.localdate(), actor=keeper.ledger_name
    )


def reset_sign_in(*, keeper: User, user: User) -> str:
    """A new first password; what opened the account before is void (``services.reset_sign_in``)."""
    ensure_keeps(keeper, user)
    password = first_password()
    services.reset_sign_in(user=user, password=password, actor=keeper.ledger_name)
    return password


def lift_lock(*, keeper: User, user: User) -> None:
    """After wrong passwords: let somebody try again at once."""
    ensure_keeps(keeper, user)
    services.lift_lock(user=user, actor=keeper.ledger_name)


def issue_token(*, keeper: User, user: User, name: str, expires_on: date | None = None) -> str:
    """A token acts as its holder. It may be one's own."""
    if keeper.pk != user.pk or not is_keeper(keeper):
        ensure_keeps(keeper, user)
    if not user.is_active:
        raise KeepingRefused("inactive", _("This account is closed."))
    return services.issue_token(user=user, name=name, expires_on=expires_on, actor=keeper.ledger_name)


def revoke_token(*, keeper: User, token: ApiToken) -> None:
    if keeper.pk != token.user_id or not is_keeper(keeper):
        ensure_keeps(keeper, token.user)
    services.revoke_token(token=token, actor=keeper.ledger_name)


def first_password() -> str:
    """Sixteen letters in groups of four: 79 bits, and still readable over the telephone."""
    return "-".join("".join(secrets.choice(_LETTERS) for _letter in range(4)) for _group in range(4))
