"""The document library: every text the city publishes, once, whichever sites and columns show it.

A row holds what the public sees; drafts and earlier states are Wagtail revisions of it. Nothing here publishes:
``services`` does, and ``reviews`` decides whether it may. ``save`` refuses every other hand that tries to make a
document public or to take it away (``gate``).
"""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.fields import StreamField
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    Orderable,
    PreviewableMixin,
    RevisionMixin,
    WorkflowMixin,
)

from gongkai.foundation.accounts.models import Role
from gongkai.foundation.organs.models import Level, Organ
from gongkai.foundation.statutes import exemptions
from gongkai.wings.publishing.documents import gate, preview
from gongkai.wings.publishing.documents.blocks import BodyBlock
from gongkai.wings.publishing.documents.kinds import (
    Attribute,
    Authority,
    InterpretationForm,
    Kind,
    LinkKind,
)
from gongkai.wings.publishing.documents.querysets import DocumentQuerySet
from gongkai.wings.publishing.documents.rules import attribute_obstacles


class Document(
    WorkflowMixin,
    DraftStateMixin,
    LockableMixin,
    RevisionMixin,
    PreviewableMixin,
    ClusterableModel,
):
    """One document with the metadata the State asks for (条例 Art. 12, 国办发〔2017〕47号).

    A new document is a draft: Wagtail's own default, public at once, is turned round here.

    ``live`` says whether the public sees it. ``validity`` is not a column: it follows from the dates and from
    the links of other documents (``rules.validity_timeline``).
    """

    live = models.BooleanField(_("public"), default=False, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    title = models.CharField(_("title"), max_length=300)
    summary = models.TextField(_("summary"), blank=True, max_length=1000)
    body = StreamField(BodyBlock(), verbose_name=_("text"), blank=True)
    html = models.TextField(_("published text"), blank=True, editable=False)
    """The body as clean HTML, made once at publication; the press reads only this."""
    text = models.TextField(editable=False, blank=True)
    """The visible characters of ``html``: for scans, search and similarity."""
    keywords = models.CharField(
        _("keywords"), max_length=200, blank=True, help_text=_("Separated by spaces.")
    )

    issuer = models.ForeignKey(
        "organs.Organ", models.PROTECT, verbose_name=_("issuing organ"), related_name="documents"
    )
    joint_issuers = ParentalManyToManyField(
        "organs.Organ", verbose_name=_("joint issuers"), blank=True, related_name="joint_documents"
    )
    kept_by = models.ForeignKey(
        "organs.Organ",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("kept by"),
        related_name="kept_documents",
        help_text=_("The organ that answers for this entry; empty: the issuing organ."),
    )
    document_number = models.CharField(
        _("document number"), max_length=60, blank=True, help_text=_("For example 海府〔2020〕14号.")
    )
    index_number = models.CharField(
        _("index number"),
        max_length=60,
        blank=True,
        help_text=_(
            "Generated at publication: organ code/year-serial. Fill in only for texts that have one."
        ),
    )
    subject = models.CharField(_("subject"), max_length=60, blank=True)
    """``class`` or ``class/sub-class`` of the State Council's 22 subject classes (foundation.statutes)."""
    disclosure_item = models.CharField(_("statutory item"), max_length=10, blank=True)
    """The item of 条例 Art. 20 it fulfils, as its number "1" … "15", or "21" for Art. 21."""

    written_on = models.DateField(_("written on"), null=True, blank=True)
    effective_on = models.DateField(_("effective from"), null=True, blank=True)
    expires_on = models.DateField(_("last day in force"), null=True, blank=True)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True, editable=False)
    disclosure_decided_on = models.DateField(
        _("disclosure decided on"),
        null=True,
        blank=True,
        help_text=_("For an old text opened only now: the 20 working days run from this day."),
    )

    attribute = models.CharField(_("disclosure attribute"), max_length=12, choices=Attribute, blank=True)
    attribute_reason = models.TextField(_("reason for not disclosing"), blank=True, max_length=1000)
    attribute_provision = models.CharField(_("provision"), max_length=60, blank=True)
    """Code of an exemption ground of 条例 Arts. 14–16 (``statutes.exemptions``) when withheld."""
    reassessed_on = models.DateField(_("last reassessed on"), null=True, blank=True, editable=False)
    """When it was last asked whether the reason for not disclosing still holds (条例 Art. 18)."""

    source = models.CharField(_("source"), max_length=120, blank=True)
    author = models.CharField(_("author"), max_length=60, blank=True)
    interpretation_form = models.CharField(
        _("form of interpretation"), max_length=10, choices=InterpretationForm, blank=True
    )
    series = models.ForeignKey(
        "documents.Series",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("series"),
        related_name="issues",
    )
    issue_number = models.PositiveIntegerField(_("issue number"), null=True, blank=True)

    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, editable=False)
    withdrawal_reason = models.TextField(_("reason for withdrawal"), blank=True, editable=False)
    withdrawn_title = models.CharField(max_length=300, blank=True, editable=False)
    """The title the public knew; the notice shows it, however the draft of the correction is called."""

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["-published_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["index_number"], condition=~Q(index_number=""), name="documents_index_number_once"
            ),
            models.UniqueConstraint(
                fields=["series", "issue_number"],
                condition=Q(series__isnull=False),
                name="documents_issue_once",
            ),
            models.CheckConstraint(
                condition=Q(attribute__in=["", *Attribute.values]), name="documents_attribute_known"
            ),
            models.CheckConstraint(
                condition=Q(live=False) | Q(attribute=Attribute.PROACTIVE), name="documents_live_is_proactive"
            ),
            models.CheckConstraint(
                condition=Q(live=False) | Q(published_at__isnull=False, withdrawn_at__isnull=True),
                name="documents_live_is_published",
            ),
        ]
        indexes = [
            # Of the public ones alone: SQLite finds no use for a truth value in front of other columns.
            models.Index(fields=["-published_at"], condition=Q(live=True), name="documents_public_days"),
            # The directory asks for what an organ published in a year, for each change of one document.
            models.Index(fields=["issuer", "published_at"], name="documents_issuer_days"),
            models.Index(fields=["kept_by", "published_at"], name="documents_keeper_days"),
            models.Index(fields=["issuer", "kind"]),
            models.Index(fields=["document_number"]),
        ]

    def __str__(self) -> str:
        return self.title

    # -- what belongs to the document as a whole, not to one revision of its text --------------------------
    KEPT_ACROSS_REVISIONS = (
        "html",
        "text",
        "published_at",
        "live_revision_id",
        "last_published_at",
        "created_by_id",
        "created_at",
        "reassessed_on",
        "withdrawn_at",
        "withdrawal_reason",
        "withdrawn_title",
    )

    _live_in_database: bool | None = False
    """What the row says about ``live``; None while it has not been loaded."""

    @classmethod
    def from_db(cls, db: str | None, field_names: Any, values: Any) -> Self:
        document = super().from_db(db, field_names, values)
        document._live_in_database = document.__dict__.get("live")
        return document

    def refresh_from_db(self, using: str | None = None, fields: Any = None, **kwargs: Any) -> None:
        super().refresh_from_db(using=using, fields=fields, **kwargs)
        if fields is None or "live" in fields:
            self._live_in_database = self.__dict__.get("live")

    def with_content_json(self, content: dict[str, Any]) -> Document:
        document: Document = super().with_content_json(content)
        for name in self.KEPT_ACROSS_REVISIONS:
            setattr(document, name, getattr(self, name))
        # A number once given stays with the document, whatever an older revision says.
        document.index_number = self.index_number or document.index_number
        document._live_in_database = self._live_in_database
        return document

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Refuses to change whether the public sees the document, unless ``services`` does it (``gate``)."""
        if "live" in self.__dict__ and self.live != self._live_in_database:
            gate.require_open()
        super().save(*args, **kwargs)
        self._live_in_database = self.__dict__.get("live")

    def publish(self, *args: Any, **kwargs: Any) -> None:
        """Wagtail's way to publish or to schedule: refused, whoever asks (``services.publish_revision``)."""
        gate.require_open()
        super().publish(*args, **kwargs)

    def unpublish(self, *args: Any, **kwargs: Any) -> None:
        """Wagtail's way to take away: refused, for it leaves no reason behind (``services.withdraw``)."""
        gate.require_open()
        super().unpublish(*args, **kwargs)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """Beside the editor, and of a revision: the page as the public would get it (``preview``)."""
        return HttpResponse(preview.printed(self))

    def clean(self) -> None:
        super().clean()
        if self.go_live_at or self.expire_at:
            raise ValidationError(
                _("A document goes public by its final review and leaves by withdrawal, not by a timer."),
                code="timer",
            )
        if self.kept_by_id is None and self.created_by is not None and self._made_outside():
            self.kept_by = self.created_by.organs(Role.DRAFTER).order_by("path").first()
        if self.attribute == Attribute.WITHHELD:
            faults = attribute_obstacles(
                attribute=self.attribute,
                reason=self.attribute_reason,
                provision=self.attribute_provision,
                grounds={ground.code for ground in exemptions()},
            )
            if faults:
                raise ValidationError({fault.field: [fault.message] for fault in faults})

    def _made_outside(self) -> bool:
        return self.issuer_id is not None and self.issuer.level == Level.OUTSIDE

    @property
    def responsible(self) -> Organ:
        """The organ whose people draft, review and withdraw it: the maker, or the keeper of what others made."""
        return self.kept_by or self.issuer

    @property
    def notice_title(self) -> str:
        """The title to show while the document is withdrawn."""
        return self.withdrawn_title or self.title

    @property
    def abstract(self) -> str:
        """The summary the catalogue must carry (条例 Art. 12): written, or the beginning of the text."""
        return self.summary or self.text[:120]


