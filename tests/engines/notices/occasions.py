"""Templates, people and notices for these tests."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from gongkai.engines.notices import Recipient, Template, notify
from gongkai.engines.notices.models import Delivery, Notice
from tests.engines.notices.notices_process import SECRET as SECRET

NOON = dt.datetime(2020, 4, 22, 4, 0, tzinfo=dt.UTC)  # 12:00 in Haikou
MIDNIGHT = dt.datetime(2020, 4, 22, 16, 0, tzinfo=dt.UTC)

ANSWERED = Template(
    code="test.answered",
    title="您的申请已答复",
    inbox="{name}，您好：您向{organ}提出的申请“{title}”（{number}）已答复。查询码：{code}。",
    email_subject="您的申请{number}已答复",
    email="{name}，您好：\n\n您提出的申请“{title}”已答复，请凭查询码{code}到{url}查看。",
    sms="【{organ}】您的申请{number}已答复，请凭查询码{code}查询：{url}",
)
OVERDUE = Template(
    code="test.overdue",
    title="还剩{days}天",
    inbox="{number}还剩{days}天",
    email_subject="{number}还剩{days}天",
    email="{number}还剩{days}天",
    sms="{number}还剩{days}天",
    urgent=True,
)
INBOX_ONLY = Template(
    code="test.inbox", title="已收到", inbox="{number}已收到", email_subject="", email="", sms=""
)
OCCASIONS = (ANSWERED, OVERDUE, INBOX_ONLY)

VALUES = {
    "organ": "海口市教育局",
    "title": "2020年学区划分方案",
    "number": "依申请〔2020〕17号",
    "code": "K7MQ-2XPA",
    "url": "https://example.test/c/K7MQ",
    "days": "3",
}


def person(number: int = 1, **facts: Any) -> Recipient:
    return Recipient(
        **{
            "party": f"party:{number}",
            "name": "林某",
            "email": f"lin{number}@example.test",
            "phone": f"138{number:08d}",
        }
        | facts
    )


def tell(
    recipient: Recipient | None = None,
    *,
    template: str = "test.answered",
    key: str = "",
    now: dt.datetime = NOON,
    **values: str,
) -> Notice:
    with transaction.atomic():
        return notify(
            template=template,
            recipient=recipient or person(),
            subject="case:1",
            values=VALUES | values,
            actor="user:1",
            key=key,
            now=now,
        )


def delivery(notice: Notice, channel: str) -> Delivery:
    return Delivery.objects.get(notice=notice, channel=channel)


def sms_only(number: int) -> Recipient:
    return person(number, email="")
