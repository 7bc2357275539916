"""Letters as they were written, and as they went out. Only ``services`` writes these tables."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from gongkai.engines.letters.declarations import LetterDraft
from gongkai.engines.letters.registry import kind_of
from gongkai.foundation.files.models import StoredFile
from gongkai.foundation.organs.models import Organ


class LetterState(models.TextChoices):
    DRAFT = "draft", _("Draft of a letter")
    APPROVED = "approved", _("Approved letter")
    DROPPED = "dropped", _("Dropped letter")


class Letter(models.Model):
    """One letter. Approved it never changes: ``content`` are its words, ``pdf`` its print, whose hash the ledger has."""

    kind = models.CharField(_("kind of letter"), max_length=40)
    subject = models.CharField(max_length=80, db_index=True)
    """What it belongs to, as the ledger names it: case:12."""
    organ = models.ForeignKey(Organ, models.PROTECT, related_name="letters")
    number = models.CharField(_("document number"), max_length=60, blank=True)
    dated_on = models.DateField(_("dated"))
    state = models.CharField(
        _("state of the letter"), max_length=10, choices=LetterState, default=LetterState.DRAFT
    )
    outcome = models.CharField(max_length=40, blank=True)
    content = models.JSONField()
    """The draft's facts: addressee, reader, facts, remedies, contact, attachments, received_on, due_on; and once it is
    approved ``words``, the letter as it was composed that day, whatever becomes of the kind or the organ's name."""
    pdf = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["id"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["organ", "number"], condition=~models.Q(number=""), name="letters_number_once"
            )
        ]

    def __str__(self) -> str:
        return f"{kind_of(self.kind).title} {self.number}".strip()

    @property
    def title(self) -> str:
        return kind_of(self.kind).title

    def draft(self) -> LetterDraft:
        """The letter as the linter and the printers take it."""
        content = self.content
        return LetterDraft(
            kind=kind_of(self.kind),
            organ=self.organ.name,
            addressee=content["addressee"],
            dated_on=self.dated_on,
            facts=content["facts"],
            number=self.number,
            outcome=self.outcome,
            received_on=_day(content["received_on"]),
            due_on=_day(content["due_on"]),
            remedies=content["remedies"],
            contact=content["contact"],
            attachments=tuple(content["attachments"]),
            reader=content.get("reader", ""),
        )


def _day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
