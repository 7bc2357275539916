"""What happens to staff: created, given and relieved of roles, replaced. Each act is an entry in the stream "accounts".

The entries name people by number ("user:3"), never by name, phone or address.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from axes.utils import reset as unlock
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gongkai.foundation.accounts.groups import sync_groups_of
from gongkai.foundation.accounts.models import ApiToken, Assignment, Role, User
from gongkai.foundation.ledger.services import append
from gongkai.foundation.organs.models import Organ

STREAM = "accounts"
TOKEN_DAYS = 365


def create_staff(
    *,
    username: str,
    full_name: str,
    password: str,
    actor: str,
    superuser: bool = False,
    phone: str = "",
    must_change_password: bool = False,
) -> User:
    """Create somebody who can sign in. Raises ``ValidationError`` when name or password will not do."""
    with transaction.atomic():
        user = User(
            username=username,
            full_name=full_name,
            phone=phone,
            is_superuser=superuser,
            is_staff=superuser,
            must_change_password=must_change_password,
        )
        validate_password(password, user)
        user.set_password(password)
        user.full_clean()
        user.save()
        _record(user, "create", actor, {"superuser": superuser})
    return user


def assign_role(
    *, user: User, role: Role, organ: Organ, actor: str, since: date | None = None, until: date | None = None
) -> Assignment:
    """Give a role; giving one that is already held changes nothing."""
    with transaction.atomic():
        known = Assignment.objects.filter(user=user, role=role, organ=organ, until__isnull=True).first()
        if known is not None:
            return known
        assignment = Assignment(
            user=user, role=role, organ=organ, since=since or timezone.localdate(), until=until
        )
        assignment.full_clean()
        assignment.save()
        sync_groups_of(user)
        _record(user, "assign", actor, {"role": str(role), "organ": organ.code}, organ=organ)
    return assignment


def end_assignment(*, assignment: Assignment, on: date, actor: str) -> None:
    """``on`` is the last day the role is held."""
    with transaction.atomic():
        locked = Assignment.objects.select_for_update().get(pk=assignment.pk)
        if on < locked.since:
            raise ValidationError(_("The last day cannot be before the first."))
        locked.until = on
        locked.save()
        sync_groups_of(locked.user)
        _record(
            locked.user,
            "relieve",
            actor,
            {"role": locked.role, "organ": locked.organ.code, "until": on.isoformat()},
            organ=locked.organ,
        )


def hand_over(*, leaver: User, successor: User, on: date, actor: str) -> list[Assignment]:
    """End all roles of somebody who leaves and give each to the successor from the next day; returns the new ones.

    The leaver cannot sign in any more. What was handed over stands in the ledger.
    """
    with transaction.atomic():
        given = []
        for assignment in leaver.assignments.current(on).select_related("organ"):
            end_assignment(assignment=assignment, on=on, actor=actor)
            given.append(
                assign_role(
                    user=successor,
                    role=Role(assignment.role),
                    organ=assignment.organ,
                    since=on + timedelta(days=1),
                    actor=actor,
                )
            )
        leaver.is_active = False
        leaver.save(update_fields=["is_active"])
        ApiToken.objects.filter(user=leaver).delete()
        _record(leaver, "hand-over", actor, {"to": successor.ledger_name, "roles": len(given)})
    return given


def reset_sign_in(*, user: User, password: str, actor: str) -> User:
    """Give a lost or stolen account a new first password, which its holder must change at once.

    Everything that opened the account before is void: sessions (they hang on the password), second factors, API tokens;
    and a lock after wrong passwords is taken off. Raises ``ValidationError`` when the password will not do.
    """
    with transaction.atomic():
        locked = User.objects.select_for_update().get(pk=user.pk)
        validate_password(password, locked)
        locked.set_password(password)
        locked.must_change_password = True
        locked.save(update_fields=["password", "must_change_password"])
        Authenticator.objects.filter(user=locked).delete()
        locked.access_tokens.all().delete()
        unlock(username=locked.username)
        _record(locked, "reset", actor, {})
    return locked


def locked_names(now: datetime) -> set[str]:
    """User names that wrong passwords have shut for a while, from whichever address."""
    since = now - timedelta(hours=settings.AXES_COOLOFF_TIME)
    return set(
        AccessAttempt.objects.filter(
            failures_since_start__gte=settings.AXES_FAILURE_LIMIT, attempt_time__gte=since
        ).values_list("username", flat=True)
    )


def lift_lock(*, user: User, actor: str) -> None:
    """Forget the wrong passwords; passwords, factors and tokens stay as they are."""
    with transaction.atomic():
        unlock(username=user.username)
        _record(user, "unlock", actor, {})


def record_password_change(*, user: User) -> None:
    """Somebody has changed their own password; what it is stands nowhere."""
    _record(user, "change-password", user.ledger_name, {})


def issue_token(*, user: User, name: str, expires_on: date | None = None, actor: str = "") -> str:
    """Make an API token and return it: the only time it can be seen. ``actor``: who asks, if not its holder."""
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        row = ApiToken(
            user=user,
            name=name,
            digest=_digest(token),
            expires_on=expires_on or timezone.localdate() + timedelta(days=TOKEN_DAYS),
        )
        row.full_clean()
        row.save()
        _record(user, "issue-token", actor or user.ledger_name, {"purpose": name})
    return token


def revoke_token(*, token: ApiToken, actor: str) -> None:
    with transaction.atomic():
        _record(token.user, "revoke-token", actor, {"purpose": token.name})
        token.delete()


def user_for_token(token: str) -> User | None:
    """Whose token this is, if it is in force and its holder may sign in."""
    today = timezone.localdate()
    known = (
        ApiToken.objects.select_related("user")
        .filter(digest=_digest(token), expires_on__gte=today, user__is_active=True)
        .first()
    )
    if known is None:
        return None
    if known.last_used_on != today:
        ApiToken.objects.filter(pk=known.pk).update(last_used_on=today)
    return known.user


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _record(user: User, verb: str, actor: str, body: Mapping[str, Any], organ: Organ | None = None) -> None:
    append(
        stream=STREAM,
        verb=verb,
        actor=actor,
        subject=f"user:{user.pk}",
        body=body,
        organ=organ.code if organ else "",
    )
