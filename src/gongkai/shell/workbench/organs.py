"""Organs and files in the workbench."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import ManyToOneRel, Q
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column

from gongkai.engines.casework.filing import APPLICANT_UPLOADS
from gongkai.foundation.files.kinds import KINDS
from gongkai.foundation.files.models import StoredFile
from gongkai.foundation.files.services import FileRefused, store
from gongkai.foundation.organs.models import Organ
from gongkai.foundation.organs.services import amend_organ, establish_organ
from gongkai.shell.workbench.scoped import (
    DayColumn,
    ScopedChooserViewSet,
    ScopedIndexView,
    ScopedViewSet,
    ServiceCreateView,
    ServiceEditView,
)


class OrganCreateView(ServiceCreateView):
    create = staticmethod(lambda user, facts: establish_organ(actor=user.ledger_name, **facts))


class OrganEditView(ServiceEditView):
    amend = staticmethod(
        lambda user, organ, facts: amend_organ(
            organ=organ,
            actor=user.ledger_name,
            **{name: value for name, value in facts.items() if name != "parent"},
        )
    )


class OrganViewSet(ScopedViewSet):
    model = Organ
    icon = "group"
    menu_label = _("Organs")
    menu_order = 300
    add_to_admin_menu = True
    base_url_path = "organs"
    add_view_class = OrganCreateView
    edit_view_class = OrganEditView
    list_per_page = 50
    list_display = [
        "name",
        Column("get_level_display", label=_("Level")),
        Column("parent", label=_("Superior organ")),
        Column("phone", label=_("Phone")),
    ]
    list_filter = ["level", "kind"]
    panels = [
        FieldPanel("name"),
        FieldPanel("short_name"),
        FieldPanel("code"),
        MultiFieldPanel(
            [FieldPanel("level"), FieldPanel("kind"), FieldPanel("parent")], _("Place in the tree")
        ),
        MultiFieldPanel(
            [FieldPanel("document_mark"), FieldPanel("organisation_code"), FieldPanel("credit_code")],
            _("Codes"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("address"),
                FieldPanel("postcode"),
                FieldPanel("office_hours"),
                FieldPanel("phone"),
                FieldPanel("fax"),
                FieldPanel("email"),
                FieldPanel("website"),
                FieldPanel("head_name"),
                FieldPanel("disclosure_office"),
                FieldPanel("functions"),
            ],
            _("Public particulars (条例 Art. 12)"),
        ),
        FieldPanel("seal"),
    ]


class FileForm(WagtailAdminModelForm):
    """Upload: the file is judged by its content; all reasons against it stand at the field."""

    upload = forms.FileField(
        label=_("Attachment file"), help_text=_("Accepted: %s.") % "、".join(sorted(KINDS)), required=True
    )

    class Meta:
        model = StoredFile
        fields: list[str] = []


class FileCreateView(ServiceCreateView):
    @staticmethod
    def create(user: Any, facts: dict[str, Any]) -> StoredFile:
        upload = facts["upload"]
        try:
            return store(content=upload.file, name=upload.name, actor=user.ledger_name)
        except FileRefused as refusal:
            reasons = [f"{fault.message}{fault.mend}" for fault in refusal.faults]
            raise ValidationError({"upload": reasons}) from None


def library_files() -> models.QuerySet[StoredFile]:
    """What was handed in here, or hangs on a document or an organ already. What only a case, a letter or a redaction
    holds stays with it, and so does what came by the public pages: it may be anybody's identity card."""
    ours, others = Q(), Q()
    for relation in StoredFile._meta.get_fields(include_hidden=True):
        if isinstance(relation, ManyToOneRel):
            name = relation.field.name
            holders = relation.related_model._default_manager.filter(**{f"{name}__isnull": False})
            held = Q(pk__in=holders.values(name))
            if relation.related_model._meta.app_label in ("documents", "organs"):
                ours |= held
            else:
                others |= held
    return StoredFile.objects.filter(ours | ~others).exclude(uploaded_by=APPLICANT_UPLOADS)


class FileChooserViewSet(ScopedChooserViewSet):
    def get_object_list(self) -> models.QuerySet[StoredFile]:
        return library_files()


class FileIndexView(ScopedIndexView):
    page_title = _("Attachment files")


class FileViewSet(ScopedViewSet):
    """Files are added and chosen, never changed: another content is another file."""

    model = StoredFile
    icon = "doc-empty"
    menu_label = _("Attachment files")
    index_view_class = FileIndexView
    chooser_viewset_class = FileChooserViewSet
    menu_order = 150
    add_to_admin_menu = True
    base_url_path = "files"
    add_view_class = FileCreateView
    inspect_view_enabled = True
    inspect_view_fields = ["name", "size", "media_type", "sha256", "created_at"]
    list_display = [
        "name",
        Column("label", label=_("Type and size")),
        DayColumn("created_at", label=_("Uploaded")),
    ]
    edit_handler = ObjectList([FieldPanel("upload")], base_form_class=FileForm)

    def visible(self, user: Any) -> models.QuerySet[Any]:
        return library_files()
