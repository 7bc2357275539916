"""The rows of the ledger. Only ``services`` writes them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    """One act. ``hash`` covers every other column and the hash of the entry before it in the stream."""

    stream = models.CharField(_("stream"), max_length=60)
    seq = models.PositiveBigIntegerField()
    at = models.CharField(_("time"), max_length=32)
    """UTC, ISO 8601 with microseconds, as text: the very characters that were hashed."""
    actor = models.CharField(_("actor"), max_length=60)
    organ = models.CharField(_("organ"), max_length=60, blank=True)
    verb = models.CharField(_("act"), max_length=60)
    subject = models.CharField(_("acted on"), max_length=80, db_index=True)
    body = models.TextField(_("facts"))
    """Canonical JSON (sorted keys, no spaces)."""
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        ordering = ["stream", "seq"]
        constraints = [models.UniqueConstraint(fields=["stream", "seq"], name="ledger_entry_once")]

    def __str__(self) -> str:
        return f"{self.stream} #{self.seq} {self.verb}"


class SignedHead(models.Model):
    """The heads of all streams touched since the head before, signed with Ed25519 and published."""

    day = models.DateField(_("day"), unique=True)
    heads = models.TextField()
    """Canonical JSON {"day", "entries", "previous", "streams": {stream: [seq, hash]}}: the very characters signed."""
    public_key = models.CharField(max_length=64)
    signature = models.CharField(max_length=128)

    class Meta:
        verbose_name = _("signed head")
        verbose_name_plural = _("signed heads")
        ordering = ["-day"]

    def __str__(self) -> str:
        return self.day.isoformat()
