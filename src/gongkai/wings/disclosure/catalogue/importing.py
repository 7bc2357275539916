"""A directory taken in: what it would change is a plan, which can be looked at; carried out whole or not at all.

Taking the same file in again changes nothing. Rows that have left the directory of a field are retired, those that have
come back hold again. A file speaks for the organs and fields it has rows of, and for no other.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from gongkai.foundation.accounts.models import User
from gongkai.foundation.organs.models import Organ
from gongkai.wings.disclosure.catalogue.errors import CatalogueRefused
from gongkai.wings.disclosure.catalogue.exporting import value_text
from gongkai.wings.disclosure.catalogue.facts import Facts, identity
from gongkai.wings.disclosure.catalogue.judging import CellFault, DutyHolders, Judged, column_label, judge
from gongkai.wings.disclosure.catalogue.models import CatalogueEntry
from gongkai.wings.disclosure.catalogue.reading import Directory, read_directory
from gongkai.wings.disclosure.catalogue.renaming import Match, matches
from gongkai.wings.disclosure.catalogue.services import (
    KEEPERS,
    facts_of,
    new_row,
    note,
    require,
    set_retired,
    tell_the_press,
    write_facts,
)


@dataclass(slots=True)
class Difference:
    """One row the plan would touch. ``changes``: column → from what to what."""

    entry: CatalogueEntry
    facts: Facts | None = None
    changes: dict[str, list[Any]] = field(default_factory=dict)
    restored: bool = False
    renamed: bool = False
    """It stood under other titles so far."""

    @property
    def labelled(self) -> list[tuple[str, str, str]]:
        """Each change under the heading of its column, in the words of the form."""
        return [
            (column_label(name), value_text(name, old), value_text(name, new))
            for name, (old, new) in self.changes.items()
        ]


@dataclass(slots=True)
class Plan:
    """What a file would do. With faults it does nothing."""

    read: int = 0
    added: list[CatalogueEntry] = field(default_factory=list)
    amended: list[Difference] = field(default_factory=list)
    retired: list[CatalogueEntry] = field(default_factory=list)
    matches: list[Match] = field(default_factory=list)
    """Rows to be retired that rows to be added may be the same promise as; those followed are among ``amended``."""
    unchanged: int = 0
    faults: list[CellFault] = field(default_factory=list)
    notes: list[CellFault] = field(default_factory=list)
    ignored: list[tuple[str, int, str]] = field(default_factory=list)
    unknown_headings: list[str] = field(default_factory=list)
    unread_limits: int = 0
    carried: int = 0
    applied: bool = False

    @property
    def changes_anything(self) -> bool:
        return bool(self.added or self.amended or self.retired)

    @property
    def renamed(self) -> list[Difference]:
        return [each for each in self.amended if each.renamed]

    @property
    def refused(self) -> int:
        return len({(fault.sheet, fault.row) for fault in self.faults})

    def as_json(self) -> dict[str, Any]:
        return {
            "read": self.read,
            "added": len(self.added),
            "amended": [
                {
                    "row": each.entry.path,
                    "changes": each.changes,
                    "restored": each.restored,
                    "renamed": each.renamed,
                }
                for each in self.amended
            ],
            "retired": [entry.path for entry in self.retired],
            "perhaps_renamed": [
                {
                    "id": each.old.pk,
                    "from": each.old.path,
                    "to": each.new.path,
                    "likeness": round(each.score, 2),
                }
                for each in self.matches
            ],
            "unchanged": self.unchanged,
            "applied": self.applied,
            "refused": self.refused,
            "unread_limits": self.unread_limits,
            "carried_from_above": self.carried,
            "faults": [fault.as_json() for fault in self.faults],
            "notes": [fault.as_json() for fault in self.notes],
            "ignored": [{"sheet": sheet, "row": row, "text": text} for sheet, row, text in self.ignored],
            "unknown_headings": self.unknown_headings,
        }


def import_catalogue(
    *,
    path: Path,
    today: dt.date,
    user: User | None = None,
    organ: Organ | None = None,
    field: str = "",
    edition: str = "",
    valid_from: dt.date | None = None,
    keep_absent: bool = False,
    check_only: bool = False,
    renames: Collection[int] = (),
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Plan:
    """Read a directory and carry it out, unless it has faults or is only to be checked.

    ``organ`` is the duty holder of rows whose own is not in the register; ``field`` stands in where none is named;
    ``valid_from`` is the day new rows hold from; ``keep_absent`` retires nothing; ``renames`` are numbers of rows that are
    not retired but go on, with what fulfils them, under the titles the plan matched them with. Raises ``FileUnreadable``
    for a file that is no directory.
    """
    directory = read_directory(path)
    with transaction.atomic():
        plan, organs = _planned(
            directory,
            user=user,
            default=organ,
            field=field,
            edition=edition,
            today=today,
            keep_absent=keep_absent,
            valid_from=valid_from,
        )
        _follow(plan, renames)
        if plan.faults or check_only or not plan.changes_anything:
            return plan
        _carry_out(plan, organs, user=user, today=today, progress=progress)
    plan.applied = True
    return plan


def _planned(
    directory: Directory,
    *,
    user: User | None,
    default: Organ | None,
    field: str,
    edition: str,
    today: dt.date,
    keep_absent: bool,
    valid_from: dt.date | None,
) -> tuple[Plan, list[Organ]]:
    holders = DutyHolders(list(Organ.objects.current(today)), default)
    plan = Plan(
        read=len(directory.rows),
        ignored=directory.ignored,
        unknown_headings=directory.unknown,
        carried=sum(bool(row.carried) for row in directory.rows),
    )
    rows = [judge(row, holders, field=field) for row in directory.rows]
    for each in rows:
        for fault in each.faults:
            (plan.faults if fault.grave else plan.notes).append(fault)
    good = [each for each in rows if each.is_good]
    organs = list({each.organ.pk: each.organ for each in good if each.organ}.values())
    plan.faults += _not_allowed(good, organs, user)
    plan.notes += _repeated(good)
    plan.unread_limits = sum(fault.value != "" and fault.field == "公开时限" for fault in plan.notes)
    _compare(plan, good, organs, edition=edition, valid_from=valid_from, keep_absent=keep_absent)
    return plan, organs


def _repeated(good: Sequence[Judged]) -> list[CellFault]:
    """Rows that say word for word what another says: two promises of the same thing, or a slip when copying. Rows of the
    same titles with other content are common and no fault."""
    found: list[CellFault] = []
    first: dict[tuple[int, Facts], Judged] = {}
    for each in good:
        assert each.facts is not None and each.organ is not None
        earlier = first.setdefault((each.organ.pk, each.facts), each)
        if earlier is not each:
            place = {"sheet": earlier.row.sheet, "row": earlier.row.number}
            found.append(
                CellFault(
                    row=each.row.number,
                    field="一级事项",
                    value=" / ".join(filter(None, (each.facts.level1, each.facts.level2, each.facts.level3))),
                    rule=_("The same row stands in %(sheet)s, row %(row)d, already") % place,
                    mend=_("Both are taken in. Leave one out, or say in it what differs"),
                    sheet=each.row.sheet,
                    column=each.row.letters.get("level1", ""),
                )
            )
    return found


def _not_allowed(good: Sequence[Judged], organs: Sequence[Organ], user: User | None) -> list[CellFault]:
    """A directory may name organs that somebody does not keep: said once for each, with the first row."""
    found = []
    for organ in organs:
        try:
            require(user, organ, KEEPERS)
        except CatalogueRefused as refusal:
            first = next(each for each in good if each.organ == organ)
            found.append(
                CellFault(
                    row=first.row.number,
                    field="公开主体",
                    value=organ.name,
                    rule=refusal.message,
                    mend=_("Have it taken in by that office."),
                    sheet=first.row.sheet,
                    column=first.row.letters.get("subject", ""),
                )
            )
    return found


def _compare(
    plan: Plan,
    good: Sequence[Judged],
    organs: Sequence[Organ],
    *,
    edition: str,
    valid_from: dt.date | None,
    keep_absent: bool,
) -> None:
    """What differs between the file and what is on record."""
    known = {
        (entry.organ_id, entry.identity): entry
        for entry in CatalogueEntry.objects.select_for_update(of=("self",))
        .select_related("organ")
        .filter(organ__in=organs)
    }
    met: Counter[tuple[int, str]] = Counter()
    present: set[tuple[int, str]] = set()
    spoken_for: set[tuple[int, str]] = set()
    for place, each in enumerate(good, start=1):
        assert each.facts is not None and each.organ is not None
        met[each.organ.pk, identity(each.facts)] += 1
        mark = identity(each.facts, met[each.organ.pk, identity(each.facts)])
        present.add((each.organ.pk, mark))
        spoken_for.add((each.organ.pk, each.facts.field))
        entry = known.get((each.organ.pk, mark))
        if entry is None:
            plan.added.append(
                new_row(each.organ, each.facts, mark, edition=edition, valid_from=valid_from, position=place)
            )
            continue
        # A row whose item somebody has put right keeps it, unless the file names one.
        facts = (
            each.facts
            if each.row.texts.get("item") or not entry.item
            else replace(each.facts, item=entry.item)
        )
        changes = write_facts(entry, facts)
        restored = entry.retired_on is not None
        if edition and entry.edition != edition:
            changes["edition"] = [entry.edition, edition]
            entry.edition = edition
        entry.position = place
        if restored:
            entry.retired_on, entry.retired_reason = None, ""
        if changes or restored:
            plan.amended.append(Difference(entry, facts, changes, restored))
        else:
            plan.unchanged += 1
    if not keep_absent:
        plan.retired = [
            entry
            for key, entry in known.items()
            if key not in present and entry.retired_on is None and (entry.organ_id, entry.field) in spoken_for
        ]


def _follow(plan: Plan, renames: Collection[int]) -> None:
    """Match what would be retired with what would be added; the matches somebody has decided on become changes of the old
    row, so that its bindings, days and history stay with it."""
    left = []
    for match in matches(plan.retired, plan.added):
        if match.old.pk not in renames:
            left.append(match)
            continue
        old, new = match.old, match.new
        facts = facts_of(new)
        changes = write_facts(old, replace(facts, item=old.item) if old.item else facts)
        old.identity, old.position, old.edition = new.identity, new.position, new.edition or old.edition
        plan.amended.append(Difference(old, facts, changes, renamed=True))
        plan.retired = [entry for entry in plan.retired if entry is not old]
        plan.added = [entry for entry in plan.added if entry is not new]
    plan.matches = left


def _carry_out(
    plan: Plan,
    organs: Sequence[Organ],
    *,
    user: User | None,
    today: dt.date,
    progress: Callable[[int, int], None],
) -> None:
    total = len(plan.added) + len(plan.amended) + len(plan.retired)
    done = 0

    def one_more() -> None:
        nonlocal done
        done += 1
        if done % 100 == 0 or done == total:
            progress(done, total)

    CatalogueEntry.objects.bulk_create(plan.added, batch_size=500)
    for entry in plan.added:
        note(user, entry, "catalogue.added", {"titles": entry.path, "edition": entry.edition})
        one_more()
    for difference in plan.amended:
        difference.entry.save()
        verb = (
            "catalogue.renamed"
            if difference.renamed
            else "catalogue.restored"
            if difference.restored
            else "catalogue.amended"
        )
        note(user, difference.entry, verb, {"changes": difference.changes})
        one_more()
    reason = _("No longer in the directory taken in on %s.") % today
    for entry in plan.retired:
        set_retired(entry, reason, today)
        entry.save(update_fields=["retired_on", "retired_reason"])
        note(user, entry, "catalogue.retired", {"reason": reason, "on": str(today)})
        one_more()
    begins = max((entry.valid_from for entry in plan.added if entry.valid_from), default=None)
    tell_the_press(organs, valid_from=begins)
