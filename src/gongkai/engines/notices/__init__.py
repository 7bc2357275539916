"""Messages to people: inbox, e-mail and SMS from one declared template, each delivery never lost and never twice.

Wings register templates when they start and call ``notify`` inside their own transaction; ``docs/notices.md`` says
what happens then. Importing this package needs no Django; what needs it is imported when first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from gongkai.engines.notices.wording import SMS_SAFE, Recipient, Template, TemplateFault, register, templates

if TYPE_CHECKING:
    from gongkai.engines.notices.reporting import ChannelCount, NoticesStatus, status
    from gongkai.engines.notices.sending import sweep, tidy
    from gongkai.engines.notices.services import (
        NoticeRefused,
        inbox,
        mark_read,
        notify,
        remind_once,
        retry,
        step_before,
    )
    from gongkai.engines.notices.worker import work

_LATER = {
    "ChannelCount": "reporting",
    "NoticeRefused": "services",
    "NoticesStatus": "reporting",
    "inbox": "services",
    "mark_read": "services",
    "notify": "services",
    "remind_once": "services",
    "retry": "services",
    "status": "reporting",
    "step_before": "services",
    "sweep": "sending",
    "tidy": "sending",
    "work": "worker",
}

__all__ = [
    "SMS_SAFE",
    "ChannelCount",
    "NoticeRefused",
    "NoticesStatus",
    "Recipient",
    "Template",
    "TemplateFault",
    "inbox",
    "mark_read",
    "notify",
    "register",
    "remind_once",
    "retry",
    "status",
    "step_before",
    "sweep",
    "templates",
    "tidy",
    "work",
]


def __getattr__(name: str) -> Any:
    """Import the working parts at first use: they need Django, declarations do not."""
    if name in _LATER:
        return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
