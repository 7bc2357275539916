"""Redactions and the places they cover. Only ``services`` writes these tables; the covered text is in none of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongkai.foundation.accounts.models import Role, User
from gongkai.foundation.files.models import StoredFile
from gongkai.foundation.organs.models import Organ
from gongkai.wings.disclosure.redaction.geometry import Box

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

WORKING_ROLES = (Role.HANDLER, Role.DISCLOSURE_OFFICER, Role.LEGAL_REVIEWER)
"""Who marks and burns."""
CONFIRMING_ROLES = (Role.DISCLOSURE_OFFICER, Role.LEGAL_REVIEWER)
"""Who looks with the second pair of eyes."""


class RedactionState(models.TextChoices):
    OPEN = "open", _("Being marked")  # 标注中
    BURNED = "burned", _("Burned, to be confirmed")  # 已遮盖，待复核
    RELEASED = "released", _("Confirmed")  # 已复核
    DISCARDED = "discarded", _("Thrown away")  # 已作废


class RedactionQuerySet(models.QuerySet["Redaction"]):
    def visible_to(self, user: User) -> RedactionQuerySet:
        """Those of the organs somebody works for in one of the roles; the source is read by nobody else."""
        if user.is_superuser:
            return self.all()
        return self.filter(organ__in=user.organs(*WORKING_ROLES))


class Redaction(models.Model):
    """One document on its way to being given out in part. ``subject`` is what it is for: "case:12"."""

    subject = models.CharField(_("concerns"), max_length=60, db_index=True)
    organ = models.ForeignKey(Organ, models.PROTECT, verbose_name=_("organ"), related_name="redactions")
    source = models.ForeignKey(StoredFile, models.PROTECT, verbose_name=_("original"), related_name="+")
    result = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, verbose_name=_("redacted document"), related_name="+"
    )
    sizes = models.JSONField(default=list)
    """Width and height of each page in points."""
    state = models.CharField(
        _("state of the redaction"), max_length=10, choices=RedactionState, default=RedactionState.OPEN
    )
    version = models.PositiveIntegerField(default=0)
    """One more with every change of the marks."""
    repeats_seen = models.IntegerField(null=True)
    """The version of the marks for which somebody has decided that repeated texts stay."""
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    started_at = models.DateTimeField(_("begun at"), auto_now_add=True)
    burned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    burned_at = models.DateTimeField(_("burned at"), null=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True)

    objects = RedactionQuerySet.as_manager()
    marks: RelatedManager[Mark]

    class Meta:
        verbose_name = _("redaction")
        verbose_name_plural = _("redactions")
        ordering = ["-id"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(state__in=["open", "discarded"], result__isnull=True)
                | (~Q(state__in=["open", "discarded"]) & Q(result__isnull=False)),
                name="redaction_result_when_burned",
            ),
            models.CheckConstraint(
                condition=~Q(state="released") | ~Q(confirmed_by=models.F("burned_by")),
                name="redaction_four_eyes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} · {self.source.name}"

    @property
    def ledger_stream(self) -> str:
        return f"redaction:{self.organ.code}"

    @property
    def pages(self) -> int:
        return len(self.sizes)


class MarkState(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")  # 建议
    COVERED = "covered", _("To be covered")  # 遮盖
    REJECTED = "rejected", pgettext_lazy("mark of a redaction", "Rejected")  # 不遮盖


class Mark(models.Model):
    """A place on a page, in points from its upper left corner, and why it is covered."""

    redaction = models.ForeignKey(Redaction, models.CASCADE, related_name="marks")
    page = models.PositiveIntegerField(_("page"))
    left = models.FloatField(_("from the left edge"))
    top = models.FloatField(_("from the upper edge"))
    width = models.FloatField(_("width"))
    height = models.FloatField(_("height"))
    reason = models.CharField(_("reason for covering"), max_length=10)
    state = models.CharField(
        _("state of the mark"), max_length=10, choices=MarkState, default=MarkState.COVERED
    )
    kind = models.CharField(max_length=20, default="hand")
    """How it came about: "hand", or what was found: id_card, mobile, landline, bank_card, word."""
    hint = models.CharField(max_length=120, blank=True)
    """What was found, masked; emptied when the marks are burned."""
    marked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    marked_at = models.DateTimeField(_("marked at"), auto_now=True)

    class Meta:
        verbose_name = _("covered place")
        verbose_name_plural = _("covered places")
        ordering = ["page", "top", "left", "id"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(page__gte=1, width__gt=0, height__gt=0), name="redaction_mark_has_size"
            )
        ]

    def __str__(self) -> str:
        return f"{self.page}: {self.left:.0f},{self.top:.0f} {self.reason}"

    @property
    def box(self) -> Box:
        return Box(self.page, self.left, self.top, self.width, self.height)
