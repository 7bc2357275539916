"""The writes of the catalogue. ``user`` None is the house itself: the command line and the demo.

Every act locks its row, is refused with all its reasons, and stands in the ledger under ``catalogue:ORGAN``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gongkai.engines import press
from gongkai.foundation.accounts.models import Role, User
from gongkai.foundation.ledger.services import append
from gongkai.foundation.organs.models import Organ
from gongkai.wings.disclosure.catalogue.errors import CatalogueRefused
from gongkai.wings.disclosure.catalogue.facts import COLUMNS, Facts, faults_of, identity
from gongkai.wings.disclosure.catalogue.models import Binding, CatalogueEntry, EntryDay
from gongkai.wings.disclosure.catalogue.targets import target
from gongkai.wings.disclosure.catalogue.vocabulary import Channel

KEEPERS: Final = (Role.DISCLOSURE_OFFICER, Role.DISCLOSURE_HEAD)
"""Who promises: the disclosure office of the organ (条例 Art. 4)."""
BINDERS: Final = (*KEEPERS, Role.COLUMN_EDITOR, Role.SITE_MANAGER)
"""Who may say by what a promise is kept."""


_MOVING: Final = frozenset({"field", "level1", "level2", "level3", "audience", "level_codes", "item", "mode"})
"""Columns by which lists are made: a row that changes one of them stands in other lists."""


# -- Rows ------------------------------------------------------------------------------------------------------


def add_entry(
    *,
    organ: Organ,
    facts: Facts,
    user: User | None = None,
    edition: str = "",
    valid_from: dt.date | None = None,
) -> CatalogueEntry:
    """Enter one row. Raises ``CatalogueRefused``: role, facts, doubled."""
    return add_entries(organ=organ, rows=[facts], user=user, edition=edition, valid_from=valid_from)[0]


def add_entries(
    *,
    organ: Organ,
    rows: Sequence[Facts],
    user: User | None = None,
    edition: str = "",
    valid_from: dt.date | None = None,
) -> list[CatalogueEntry]:
    """Enter many rows of one organ at once, all or none."""
    require(user, organ, KEEPERS)
    complete = [facts.completed() for facts in rows]
    _refuse_faults(complete)
    with transaction.atomic():
        known = set(
            CatalogueEntry.objects.select_for_update().filter(organ=organ).values_list("identity", flat=True)
        )
        made = []
        for place, facts in enumerate(complete, start=len(known) + 1):
            mark = identity(facts)
            if mark in known:
                raise CatalogueRefused(
                    "doubled",
                    _("The organ already has a row “%s” in this field.")
                    % (facts.level3 or facts.level2 or facts.level1),
                )
            known.add(mark)
            made.append(new_row(organ, facts, mark, edition=edition, valid_from=valid_from, position=place))
        CatalogueEntry.objects.bulk_create(made)
        for entry in made:
            note(user, entry, "catalogue.added", {"titles": entry.path, "edition": edition})
        tell_the_press([organ], valid_from=valid_from)
    return made


def new_row(
    organ: Organ, facts: Facts, mark: str, *, edition: str, valid_from: dt.date | None, position: int
) -> CatalogueEntry:
    """A row that is not saved yet."""
    return CatalogueEntry(
        organ=organ,
        identity=mark,
        edition=edition,
        valid_from=valid_from,
        position=position,
        **facts.columns(),
    )


def amend_entry(*, entry: CatalogueEntry, user: User | None = None, **changes: Any) -> CatalogueEntry:
    """Change fields of ``Facts`` of a row. Raises ``CatalogueRefused``: role, retired, facts, doubled."""
    with transaction.atomic():
        row = _locked(entry)
        require(user, row.organ, KEEPERS)
        _refuse_retired(row)
        facts = replace(facts_of(row), **changes).completed()
        _refuse_faults([facts])
        if differences := write_facts(row, facts):
            if {"field", "level1", "level2", "level3"} & set(differences):
                row.identity = _free_identity(row, facts)
            row.save()
            note(user, row, "catalogue.amended", {"changes": differences})
            if _MOVING & set(differences):
                tell_the_press([row.organ])
            else:
                _tell_of(row)
    return row


def facts_of(row: CatalogueEntry) -> Facts:
    """What a row says now."""
    return Facts(
        field=row.field,
        level1=row.level1,
        level2=row.level2,
        level3=row.level3,
        content=row.content,
        basis=row.basis,
        limit_text=row.limit_text,
        subject_text=row.subject_text,
        channels=tuple(Channel(*channel) for channel in row.channels),
        audience=row.audience,
        audience_group=row.audience_group,
        mode=row.mode,
        levels=tuple(row.levels),
        item=row.item,
    )


def write_facts(row: CatalogueEntry, facts: Facts) -> dict[str, list[Any]]:
    """Put facts into a row; what differed, from what to what. Nothing is saved."""
    columns = facts.columns()
    differences = {}
    for name in COLUMNS:
        if (old := getattr(row, name)) != (new := columns[name]):
            differences[name] = [old, new]
            setattr(row, name, new)
    return differences


def _free_identity(row: CatalogueEntry, facts: Facts) -> str:
    mark = identity(facts)
    if CatalogueEntry.objects.filter(organ=row.organ, identity=mark).exclude(pk=row.pk).exists():
        raise CatalogueRefused(
            "doubled",
            _("The organ already has a row “%s” in this field.")
            % (facts.level3 or facts.level2 or facts.level1),
        )
    return mark


def retire_entry(
    *, entry: CatalogueEntry, reason: str, user: User | None = None, on: dt.date | None = None
) -> CatalogueEntry:
    """A row that no longer holds; it stays on record. Raises ``CatalogueRefused``: role, retired, reason."""
    with transaction.atomic():
        row = _locked(entry)
        require(user, row.organ, KEEPERS)
        _refuse_retired(row)
        if not reason.strip():
            raise CatalogueRefused("reason", _("Say why the row no longer holds."))
        set_retired(row, reason.strip()[:200], on or timezone.localdate())
        row.save(update_fields=["retired_on", "retired_reason"])
        note(user, row, "catalogue.retired", {"reason": row.retired_reason, "on": str(row.retired_on)})
        tell_the_press([row.organ])
    return row


def set_retired(row: CatalogueEntry, reason: str, on: dt.date) -> None:
    row.retired_on, row.retired_reason = on, reason


def restore_entry(*, entry: CatalogueEntry, user: User | None = None) -> CatalogueEntry:
    """A retired row holds again."""
    with transaction.atomic():
        row = _locked(entry)
        require(user, row.organ, KEEPERS)
        if row.retired_on is not None:
            row.retired_on, row.retired_reason = None, ""
            row.save(update_fields=["retired_on", "retired_reason"])
            note(user, row, "catalogue.restored", {})
            tell_the_press([row.organ])
    return row


# -- What fulfils them -----------------------------------------------------------------------------------------


def bind(*, entry: CatalogueEntry, kind: str, key: str, user: User | None = None) -> Binding:
    """Say by what a row is fulfilled; twice is once. Raises ``CatalogueRefused``: role, retired, target."""
    known = target(kind)
    standing = known.standings([key], timezone.localdate()).get(key) if known else None
    if standing is None:
        raise CatalogueRefused(
            "target", _("There is nothing of this kind under “%s”.") % f"{kind}:{key}"[:100]
        )
    with transaction.atomic():
        row = _locked(entry)
        require(user, row.organ, BINDERS)
        _refuse_retired(row)
        binding, is_new = Binding.objects.get_or_create(
            entry=row, kind=kind, key=key, defaults={"title": standing.title[:300]}
        )
        if is_new:
            note(user, row, "catalogue.bound", {"kind": kind, "key": key, "title": binding.title})
            _tell_of(row)
    return binding


def bind_many(
    *, organ: Organ, pairs: Sequence[tuple[CatalogueEntry, str, str, str]], user: User | None = None
) -> int:
    """Many bindings of one organ's rows: (entry, kind, key, title), each known to exist. How many were new."""
    require(user, organ, BINDERS)
    with transaction.atomic():
        known = set(Binding.objects.filter(entry__organ=organ).values_list("entry_id", "kind", "key"))
        new = {
            (entry.pk, kind, key): Binding(entry=entry, kind=kind, key=key, title=title[:300])
            for entry, kind, key, title in pairs
            if entry.organ_id == organ.pk and (entry.pk, kind, key) not in known
        }
        Binding.objects.bulk_create(new.values())
        for binding in new.values():
            body = {"kind": binding.kind, "key": binding.key, "title": binding.title}
            note(user, binding.entry, "catalogue.bound", body)
        if new:
            tell_the_press([organ])
    return len(new)


