"""An office for disclosure on request, its people and requests, made through the services real use goes through."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gongkai.engines.casework.actors import Actor
from gongkai.engines.casework.models import Case, Event
from gongkai.engines.casework.services import act
from gongkai.foundation.accounts.models import Role, User
from gongkai.foundation.organs.models import Organ
from gongkai.wings.disclosure.requests.models import Request
from gongkai.wings.disclosure.requests.services import Application, register
from tests.factories import organ, staff
from tests.remembered import remembered

D = dt.date.fromisoformat
GIVEN = {
    "reasons": "理由",
    "information": "所附文件",
    "withheld": "第三方信息",
    "searched": "档案室，检索词：预算",
}
GIVEN |= {
    "responsible_organ": "测试市财政局",
    "organ_contact": "0898-12345678",
    "earlier_number": "测府公开〔2020〕1号",
}
GIVEN |= {"channel_hint": "请向信访部门反映", "legal_basis": "《中华人民共和国统计法》第二十五条"}
"""Every fact a decision can ask for."""


@dataclass(frozen=True)
class Office:
    """One organ with one person in each role of disclosure on request."""

    organ: Organ
    registrar: User
    handler: User
    officer: User
    head: User
    legal: User
    secrecy: User
    archivist: User
    auditor: User

    def as_role(self, role: str) -> Actor:
        return Actor(
            user=getattr(self, {"disclosure_officer": "officer", "disclosure_head": "head"}.get(role, role))
        )


@remembered
def office(**facts: Any) -> Office:
    at = organ(**facts)

    def person(role: Role) -> User:
        return staff("", role, at=at)

    return Office(
        organ=at,
        registrar=person(Role.REGISTRAR),
        handler=person(Role.HANDLER),
        officer=person(Role.DISCLOSURE_OFFICER),
        head=person(Role.DISCLOSURE_HEAD),
        legal=person(Role.LEGAL_REVIEWER),
        secrecy=person(Role.SECRECY_OFFICER),
        archivist=person(Role.ARCHIVIST),
        auditor=person(Role.AUDITOR),
    )


def application(**facts: Any) -> Application:
    """A natural person's, with the public library's test number."""
    given = {
        "applicant_kind": "natural",
        "name": "张三丰",
        "identity_number": "360426199101010071",
        "phone": "13800138000",
        "email": "zhang@example.cn",
        "address": "测试市测试路1号",
        "description": "2019年本机关“三公”经费支出情况",
    }
    return Application(**(given | facts))


def request(at: Office, received: str = "2020-04-20", channel: str = "desk", **facts: Any) -> Request:
    """A request that came in over the counter."""
    days = {key: facts.pop(key) for key in ("signed_on", "confirmed_on") if key in facts}
    return register(
        organ=at.organ,
        application=application(**facts),
        channel=channel,
        actor=Actor(user=at.registrar),
        submitted_on=D(received),
        **days,
    ).request


def do(case: Case, action: str, who: User | Actor, day: str, outcome: str = "", **facts: Any) -> Event:
    actor = who if isinstance(who, Actor) else Actor(user=who)
    return act(case=case, action=action, actor=actor, day=D(day), facts=facts, outcome=outcome)


def accepted(at: Office, received: str = "2020-04-20", **facts: Any) -> Case:
    case = request(at, received, **facts).case
    do(case, "accept", at.officer, received)
    return case


def decide(
    case: Case, at: Office, outcome: str, day: str, facts: Mapping[str, Any] = GIVEN, way: str = "online"
) -> Case:
    """From handling to the end: proposed, reviewed twice, approved, served."""
    do(case, "propose_decision", at.handler, day, outcome, **facts)
    do(case, "pass_legal", at.legal, day)
    do(case, "pass_secrecy", at.secrecy, day)
    do(case, "approve", at.head, day)
    do(case, "serve", at.officer, day, way=way, proof="收据 1")
    return case
