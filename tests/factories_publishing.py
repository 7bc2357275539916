"""Organs, staff and documents for tests, made through the same services as real use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import factory

from gongkai.foundation.accounts.models import Role, User
from gongkai.foundation.organs.models import Level, Organ
from gongkai.foundation.organs.services import establish_organ
from gongkai.wings.publishing.documents.kinds import Attribute, Kind
from gongkai.wings.publishing.documents.models import Document
from gongkai.wings.publishing.documents.services import create_draft
from gongkai.wings.publishing.reviews import services as reviews


class OrganFactory(factory.Factory):
    """An organ with a true organisation code (GB 11714)."""

    class Meta:
        model = Organ

    code = factory.Sequence(lambda n: f"organ-{n}")
    name = factory.Sequence(lambda n: f"南溟市第{n}局")
    short_name = factory.Sequence(lambda n: f"{n}局")
    level = Level.CITY
    organisation_code = factory.Sequence(lambda n: organisation_code(n))

    @classmethod
    def _create(cls, model_class: type[Organ], *args: Any, **facts: Any) -> Organ:
        return establish_organ(actor="system", **facts)


def organisation_code(number: int) -> str:
    body = f"{number + 10_000_000:08}"
    total = sum(int(digit) * weight for digit, weight in zip(body, (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    check = (11 - total % 11) % 11
    return f"{body}-{'X' if check == 10 else check}"


class StaffFactory(factory.django.DjangoModelFactory):
    """Somebody who may sign in; ``roles`` are held in ``organ``. Without a password: tests use ``force_login``."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"staff-{n}")
    full_name = factory.Sequence(lambda n: f"工作人员{n}")

    @factory.post_generation
    def roles(self, create: bool, extracted: tuple[Organ, list[Role]] | None, **kwargs: Any) -> None:
        from gongkai.foundation.accounts.services import assign_role

        if extracted is not None:
            organ, roles = extracted
            for role in roles:
                assign_role(user=self, role=role, organ=organ, actor="system")


def staff(organ: Organ, *roles: Role) -> User:
    user: User = StaffFactory(roles=(organ, list(roles)))
    return user


@dataclass(frozen=True)
class Desk:
    """The people of an organ who take a text to the public."""

    organ: Organ
    author: User
    first: User
    second: User
    third: User
    manager: User

    @property
    def reviewers(self) -> tuple[User, User, User]:
        return self.first, self.second, self.third


def desk(organ: Organ | None = None) -> Desk:
    organ = organ or OrganFactory()
    return Desk(
        organ=organ,
        author=staff(organ, Role.DRAFTER),
        first=staff(organ, Role.REVIEWER_1),
        second=staff(organ, Role.REVIEWER_2),
        third=staff(organ, Role.REVIEWER_3),
        manager=staff(organ, Role.SITE_MANAGER),
    )


class DocumentFactory(factory.Factory):
    """A draft ready to be submitted. ``author`` is a drafter of ``issuer``."""

    class Meta:
        model = Document

    kind = Kind.NOTICE
    title = factory.Sequence(lambda n: f"关于第{n}号事项的通告")
    issuer = factory.SubFactory(OrganFactory)
    author = factory.LazyAttribute(lambda document: staff(document.issuer, Role.DRAFTER))
    attribute = Attribute.PROACTIVE
    source = "南溟市人民政府办公室"
    written_on = date(2020, 4, 22)
    body = factory.LazyFunction(lambda: [("html", "<p>现将有关事项通告如下，请各单位遵照执行。</p>")])

    @classmethod
    def _create(cls, model_class: type[Document], *args: Any, **facts: Any) -> Document:
        return create_draft(**facts)


class NormativeFactory(DocumentFactory):
    """An official document with number, subject and validity (公文)."""

    kind = Kind.NORMATIVE
    title = factory.Sequence(lambda n: f"南溟市第{n}号管理办法")
    document_number = factory.Sequence(lambda n: f"南府〔2020〕{n + 1}号")
    subject = "综合政务/政务公开"
    effective_on = date(2020, 6, 1)


def draft_of(people: Desk, **facts: Any) -> Document:
    """A draft by the desk's author."""
    document: Document = DocumentFactory(issuer=people.organ, author=people.author, **facts)
    return document


def review_all(document: Document, people: Desk) -> Document:
    """Submit, and three approvals: the document is public."""
    reviews.submit(document=document, user=people.author)
    for reviewer in people.reviewers:
        reviews.approve(document=document, user=reviewer)
    return document


def published(people: Desk | None = None, **facts: Any) -> Document:
    """A document that went through its three reviews."""
    people = people or desk()
    return review_all(draft_of(people, **facts), people)
