"""Organs and staff for tests, made through the services real use goes through."""

from __future__ import annotations

from itertools import count
from typing import Any

from gongkai.foundation.accounts.models import Role, User
from gongkai.foundation.accounts.services import assign_role, create_staff
from gongkai.foundation.organs.models import Organ
from gongkai.foundation.organs.services import establish_organ

_numbers = count(1)
PASSWORD = "correct-horse-7"


def organ(name: str = "", **facts: Any) -> Organ:
    number = next(_numbers)
    facts.setdefault("code", f"organ-{number}")
    facts.setdefault("document_mark", "测府")
    return establish_organ(actor="system", name=name or f"测试市第{number}局", **facts)


def staff(full_name: str = "", *roles: Role, at: Organ | None = None, **facts: Any) -> User:
    """A member of staff with ``roles`` in the organ ``at``."""
    number = next(_numbers)
    user = create_staff(
        username=facts.pop("username", f"staff{number}"),
        full_name=full_name or f"职员{number}",
        password=PASSWORD,
        actor="system",
        **facts,
    )
    for role in roles:
        assert at is not None
        assign_role(user=user, role=role, organ=at, actor="system")
    return user
