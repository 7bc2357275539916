"""Three reviews by three people (三审三校), and what the scans found on the way."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Task

from gongkai.foundation.accounts.models import Role


class ReviewTask(Task):
    """One of the three reviews. Whoever holds ``role`` in the issuing organ (or above) may act, except the author
    of the text and whoever did an earlier review of the same submission."""

    level = models.PositiveSmallIntegerField(_("level"), choices=[(1, _("First review")), (2, _("Second review")), (3, _("Final review"))])

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")

    @property
    def role(self) -> Role:
        return (Role.REVIEWER_1, Role.REVIEWER_2, Role.REVIEWER_3)[self.level - 1]


class ScanFinding(models.Model):
    """One thing a scan pointed at in one revision of a document."""

    document = models.ForeignKey("documents.Document", models.CASCADE, related_name="findings")
    revision = models.ForeignKey("wagtailcore.Revision", models.CASCADE, related_name="+", null=True)
    check_code = models.CharField(max_length=40)
    severity = models.CharField(max_length=8)
    field = models.CharField(max_length=40)
    start = models.PositiveIntegerField(null=True)
    end = models.PositiveIntegerField(null=True)
    excerpt = models.CharField(max_length=300, blank=True)
    """Personal data is masked here."""
    message = models.CharField(max_length=500)
    rule = models.CharField(max_length=200, blank=True)
    mend = models.CharField(max_length=300, blank=True)
    overridable = models.BooleanField(default=True)
    fingerprint = models.CharField(max_length=64, db_index=True)
    """Same check, same words, same document: an overruling holds for the next scan too."""
    found_at = models.DateTimeField(auto_now_add=True)
    overruled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    overruled_at = models.DateTimeField(null=True)
    overruling_reason = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["document", "id"]
