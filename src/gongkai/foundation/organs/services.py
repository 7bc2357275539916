"""What happens to organs: established, amended, moved, abolished. Each act is an entry in the stream "organs"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from gongkai.foundation.identifiers import CreditCode, IdentifierError, OrganisationCode
from gongkai.foundation.ledger.services import append
from gongkai.foundation.organs.models import Area, Level, Organ, Post

STREAM = "organs"
_OF_PEOPLE = frozenset({"head_name"})
"""Of these the ledger says that they changed, not from what to what: it can never forget (docs/data-protection.md)."""
_FACTS = frozenset(field.name for field in Organ._meta.concrete_fields) - {"id", "path", "parent"}


def establish_organ(*, actor: str, parent: Organ | None = None, **facts: Any) -> Organ:
    """Enter a new organ below ``parent``. Raises ``ValidationError`` with every fault of its facts."""
    with transaction.atomic():
        organ = Organ(parent=parent, **facts)
        _check(organ)
        organ.save()
        organ.path = _path(organ)
        organ.save(update_fields=["path"])
        _record(organ, "establish", actor, {"name": organ.name, "parent": parent.code if parent else ""})
    return organ


def amend_organ(*, organ: Organ, actor: str, **facts: Any) -> Organ:
    """Change facts of an organ; the ledger keeps old and new, but of people's names only that they changed.

    Raises ``ValidationError`` with every fault, ``TypeError`` for a fact that organs do not have.
    """
    with transaction.atomic():
        locked = Organ.objects.select_for_update().get(pk=organ.pk)
        unknown = set(facts) - _FACTS
        if unknown:
            raise TypeError(f"an organ has no {', '.join(sorted(unknown))}")
        changes = {
            name: None if name in _OF_PEOPLE else [str(getattr(locked, name) or ""), str(value or "")]
            for name, value in facts.items()
            if getattr(locked, name) != value
        }
        for name, value in facts.items():
            setattr(locked, name, value)
        _check(locked)
        locked.save()
        if changes:
            _record(locked, "amend", actor, {"changes": changes})
    return locked


def move_organ(*, organ: Organ, parent: Organ | None, actor: str) -> Organ:
    """Hang an organ, with everything below it, under another superior."""
    with transaction.atomic():
        locked = Organ.objects.select_for_update().get(pk=organ.pk)
        if parent is not None:
            parent = Organ.objects.select_for_update().get(pk=parent.pk)
        if parent is not None and parent.path.startswith(locked.path):
            raise ValidationError({"parent": _("An organ cannot be below itself.")})
        before, locked.parent = locked.path, parent
        locked.path = _path(locked)
        locked.save()
        for below in Organ.objects.filter(path__startswith=before).exclude(pk=locked.pk):
            below.path = locked.path + below.path.removeprefix(before)
            below.save(update_fields=["path"])
        _record(locked, "move", actor, {"parent": parent.code if parent else ""})
    return locked


def abolish_organ(*, organ: Organ, on: date, successor: Organ | None, actor: str) -> Organ:
    """End an organ; ``successor`` takes over what it published and owed (条例 Art. 10)."""
    with transaction.atomic():
        locked = Organ.objects.select_for_update().get(pk=organ.pk)
        if successor is not None and responsible_organ(successor, on).pk == locked.pk:
            raise ValidationError({"successor": _("The successor would lead back to this organ.")})
        if locked.established_on is not None and on < locked.established_on:
            raise ValidationError({"abolished_on": _("An organ cannot end before it began.")})
        locked.abolished_on, locked.successor = on, successor
        locked.save()
        _record(
            locked, "abolish", actor, {"on": on.isoformat(), "successor": successor.code if successor else ""}
        )
    return locked


def appoint_post(
    *, organ: Organ, title: str, holder: str, actor: str, order: int = 100, duties: str = ""
) -> Post:
    """Say who holds a post and what it is for (条例 Art. 20 (二)). The ledger says that it changed hands, not whose."""
    with transaction.atomic():
        post, _created = Post.objects.update_or_create(
            organ=organ, title=title, defaults={"holder": holder, "order": order, "duties": duties}
        )
        _record(organ, "appoint", actor, {"title": title})
    return post


def responsible_organ(organ: Organ, on: date) -> Organ:
    """The organ that answers for ``organ`` on a day: itself, or the last of its successors."""
    seen = {organ.pk}
    while organ.abolished_on is not None and organ.abolished_on <= on and organ.successor is not None:
        organ = organ.successor
        if organ.pk in seen:
            break
        seen.add(organ.pk)
    return organ


_AREA_LEVELS = {6: Level.DISTRICT, 9: Level.TOWN, 12: Level.VILLAGE}
"""By digits of the statistical code."""


def import_areas(*, divisions: Mapping[str, Sequence[Mapping[str, str]]], actor: str) -> int:
    """Enter divisions {"areas": […], "streets": […], "villages": […]} of {"code", "name"}; level by digits of the code.

    Names do not tell (拔南村委员会, 龙盘村委员): the code does. Returns the number of areas entered or renamed; raises
    ``ValidationError`` naming every code that is none, and enters nothing then.
    """
    rows = sorted((row["code"], row["name"]) for group in divisions.values() for row in group)
    faults = [
        _("%s is not the code of a district, town or village.") % code
        for code, _name in rows
        if len(code) not in _AREA_LEVELS or not (code.isascii() and code.isdigit())
    ]
    if faults:
        raise ValidationError(faults)
    changed = 0
    with transaction.atomic():
        known: dict[str, Area] = {area.code: area for area in Area.objects.all()}
        for code, name in rows:  # sorted by code, a division comes before its parts
            area = known.setdefault(code, Area(code=code))
            facts = {"name": name, "level": _AREA_LEVELS[len(code)], "parent": known.get(code[:-3])}
            if area.pk and all(getattr(area, field) == value for field, value in facts.items()):
                continue
            for field, value in facts.items():
                setattr(area, field, value)
            area.save()
            changed += 1
        if changed:
            append(stream=STREAM, verb="import-areas", actor=actor, subject="areas", body={"count": changed})
    return changed


def _check(organ: Organ) -> None:
    faults: dict[str, list[str]] = {}
    try:
        organ.full_clean(exclude=["path"])
    except ValidationError as error:
        faults.update(error.message_dict)
    for name, parse in (
        ("organisation_code", OrganisationCode.parse),
        ("credit_code", CreditCode.parse),
    ):
        if value := getattr(organ, name):
            try:
                parse(value)
            except IdentifierError as error:
                faults.setdefault(name, []).append(" ".join(error.localised(_)))
    if faults:
        raise ValidationError(faults)


def _path(organ: Organ) -> str:
    return f"{organ.parent.path if organ.parent else ''}{organ.pk}/"


def _record(organ: Organ, verb: str, actor: str, body: Mapping[str, Any]) -> None:
    append(stream=STREAM, verb=verb, actor=actor, subject=f"organ:{organ.code}", body=body, organ=organ.code)
