"""The last number of each series. Only ``services`` writes it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Serial(models.Model):
    """One series, such as the case numbers of an organ in a year."""

    key = models.CharField(max_length=160, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("serial number")
        verbose_name_plural = _("serial numbers")

    def __str__(self) -> str:
        return f"{self.key}: {self.last}"
