"""What an application to correct a record has beyond its case."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from gongkai.engines.casework.models import Case


class RecordCorrection(models.Model):
    """One application to correct what an organ's record says about the applicant (条例 Art. 41)."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="record_correction")
    record = models.CharField(_("record that is wrong"), max_length=300)
    """Title, number or where it is found."""
    inaccuracy = models.TextField(_("what is wrong, and what is right"))
    agent_name = models.CharField(_("acts for the applicant"), max_length=60, blank=True)
    submitted_on = models.DateField(_("handed in on"))
    query_digest = models.CharField(max_length=64, editable=False, db_index=True)
    """As for requests: worth nothing without number and code."""

    class Meta:
        verbose_name = _("application to correct a record")
        verbose_name_plural = _("applications to correct records")

    def __str__(self) -> str:
        return self.case.number
