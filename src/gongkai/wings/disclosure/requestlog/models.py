"""Which organs keep a public log of requests."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from gongkai.foundation.organs.models import Organ


class RequestLogSetting(models.Model):
    """An organ without a row keeps a log; one that opts out has a row that says so."""

    organ = models.OneToOneField(Organ, models.CASCADE, verbose_name=_("organ"), related_name="+")
    listed = models.BooleanField(_("publishes its requests"), default=True)

    class Meta:
        verbose_name = _("setting of the public request log")
        verbose_name_plural = _("settings of the public request log")

    def __str__(self) -> str:
        return f"{self.organ}: {self.listed}"
