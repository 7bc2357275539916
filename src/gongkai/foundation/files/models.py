"""A file as it was handed in, kept under its hash."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class StoredFile(models.Model):
    """One file. Two uploads of the same bytes share one file on disk."""

    sha256 = models.CharField(max_length=64, db_index=True, editable=False)
    name = models.CharField(_("file name"), max_length=200)
    size = models.PositiveBigIntegerField(_("size"), editable=False)
    media_type = models.CharField(_("file type"), max_length=100, editable=False)
    extension = models.CharField(max_length=10, editable=False)
    uploaded_by = models.CharField(max_length=60, editable=False)
    """The actor as the ledger names it."""
    created_at = models.DateTimeField(_("uploaded"), auto_now_add=True)

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.name}（{self.label()}）"

    @property
    def path(self) -> Path:
        """Where the bytes are."""
        return stored_path(self.sha256, self.extension)

    def label(self) -> str:
        """What a download link says beside the name: "PDF，1.2 MB"."""
        return f"{self.extension.upper()}，{readable_size(self.size)}"


class HeldFile(models.Model):
    """A file that came with a form, for whoever sent it there; ``holding`` looks after it."""

    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    holder = models.CharField(max_length=60)
    """The actor as the ledger names it."""
    place = models.CharField(max_length=80, blank=True)
    """The form; empty once it was taken."""
    field = models.CharField(max_length=40, blank=True)
    held_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = _("file of a form")
        verbose_name_plural = _("files of forms")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.file} {self.place}"


def stored_path(sha256: str, extension: str) -> Path:
    return Path(settings.GONGKAI_DATA) / "files" / sha256[:2] / f"{sha256}.{extension}"


def readable_size(size: int) -> str:
    """1 KB is 1,000 bytes, as people and operating systems count."""
    if size < 1000:
        return f"{size} B"
    for unit in ("KB", "MB"):
        size_in_unit = size / (1000 if unit == "KB" else 1_000_000)
        if size_in_unit < 1000:
            return f"{size_in_unit:.1f} {unit}" if size_in_unit < 10 else f"{size_in_unit:.0f} {unit}"
    return f"{size / 1e9:.1f} GB"
