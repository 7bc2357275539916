"""What the press makes change by change is what a full build would make: no page is forgotten, none stays."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from gongkai.engines import press
from gongkai.foundation.accounts.models import Role
from gongkai.foundation.files.services import store
from gongkai.foundation.ledger.heads import sign_heads
from gongkai.foundation.organs.services import amend_organ
from gongkai.wings.publishing.documents.kinds import Kind, LinkKind
from gongkai.wings.publishing.documents.models import Document
from gongkai.wings.publishing.documents.services import create_series, withdraw
from gongkai.wings.publishing.sites.frame import today
from gongkai.wings.publishing.sites.models import Column, ColumnType, Placement, Topic
from gongkai.wings.publishing.sites.services import (
    SiteRefused,
    add_column,
    amend_column,
    amend_site,
    close_column,
    close_site,
    close_topic,
    create_site,
    launch_topic,
    move_column,
    pin,
    place,
    unpin,
    unplace,
)
from tests.factories_publishing import OrganFactory, staff

from .conftest import SHANGHAI, Town

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def drain() -> None:
    while press.drain().changes:
        pass


def published(settings: object) -> Path:
    root: Path = settings.GONGKAI_PUBLISHED  # type: ignore[attr-defined]
    return root / "current" / "sites"


class Acts:
    """Things that happen to a town's sites, chosen by chance."""

    def __init__(self, town: Town, chance: random.Random) -> None:
        self.town = town
        self.chance = chance
        self.series = create_series(user=town.manager, organ=town.government, name="简报", slug="jb")
        self.file = store(content=PDF, name="表.pdf", actor="system")
        self.moment = datetime(2020, 1, 1, 9, tzinfo=SHANGHAI)
        self.count = 0

    def column(self) -> Column:
        return self.chance.choice(
            list(Column.objects.exclude(block__in=("proactive", "request")).order_by("id"))
        )

    def ordinary_column(self) -> Column:
        return self.chance.choice(list(Column.objects.exclude(type=ColumnType.STATUTORY).order_by("id")))

    def document(self) -> Document:
        return self.chance.choice(list(Document.objects.public().order_by("id")))

    def publish(self) -> None:
        self.count += 1
        self.moment += timedelta(days=self.chance.randint(-20, 30))
        facts = self.chance.choice(
            [
                {"kind": Kind.NEWS},
                {"kind": Kind.BRIEF, "series": self.series, "issue_number": 2 * self.count},
                {"kind": Kind.RUMOUR, "summary": "不实。"},
                {"kind": Kind.PLAN, "disclosure_item": "3"},
                {"kind": Kind.NEWS, "attachments": [{"file": self.file, "title": "表"}]},
                {
                    "kind": Kind.NORMATIVE,
                    "document_number": f"南府〔2020〕{self.count}号",
                    "subject": "综合政务",
                    "links": [
                        {"target": target, "kind": LinkKind.AMENDS}
                        for target in Document.objects.public().filter(kind=Kind.NORMATIVE)[:1]
                    ],
                },
            ]
        )
        columns = {self.column() for _ in range(self.chance.randint(1, 3))}
        open_columns = [column for column in columns if column.closed_on is None]
        self.town.public(*open_columns, at=min(self.moment, datetime.now(SHANGHAI)), **facts)

    def withdraw(self) -> None:
        withdraw(document=self.document(), user=self.town.final_reviewer, reason="有误")

    def place(self) -> None:
        place(document=self.document(), column=self.column(), user=self.town.manager)

    def move_entry(self) -> None:
        placement = self.chance.choice(list(Placement.objects.order_by("id")))
        act = self.chance.choice([unplace, pin, unpin])
        act(document=placement.document, column=placement.column, user=self.town.manager)

    def open_column(self) -> None:
        self.count += 1
        parent = self.chance.choice([None, self.ordinary_column()])
        site = parent.site if parent else self.town.site
        add_column(
            site=site,
            user=self.town.manager,
            name=f"栏目{self.count}",
            slug=f"c{self.count}",
            parent=parent,
            on_home=True,
        )

    def change_column(self) -> None:
        self.count += 1
        column = self.ordinary_column()
        act = self.chance.randint(0, 2)
        if act == 0:
            amend_column(
                column=column, user=self.town.manager, name=f"新名{self.count}", in_menu=self.count % 2 == 0
            )
        elif act == 1:
            move_column(column=column, user=self.town.manager, parent=None, slug=f"m{self.count}")
        else:
            close_column(column=column, user=self.town.manager, on=today())

    def topic(self) -> None:
        running = Topic.objects.filter(closed_at__isnull=True).first()
        if running:
            close_topic(topic=running, user=self.town.manager)
        else:
            launch_topic(site=self.town.site, user=self.town.manager, template="epidemic")

    def site(self) -> None:
        self.count += 1
        amend_site(
            site=self.town.bureau_site, user=self.town.manager, contact=f"电话{self.count}", colour="#2a6041"
        )

    def organ(self) -> None:
        self.count += 1
        amend_organ(organ=self.town.government, actor="system", phone=f"0890-{self.count}")

    def proof(self) -> None:
        self.count += 1
        sign_heads((datetime(2020, 1, 1, tzinfo=SHANGHAI) + timedelta(days=self.count)).date())

    def next(self) -> str:
        acts: list[tuple[Callable[[], None], int]] = [
            (self.publish, 10),
            (self.withdraw, 2),
            (self.place, 3),
            (self.move_entry, 3),
            (self.open_column, 2),
            (self.change_column, 3),
            (self.topic, 1),
            (self.site, 1),
            (self.organ, 1),
            (self.proof, 1),
        ]
        (act,) = self.chance.choices([act for act, _weight in acts], [weight for _act, weight in acts])
        try:
            act()
        except (SiteRefused, IndexError):
            return f"{act.__name__} (refused)"
        return act.__name__


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.once) for seed in (1, 2, 3))])
def test_after_any_acts_the_tree_is_what_a_full_build_would_be(town: Town, seed: int) -> None:
    acts = Acts(town, random.Random(seed))
    acts.publish()
    press.build()
    drain()
    history = []
    for _ in range(4):
        history += [acts.next() for _ in range(6)]
        drain()
        report = press.verify()
        assert report.ok, (history, report)


