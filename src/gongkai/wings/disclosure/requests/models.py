"""What a request has beyond its case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongkai.engines.casework.models import Case

if TYPE_CHECKING:
    from gongkai.engines.casework.models import Party


class Channel(models.TextChoices):
    """How a request came in; it decides the day of receipt (条例 Art. 31)."""

    DESK = "desk", _("In person")  # 当面提交
    ORAL = "oral", _("Oral, written down at the desk")  # 口头申请（条例 Art. 29）
    POST_SIGNED = "post_signed", _("Post, signed for")  # 邮寄（需签收）
    POST_ORDINARY = "post_ordinary", _("Ordinary letter")  # 平常信函
    INTERNET = "internet", _("Internet")  # 互联网
    EMAIL = "email", _("By e-mail")  # 电子邮件
    FAX = "fax", _("By fax")  # 传真


class SupplyForm(models.TextChoices):
    PAPER = "paper", _("Paper")
    ELECTRONIC = "electronic", _("Electronic file")
    DISC = "disc", _("Disc")


class SupplyWay(models.TextChoices):
    ONLINE = "online", pgettext_lazy("way of supply", "Download")
    EMAIL = "email", _("Sent by e-mail")
    POST = "post", _("Sent by post")
    PICKUP = "pickup", _("Fetched in person")
    FAX = "fax", _("Sent by fax")


class Request(models.Model):
    """One request for government information (条例 Art. 29): what is asked for, and how it is to be supplied.

    No purpose is asked for. Who asks stands with the case (``Party``).
    """

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="request")
    description = models.TextField(_("information asked for"))
    document_hint = models.CharField(_("title, number or other features"), max_length=300, blank=True)
    supply_form = models.CharField(_("form of supply"), max_length=12, choices=SupplyForm)
    supply_way = models.CharField(_("way of supply"), max_length=12, choices=SupplyWay)
    agent_name = models.CharField(_("acts for the applicant"), max_length=60, blank=True)
    submitted_on = models.DateField(_("handed in on"))
    query_digest = models.CharField(max_length=64, editable=False, db_index=True)
    """Hash of number and query code; the code itself is known to the applicant only."""
    public_title = models.CharField(_("title in the public log"), max_length=300, blank=True)
    listed = models.BooleanField(_("in the public log"), default=True)
    document_key = models.CharField(max_length=40, blank=True, db_index=True, editable=False)
    """The document of the library that publishes what was given out (条例 Art. 44)."""
    imported = models.BooleanField(default=False)
    """Came from another system: counted, but without letters and details."""

    class Meta:
        verbose_name = _("request")
        verbose_name_plural = _("requests")
        indexes: ClassVar[list[Any]] = [
            # Small where little was taken over: counting asks every case of a year whether it was.
            models.Index(fields=["case"], condition=models.Q(imported=True), name="requests_taken_over")
        ]

    def __str__(self) -> str:
        return self.case.number

    @property
    def applicant(self) -> Party | None:
        return self.case.applicant
