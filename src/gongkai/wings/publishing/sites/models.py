"""Sites over one library: site, column tree, placements, topics. Thirty-eight sites need no code."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gongkai.wings.publishing.sites.querysets import ColumnQuerySet, PlacementQuerySet
from gongkai.wings.publishing.sites.rules import is_host

LONGEST_DUTY = 3660
"""Days: ten years. Longer ones are slips of the pen."""


class ColumnType(models.TextChoices):
    """ColumnType of the page tags (国办发〔2017〕47号) and the update duty that comes with it."""

    NEWS = "news", _("News")  # 动态要闻: two weeks
    NOTICE = "notice", _("Notices")  # 通知公告: six months
    POLICY = "policy", _("Policy documents")  # 政策文件: six months
    INTERPRETATION = "interpretation", _("Interpretations")  # 政策解读
    OVERVIEW = "overview", _("Overview")  # 概况信息
    INSTITUTION = "institution", _("Institutions")  # 机构职能
    DATA = "data", _("Data releases")  # 数据发布
    STATUTORY = "statutory", _("Statutory disclosure")  # 政府信息公开
    TOPIC = "topic", _("Topic")  # 专题
    OTHER = "other", _("Other")


class Site(models.Model):
    """One government website. An organ has at most one (国办发〔2017〕47号)."""

    slug = models.SlugField(_("short name"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=80)
    organ = models.OneToOneField("organs.Organ", models.PROTECT, verbose_name=_("organ"), related_name="site")
    host = models.CharField(_("domain"), max_length=120, unique=True)
    other_hosts = models.CharField(_("other domains"), max_length=300, blank=True)
    is_default = models.BooleanField(_("answers for unknown hosts"), default=False)
    identification_code = models.CharField(
        _("site identification code"),
        max_length=10,
        blank=True,
        validators=[RegexValidator(r"^[0-9a-z]{2}\d{8}$|^$", _("Ten characters, such as 4601000001."))],
    )
    icp_number = models.CharField(_("ICP number"), max_length=60, blank=True)
    police_number = models.CharField(_("public security number"), max_length=60, blank=True)
    contact = models.CharField(_("contact"), max_length=120, blank=True)
    description = models.CharField(_("description"), max_length=200, blank=True)
    keywords = models.CharField(_("keywords"), max_length=200, blank=True)
    colour = models.CharField(
        _("main colour"),
        max_length=7,
        default="#1f4e8c",
        validators=[RegexValidator(r"^#[0-9a-f]{6}$", _("A colour such as #1f4e8c."))],
    )
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        ordering = ["-is_default", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=Q(is_default=True), name="sites_one_default"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Each domain is one that browsers can ask for, and no other site's."""
        taken = {
            host: site.name
            for site in Site.objects.exclude(pk=self.pk)
            for host in (site.host, *site.other_hosts.split())
        }
        faults: dict[str, list[str]] = {}
        for field, hosts in (("host", [self.host]), ("other_hosts", self.other_hosts.split())):
            for host in hosts:
                if host and not is_host(host):
                    faults.setdefault(field, []).append(
                        gettext(
                            "“%s” is no domain: write only its name in lower case, such as www.example.gov.cn."
                        )
                        % host
                    )
                elif host in taken:
                    names = {"host": host, "site": taken[host]}
                    faults.setdefault(field, []).append(gettext("%(host)s belongs to %(site)s.") % names)
        if faults:
            raise ValidationError(faults)


