"""Notices and their deliveries. A notice is what a person is told; a delivery is one way it reaches them."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gongkai.engines.notices.rules import Position
from gongkai.engines.notices.states import FINAL, Channel, Fault, State

KEY_LENGTH = 32
_FINAL = sorted(FINAL)  # a set would stand in the migration in any order


class NoticeQuerySet(models.QuerySet["Notice"]):
    def of(self, party: str) -> NoticeQuerySet:
        return self.filter(party=party)

    def unread(self) -> NoticeQuerySet:
        return self.filter(read_at__isnull=True)


class Notice(models.Model):
    """What one person is told, in the words it was told in, as long as those are kept (``retention``)."""

    template = models.CharField(_("template"), max_length=60)
    party = models.CharField(_("recipient"), max_length=60)
    """"user:3" or "party:17": whose inbox it is in."""
    subject = models.CharField(_("concerns"), max_length=80, db_index=True)
    title = models.CharField(_("title"), max_length=400)
    text = models.TextField(_("text"))
    urgent = models.BooleanField(_("urgent"), default=False)
    actor = models.CharField(_("actor"), max_length=60)
    key = models.CharField(max_length=160, null=True, unique=True)
    """The caller's own name for the occasion: the same key never makes a second notice."""
    created_at = models.DateTimeField(_("sent"))
    read_at = models.DateTimeField(_("read"), null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["party", "-created_at", "-id"], name="notices_inbox"),
            # What may have to be cleared: asked every hour, it must not grow with what is cleared.
            models.Index(fields=["created_at"], condition=~Q(text=""), name="notices_kept"),
        ]

    def __str__(self) -> str:
        return self.title


def new_key() -> str:
    return uuid.uuid4().hex


class Delivery(models.Model):
    """One way a notice reaches its person. What is to be done with it, and when, is all in the row.

    ``address`` and ``text`` are cleared some time after the end; ``masked`` stays.
    """

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField(_("channel"), max_length=5, choices=Channel)
    state = models.CharField(_("state"), max_length=17, choices=State, default=State.CREATED)
    address = models.CharField(_("number or address"), max_length=254, blank=True)
    masked = models.CharField(_("number or address"), max_length=100, blank=True)
    heading = models.CharField(_("subject of the e-mail"), max_length=400, blank=True)
    text = models.TextField(_("text"), blank=True)
    urgent = models.BooleanField(default=False)
    """The notice's own, repeated so that one index finds what is to be sent first."""

    key = models.CharField(max_length=KEY_LENGTH, unique=True, default=new_key)
    round = models.PositiveSmallIntegerField(default=1)
    attempts = models.PositiveIntegerField(_("times tried"), default=0)
    since = models.DateTimeField()
    """When the attempts began: the patience is counted from here."""
    next_attempt_at = models.DateTimeField(_("next attempt"), null=True)
    """When it is due: to be sent, to be asked about, or to be taken over from a worker whose lease has ended."""
    lease_until = models.DateTimeField(null=True)
    """Set while a worker has it in hand. Leases of one delivery only ever move forward, so an answer is recorded only
    by the worker whose lease still stands here."""
    accepted_at = models.DateTimeField(_("taken by the gateway"), null=True)
    message_id = models.CharField(_("the gateway's number"), max_length=100, blank=True)
    uncertain = models.BooleanField(default=False)
    """A message of this round may be out although nobody has said so: ask before sending again."""
    last_error = models.CharField(_("last fault"), max_length=13, choices=Fault, blank=True)
    finished_at = models.DateTimeField(_("ended at"), null=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["notice", "channel"], name="notices_channel_once"),
            models.CheckConstraint(
                condition=Q(state__in=_FINAL, next_attempt_at__isnull=True, finished_at__isnull=False)
                | (~Q(state__in=_FINAL) & Q(next_attempt_at__isnull=False, finished_at__isnull=True)),
                name="notices_due_until_final",
            ),
        ]
        indexes = [
            # Only what is open: asked every second, it must not grow with what is done.
            models.Index(
                fields=["urgent", "next_attempt_at"],
                name="notices_due",
                condition=Q(next_attempt_at__isnull=False),
            ),
            models.Index(fields=["state", "-id"], name="notices_state"),
            models.Index(fields=["finished_at", "channel", "state"], name="notices_counts"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.masked}"

    @property
    def message_key(self) -> str:
        """What a gateway knows this message by: the same for every attempt of a round."""
        return f"{self.key}.{self.round}"

    @property
    def position(self) -> Position:
        return Position(
            state=State(self.state),
            round=self.round,
            attempts=self.attempts,
            since=self.since,
            next_attempt_at=self.next_attempt_at,
            accepted_at=self.accepted_at,
            message_id=self.message_id,
            uncertain=self.uncertain,
            fault=Fault(self.last_error),
        )
