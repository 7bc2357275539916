"""The promise: rows of the directories of open government, what fulfils each, and the days that make one due."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from gongkai.foundation.accounts.models import User
from gongkai.foundation.organs.models import Organ
from gongkai.wings.disclosure.catalogue.limits import Limit, read_limit
from gongkai.wings.disclosure.catalogue.vocabulary import Channel, field_slug


class Audience(models.TextChoices):
    ALL = "all", _("All of society")  # 全社会
    GROUP = "group", _("Certain groups")  # 特定群体


class Mode(models.TextChoices):
    PROACTIVE = "proactive", _("Proactively")  # 主动
    ON_REQUEST = "on_request", _("On request")  # 依申请


class EntryQuerySet(models.QuerySet["CatalogueEntry"]):
    def current(self, on: dt.date) -> EntryQuerySet:
        """Rows that hold on a day: in their edition's time and not retired."""
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=on),
            Q(retired_on__isnull=True) | Q(retired_on__gt=on),
        )

    def visible_to(self, user: Any) -> EntryQuerySet:
        """Rows of the organs somebody serves."""
        return self if user.is_superuser else self.filter(organ__in=user.organs())

    def of_branch(self, organ: Organ) -> EntryQuerySet:
        """Rows of an organ and of all below it."""
        return self.filter(organ__path__startswith=organ.path)

    def bound(self) -> EntryQuerySet:
        return self.filter(Exists(Binding.objects.filter(entry=OuterRef("pk"))) | Exists(_posted()))

    def unbound(self) -> EntryQuerySet:
        """Rows nothing fulfils, and nothing can be seen to."""
        return self.filter(mode=Mode.PROACTIVE).exclude(
            Exists(Binding.objects.filter(entry=OuterRef("pk"))) | Exists(_posted())
        )


def _posted() -> models.QuerySet[EntryDay]:
    return EntryDay.objects.filter(entry=OuterRef("pk"), kind=EntryDay.Kind.POSTED)


class CatalogueEntry(models.Model):
    """One row of a directory: what an organ promises to make public, by when, where, and for whom.

    Never deleted: a row that no longer holds is retired, with the day and the reason.
    """

    organ = models.ForeignKey(
        Organ, models.PROTECT, verbose_name=_("duty holder"), related_name="catalogue_entries"
    )
    field = models.CharField(_("field of the catalogue"), max_length=60)
    """As the directory calls it, in its standing form (``vocabulary.field_name``)."""
    level1 = models.CharField(_("matter"), max_length=200, blank=True)
    level2 = models.CharField(_("sub-matter"), max_length=200, blank=True)
    level3 = models.CharField(_("detail of the matter"), max_length=200, blank=True)
    content = models.TextField(_("content to publish"), blank=True)
    basis = models.TextField(_("basis"), blank=True)
    limit_text = models.CharField(_("time limit"), max_length=500, blank=True)
    subject_text = models.CharField(_("duty holder as printed"), max_length=200, blank=True)
    channels = models.JSONField(_("channels"), default=list, blank=True)
    """[[carrier, required, note], …]."""
    audience = models.CharField(_("for whom"), max_length=5, choices=Audience, default=Audience.ALL)
    audience_group = models.CharField(_("which groups"), max_length=200, blank=True)
    mode = models.CharField(_("how it is disclosed"), max_length=10, choices=Mode, default=Mode.PROACTIVE)
    level_codes = models.CharField(_("levels"), max_length=60, blank=True)
    """ ",city,town,": codes of ``organs.Level`` between commas, so that one is found by one condition."""
    item = models.CharField(_("statutory item"), max_length=2, blank=True)
    """The item of 条例 Art. 20, "1" to "15", or "21"."""
    edition = models.CharField(_("edition"), max_length=40, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    retired_on = models.DateField(_("retired on"), null=True, blank=True)
    retired_reason = models.CharField(_("reason for retiring"), max_length=200, blank=True)
    identity = models.CharField(max_length=64, editable=False)
    """Hash of organ, field, titles and occurrence: by it a directory taken in again finds its rows."""
    position = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("catalogue entry")
        verbose_name_plural = _("catalogue entries")
        ordering = ["organ", "field", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["organ", "identity"], name="catalogue_identity_once"),
            models.CheckConstraint(
                condition=Q(retired_on__isnull=True) | ~Q(retired_reason=""),
                name="catalogue_retired_with_reason",
            ),
            models.CheckConstraint(
                condition=~(Q(level1="") & Q(level2="") & Q(level3="")), name="catalogue_has_a_title"
            ),
        ]
        indexes = [
            models.Index(fields=["field", "organ"], name="catalogue_field"),
            models.Index(fields=["item", "organ"], name="catalogue_item"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The narrowest title."""
        return self.level3 or self.level2 or self.level1

    @property
    def path(self) -> str:
        """All titles, from wide to narrow, each once."""
        return " / ".join(dict.fromkeys(part for part in (self.level1, self.level2, self.level3) if part))

    @property
    def limit(self) -> Limit:
        return read_limit(self.limit_text)

    @property
    def levels(self) -> list[str]:
        return [code for code in self.level_codes.split(",") if code]

    @property
    def named_channels(self) -> list[Channel]:
        return [Channel(*row) for row in self.channels]

    @property
    def elements(self) -> list[str]:
        return [line for line in self.content.splitlines() if line.strip()]

    @property
    def field_slug(self) -> str:
        return field_slug(self.field)

    @property
    def ledger_name(self) -> str:
        return f"catalogue-entry:{self.pk}"


class Binding(models.Model):
    """A row and one thing that fulfils it. ``kind`` and ``key`` are those of ``targets``; ``title``: as it was called."""

    entry = models.ForeignKey(
        CatalogueEntry, models.CASCADE, related_name="bindings", verbose_name=_("catalogue entry")
    )
    kind = models.CharField(_("kind"), max_length=20)
    key = models.CharField(_("key"), max_length=80)
    title = models.CharField(_("title"), max_length=300, blank=True)
    bound_at = models.DateTimeField(_("bound at"), auto_now_add=True)

    class Meta:
        verbose_name = _("binding")
        verbose_name_plural = _("bindings")
        ordering = ["entry", "id"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "kind", "key"], name="catalogue_bound_once"),
        ]
        indexes = [models.Index(fields=["kind", "key"], name="catalogue_bound_to")]

    def __str__(self) -> str:
        return f"{self.entry} → {self.title}"


class EntryDay(models.Model):
    """A day the duty holder puts on record: that information came into being, or was posted where no page shows it."""

    class Kind(models.TextChoices):
        FORMED = "formed", _("Came into being or changed")
        POSTED = "posted", _("Published elsewhere")

    entry = models.ForeignKey(
        CatalogueEntry, models.CASCADE, related_name="days", verbose_name=_("catalogue entry")
    )
    kind = models.CharField(_("kind"), max_length=6, choices=Kind)
    day = models.DateField(_("day"))
    words = models.CharField(_("what or where"), max_length=200)
    noted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    noted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("day of a catalogue entry")
        verbose_name_plural = _("days of catalogue entries")
        ordering = ["-day", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "kind", "day", "words"], name="catalogue_day_once"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.words}"


class Reminder(models.Model):
    """A step that the duty holder was told of, so that no duty is told twice for the same period."""

    entry = models.ForeignKey(CatalogueEntry, models.CASCADE, related_name="reminders")
    step = models.CharField(max_length=10)
    due_on = models.DateField()
    told_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "step", "due_on"], name="catalogue_told_once"),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.step} {self.due_on}"
