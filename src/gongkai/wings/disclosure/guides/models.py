"""When an organ last looked through what its guide says. Only ``services`` writes this table."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from gongkai.foundation.organs.models import Organ


class GuideReview(models.Model):
    organ = models.OneToOneField(
        Organ, models.CASCADE, primary_key=True, verbose_name=_("organ"), related_name="guide_review"
    )
    confirmed_on = models.DateField(_("last confirmed on"))
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("confirmed by")
    )

    class Meta:
        verbose_name = _("review of a guide")
        verbose_name_plural = _("reviews of guides")
        ordering: ClassVar[list[str]] = ["organ"]

    def __str__(self) -> str:
        return f"{self.organ} {self.confirmed_on}"