class Column(models.Model):
    """A column of a site. ``path`` is its address ("zwgk/tzgg"), unique within the site."""

    site = models.ForeignKey(Site, models.CASCADE, verbose_name=_("site"), related_name="columns")
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("parent column"),
        related_name="children",
    )
    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(_("address"), max_length=40)
    path = models.CharField(max_length=200, editable=False)
    type = models.CharField(_("type"), max_length=16, choices=ColumnType, default=ColumnType.OTHER)
    description = models.CharField(_("description"), max_length=200, blank=True)
    keywords = models.CharField(_("keywords"), max_length=200, blank=True)
    order = models.PositiveIntegerField(_("order"), default=100)
    in_menu = models.BooleanField(_("shown in the menu"), default=True)
    on_home = models.BooleanField(_("shown on the home page"), default=False)
    update_days = models.PositiveIntegerField(
        _("update duty (days)"),
        null=True,
        blank=True,
        help_text=_("Longest time without a new entry; empty: the rule of the column type."),
    )
    disclosure_item = models.CharField(_("statutory item"), max_length=10, blank=True)
    block = models.CharField(max_length=16, blank=True, editable=False)
    """In the statutory column: guide, system, proactive, annual_report, request, or item below proactive
    (国办公开办函〔2019〕61号)."""
    opened_on = models.DateField(_("opened on"))
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    next_sequence = models.PositiveIntegerField(default=1, editable=False)

    objects = ColumnQuerySet.as_manager()

    class Meta:
        verbose_name = _("column")
        verbose_name_plural = _("columns")
        ordering = ["site", "path"]
        constraints = [
            models.UniqueConstraint(fields=["site", "path"], name="sites_column_path_once"),
        ]

    def __str__(self) -> str:
        return f"{self.site.name} / {self.name}"

    def clean(self) -> None:
        if self.update_days is not None and self.update_days > LONGEST_DUTY:
            raise ValidationError({"update_days": [gettext("At most %d days.") % LONGEST_DUTY]})

    @property
    def url(self) -> str:
        """Address on its site, without the root of the script."""
        return f"/{self.path}/"


class PastDuty(models.Model):
    """What a column was, and promised of its own, until a day: from then on it was what the next says, or the column."""

    column = models.ForeignKey(Column, models.CASCADE, related_name="past_duties")
    until = models.DateField()
    """The first day on which it was so no longer."""
    type = models.CharField(max_length=16, choices=ColumnType)
    update_days = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("former update duty")
        verbose_name_plural = _("former update duties")
        ordering = ["column", "until"]
        constraints = [
            models.UniqueConstraint(fields=["column", "until"], name="sites_past_duty_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.column} – {self.until}"


class Placement(models.Model):
    """A document shown in a column: a reference, never a copy.

    ``sequence`` numbers the published entries of a column for ever, so that archive pages never shift when an
    entry comes or goes (``rules.archive_page``). It is given when the document becomes public: a draft placed in
    January and published in May belongs to the entries of May.
    """

    document = models.ForeignKey("documents.Document", models.CASCADE, related_name="placements")
    column = models.ForeignKey(Column, models.CASCADE, related_name="placements", verbose_name=_("column"))
    sequence = models.PositiveIntegerField(null=True, editable=False)
    shown_at = models.DateTimeField(null=True, editable=False)
    """When the document became public, copied here so that the newest entries of a column are found by an index."""
    pinned = models.BooleanField(_("pinned"), default=False)
    placed_at = models.DateTimeField(auto_now_add=True)

    objects = PlacementQuerySet.as_manager()

    class Meta:
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        ordering = ["column", "-sequence"]
        constraints = [
            models.UniqueConstraint(fields=["document", "column"], name="sites_placement_once"),
            models.UniqueConstraint(fields=["column", "sequence"], name="sites_sequence_once"),
            models.CheckConstraint(
                condition=Q(sequence__isnull=True, shown_at__isnull=True)
                | Q(sequence__isnull=False, shown_at__isnull=False),
                name="sites_numbered_when_shown",
            ),
        ]
        indexes = [
            models.Index(fields=["column", "-shown_at", "-sequence"], name="sites_placement_newest"),
            models.Index(fields=["column"], condition=Q(pinned=True), name="sites_placement_pinned"),
        ]

    def __str__(self) -> str:
        return f"{self.document} → {self.column}"


class Topic(models.Model):
    """A topic column launched from a template, with the plan for its end."""

    column = models.OneToOneField(Column, models.PROTECT, related_name="topic", verbose_name=_("column"))
    template = models.CharField(_("template"), max_length=40)
    emergency = models.BooleanField(_("emergency"), default=False)
    introduction = models.TextField(_("introduction"), blank=True)
    launched_at = models.DateTimeField(_("launched at"))
    pinned_on_home = models.BooleanField(_("pinned on the home page"), default=True)
    close_on = models.DateField(
        _("planned closing"), help_text=_("A topic without an end becomes a stale column.")
    )
    closing_plan = models.TextField(
        _("closing plan"), help_text=_("What happens to its documents afterwards.")
    )
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["-launched_at"]

    def __str__(self) -> str:
        return str(self.column)
