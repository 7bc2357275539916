"""Reading what an action asks for: every value checked against the table, all faults together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from gongkai.engines.casework.declarations import Action, Fact, Outcome

LINE = 300
PARAGRAPH = 20_000


def read_facts(action: Action, given: Mapping[str, Any], outcome: Outcome | None = None) -> dict[str, Any]:
    """The facts of an act as JSON values. Raises ``ValidationError`` by field, for all fields together: also for those
    that the outcome chosen needs."""
    faults: dict[str, list[str]] = {}
    facts: dict[str, Any] = {}
    known = {fact.name: fact for fact in action.facts}
    for name in given:
        if name not in known:
            faults[name] = [_("This act does not ask for it.")]
    for name, fact in known.items():
        value = given.get(name)
        value = value.strip() if isinstance(value, str) else value
        if value is None or value == "" or value == []:
            if fact.required:
                faults[name] = [_("Please fill in: %s.") % fact.title]
            elif outcome is not None and name in outcome.needs:
                told = {"outcome": outcome.label, "fact": fact.title}
                faults[name] = [_("“%(outcome)s” also needs: %(fact)s.") % told]
            continue
        try:
            facts[name] = _READERS[fact.kind](fact, value)
        except _Unreadable as fault:
            faults[name] = [str(fault)]
    if faults:
        raise ValidationError(faults)
    return facts


class _Unreadable(ValueError):
    pass


def _text(fact: Fact, value: Any) -> str:
    most = fact.most or (PARAGRAPH if fact.kind == "paragraph" else LINE)
    text = str(value).replace("\r\n", "\n").replace("\r", "\n")
    if any(ord(sign) < 32 and sign not in "\n\t" for sign in text):
        raise _Unreadable(_("The text contains control characters."))
    if len(text) > most:
        raise _Unreadable(
            _("At most %(most)d characters; these are %(there)d.") % {"most": most, "there": len(text)}
        )
    return text


def _date(fact: Fact, value: Any) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()
    try:
        return dt.date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise _Unreadable(_("Write the day as 2020-04-22.")) from None


def _number(fact: Fact, value: Any) -> int:
    try:
        number = int(str(value))
    except ValueError:
        raise _Unreadable(_("Write a whole number.")) from None
    if (fact.least is not None and number < fact.least) or (fact.most is not None and number > fact.most):
        raise _Unreadable(
            _("A number from %(least)s to %(most)s, please.")
            % {"least": fact.least if fact.least is not None else "…", "most": fact.most or "…"}
        )
    return number


def _money(fact: Fact, value: Any) -> str:
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        raise _Unreadable(_("Write an amount such as 380.00.")) from None
    if not amount.is_finite() or amount < 0 or amount != round(amount, 2) or amount >= 10**10:
        raise _Unreadable(_("Write an amount such as 380.00."))
    return f"{amount:.2f}"


def _choice(fact: Fact, value: Any) -> str:
    if value not in dict(fact.choices):
        raise _Unreadable(_("Choose one of what is offered."))
    return str(value)


def _reference(fact: Fact, value: Any) -> Any:
    """A file or a member of staff, by number; several files as a list."""
    try:
        return [int(each) for each in value] if isinstance(value, list) else int(value)
    except (TypeError, ValueError):
        raise _Unreadable(_("Choose one of what is offered.")) from None


_READERS: Mapping[str, Callable[[Fact, Any], Any]] = {
    "text": _text,
    "paragraph": _text,
    "date": _date,
    "number": _number,
    "money": _money,
    "choice": _choice,
    "file": _reference,
    "staff": _reference,
}
