"""What happens at a desk besides the straight way: an emergency, a text sent back, a finding let stand, a text withheld."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, Final

from django.utils import timezone

from gongkai.foundation.accounts.models import User
from gongkai.foundation.organs.models import Organ
from gongkai.wings.publishing.documents.kinds import Attribute, Kind
from gongkai.wings.publishing.documents.models import Document
from gongkai.wings.publishing.documents.services import create_draft
from gongkai.wings.publishing.documents.text import plain_text_to_html
from gongkai.wings.publishing.reviews import services as reviews
from gongkai.wings.publishing.sites.models import Column
from gongkai.wings.publishing.sites.placing import place

_EMERGENCY: Final = (
    "市防汛防风防旱指挥部启动防风三级应急响应",
    "市防汛防风防旱指挥部决定启动防风三级应急响应。渔船全部回港，海上旅游项目停止，请市民减少外出。"
    "应急值班电话：0890-66770012。",
)
_SENT_BACK: Final = (
    "关于城区部分路段实行单向通行的通告",
    "为缓解交通拥堵，决定对城区部分路段实行单向通行，请过往车辆按标志行驶。",
)
_LET_STAND: Final = (
    "关于做好国家秘密载体销毁宣传工作的通知",
    "宣传材料中应当用图例说明什么是“机密★10年”标志，提醒公众拾到此类载体后及时上交。",
)
_WITHHELD: Final = (
    "关于市级应急储备粮库存布点的情况",
    "本件载明储备库点的具体位置和数量。",
)


def bring_desk(progress: Callable[[str, int, int], None]) -> None:
    steps = (_emergency, _sent_back, _let_stand, _withheld)
    for done, step in enumerate(steps, start=1):
        step()
        progress("desk", done, len(steps))


def _emergency() -> None:
    """Published by the final reviewer alone, with a reason that everybody sees."""
    reviews.force_publish(
        document=_draft(_EMERGENCY, issuer="office", column="tzgg"),
        user=_user("zhongshen"),
        reason="台风逼近，应急响应须立即公布，来不及经过三审。",
    )


def _sent_back() -> None:
    document = _draft(_SENT_BACK, issuer="office", column="tzgg")
    reviews.submit(document=document, user=_user("qicao"))
    reviews.request_changes(
        document=document, user=_user("chushen"), comment="请列明路段名称、起止路口和实施日期。"
    )


def _let_stand() -> None:
    """The scan blocks it; the second reviewer says why the words may stand. It waits for the final review."""
    document = _draft(_LET_STAND, issuer="office", column="tzgg")
    reviews.submit(document=document, user=_user("qicao"))
    reviews.approve(document=document, user=_user("chushen"), comment="")
    for finding in document.findings.blocking():
        reviews.overrule(finding=finding, user=_user("fushen"), reason="文中为宣传图例，并非本文密级标志。")
    reviews.approve(document=document, user=_user("fushen"), comment="扫描提示已核实。")


def _withheld() -> None:
    """Never routed to the public; it is looked at again from time to time (条例 Art. 18)."""
    _draft(
        _WITHHELD,
        issuer="office",
        attribute=Attribute.WITHHELD,
        attribute_reason="公开后可能危及公共安全和社会稳定。",
        attribute_provision="security-stability",
    )


def _draft(text: tuple[str, str], *, issuer: str, column: str = "", **facts: Any) -> Document:
    title, body = text
    author, organ = _user("qicao"), Organ.objects.get(code=issuer)
    document = create_draft(
        author=author,
        kind=Kind.NOTICE,
        title=title,
        issuer=organ,
        written_on=timezone.localdate() - dt.timedelta(days=1),
        summary=body,
        source=organ.short_name,
        body=[("html", plain_text_to_html(body))],
        **({"attribute": Attribute.PROACTIVE} | facts),
    )
    if column:
        place(document=document, column=Column.objects.get(site__slug="city", path=column), user=author)
    return document


def _user(username: str) -> User:
    return User.objects.get(username=username)