class Series(models.Model):  # type: ignore[django-manager-missing]  # the stubs lose sight of as_manager()
    """Numbered issues that must have no gap (the 36 briefs on poverty relief)."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    slug = models.SlugField(_("address"), max_length=60, unique=True)
    organ = models.ForeignKey("organs.Organ", models.PROTECT, verbose_name=_("organ"), related_name="series")
    first_issue = models.PositiveIntegerField(_("first issue number"), default=1)
    every_days = models.PositiveIntegerField(
        _("expected interval (days)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("An issue later than this raises an alarm; empty: only gaps in the numbers are watched."),
    )
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = _("series")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.every_days is not None and self.every_days > 3660:
            raise ValidationError({"every_days": [_("At most ten years (3660 days).")]})


class Publication(models.Model):
    """One time a document went public: which revision, by whose act, and on what authority.

    A withdrawn and corrected document has several. A forced publication is told from a reviewed one here.
    """

    document = models.ForeignKey(Document, models.PROTECT, related_name="publications")
    revision = models.ForeignKey("wagtailcore.Revision", models.PROTECT, null=True, related_name="+")
    authority = models.CharField(_("authority"), max_length=10, choices=Authority)
    reason = models.TextField(_("reason"), blank=True)
    """Of a forced publication; of a migrated one, where it comes from."""
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        ordering = ["document", "-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(authority=Authority.FORCED) | ~Q(reason=""), name="documents_forced_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document} · {self.get_authority_display()}"


class DocumentLink(Orderable):
    """What ``document`` does to ``target``. It counts once ``document`` is public."""

    document = ParentalKey(Document, on_delete=models.CASCADE, related_name="links")
    target = models.ForeignKey(
        Document, models.PROTECT, verbose_name=_("target document"), related_name="links_in"
    )
    kind = models.CharField(_("kind"), max_length=16, choices=LinkKind)
    effective_on = models.DateField(
        _("effective from"), null=True, blank=True, help_text=_("Empty: when the document takes effect.")
    )
    scope = models.CharField(_("scope"), max_length=200, blank=True, help_text=_("Articles concerned."))

    class Meta(Orderable.Meta):
        verbose_name = _("link to another document")
        verbose_name_plural = _("links to other documents")
        constraints = [
            models.UniqueConstraint(fields=["document", "target", "kind"], name="documents_link_once"),
            models.CheckConstraint(condition=~Q(document=models.F("target")), name="documents_link_not_self"),
        ]


class Attachment(Orderable):
    """A file that belongs to a document and is published with it."""

    document = ParentalKey(Document, on_delete=models.CASCADE, related_name="attachments")
    file = models.ForeignKey("files.StoredFile", models.PROTECT, verbose_name=_("file"), related_name="+")
    title = models.CharField(_("title"), max_length=200)

    class Meta(Orderable.Meta):
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")


class IndexSerial(models.Model):
    """The last serial given out for one organ code and year; locked while the next one is taken."""

    organ_code = models.CharField(max_length=40)
    year = models.PositiveIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organ_code", "year"], name="documents_serial_once")]

    def __str__(self) -> str:
        return f"{self.organ_code}/{self.year}-{self.last:05d}"