def unbind(*, binding: Binding, user: User | None = None) -> None:
    """Take a binding away; the ledger keeps that it was there."""
    with transaction.atomic():
        row = _locked(binding.entry)
        require(user, row.organ, BINDERS)
        gone, _each = Binding.objects.filter(pk=binding.pk).delete()
        if gone:
            body = {"kind": binding.kind, "key": binding.key, "title": binding.title}
            note(user, row, "catalogue.unbound", body)
            _tell_of(row)


def take_over(*, entry: CatalogueEntry, former: CatalogueEntry, user: User | None = None) -> int:
    """A row is what a retired one was called before: what fulfilled that one, and its days on record, come over to it.

    How many bindings came. Raises ``CatalogueRefused``: role, retired, former.
    """
    with transaction.atomic():
        locked = {
            row.pk: row
            for row in CatalogueEntry.objects.select_for_update(of=("self",))
            .select_related("organ")
            .filter(pk__in=[entry.pk, former.pk])
            .order_by("pk")
        }
        row, old = locked[entry.pk], locked[former.pk]
        require(user, row.organ, BINDERS)
        _refuse_retired(row)
        if old.organ_id != row.organ_id or old.retired_on is None:
            raise CatalogueRefused("former", _("Only a retired row of the same organ can be taken over."))
        known = set(row.bindings.values_list("kind", "key"))
        come = [each for each in old.bindings.all() if (each.kind, each.key) not in known]
        old.bindings.filter(pk__in=[each.pk for each in come]).update(entry=row)
        days = set(row.days.values_list("kind", "day", "words"))
        for day in old.days.all():
            if (day.kind, day.day, day.words) not in days:
                EntryDay.objects.filter(pk=day.pk).update(entry=row)
        moved = [{"kind": each.kind, "key": each.key, "title": each.title} for each in come]
        note(user, row, "catalogue.took_over", {"from": old.pk, "titles": old.path, "bindings": moved})
        note(user, old, "catalogue.handed_over", {"to": row.pk, "titles": row.path, "bindings": moved})
        _tell_of(row)
    return len(come)


