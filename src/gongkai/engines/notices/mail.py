"""E-mail. A mail server cannot be asked about a message, so each attempt carries the same Message-ID: whoever receives
a second copy, after an answer was lost, can tell that it is one."""

from __future__ import annotations

import smtplib
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import BadHeaderError, EmailMessage

from gongkai.engines.notices.states import Fault, Reply, Standing


def message_id(key: str) -> str:
    return f"<{key}@{urlsplit(settings.GONGKAI_BASE_URL).hostname or 'localhost'}>"


def send(*, key: str, address: str, heading: str, text: str) -> Reply:
    """Hand one message to the mail server. "Delivered" means that it has taken it: e-mail knows no other report."""
    message = EmailMessage(
        subject=heading,
        body=text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[address],
        headers={
            "Message-ID": message_id(key),
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
        },
    )
    try:
        message.send()
    except BadHeaderError:
        return Reply(standing=Standing.REFUSED, fault=Fault.ADDRESS)
    except smtplib.SMTPRecipientsRefused as error:
        return _judged(max(code for code, _words in error.recipients.values()), Fault.ADDRESS)
    except smtplib.SMTPAuthenticationError:
        return Reply(standing=Standing.BUSY, fault=Fault.CREDENTIALS)
    except smtplib.SMTPDataError as error:
        return _judged(error.smtp_code, Fault.REFUSED)
    except (smtplib.SMTPServerDisconnected, TimeoutError):
        return Reply(standing=Standing.UNSURE)
    except (
        smtplib.SMTPException,
        OSError,
    ):  # the sender refused, no connection, a server that wants something else
        return Reply(standing=Standing.BUSY)
    return Reply(standing=Standing.DELIVERED, message_id=message_id(key))


def _judged(code: int, fault: Fault) -> Reply:
    """RFC 5321: 5yz is for good, 4yz for now."""
    if code >= 500:
        return Reply(standing=Standing.REFUSED, fault=fault)
    return Reply(standing=Standing.BUSY)
