"""The demo city's requests for information, each brought to where it stands by the acts real use takes."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.utils import timezone

from gongkai.engines.casework.actors import Actor
from gongkai.engines.casework.models import Case
from gongkai.engines.casework.services import act
from gongkai.foundation.accounts.models import User
from gongkai.foundation.organs.models import Organ
from gongkai.foundation.workdays import calendar
from gongkai.wings.disclosure.remedies.services import register_remedy
from gongkai.wings.disclosure.requests.services import Application, register

FILE = Path(__file__).parent / "city" / "requests.toml"
_IDENTITIES = {"natural": ("resident_id", "360426199101010071")}
_OTHERS = ("credit_code", "12441500196720244T")
_DECISION: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("pass_legal", "fazhi", {}),
    ("pass_secrecy", "baomi", {}),
    ("approve", "fuzeren", {}),
    ("serve", "gongkai", {"way": "online", "proof": "系统送达回执"}),
)


def bring_requests(progress: Callable[[str, int, int], None]) -> None:
    """Everything in the file, on working days counted back from today."""
    facts = tomllib.loads(FILE.read_text(encoding="utf-8"))["request"]
    for done, fact in enumerate(facts, start=1):
        _bring(fact)
        progress("requests", done, len(facts))


def workday_before(today: dt.date, days: int) -> dt.date:
    """The working day so many working days before ``today``."""
    day = today - dt.timedelta(days=days)
    while calendar().count(day, today).days < days or not calendar().is_workday(day):
        day -= dt.timedelta(days=1)
    return day


def _bring(fact: dict[str, Any]) -> None:
    today = timezone.localdate()
    received = workday_before(today, fact["ago"])
    identity, number = _IDENTITIES.get(fact["kind"], _OTHERS)
    case = register(
        organ=Organ.objects.get(code=fact["organ"]),
        application=Application(
            applicant_kind=fact["kind"],
            name=fact["name"],
            identity_kind=identity,
            identity_number=number,
            phone="0890-66770099",
            address="南溟市（演示地址）",
            description=fact["description"],
        ),
        channel=fact["channel"],
        actor=_actor("dengji") if fact["channel"] != "internet" else None,
        submitted_on=received,
        signed_on=received if fact["channel"] == "post_signed" else None,
    ).request.case
    for after, action, who, facts, *outcome in fact["steps"]:
        day = min(calendar().add(received, after).date if after else received, today)
        _step(case, action, who, day, dict(facts), *outcome)


def _step(case: Case, action: str, who: str, day: dt.date, facts: dict[str, Any], outcome: str = "") -> None:
    if action == "remedy":
        register_remedy(request=case, kind=facts["kind"], filed_on=day, actor=_actor(who))
        return
    if action == "decide":
        _act(case, "propose_decision", who, day, facts, outcome)
        for following, person, given in _DECISION:
            _act(case, following, person, day, given)
        return
    if action == "confirm":
        facts["confirmed_on"] = day.isoformat()
    if action == "accept":
        facts["handler"] = str(User.objects.get(username="chengban").pk)
    _act(case, action, who, day, facts, outcome)


def _act(case: Case, action: str, who: str, day: dt.date, facts: dict[str, Any], outcome: str = "") -> None:
    act(case=case, action=action, actor=_actor(who), day=day, facts=facts, outcome=outcome)


def _actor(username: str) -> Actor:
    return Actor(user=User.objects.get(username=username))
