"""The library in the workbench: list, editor, chooser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import django_filters
from csp.decorators import csp_update
from django import forms
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.snippets.views.snippets import CreateView, EditView

from gongkai.foundation.accounts.models import Role
from gongkai.foundation.hanzi import fold
from gongkai.foundation.organs.models import Level, Organ
from gongkai.foundation.statutes import disclosure_items, exemptions, subjects
from gongkai.shell.workbench.organs import library_files
from gongkai.shell.workbench.scoped import DayColumn, ScopedChooserViewSet, ScopedViewSet
from gongkai.wings.publishing.documents.kinds import Attribute, Kind
from gongkai.wings.publishing.documents.models import Document
from gongkai.wings.publishing.documents.services import record_edit

_EMPTY = ("", "—")
_with_styles: Callable[[Any], Any] = csp_update({"style-src": "'unsafe-inline'"})


class DocumentForm(WagtailAdminModelForm):
    """The editor's form: codes are chosen from the statutory lists, organs from those the editor serves."""

    subject = forms.ChoiceField(label=_("Subject"), required=False)
    disclosure_item = forms.ChoiceField(label=_("Statutory item (条例 Art. 20)"), required=False)
    attribute_provision = forms.ChoiceField(label=_("Ground for not disclosing"), required=False)

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        if "subject" in self.fields:
            self.fields["subject"].choices = [_EMPTY, *_subject_choices()]
        if "disclosure_item" in self.fields:
            items = [(item.code, f"（{item.code}）{item.label}") for item in disclosure_items()]
            self.fields["disclosure_item"].choices = [
                _EMPTY,
                *items,
                ("21", str(_("Art. 21, local matters"))),
            ]
        if "attribute_provision" in self.fields:
            grounds = [
                (ground.code, f"{ground.label}（{ground.provision.cite_short()}）") for ground in exemptions()
            ]
            self.fields["attribute_provision"].choices = [_EMPTY, *grounds]
        if "issuer" in self.fields and self.for_user is not None:
            served = self.for_user.organs(Role.DRAFTER)
            self.fields["issuer"].queryset = served | Organ.objects.filter(level=Level.OUTSIDE)
        if "attachments" in self.formsets:
            for form in self.formsets["attachments"].forms:
                form.fields["file"].queryset = library_files()


def _subject_choices() -> list[tuple[str, Any]]:
    choices: list[tuple[str, Any]] = []
    for subject in subjects():
        parts = [(f"{subject.name}/{part}", part) for part in subject.children]
        choices.append((subject.name, [(subject.name, subject.name), *parts]))
    return choices


class DocumentFilters(WagtailFilterSet):
    words = django_filters.CharFilter(method="with_words", label=_("Title, document or index number"))
    kind = django_filters.MultipleChoiceFilter(
        choices=Kind.choices, label=_("Document kind"), widget=forms.CheckboxSelectMultiple
    )
    attribute = django_filters.MultipleChoiceFilter(
        choices=Attribute.choices, label=_("Disclosure attribute"), widget=forms.CheckboxSelectMultiple
    )
    state = django_filters.ChoiceFilter(
        label=_("State"),
        method="in_state",
        choices=[
            ("public", _("Public")),
            ("draft", _("Never public")),
            ("withdrawn", _("Withdrawn")),
            ("no_attribute", _("Without attribute")),
        ],
    )
    year = django_filters.NumberFilter(label=_("Year of publication"), field_name="published_at__year")

    class Meta:
        model = Document
        fields: list[str] = []

    def with_words(self, rows: Any, name: str, value: str) -> Any:
        """Any part of title, document number or index number, in either script."""
        for word in {value.strip(), fold(value).strip()} - {""}:
            found = (
                models.Q(title__icontains=word)
                | models.Q(document_number__icontains=word)
                | models.Q(index_number__icontains=word)
            )
            matching = rows.filter(found)
            if matching.exists():
                return matching
        return rows.none() if value.strip() else rows

    def in_state(self, rows: Any, name: str, value: str) -> Any:
        match value:
            case "public":
                return rows.public()
            case "draft":
                return rows.filter(published_at__isnull=True)
            case "withdrawn":
                return rows.withdrawn()
            case "no_attribute":
                return rows.without_attribute()
        return rows


class _Recorded:
    """Each saved draft is an entry in the ledger, in the same transaction."""

    def save_instance(self) -> Any:
        with transaction.atomic():
            document = super().save_instance()  # type: ignore[misc]
            if self.new_revision is not None:  # type: ignore[attr-defined]
                record_edit(
                    document=document,
                    author=self.request.user,  # type: ignore[attr-defined]
                    revision=self.new_revision,  # type: ignore[attr-defined]
                    facts=self.form.changed_data,  # type: ignore[attr-defined]
                )
        return document