def note_day(
    *, entry: CatalogueEntry, kind: str, day: dt.date, words: str, user: User | None = None
) -> EntryDay:
    """Put on record that information came into being ("formed"), or was published where no page shows it ("posted")."""
    with transaction.atomic():
        row = _locked(entry)
        require(user, row.organ, BINDERS)
        _refuse_retired(row)
        faults = []
        if kind not in EntryDay.Kind.values:
            faults.append(_("Say whether it came into being or was published."))
        if day > timezone.localdate():
            faults.append(_("The day lies in the future."))
        if not words.strip():
            faults.append(_("Say what came into being, or where it was published."))
        if faults:
            raise CatalogueRefused("facts", _("The day cannot be put on record."), faults)
        made, is_new = EntryDay.objects.get_or_create(
            entry=row, kind=kind, day=day, words=words.strip()[:200], defaults={"noted_by": user}
        )
        if is_new:
            note(user, row, f"catalogue.{kind}", {"day": str(day), "words": made.words})
            _tell_of(row)
    return made


# -- Pieces ----------------------------------------------------------------------------------------------------


def require(user: User | None, organ: Organ, roles: Sequence[Role]) -> None:
    """Raises ``CatalogueRefused`` for whoever holds none of the roles in the organ or above it."""
    if user is None or user.is_superuser or user.roles_in(organ) & {role.value for role in roles}:
        return
    raise CatalogueRefused(
        "role", _("Only the disclosure office of %s can do this.") % (organ.short_name or organ.name)
    )


def _locked(entry: CatalogueEntry) -> CatalogueEntry:
    return CatalogueEntry.objects.select_for_update(of=("self",)).select_related("organ").get(pk=entry.pk)


def _refuse_retired(row: CatalogueEntry) -> None:
    if row.retired_on is not None:
        raise CatalogueRefused("retired", _("The row was retired on %s.") % row.retired_on)


def _refuse_faults(rows: Sequence[Facts]) -> None:
    reasons = [
        f"{name}: {value} {rule}: {mend}" if value else f"{name}: {rule}: {mend}"
        for facts in rows
        for name, value, rule, mend in faults_of(facts)
    ]
    if reasons:
        raise CatalogueRefused("facts", _("The row cannot stand like this."), reasons)


def note(user: User | None, row: CatalogueEntry, verb: str, body: Mapping[str, Any]) -> None:
    """An entry in the ledger, in the caller's transaction."""
    append(
        stream=f"catalogue:{row.organ.code}",
        verb=verb,
        actor=user.ledger_name if user else "system",
        organ=row.organ.code,
        subject=row.ledger_name,
        body=body,
    )


def _tell_of(row: CatalogueEntry) -> None:
    """One row says something else, or is kept by something else; the lists are the same."""
    press.changed(f"catalogue-entry:{row.pk}")


def tell_the_press(organs: Sequence[Organ], *, valid_from: dt.date | None = None) -> None:
    """The lists of these organs and of all above them are other ones now, and again on the day new rows begin to hold."""
    codes = Organ.objects.above(*organs).values_list("code", flat=True)
    keys = [f"catalogue:{code}" for code in codes]
    press.changed(*keys, lane="bulk")
    if valid_from is not None and valid_from > timezone.localdate():
        morning = timezone.make_aware(dt.datetime.combine(valid_from, dt.time.min))
        press.changed(*keys, lane="bulk", not_before=morning)
