"""What happens to staff: created, given and relieved of roles, replaced. Each act is an entry in the stream "accounts"."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gongkai.foundation.accounts.groups import groups_for
from gongkai.foundation.accounts.models import ApiToken, Assignment, Role, User
from gongkai.foundation.ledger.services import append
from gongkai.foundation.organs.models import Organ

STREAM = "accounts"
TOKEN_DAYS = 365


def create_staff(
    *, username: str, full_name: str, password: str, actor: str, superuser: bool = False, phone: str = ""
) -> User:
    """Create somebody who can sign in. Raises ``ValidationError`` when name or password will not do."""
    with transaction.atomic():
        user = User(
            username=username, full_name=full_name, phone=phone, is_superuser=superuser, is_staff=superuser
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
        _sync_groups(user)
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
        _sync_groups(locked.user)
        _record(
            locked.user,
            "relieve",
            actor,
            {"role": locked.role, "organ": locked.organ.code},
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


def issue_token(*, user: User, name: str, expires_on: date | None = None) -> str:
    """Make an API token and return it: the only time it can be seen."""
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        ApiToken.objects.create(
            user=user,
            name=name,
            digest=_digest(token),
            expires_on=expires_on or timezone.localdate() + timedelta(days=TOKEN_DAYS),
        )
        _record(user, "issue-token", user.ledger_name, {"purpose": name})
    return token


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


def _sync_groups(user: User) -> None:
    roles = user.assignments.filter(until__isnull=True).values_list("role", flat=True)
    user.groups.set(groups_for(set(roles)))


def _record(user: User, verb: str, actor: str, body: Mapping[str, Any], organ: Organ | None = None) -> None:
    append(
        stream=STREAM,
        verb=verb,
        actor=actor,
        subject=f"user:{user.pk}",
        body=body,
        organ=organ.code if organ else "",
    )