class DocumentCreateView(_Recorded, CreateView):
    """A new text is saved by its button alone. Were the editor to save by itself at the same moment, both would create,
    and one text would be two documents."""

    def setup(self, request: HttpRequest, *arguments: Any, **named: Any) -> None:
        super().setup(request, *arguments, **named)
        self.autosave_enabled = False

    def get_initial_form_instance(self) -> Document:
        return Document(created_by=self.request.user, source="")


class DocumentEditView(_Recorded, EditView):
    pass


class DocumentChooserViewSet(ScopedChooserViewSet):
    """Links may point at what is public and at what the editor's own organs keep."""

    def get_object_list(self) -> Any:
        return Document.objects.public()


_TEXT = [
    FieldPanel("kind"),
    FieldPanel("title"),
    FieldPanel("summary"),
    FieldPanel("body"),
    InlinePanel("attachments", label=_("Attachments")),
]
_FACTS = [
    MultiFieldPanel([FieldPanel("issuer"), FieldPanel("joint_issuers"), FieldPanel("kept_by")], _("Issuer")),
    MultiFieldPanel([FieldPanel("document_number"), FieldPanel("index_number")], _("Numbers")),
    MultiFieldPanel(
        [FieldPanel("subject"), FieldPanel("disclosure_item"), FieldPanel("keywords")], _("Classification")
    ),
    MultiFieldPanel(
        [
            FieldPanel("written_on"),
            FieldPanel("effective_on"),
            FieldPanel("expires_on"),
            FieldPanel("disclosure_decided_on"),
        ],
        _("Dates"),
    ),
    MultiFieldPanel([FieldPanel("source"), FieldPanel("author")], _("Source")),
]
_ATTRIBUTE = [FieldPanel("attribute"), FieldPanel("attribute_provision"), FieldPanel("attribute_reason")]
_LINKS = [
    InlinePanel("links", label=_("Links to other documents")),
    MultiFieldPanel([FieldPanel("interpretation_form")], _("Interpretation")),
    MultiFieldPanel([FieldPanel("series"), FieldPanel("issue_number")], _("Series")),
]


class DraftsMayGo(ModelPermissionPolicy):
    """Whoever may write texts may ask for a draft's deletion; the service decides (``reviews.wagtail_hooks``)."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return bool(super().user_has_permission(user, "change" if action == "delete" else action))


class DocumentViewSet(ScopedViewSet):
    model = Document
    icon = "doc-full"
    menu_label = _("Documents")
    menu_order = 100
    add_to_admin_menu = True
    base_url_path = "library/documents"
    chooser_viewset_class = DocumentChooserViewSet
    add_view_class = DocumentCreateView
    edit_view_class = DocumentEditView
    filterset_class = DocumentFilters
    list_per_page = 30
    list_display = [
        "title",
        Column("get_kind_display", label=_("Document kind"), sort_key="kind"),
        Column("issuer", label=_("Issuer")),
        Column("document_number", label=_("Document number")),
        BooleanColumn("live", label=_("Public")),
        DayColumn("published_at", label=_("Published on"), sort_key="published_at"),
        DayColumn(
            "latest_revision.created_at", label=_("Changed on"), sort_key="latest_revision__created_at"
        ),
    ]
    list_export = [
        "index_number",
        "title",
        "kind",
        "issuer",
        "document_number",
        "subject",
        "attribute",
        "written_on",
        "effective_on",
        "expires_on",
        "published_at",
        "live",
    ]
    export_filename = "documents"
    ordering = ["-id"]
    edit_handler = TabbedInterface(
        [
            ObjectList(_TEXT, heading=_("Body text")),
            ObjectList(_FACTS, heading=_("Facts")),
            ObjectList(_ATTRIBUTE, heading=_("Disclosure attribute")),
            ObjectList(_LINKS, heading=_("Relations")),
        ],
        base_form_class=DocumentForm,
    )

    @property
    def permission_policy(self) -> ModelPermissionPolicy:
        return DraftsMayGo(self.model)

    def construct_view(self, view_class: Any, **kwargs: Any) -> Callable[..., HttpResponse]:
        """The text's editor writes style elements for its lists and empty lines; no other page may."""
        view = super().construct_view(view_class, **kwargs)
        return _with_styles(view) if issubclass(view_class, CreateView | EditView) else view

    def visible(self, user: Any) -> models.QuerySet[Any]:
        return Document.objects.visible_to(user).select_related("issuer", "latest_revision")
