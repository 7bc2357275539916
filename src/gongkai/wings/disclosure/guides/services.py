"""Confirming what a guide says, and reminding those who have not."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongkai.engines import press
from gongkai.engines.notices import Template, remind_once
from gongkai.foundation.accounts.models import Assignment, Role, User
from gongkai.foundation.ledger.models import Entry
from gongkai.foundation.ledger.services import append
from gongkai.foundation.organs.models import Level, Organ
from gongkai.wings.disclosure.guides import rules
from gongkai.wings.disclosure.guides.comparing import TextFault, differences
from gongkai.wings.disclosure.guides.models import GuideReview
from gongkai.wings.disclosure.guides.texts import GuideText, texts_of

KEEPERS: Final = (Role.DISCLOSURE_OFFICER, Role.DISCLOSURE_HEAD)

TEMPLATES: Final = (
    Template(
        code="guides.due",
        title=gettext_lazy("The guide of {organ} is to be looked through"),
        inbox=gettext_lazy(
            "What the disclosure guide of {organ} says was last confirmed on {last}. Look through it by {due}."
        ),
        email_subject=gettext_lazy("The guide of {organ} is to be looked through"),
        email=gettext_lazy(
            "What the disclosure guide of {organ} says was last confirmed on {last}. Look through it by {due}."
        ),
        sms="",
    ),
)


class GuideRefused(PermissionDenied):
    """An act is not allowed. Codes: role, faults (``reasons`` names them all)."""

    def __init__(self, code: str, message: str, reasons: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.reasons = list(reasons)


@dataclass(frozen=True, slots=True)
class WrongText:
    """A guide written by hand that says something otherwise than the register."""

    text: GuideText
    faults: tuple[TextFault, ...]


@dataclass(frozen=True, slots=True)
class GuideStanding:
    """One organ's guide: what is wrong with it, when it was last confirmed and by when it is to be again; and which texts
    contradict it."""

    organ: Organ
    faults: tuple[rules.RegisterFault, ...]
    confirmed_on: dt.date | None
    due_on: dt.date
    wrong_texts: tuple[WrongText, ...] = ()

    @property
    def is_faulty(self) -> bool:
        return bool(self.faults or self.wrong_texts)


def entry_of(organ: Organ) -> dict[str, str]:
    return {name: str(getattr(organ, name) or "") for name, _required in rules.facts()}


def standings(rows: Iterable[Organ], today: dt.date) -> list[GuideStanding]:
    """The guides of organs that exist, of the city itself, with the texts that contradict them; few queries."""
    organs = list(rows)
    wrong = _wrong_texts(organs)
    return [
        replace(standing, wrong_texts=tuple(wrong.get(standing.organ.pk, ())))
        for standing in confirmed(organs, today)
    ]


def confirmed(organs: Sequence[Organ], today: dt.date) -> list[GuideStanding]:
    """The same without a look at the library."""
    known = dict(GuideReview.objects.filter(organ__in=organs).values_list("organ_id", "confirmed_on"))
    return [
        GuideStanding(
            organ,
            rules.register_faults(entry_of(organ)),
            known.get(organ.pk),
            rules.due_on(known.get(organ.pk), today),
        )
        for organ in organs
        if organ.level != Level.OUTSIDE and (organ.abolished_on is None or organ.abolished_on > today)
    ]


def _wrong_texts(organs: Collection[Organ]) -> dict[int, list[WrongText]]:
    """Guides written by hand that contradict the register, by organ."""
    entries = {organ.pk: entry_of(organ) for organ in organs}
    found: dict[int, list[WrongText]] = {}
    for text in texts_of(list(entries)):
        if faults := differences(entries[text.organ_id], text.text):
            found.setdefault(text.organ_id, []).append(WrongText(text, faults))
    return found


def text_fault_text(organ: Organ, fault: TextFault) -> str:
    """What the text says, and what the register does, with the name of the field people know it by."""
    return _("%(field)s: the text says “%(said)s”, the register “%(registered)s”") % {
        "field": _label(fault.field),
        "said": fault.said,
        "registered": fault.registered,
    }


@dataclass(frozen=True, slots=True)
class Confirmation:
    """That an organ has looked through its entry: the day, and who said so, as the ledger names them."""

    on: dt.date
    by: str


def confirmations(organs: Iterable[Organ]) -> dict[str, list[Confirmation]]:
    """Every confirmation of the register's entries, by code of the organ, the newest first; one query."""
    subjects = [f"organ:{organ.code}" for organ in organs]
    found: dict[str, list[Confirmation]] = {}
    entries = Entry.objects.filter(verb="guides.confirm", subject__in=subjects).order_by("-id")
    for organ, body, actor in entries.values_list("organ", "body", "actor"):
        on = dt.date.fromisoformat(json.loads(body)["on"])
        found.setdefault(organ, []).append(Confirmation(on, actor))
    return found


def _label(field: str) -> str:
    return str(Organ._meta.get_field(field).verbose_name)  # type: ignore[union-attr]


def fault_text(organ: Organ, fault: rules.RegisterFault) -> str:
    """The fault with the name of the field people know it by."""
    return _("%(field)s: %(problem)s") % {"field": _label(fault.field), "problem": fault.message}


def confirm(*, organ: Organ, user: User, on: dt.date) -> GuideReview:
    """The organ has looked through its entry and it is right. Raises ``GuideRefused``: role, faults."""
    if not (user.is_superuser or any(user.has_role(role, organ) for role in KEEPERS)):
        raise GuideRefused("role", _("Only the disclosure office of the organ can do this."))
    with transaction.atomic():
        row = Organ.objects.select_for_update().get(pk=organ.pk)
        if faults := rules.register_faults(entry_of(row)):
            raise GuideRefused(
                "faults",
                _("Put right first what the register says wrongly:"),
                [fault_text(row, fault) for fault in faults],
            )
        review, _created = GuideReview.objects.update_or_create(
            organ=row, defaults={"confirmed_on": on, "confirmed_by": user}
        )
        append(
            stream=f"guides:{row.code}",
            verb="guides.confirm",
            actor=user.ledger_name,
            organ=row.code,
            subject=f"organ:{row.code}",
            body={"on": on.isoformat()},
        )
        press.changed(f"organ:{row.code}", lane="bulk")
    return review


def remind(today: dt.date) -> int:
    """Tell the disclosure office of each organ whose guide was confirmed once and is due again; once per due day."""
    told = 0
    soon = today + dt.timedelta(days=rules.remind_days())
    reviews = GuideReview.objects.select_related("organ").filter(organ__abolished_on=None)
    holders = list(
        Assignment.objects.current(today)
        .filter(role=Role.DISCLOSURE_OFFICER, user__is_active=True)
        .select_related("user", "organ")
    )
    for review in reviews:
        due = rules.due_on(review.confirmed_on, today)
        if due > soon:
            continue
        with transaction.atomic():
            told += sum(
                _tell(review, due, holder.user)
                for holder in holders
                if review.organ.path.startswith(holder.organ.path)
            )
    return told


def _tell(review: GuideReview, due: dt.date, user: User) -> bool:
    return remind_once(
        user,
        template="guides.due",
        subject=f"organ:{review.organ.code}",
        values={"organ": review.organ.name, "last": str(review.confirmed_on), "due": str(due)},
        key=f"guide:{review.organ.code}:{due}:{user.pk}",
    )
