"""What the public form keeps: unfinished applications, what was offered before filing, and who guessed wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from gongkai.wings.disclosure.requests.models import Request

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class Draft(models.Model):
    """An application being written. Everything in it is encrypted; after ``expires_at`` it is gone.

    Once sent it leads to its request for one more day, so that sending twice gives the same one.
    """

    code_digest = models.CharField(max_length=64, blank=True, db_index=True)
    """Hash of the code it is taken up again with; empty until somebody asks for one."""
    body = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(db_index=True)
    request = models.OneToOneField(Request, models.CASCADE, null=True, related_name="+")

    files: RelatedManager[DraftFile]

    class Meta:
        verbose_name = _("unfinished application")
        verbose_name_plural = _("unfinished applications")

    def __str__(self) -> str:
        return f"#{self.pk}"


class DraftFile(models.Model):
    """A file of an unfinished application, encrypted, its name too. It becomes a stored file when the request is sent."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="files")
    purpose = models.CharField(max_length=20)
    name = models.BinaryField()
    size = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        verbose_name = _("file of an unfinished application")
        verbose_name_plural = _("files of unfinished applications")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"#{self.pk} {self.purpose}"


class Offer(models.Model):
    """A published page offered before filing, and how it did in one month. Nothing about whom it was offered to."""

    site = models.SlugField(max_length=60)
    url = models.CharField(max_length=300)
    title = models.CharField(_("title of the page"), max_length=300)
    month = models.DateField(_("month counted"))
    """Its first day."""
    shown = models.PositiveIntegerField(_("times shown"), default=0)
    opened = models.PositiveIntegerField(_("times opened"), default=0)
    answered = models.PositiveIntegerField(_("times it answered the question"), default=0)
    missed = models.PositiveIntegerField(_("times it did not"), default=0)

    class Meta:
        verbose_name = _("page offered before filing")
        verbose_name_plural = _("pages offered before filing")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["site", "url", "month"], name="apply_offer_once_a_month")
        ]

    def __str__(self) -> str:
        return self.title


class Guesses(models.Model):
    """How often something was tried lately, by the hash of what is counted; numbers and addresses are not kept."""

    key = models.CharField(max_length=64, unique=True)
    number = models.PositiveIntegerField(default=0)
    since = models.DateTimeField()

    class Meta:
        verbose_name = _("failed look-ups")
        verbose_name_plural = _("failed look-ups")

    def __str__(self) -> str:
        return f"{self.key[:8]} {self.number}"
