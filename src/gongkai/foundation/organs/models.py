"""Organs, their posts, and the areas of the city."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gongkai.foundation.files.models import StoredFile


class Level(models.TextChoices):
    """The four levels of a city, and the organs above it whose texts it keeps."""

    OUTSIDE = "outside", _("Outside the city")  # 国务院、省
    CITY = "city", _("City")  # 市
    DISTRICT = "district", _("District")  # 区（县）
    TOWN = "town", _("Town or street")  # 镇街
    VILLAGE = "village", _("Village or community")  # 村居


class OrganKind(models.TextChoices):
    GOVERNMENT = "government", _("Government")  # 人民政府
    OFFICE = "office", _("Government office")  # 办公室
    DEPARTMENT = "department", _("Department")  # 工作部门
    DISPATCHED = "dispatched", _("Dispatched organ")  # 派出机关、派出机构
    INSTITUTION = "institution", _("Public institution")  # 事业单位
    UTILITY = "utility", _("Public utility")  # 公共企事业单位（条例 Art. 55）


class OrganQuerySet(models.QuerySet["Organ"]):
    def current(self, on: date) -> OrganQuerySet:
        """Organs that exist on a day."""
        return self.filter(
            Q(established_on__isnull=True) | Q(established_on__lte=on),
            Q(abolished_on__isnull=True) | Q(abolished_on__gt=on),
        )

    def descendants_of(self, organ: Organ) -> OrganQuerySet:
        """``organ`` and everything below it."""
        return self.filter(path__startswith=organ.path)

    def above(self, *organs: Organ) -> OrganQuerySet:
        """The organs and everything above them, from the top down."""
        ids = {int(part) for organ in organs for part in organ.path.split("/") if part}
        return self.filter(pk__in=ids).order_by("path")

    def at_level(self, level: Level) -> OrganQuerySet:
        return self.filter(level=level)


class Organ(models.Model):  # type: ignore[django-manager-missing]  # the stubs lose sight of as_manager()
    """One organ. What 条例 Art. 12 asks of a guide (address, hours, phone, contact) is kept here, once."""

    code = models.SlugField(_("short code"), max_length=40, unique=True)
    name = models.CharField(_("statutory name"), max_length=120)
    short_name = models.CharField(_("short name"), max_length=60, blank=True)
    level = models.CharField(_("administrative level"), max_length=10, choices=Level, default=Level.CITY)
    kind = models.CharField(
        _("kind of organ"), max_length=12, choices=OrganKind, default=OrganKind.DEPARTMENT
    )
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("superior organ"),
        related_name="children",
    )
    path = models.CharField(max_length=200, db_index=True, editable=False)
    """Ids from the root, "12/40/": one prefix query finds a whole branch."""
    document_mark = models.CharField(_("document mark"), max_length=20, blank=True)
    """机关代字 of its document numbers, such as 海府."""
    organisation_code = models.CharField(_("organisation code"), max_length=20, blank=True)
    """GB 11714; the first part of its index numbers, as the organ writes it (00817804-9)."""
    credit_code = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    address = models.CharField(_("office address"), max_length=200, blank=True)
    postcode = models.CharField(_("postcode"), max_length=10, blank=True)
    office_hours = models.CharField(_("office hours"), max_length=120, blank=True)
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    fax = models.CharField(_("fax"), max_length=60, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    website = models.URLField(_("website"), blank=True)
    head_name = models.CharField(_("head of the organ"), max_length=40, blank=True)
    disclosure_office = models.CharField(_("disclosure office"), max_length=60, blank=True)
    """政府信息公开工作机构 (条例 Art. 4)."""
    functions = models.TextField(_("functions of the organ"), blank=True, max_length=4000)
    """机关职能 (条例 Art. 20 (二)); one line each."""
    seal = models.ForeignKey(
        StoredFile,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("seal for letters (PNG)"),
        related_name="+",
        limit_choices_to={"extension": "png"},
    )
    """Laid over the signature of its letters."""
    established_on = models.DateField(_("established on"), null=True, blank=True)
    abolished_on = models.DateField(_("abolished on"), null=True, blank=True)
    successor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("successor"),
        related_name="predecessors",
    )

    objects = OrganQuerySet.as_manager()

    class Meta:
        verbose_name = _("organ")
        verbose_name_plural = _("organs")
        ordering = ["path"]
        constraints = [
            models.CheckConstraint(
                condition=Q(successor__isnull=True) | Q(abolished_on__isnull=False),
                name="organs_successor_after_abolition",
            ),
            models.CheckConstraint(
                condition=~Q(successor=models.F("id")), name="organs_successor_is_another"
            ),
            models.CheckConstraint(condition=~Q(parent=models.F("id")), name="organs_parent_is_another"),
            models.CheckConstraint(
                condition=Q(established_on__isnull=True)
                | Q(abolished_on__isnull=True)
                | Q(abolished_on__gte=models.F("established_on")),
                name="organs_abolished_after_established",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def index_code(self) -> str:
        """The first part of its index numbers: its organisation code, else its credit code, else its short code."""
        return self.organisation_code or self.credit_code or self.code


class Post(models.Model):
    """A post that the public may know: title, holder, public description of duties (条例 Art. 20 (二))."""

    organ = models.ForeignKey(Organ, models.CASCADE, verbose_name=_("organ"), related_name="posts")
    title = models.CharField(_("post title"), max_length=60)
    holder = models.CharField(_("post holder"), max_length=40, blank=True)
    order = models.PositiveIntegerField(_("order"), default=100)
    duties = models.TextField(_("duties of the post"), blank=True)

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["organ", "order", "id"]

    def __str__(self) -> str:
        return f"{self.title} {self.holder}".strip()


class Area(models.Model):
    """A division by its statistical code: 6 digits a district, 9 a town or street, 12 a village or community."""

    code = models.CharField(_("division code"), max_length=12, unique=True)
    name = models.CharField(_("name"), max_length=60)
    level = models.CharField(_("administrative level"), max_length=10, choices=Level)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, verbose_name=_("belongs to"), related_name="parts"
    )

    class Meta:
        verbose_name = _("administrative division")
        verbose_name_plural = _("administrative divisions")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name
