"""Reports on the library, and the verdict of the three synchronies at the desk."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from gongkai.foundation.accounts.models import Role, User
from gongkai.wings.publishing.documents.kinds import Attribute
from gongkai.wings.publishing.documents.models import Document
from gongkai.wings.publishing.reviews import services as reviews
from tests.factories_publishing import Desk, NormativeFactory, desk, draft_of, staff

pytestmark = pytest.mark.django_db

FORCED = "/workbench/forced/"
WITHHELD = "/workbench/reassessment/"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def people() -> Desk:
    return desk()


@pytest.fixture
def officer(people: Desk) -> User:
    return staff(people.organ, Role.DISCLOSURE_OFFICER)


@pytest.fixture
def forced(people: Desk) -> Document:
    document = draft_of(people, title="台风红色预警")
    reviews.force_publish(document=document, user=people.manager, reason="=须立即发布")
    return document


@pytest.fixture
def withheld(people: Desk) -> Document:
    document = draft_of(
        people,
        title="某项工作方案",
        attribute=Attribute.WITHHELD,
        attribute_reason="内部管理信息",
        attribute_provision="internal-affairs",
    )
    two_years_ago = timezone.now() - timedelta(days=730)
    Document.objects.filter(pk=document.pk).update(created_at=two_years_ago)
    return document


def test_a_forced_publication_is_listed_with_who_and_why(
    officer: User, forced: Document, people: Desk
) -> None:
    text = signed_in(officer).get(FORCED).content.decode()
    assert "台风红色预警" in text and str(people.manager) in text and "须立即发布" in text
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    assert "台风红色预警" not in signed_in(officer).get(FORCED, {"since": tomorrow}).content.decode()


def test_the_report_goes_out_as_a_table_that_runs_no_formula(officer: User, forced: Document) -> None:
    answer = signed_in(officer).get(FORCED, {"format": "csv", "since": "not a day"})
    heading, row = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert heading[1] == "标题" and row[1] == "台风红色预警" and row[5] == "'=须立即发布"


def test_others_organs_and_other_roles_see_none_of_it(
    forced: Document, withheld: Document, people: Desk
) -> None:
    stranger = desk()
    foreign = signed_in(staff(stranger.organ, Role.DISCLOSURE_OFFICER))
    for address, title in ((FORCED, "台风红色预警"), (WITHHELD, "某项工作方案")):
        assert title not in foreign.get(address).content.decode()
        assert title not in foreign.get(address, {"format": "csv"}).content.decode()
        assert signed_in(people.author).get(address).status_code in (302, 403)
    assert foreign.post(WITHHELD, {"document": withheld.pk, "act": "keep", "reason": "x"}).status_code == 404


def test_home_leads_to_a_report_only_when_there_is_something_in_it(people: Desk, officer: User) -> None:
    home = signed_in(officer)
    assert FORCED not in home.get("/workbench/").content.decode().split("<main", 1)[1]
    document = draft_of(people)
    reviews.force_publish(document=document, user=people.manager, reason="紧急")
    assert FORCED in home.get("/workbench/").content.decode().split("<main", 1)[1]


def test_a_withheld_text_is_due_after_a_year_and_its_ground_confirmed_with_a_reason(
    officer: User, withheld: Document
) -> None:
    client = signed_in(officer)
    assert "某项工作方案" in client.get(WITHHELD).content.decode()
    rows = list(csv.reader(io.StringIO(client.get(WITHHELD, {"format": "csv"}).content.decode("utf-8-sig"))))
    assert rows[1][0] == "某项工作方案" and rows[1][4] == "内部管理信息"
    client.post(WITHHELD, {"document": withheld.pk, "act": "keep", "reason": " "})
    assert "某项工作方案" in client.get(WITHHELD).content.decode()
    client.post(WITHHELD, {"document": withheld.pk, "act": "keep", "reason": "仍属内部管理信息"})
    assert "目前没有需要评估的信息" in client.get(WITHHELD).content.decode()


def test_a_ground_that_has_fallen_away_opens_the_text(officer: User, withheld: Document) -> None:
    client = signed_in(officer)
    client.post(WITHHELD, {"document": withheld.pk, "act": "open", "decided_on": "someday"})
    assert Document.objects.get(pk=withheld.pk).reassessed_on is None
    today = timezone.localdate()
    client.post(WITHHELD, {"document": withheld.pk, "act": "open", "decided_on": today.isoformat()})
    withheld.refresh_from_db()
    draft = withheld.get_latest_revision_as_object()
    assert (draft.attribute, draft.disclosure_decided_on) == (Attribute.PROACTIVE, today)


@pytest.mark.parametrize("number", ["", "0", "-1", "a", "9" * 30])
def test_numbers_that_are_none_are_not_found(officer: User, number: str) -> None:
    assert signed_in(officer).post(WITHHELD, {"document": number, "act": "keep"}).status_code == 404


def test_the_desk_of_an_official_document_tells_each_synchrony(people: Desk) -> None:
    document = NormativeFactory(issuer=people.organ, author=people.author)
    client = signed_in(people.author)
    text = client.get(f"/workbench/library/{document.pk}/").content.decode()
    assert "尚无解读材料" in text
    assert text.count("尚未到期") == 4
    for line in ("同步组织", "同步审签", "同步部署"):
        assert line in text
    assert "依据待核实" in text  # the three days are local practice
    notice = draft_of(people)
    assert "尚无解读材料" not in client.get(f"/workbench/library/{notice.pk}/").content.decode()