def test_withdrawal_takes_the_document_from_every_site(town: Town, settings: object) -> None:
    file = store(content=PDF, name="a.pdf", actor="system")
    document = town.public(
        town.news, town.bureau_news, title="误发的公告", attachments=[{"file": file, "title": "表"}]
    )
    press.build()
    address = f"doc/2020/{document.pk}"
    for site in ("city", "edu"):
        assert (published(settings) / site / address / "index.html.br").exists()
        assert list((published(settings) / site / "files").rglob("a.pdf"))
    withdraw(document=document, user=town.final_reviewer, reason="内容有误。")
    drain()
    for site in ("city", "edu"):
        folder = published(settings) / site
        for script in ("", "hant/"):
            left = {path.name for path in (folder / script / address).iterdir()}
            assert left == {"410.html", "410.html.br", "410.html.gz"}
        assert not (folder / "files").exists() or not list((folder / "files").rglob("a.pdf*"))
        for path in folder.rglob("*"):
            if path.is_file() and path.suffix not in (".br", ".gz") and path.name != "410.html":
                content = path.read_text(encoding="utf-8", errors="ignore")
                assert address not in content and "误发" not in content and "誤發" not in content, path
    assert press.verify().ok


def test_a_new_issue_appears_beside_its_neighbours(town: Town, settings: object) -> None:
    series = create_series(user=town.manager, organ=town.government, name="简报", slug="jb")
    issues = {
        number: town.public(
            town.news, kind=Kind.BRIEF, title=f"简报{number}", series=series, issue_number=number
        )
        for number in (1, 3)
    }
    press.build()
    second = town.public(town.news, kind=Kind.BRIEF, title="简报2", series=series, issue_number=2)
    drain()
    for number in (1, 3):
        page = published(settings) / "city" / f"doc/2020/{issues[number].pk}/index.html"
        assert f"/doc/2020/{second.pk}/" in page.read_text(encoding="utf-8")
    assert press.verify().ok


def test_a_site_opened_closed_and_opened_again_is_whole_each_time(town: Town, settings: object) -> None:
    """Its statutory column stands from the first minute, without anybody asking for a full build."""
    document = town.public(town.news, title="关于开通网站的通知")
    sign_heads(today() - timedelta(days=1))
    press.build()
    organ = OrganFactory()
    manager = staff(organ, Role.SITE_MANAGER)
    site = create_site(user=manager, slug="health", name="卫健委", organ=organ, host="health.localhost")
    column = add_column(site=site, user=manager, name="健康科普", slug="jkkp")
    drain()
    root = published(settings) / "health"
    assert (root / "zfxxgk" / "fdzdgknr" / "1" / "index.html").exists()
    assert press.verify().ok, press.verify()
    place(document=document, column=column, user=manager)
    drain()
    address = root / f"doc/{document.published_at:%Y}/{document.pk}/index.html"
    assert address.exists()
    close_site(site=site, user=manager, on=today())
    drain()
    assert not (root / "index.html").exists() and not address.exists()
    assert press.verify().ok, press.verify()
    close_site(site=site, user=manager, on=None)
    drain()
    assert (root / "zfxxgk" / "index.html").exists() and address.exists()
    assert press.verify().ok, press.verify()
