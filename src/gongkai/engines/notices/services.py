"""Telling people something, their inbox, and starting a failed delivery again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from gongkai.engines.notices import channels, rules
from gongkai.engines.notices.models import Delivery, Notice, NoticeQuerySet
from gongkai.engines.notices.sending import BELL, write_position
from gongkai.engines.notices.states import Channel, Fault, State
from gongkai.engines.notices.wording import Recipient, Template, Texts, fill, template_of
from gongkai.foundation.accounts.models import User
from gongkai.foundation.doorbell import ring_on_commit
from gongkai.foundation.identifiers import IdentifierError, LandlinePhone, MobilePhone
from gongkai.foundation.ledger.services import append

LEDGER = "notices"
_LANGUAGE = "zh-hans"


class NoticeRefused(PermissionDenied):
    """Codes: party (another's notice), state (nothing to start again), cleared (address or text are gone)."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.reasons: list[str] = []


def notify(
    *,
    template: str,
    recipient: Recipient,
    subject: str,
    values: Mapping[str, str],
    actor: str,
    key: str = "",
    now: dt.datetime | None = None,
) -> Notice:
    """Tell one person something, by every way that is open and known of them; stands or falls with the caller's
    transaction.

    The same ``key`` gives the same notice again and nothing new. An address that cannot be used, or a text unfit for
    an SMS, is a failed delivery for staff to see, never a refusal of the act that led to the notice. Raises
    ``TemplateFault`` for an unknown template or a missing value.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("notify needs transaction.atomic")
    chosen = template_of(template)
    moment = now or timezone.now()
    with override(_LANGUAGE):
        texts = fill(chosen, values, name=recipient.name, script=recipient.script)
    facts = {
        "template": template,
        "party": recipient.party,
        "subject": subject,
        "title": texts.title[:400],
        "text": texts.inbox,
        "urgent": chosen.urgent,
        "actor": actor,
        "created_at": moment,
    }
    if key:
        notice, is_new = Notice.objects.get_or_create(key=key, defaults=facts)
        if not is_new:
            return notice
    else:
        notice = Notice.objects.create(**facts)
    rows = Delivery.objects.bulk_create(_deliveries(notice, chosen, texts, recipient, moment))
    if any(row.next_attempt_at for row in rows):
        ring_on_commit(BELL)
    return notice


def remind_once(user: User, *, template: str, subject: str, values: Mapping[str, str], key: str) -> bool:
    """Tell a member of staff, unless the notice of this key is out already; whether they were told now.

    Stands or falls with the caller's transaction.
    """
    if Notice.objects.filter(key=key).exists():
        return False
    notify(
        template=template,
        recipient=Recipient(party=user.ledger_name, name=user.full_name, email=user.email),
        subject=subject,
        values=values,
        actor="system",
        key=key,
    )
    return True


DAYS_BEFORE: Final = (21, 7, 1)
"""Calendar days before a yearly report is due on which whoever writes it is reminded; and on the day after it. The
house's practice."""


def step_before(due: dt.date, today: dt.date) -> str | None:
    """The last step of reminding reached for a day: the days left, or "late" once it has passed, within 60 days of it."""
    left = (due - today).days
    if left < 0:
        return "late" if left >= -60 else None
    reached = [before for before in DAYS_BEFORE if left <= before]
    return str(min(reached)) if reached else None


def _deliveries(
    notice: Notice, template: Template, texts: Texts, recipient: Recipient, now: dt.datetime
) -> list[Delivery]:
    rows = [
        Delivery(
            notice=notice,
            channel=Channel.INBOX,
            state=State.DELIVERED,
            masked=recipient.party,
            urgent=template.urgent,
            since=now,
            accepted_at=now,
            finished_at=now,
        )
    ]
    email, phone = recipient.email.strip(), recipient.phone.strip()
    if email and texts.email and channels.is_open(Channel.EMAIL):
        rows.append(_email(notice, texts, email, now))
    if phone and template.sms and channels.is_open(Channel.SMS):
        with suppress(IdentifierError):
            LandlinePhone.parse(phone)
            return rows  # no SMS can reach it, and nothing is wrong with that
        rows.append(_sms(notice, texts, phone, now))
    return rows


def _email(notice: Notice, texts: Texts, address: str, now: dt.datetime) -> Delivery:
    fault = Fault.NONE
    try:
        validate_email(address)
    except ValidationError:
        fault, address = Fault.ADDRESS, ""
    row = Delivery(
        notice=notice,
        channel=Channel.EMAIL,
        address=address,
        masked=masked_email(address),
        heading=texts.email_subject[:400],
        text=texts.email,
    )
    return _placed(row, fault, at=now, now=now)


def _sms(notice: Notice, texts: Texts, phone: str, now: dt.datetime) -> Delivery:
    fault, number, masked = Fault.NONE, "", "****"
    try:
        mobile = MobilePhone.parse(phone)
    except IdentifierError:
        fault = Fault.ADDRESS
    else:
        number, masked = mobile.number, mobile.mask()
    if texts.sms is None:
        fault = fault or Fault.UNSAFE
    row = Delivery(notice=notice, channel=Channel.SMS, address=number, masked=masked, text=texts.sms or "")
    at = now if notice.urgent else channels.quiet_hours().after(now)
    return _placed(row, fault, at=at, now=now)


def _placed(row: Delivery, fault: Fault, *, at: dt.datetime, now: dt.datetime) -> Delivery:
    row.urgent, row.since = row.notice.urgent, now
    if fault:
        row.state, row.last_error, row.finished_at = State.PERMANENT, fault, now
    else:
        row.state, row.next_attempt_at = State.CREATED, at
    return row


def masked_email(address: str) -> str:
    """The first character and the domain: z***@example.com."""
    name, at, domain = address.rpartition("@")
    return f"{name[:1]}***@{domain[:80]}" if at else "****"


def inbox(party: str) -> NoticeQuerySet:
    """What a person was told, newest first."""
    return Notice.objects.of(party)


def mark_read(notice: Notice, party: str) -> None:
    """The first reading counts. Raises ``NoticeRefused`` for a notice of somebody else."""
    if notice.party != party:
        raise NoticeRefused("party", _("This notice was written to somebody else."))
    now = timezone.now()
    if Notice.objects.filter(pk=notice.pk, read_at__isnull=True).update(read_at=now):
        notice.read_at = now


def retry(*, delivery: Delivery, actor: str, now: dt.datetime | None = None) -> None:
    """Start a delivery that failed for good again. Raises ``NoticeRefused``.

    What a gateway may still have out is asked about first, under the old key: starting again never sends twice.
    """
    moment = now or timezone.now()
    with transaction.atomic():
        row = Delivery.objects.select_for_update().get(pk=delivery.pk)
        if row.state != State.PERMANENT:
            raise NoticeRefused("state", _("Only a delivery that failed for good can be started again."))
        if not row.address or not row.text:
            raise NoticeRefused(
                "cleared", _("There is no address or text to send to any more; reach the person another way.")
            )
        at = rules.started_again(row.position, now=moment)
        write_position(row, at, now=moment)
        ring_on_commit(BELL)
        append(
            stream=LEDGER,
            verb="notice.retried",
            actor=actor,
            subject=row.notice.subject,
            body={"delivery": row.pk, "channel": row.channel},
        )
    delivery.refresh_from_db()
