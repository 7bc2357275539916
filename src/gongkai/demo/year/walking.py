"""The plan carried out, act by act, through the services. What is there already is left alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import cache
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gongkai.demo.year import plan
from gongkai.demo.year.plan import PlannedDocument, table
from gongkai.demo.year.requests import PlannedRemedy, PlannedRequest, prefix, requests
from gongkai.engines.casework.actors import Actor
from gongkai.engines.casework.models import Case, Party
from gongkai.engines.casework.services import act
from gongkai.foundation.accounts.models import User
from gongkai.foundation.organs.models import Level, Organ
from gongkai.foundation.organs.services import establish_organ
from gongkai.wings.disclosure.catalogue import services as catalogue
from gongkai.wings.disclosure.catalogue import vocabulary
from gongkai.wings.disclosure.catalogue.facts import Facts
from gongkai.wings.disclosure.catalogue.models import CatalogueEntry
from gongkai.wings.disclosure.remedies.services import admit, record_result, register_remedy
from gongkai.wings.disclosure.requests.services import Application, register
from gongkai.wings.publishing.documents.kinds import Attribute, Kind
from gongkai.wings.publishing.documents.models import Document
from gongkai.wings.publishing.documents.services import create_draft
from gongkai.wings.publishing.documents.text import plain_text_to_html
from gongkai.wings.publishing.reviews import services as reviews
from gongkai.wings.publishing.sites.models import Column
from gongkai.wings.publishing.sites.placing import place

Progress = Callable[[str, int, int], None]
EDITION: Final = "年度示例"
_IDENTITIES: Final = {"natural": ("resident_id", "360426199101010071")}
_OTHERS: Final = ("credit_code", "12441500196720244T")
"""Test numbers: nobody's."""


class NotHere(RuntimeError):
    """The demo city, or this year of it, does not belong into this installation."""


def bring_organs(progress: Progress) -> None:
    planned = plan.organs()
    for done, each in enumerate(planned, start=1):
        if not Organ.objects.filter(code=each.code).exists():
            establish_organ(
                actor="system",
                code=each.code,
                name=each.name,
                short_name=each.short_name,
                parent=Organ.objects.get(code=each.parent),
                level=Level(each.level),
                kind=each.kind,
                document_mark=each.mark,
                disclosure_office="办公室",
                address=f"{each.name}办公楼（演示地址）",
                phone=f"0890-66{780000 + done}",
            )
        progress("year-organs", done, len(planned))


def bring_requests(year: int, scale: float, seed: int, progress: Progress) -> None:
    codes = sorted(asked_organs())
    planned = list(requests(codes, year, scale, seed, until=timezone.localdate()))
    there = dict(Party.objects.filter(email__startswith=prefix(year)).values_list("email", "name"))
    if any(each.email in there and there[each.email] != each.name for each in planned):
        raise NotHere(_("this city's year was made with another seed; go on with that one"))
    for done, each in enumerate(planned, start=1):
        if each.email not in there:
            with transaction.atomic():  # all of it or nothing: who stops here begins again with this one
                walk(each)
        progress("year-requests", done, len(planned))


def asked_organs() -> set[str]:
    """The organs people ask here: not the city government itself, whose office answers, nor the district that keeps its
    requests in another system and files its numbers."""
    return set(Organ.objects.exclude(code__in=("nanming", "xiqin")).values_list("code", flat=True))


def walk(each: PlannedRequest) -> Case:
    """One request through every act to where it stands."""
    identity, number = _IDENTITIES.get(each.kind, _OTHERS)
    case = register(
        organ=Organ.objects.get(code=each.organ),
        application=Application(
            applicant_kind=each.kind,
            name=each.name,
            identity_kind=identity,
            identity_number=number,
            phone="0890-66770099",
            email=each.email,
            address="南溟市（演示地址）",
            description=f"申请公开{each.matter}。",
        ),
        channel=each.channel,
        actor=_actor("dengji") if each.channel != "internet" else None,
        submitted_on=each.received,
        signed_on=each.received if each.channel == "post_signed" else None,
    ).request.case
    for step in each.acts:
        facts = dict(step.facts)
        if "handler" in facts:
            facts["handler"] = str(_user(facts["handler"]).pk)
        act(
            case=case,
            action=step.action,
            actor=_actor(step.who),
            day=step.day,
            facts=facts,
            outcome=step.outcome,
        )
    for remedy in each.remedies:
        _appeal(case, remedy)
    return case


