"""Load the demo city into an empty installation, step by step, each step through the services real use goes through."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gongkai.demo.attachments import attachments_of, video_of
from gongkai.demo.catalogue import bring_catalogue
from gongkai.demo.desk import bring_desk
from gongkai.demo.redaction import bring_redaction
from gongkai.demo.reports import bring_reports, correct_reports
from gongkai.demo.requests import bring_requests
from gongkai.demo.year.walking import NotHere, bring_year
from gongkai.foundation.accounts.models import Role, User
from gongkai.foundation.accounts.services import assign_role, create_staff
from gongkai.foundation.organs.models import Level, Organ
from gongkai.foundation.organs.services import establish_organ
from gongkai.foundation.statutes import parse_subject
from gongkai.wings.disclosure.annual.models import AnnualReport
from gongkai.wings.publishing.documents.kinds import Attribute, Kind, LinkKind
from gongkai.wings.publishing.documents.models import Document, Series
from gongkai.wings.publishing.documents.services import (
    Migrated,
    create_draft,
    create_series,
    publish_revision,
    withdraw,
)
from gongkai.wings.publishing.documents.text import plain_text_to_html
from gongkai.wings.publishing.reviews import services as reviews
from gongkai.wings.publishing.sites.models import Column, Site
from gongkai.wings.publishing.sites.placing import place
from gongkai.wings.publishing.sites.services import add_column, create_site
from gongkai.wings.publishing.sites.topics import launch_topic

CITY = Path(__file__).parent / "city"
PASSWORD = "nanming-demo-2020"  # noqa: S105  # printed at every start; the demo city is never exposed
REVIEWERS = ("chushen", "fushen", "zhongshen")
SEED = 2020

_LINKS = {
    "interprets": LinkKind.INTERPRETS,
    "replaces": LinkKind.REPLACES,
    "repeals": LinkKind.REPEALS,
    "amends": LinkKind.AMENDS,
}

Progress = Callable[[str, int, int], None]
"""Called with what is being made, how many are done, and of how many."""


def is_loaded() -> bool:
    return Site.objects.filter(slug="city").exists()


def is_demo() -> bool:
    """Whether what is here is this invented city and nothing else, so that more of it may be added."""
    return (
        is_loaded()
        and User.objects.filter(username="chengban", full_name="许承办").exists()
        and set(Organ.objects.filter(parent=None).values_list("code", flat=True)) == {"nanming"}
    )


def load(
    progress: Progress = lambda what, done, total: None,
    *,
    scale: float = 0.0,
    seed: int = SEED,
    year: int | None = None,
) -> None:
    """Make the whole city; with ``scale`` also a year of seventy-eight organs, 1 being a whole city's.

    Refuses an installation that already holds sites or organs: real data is never mixed with it. The small city is one
    transaction, so stopped half way nothing of it is there; the year goes on where it stopped (``go_on``).
    """
    if Site.objects.exists() or Organ.objects.exists():
        raise NotHere(_("this installation already holds sites or organs; the demo city needs an empty one"))
    with transaction.atomic():
        city = City(progress)
        for step in (
            city.organs,
            city.staff,
            city.sites,
            city.documents,
            city.series,
            city.reviewed,
            city.drafts,
        ):
            step()
        bring_desk(progress)
        bring_catalogue(city.documents_by_id, progress)
        bring_requests(progress)
        bring_redaction()
        if not scale:
            bring_reports(progress)
    if scale:
        go_on(progress, scale=scale, seed=seed, year=year)


def go_on(
    progress: Progress = lambda what, done, total: None,
    *,
    scale: float,
    seed: int = SEED,
    year: int | None = None,
) -> None:
    """Make the year of a city that is there already, or finish one that was stopped. Reports that are out are corrected.

    ``year`` is the last one that is over, unless another before it is named. Raises ``NotHere``: real data is here,
    another seed began it, or the year is not over.
    """
    if not is_demo():
        raise NotHere(_("what is here is not the demo city; a year is never added to real data"))
    year = year or last_year()
    if year > last_year():
        raise NotHere(_("%d is not over; acts of a year lie behind us") % year)
    bring_year(year, scale, seed, progress)
    with transaction.atomic():
        if AnnualReport.objects.exists():
            for moved in range(year, last_year() + 1):  # what is carried over reaches the years after
                correct_reports(moved)
        else:
            bring_reports(progress)


def last_year() -> int:
    """The year that is over, whose reports are due."""
    return timezone.localdate().year - 1


class City:
    """The making of the city; holds what later steps need to look up."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.documents_by_id: dict[str, Document] = {}

    def organs(self) -> None:
        for done, fact in self._each("organs", "organ"):
            parent = fact.pop("parent", None)
            fact.setdefault("level", "city")
            establish_organ(
                actor="system",
                parent=Organ.objects.get(code=parent) if parent else None,
                level=Level(fact.pop("level")),
                organisation_code=fact.pop("organisation_code", "") or _organisation_code(done),
                kind=fact.pop("kind", "department"),
                **fact,
            )

    def staff(self) -> None:
        for _done, person in self._each("staff", "person"):
            user = create_staff(
                username=person["username"],
                full_name=person["name"],
                password=PASSWORD,
                superuser=person.get("operator", False),
                actor="system",
            )
            for role, organ in person["roles"]:
                assign_role(user=user, role=Role(role), organ=Organ.objects.get(code=organ), actor="system")

    def sites(self) -> None:
        manager = User.objects.get(username="zhandian")
        for _done, fact in self._each("sites", "site"):
            columns = fact.pop("column")
            organ = Organ.objects.get(code=fact.pop("organ"))
            site = create_site(user=manager, organ=organ, **fact)
            for column in columns:
                add_column(user=manager, site=site, parent=None, **column)
        launch_topic(
            template="epidemic",
            site=Site.objects.get(slug="city"),
            user=manager,
            at=_morning(date(2020, 1, 27)),
            close_on=date(2021, 6, 30),
            slug="yqfk",
        )

    def documents(self) -> None:
        for _done, fact in self._each("documents", "document"):
            with transaction.atomic():
                document = self._draft(fact)
                self.documents_by_id[fact["id"]] = document
                bring_in(document, fact["published_on"])
                if reason := fact.get("withdraw"):
                    withdraw(document=document, user=User.objects.get(username="zhandian"), reason=reason)

    def series(self) -> None:
        chance = random.Random(SEED)  # noqa: S311  # the same city every time, no secret
        for fact in _facts("series", "series"):
            series = create_series(
                name=fact["name"],
                slug=fact["slug"],
                organ=Organ.objects.get(code=fact["organ"]),
                every_days=fact["every_days"],
                user=User.objects.get(username="zhandian"),
            )
            for issue in range(1, fact["issues"] + 1):
                self._issue(series, fact, issue, chance)
                self.progress("series", issue, fact["issues"])

    def reviewed(self) -> None:
        """Texts of today: each through three reviews by three people, a policy together with its interpretation."""
        today = timezone.localdate()
        soon = today + timedelta(days=30)
        words = {"{year}": str(today.year), "{soon}": f"{soon.year}年{soon.month}月{soon.day}日"}
        for _done, fact in self._each("reviewed", "document"):
            for name in ("number", "body"):
                for mark, word in words.items():
                    if name in fact:
                        fact[name] = fact[name].replace(mark, word)
            fact["written_on"] = today - timedelta(days=3)
            if fact["kind"] == "normative":
                fact["effective_on"] = soon
                fact["expires_on"] = soon.replace(year=soon.year + 5, day=min(soon.day, 28))
            with transaction.atomic():
                document = self._draft(fact)
                self.documents_by_id[fact["id"]] = document
            self._review(document)

    def drafts(self) -> None:
        """Something for each desk to do: one text waiting at every step of the reviews."""
        author = User.objects.get(username="qicao")
        organ = Organ.objects.get(code="office")
        waiting = [
            ("关于元旦期间政务服务大厅开放时间的通告", 0),
            ("南溟市生活垃圾分类管理办法（征求意见稿）公开征求意见的公告", 1),
            ("南溟市城市公园管理规定", 2),
        ]
        for done, (title, approvals) in enumerate(waiting, start=1):
            document = create_draft(
                author=author,
                kind=Kind.NOTICE,
                title=title,
                issuer=organ,
                attribute=Attribute.PROACTIVE,
                written_on=timezone.localdate() - timedelta(days=2),
                summary=title,
                body=[
                    (
                        "html",
                        plain_text_to_html(f"{title}，现予公布，请各单位遵照执行。咨询电话：0890-66770012。"),
                    )
                ],
            )
            place(document=document, column=_column("city/tzgg"), user=author)
            reviews.submit(document=document, user=author)
            for reviewer in REVIEWERS[:approvals]:
                reviews.approve(document=document, user=User.objects.get(username=reviewer), comment="")
            self.progress("drafts", done, len(waiting))

    # -- Pieces ----------------------------------------------------------------------------------------

    def _each(self, file: str, key: str) -> Iterator[tuple[int, dict[str, Any]]]:
        facts = _facts(file, key)
        for done, fact in enumerate(facts, start=1):
            yield done, fact
            self.progress(file, done, len(facts))

    def _draft(self, fact: dict[str, Any]) -> Document:
        issuer = Organ.objects.get(code=fact["issuer"])
        author = User.objects.get(username="jiaoyu" if issuer.code == "jyj" else "qicao")
        links = [
            {"target": self.documents_by_id[fact[name]], "kind": kind}
            for name, kind in _LINKS.items()
            if name in fact
        ]
        document = create_draft(
            author=author,
            kind=Kind(fact["kind"]),
            title=fact["title"],
            issuer=issuer,
            document_number=fact.get("number", ""),
            subject=parse_subject(fact["subject"]).code if "subject" in fact else "",
            disclosure_item=fact.get("item", ""),
            attribute=Attribute.PROACTIVE,
            written_on=fact["written_on"],
            effective_on=fact.get("effective_on"),
            expires_on=fact.get("expires_on"),
            summary=fact.get("summary", ""),
            keywords=fact.get("keywords", ""),
            source=issuer.short_name,
            interpretation_form=fact.get("form", "text" if fact["kind"] == "interpretation" else ""),
            links=links,
            attachments=attachments_of(fact, actor=author.ledger_name),
            body=_body(fact, actor=author.ledger_name),
        )
        for address in fact["columns"]:
            place(document=document, column=_column(address), user=author)
        return document

    def _review(self, document: Document) -> None:
        assert document.created_by is not None
        reviews.submit(document=document, user=document.created_by)
        for reviewer in REVIEWERS:
            reviews.approve(document=document, user=User.objects.get(username=reviewer), comment="同意。")

    def _issue(self, series: Series, fact: dict[str, Any], issue: int, chance: random.Random) -> None:
        name, sentence = chance.choice(fact["themes"])
        text = sentence.format(
            village=chance.choice(fact["villages"]),
            product=chance.choice(fact["products"]),
            households=chance.randint(18, 260),
            money=chance.randint(12, 98) * 100,
        )
        day = fact["first_day"] + timedelta(days=10 * (issue - 1))
        author = User.objects.get(username="qicao")
        with transaction.atomic():
            document = create_draft(
                author=author,
                kind=Kind.BRIEF,
                title=fact["title"].format(issue=issue) + f"：{name}",
                issuer=series.organ,
                attribute=Attribute.PROACTIVE,
                written_on=day,
                summary=text,
                source=series.organ.short_name,
                series=series,
                issue_number=issue,
                body=[("html", plain_text_to_html(text))],
            )
            place(document=document, column=_column(fact["column"]), user=author)
            bring_in(document, day)


