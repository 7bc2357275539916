"""A query code that was lost is issued anew by the desk, once it knows who asks; the old one is dead."""

from __future__ import annotations

import logging

import pytest
from django.core.exceptions import ValidationError

from gongkai.engines.casework.actors import HOUSE, Actor
from gongkai.engines.casework.errors import CaseRefused
from gongkai.engines.notices.models import Notice
from gongkai.foundation.accounts.models import Role
from gongkai.foundation.ledger.models import Entry
from gongkai.wings.disclosure.requests.services import (
    by_query_code,
    public_title,
    register,
    reissue_query_code,
)
from tests.factories import staff
from tests.factories_disclosure import D, Office, application, decide, do, office

pytestmark = pytest.mark.django_db


@pytest.fixture
def at() -> Office:
    return office()


def test_a_lost_code_is_issued_anew_and_the_old_one_is_dead(at: Office) -> None:
    made = register(
        organ=at.organ,
        application=application(),
        channel="desk",
        actor=Actor(user=at.registrar),
        submitted_on=D("2024-05-06"),
    )
    number, desk = made.request.case.number, Actor(user=at.registrar)
    code = reissue_query_code(request=made.request, checked="document", actor=desk, day=D("2024-05-07"))
    assert code != made.query_code
    assert by_query_code(number=number, code=made.query_code) is None
    assert by_query_code(number=number, code=code) == made.request
    entry = Entry.objects.get(verb="case.query_code")
    assert entry.actor == at.registrar.ledger_name
    told = Notice.objects.filter(template="request.code")
    kept = [
        str(entry.body),
        *(event.note for event in made.request.case.events.all()),
        *map(str, told.values()),
    ]
    assert told.exists() and not any(code in text for text in kept)


def test_only_the_desk_issues_codes_and_only_after_a_check(at: Office) -> None:
    made = register(
        organ=at.organ,
        application=application(),
        channel="desk",
        actor=Actor(user=at.registrar),
        submitted_on=D("2024-05-06"),
    )
    request, day = made.request, D("2024-05-07")
    others = [Actor(user=staff("", Role(role), at=at.organ)) for role in Role.values]
    strangers = [*others, HOUSE, Actor(party=request.case.applicant), Actor(user=office().registrar)]
    for actor in strangers:
        role = actor.roles_for(request.case) if actor.user else frozenset()
        if role & {"registrar", "disclosure_officer"}:
            continue
        with pytest.raises(CaseRefused) as refusal:
            reissue_query_code(request=request, checked="document", actor=actor, day=day)
        assert refusal.value.code == "role"
    with pytest.raises(ValidationError):
        reissue_query_code(request=request, checked="", actor=Actor(user=at.registrar), day=day)
    assert by_query_code(number=request.case.number, code=made.query_code) == request


def test_no_line_of_a_log_holds_a_number_or_a_code(at: Office, caplog: pytest.LogCaptureFixture) -> None:
    """From the desk to the service, with everything logged that can be but the database's own statements."""
    caplog.set_level(logging.DEBUG)
    logging.getLogger("django.db.backends").setLevel(logging.INFO)
    made = register(
        organ=at.organ,
        application=application(description="张三丰（360426199101010071，13800138000）的登记材料"),
        channel="desk",
        actor=Actor(user=at.registrar),
        submitted_on=D("2024-05-06"),
    )
    case = made.request.case
    with pytest.raises(ValidationError):
        register(
            organ=at.organ,
            application=application(identity_number="360426199101010072"),
            channel="desk",
            actor=Actor(user=at.registrar),
            submitted_on=D("2024-05-06"),
        )
    do(case, "accept", at.officer, "2024-05-06")
    decide(case, at, "granted", "2024-05-07")
    ledger = " ".join(str(entry.body) for entry in Entry.objects.all())
    for secret in ("360426199101010071", "360426199101010072", "13800138000", made.query_code, "张三丰"):
        assert secret not in caplog.text and secret not in ledger
    assert "360426199101010071" not in case.title and "360426199101010071" not in made.request.public_title


@pytest.mark.parametrize(
    ("title", "names", "shown"),
    [
        ("张三丰的低保审批表", ["张三丰"], "×××的低保审批表"),
        ("張三豐的低保审批表", ["张三丰"], "×××的低保审批表"),
        ("张 三丰、张三丰的低保审批表", ["张 三 丰"], "××××、×××的低保审批表"),
        ("李四代理张三丰申请", ["张三丰", "李四"], "××代理×××申请"),
        ("ＡＢＣ公司的合同", ["abc公司"], "×××××的合同"),
        ("一的合同", ["一"], "一的合同"),
    ],
)
def test_names_are_taken_out_of_public_titles_however_they_are_written(
    title: str, names: list[str], shown: str
) -> None:
    assert public_title(title, names) == shown