def _appeal(request: Case, planned: PlannedRemedy) -> None:
    """Filed, admitted, answered, decided: as far as it has come."""
    actor = _actor("gongkai")
    case = register_remedy(request=request, kind=planned.kind, filed_on=planned.filed, actor=actor).case
    if planned.admitted is not None:
        admit(case=case, notice_on=planned.admitted, actor=actor)
    if planned.answered is not None:
        act(case=case, action="answer", actor=actor, day=planned.answered, facts={}, outcome="")
    if planned.closed is not None:
        record_result(case=case, result=planned.result, day=planned.closed, actor=actor)


@cache
def _user(username: str) -> User:
    return User.objects.get(username=username)


def forget_people() -> None:
    """Whoever was looked up belongs to another database."""
    _user.cache_clear()
    _column.cache_clear()


def _actor(username: str) -> Actor:
    return Actor(user=_user(username))


# -- Documents and the catalogue ---------------------------------------------------------------------------


def bring_documents(year: int, scale: float, seed: int, progress: Progress) -> None:
    """Each drafted, scanned, reviewed by three people and published on its day of the year."""
    organs = {organ.code: organ for organ in Organ.objects.exclude(code="nanming")}
    named = {code: organs[code].short_name or organs[code].name for code in sorted(organs)}
    planned = list(plan.documents(named, year, scale, seed))
    there = set(Document.objects.values_list("title", flat=True))
    for done, each in enumerate(planned, start=1):
        if each.title not in there:
            with transaction.atomic():
                publish(_draft(each, organs[each.organ]), each.day)
        progress("year-documents", done, len(planned))


def publish(document: Document, day: dt.date) -> None:
    """Three reviews by three people in the course of a morning; the last one publishes."""
    began = timezone.make_aware(dt.datetime.combine(day, dt.time(9)))
    reviews.submit(document=document, user=_user("qicao"), at=began)
    for at, reviewer in enumerate(("chushen", "fushen", "zhongshen"), start=1):
        moment = began + dt.timedelta(minutes=30 * at)
        reviews.approve(document=document, user=_user(reviewer), comment="同意。", at=moment)


def _draft(each: PlannedDocument, issuer: Organ) -> Document:
    author = _user("qicao")
    document = create_draft(
        author=author,
        kind=Kind(each.kind),
        title=each.title,
        issuer=issuer,
        document_number=each.number,
        subject="综合政务/政务公开" if each.number else "",
        attribute=Attribute.PROACTIVE,
        written_on=each.day,
        effective_on=each.day if each.number else None,
        summary=each.title,
        source=issuer.short_name or issuer.name,
        body=[("html", plain_text_to_html(f"{each.title}。现予公布，欢迎社会监督。"))],
    )
    place(document=document, column=_column(each.column), user=author)
    return document


@cache
def _column(slug: str) -> Column:
    return Column.objects.get(site__slug="city", path=slug)


def bring_catalogue(scale: float, progress: Progress) -> None:
    """Rows of every organ; two of three are bound to the column that fulfils them, one is a promise not kept."""
    facts = table()
    size = min(len(facts["words"]["rows"]), max(1, round(facts["rows_per_organ"] * min(scale, 1))))
    organs = list(Organ.objects.exclude(code="nanming").order_by("path"))
    there = set(CatalogueEntry.objects.filter(edition=EDITION).values_list("organ_id", flat=True).distinct())
    column = str(_column("tzgg").pk)
    for done, organ in enumerate(organs, start=1):
        if organ.pk not in there:
            with transaction.atomic():
                made = catalogue.add_entries(
                    organ=organ,
                    rows=[_row(row, organ) for row in facts["words"]["rows"][:size]],
                    edition=EDITION,
                )
                for at, entry in enumerate(made):
                    if at % 3:
                        catalogue.bind(entry=entry, kind="column", key=column)
        progress("year-catalogue", done, len(organs))


def _row(row: list[str], organ: Organ) -> Facts:
    field, level1, level2, limit, item = row
    levels, _strange = vocabulary.levels_in({"town": "乡级"}.get(organ.level, "县级"))
    audience, group = vocabulary.audience_in("全社会") or ("all", "")
    return Facts(
        field=field,
        level1=level1,
        level2=level2,
        content=level2,
        basis="《中华人民共和国政府信息公开条例》",
        limit_text=limit,
        channels=vocabulary.channels_in("■政府网站"),
        audience=audience,
        audience_group=group,
        mode=vocabulary.mode_in("主动"),
        levels=tuple(levels),
        item=item,
    )


def bring_year(year: int, scale: float, seed: int, progress: Progress) -> None:
    """The whole year. May be stopped at any time and called again."""
    bring_organs(progress)
    bring_documents(year, scale, seed, progress)
    bring_catalogue(scale, progress)
    bring_requests(year, scale, seed, progress)