def _facts(file: str, key: str) -> list[dict[str, Any]]:
    facts: list[dict[str, Any]] = tomllib.loads((CITY / f"{file}.toml").read_text(encoding="utf-8"))[key]
    return facts


def _column(address: str) -> Column:
    """ "city/tzgg", or "epidemic/…" for a block of the epidemic topic."""
    site, path = address.split("/", 1)
    if site == "epidemic":
        site, path = "city", f"yqfk/{path}"
    return Column.objects.get(site__slug=site, path=path)


def _body(fact: dict[str, Any], *, actor: str) -> list[tuple[str, Any]]:
    body: list[tuple[str, Any]] = []
    if text := fact.get("body", "").strip():
        body.append(("html", plain_text_to_html(text)))
    for question, answer in fact.get("questions", ()):
        body.append(("question", {"question": question, "answer": f"<p>{answer}</p>"}))
    if video := fact.get("video"):
        body.append(("video", video_of(video, actor=actor)))
    if table := fact.get("table"):
        body.append(
            (
                "table",
                {
                    "table_caption": table["caption"],
                    "table_header_choice": "row",
                    "first_row_is_table_header": True,
                    "first_col_is_header": False,
                    "data": [table["head"], *table["rows"]],
                },
            )
        )
    return body


def bring_in(document: Document, day: date) -> None:
    """Put a text online that was public before this platform was, on the day it was published then."""
    publish_revision(
        revision=document.latest_revision,
        actor="system",
        authority=Migrated(origin="", reason="平台上线前已公开"),
        at=_morning(day),
    )


def _morning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(9, 30)))


def _organisation_code(number: int) -> str:
    """An invented organisation code with a right check character (GB 11714)."""
    body = f"{99000000 + number:08}"
    total = sum(int(digit) * weight for digit, weight in zip(body, (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    check = (11 - total % 11) % 11
    return f"{body}-{'X' if check == 10 else check}"
