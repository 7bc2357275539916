"""How this installation reaches people: what the settings say, checked when it starts."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from gongkai.engines.notices.gateway import Gateway
from gongkai.engines.notices.rules import QuietHours, QuietHoursFault
from gongkai.engines.notices.states import Channel

_ZONE = ZoneInfo("Asia/Shanghai")


def sms_gateway() -> Gateway:
    """The gateway, one for the whole process, so that its connections are kept."""
    return _gateway(settings.GONGKAI_SMS_GATEWAY, settings.GONGKAI_SMS_URL, settings.GONGKAI_SMS_SECRET)


@lru_cache(maxsize=4)
def _gateway(name: str, url: str, secret: str) -> Gateway:
    return cast(Gateway, import_string(name)(url=url, secret=secret))


def is_open(channel: Channel) -> bool:
    """Whether anything can be sent this way; the inbox always can."""
    if channel is Channel.SMS:
        return bool(settings.GONGKAI_SMS_URL)
    if channel is Channel.EMAIL:
        return bool(settings.GONGKAI_EMAIL_URL)
    return True


def quiet_hours() -> QuietHours:
    return QuietHours.parse(settings.GONGKAI_QUIET_HOURS, _ZONE)


def give_up_after() -> dt.timedelta:
    return dt.timedelta(days=settings.GONGKAI_NOTICE_GIVE_UP_DAYS)


def keep_for() -> dt.timedelta:
    return dt.timedelta(days=settings.GONGKAI_NOTICE_KEEP_DAYS)


def check_configuration() -> None:
    """Raises ``ImproperlyConfigured`` when a setting will not do: better at the start than at the first notice."""
    try:
        quiet_hours()
    except QuietHoursFault as fault:
        raise ImproperlyConfigured(f"GONGKAI_QUIET_HOURS: {fault}") from fault
    for name in ("GONGKAI_NOTICE_GIVE_UP_DAYS", "GONGKAI_NOTICE_KEEP_DAYS"):
        if getattr(settings, name) < 1:
            raise ImproperlyConfigured(f"{name} is a number of days, at least 1")
    if is_open(Channel.SMS):
        sms_gateway()
