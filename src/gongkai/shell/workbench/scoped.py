"""Wagtail's generic views, kept to what a person may see and to the one way to write."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.paginator import WagtailPaginator
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.snippets.views.chooser import SnippetChooserViewSet
from wagtail.snippets.views.snippets import CreateView, EditView, IndexView, SnippetViewSet
from wagtail.snippets.widgets import AdminSnippetChooser


class DayColumn(Column):
    """A day as officials write it, not "5 years ago"."""

    def get_value(self, instance: Any) -> str:
        value = super().get_value(instance)
        if isinstance(value, dt.datetime):
            value = timezone.localtime(value).date()
        return value.isoformat() if value else ""


class ScopedPaginator(WagtailPaginator):
    @property
    def items_count_label(self) -> str:
        return ngettext("%(count)d entry", "%(count)d entries", self.count) % {"count": self.count}


class ScopedIndexView(IndexView):
    """A list without boxes to tick: what Wagtail offers for several at once would go past the services."""

    paginator_class = ScopedPaginator

    @cached_property
    def columns(self) -> list[Any]:
        return [column for column in super().columns if not isinstance(column, BulkActionsCheckboxColumn)]


class NoDeletion(ModelPermissionPolicy):
    """Nobody deletes through Wagtail, not even a superuser: the ledger would not know."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action != "delete" and bool(super().user_has_permission(user, action))


class Chooser(AdminSnippetChooser):
    """Wagtail's puts its words together once and for all, in the language of whoever came first."""

    def __init__(self, model: Any, **named: Any) -> None:
        super().__init__(model, **named)
        name = model._meta.verbose_name
        self.choose_one_text = format_lazy(gettext_lazy("Choose {object}"), object=name)
        self.choose_another_text = format_lazy(gettext_lazy("Choose another {object}"), object=name)
        self.link_to_chosen_text = format_lazy(gettext_lazy("Edit this {object}"), object=name)

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Wagtail's ends in a script in the page; here ``static/workbench/starts.js`` starts it."""
        chosen, place = self.get_value_data(value), (attrs or {})["id"]
        return format_html(
            '{}<span hidden data-start="{}" data-arguments="{}"></span>',
            self.render_html(name, chosen, attrs),
            self.js_constructor,
            json.dumps([place, self.get_js_init_options(place, name, chosen)]),
        )


class ScopedChooserViewSet(SnippetChooserViewSet):
    @cached_property
    def widget_class(self) -> Chooser:
        return Chooser(model=self.model, icon=self.icon)


class ScopedViewSet(SnippetViewSet):
    """A viewset whose every view, list and chooser shows only ``visible(user)``.

    Wagtail scopes the list alone; here each address that names an object is checked before its view runs.
    """

    copy_view_enabled = False
    index_view_class = ScopedIndexView
    chooser_viewset_class = ScopedChooserViewSet

    @property
    def permission_policy(self) -> ModelPermissionPolicy:
        return NoDeletion(self.model)

    def visible(self, user: Any) -> models.QuerySet[Any]:
        return self.model._default_manager.all()

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return self.visible(request.user)

    def construct_view(self, view_class: Any, **kwargs: Any) -> Callable[..., HttpResponse]:
        view = super().construct_view(view_class, **kwargs)

        def scoped(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
            if "pk" in named and request.user.is_authenticated:
                known = self.visible(request.user).filter(pk=unquote(str(named["pk"])))
                if not known.exists():
                    raise Http404
            return view(request, *arguments, **named)

        return scoped


class _ServiceForm:
    """Save a form by a service; what the service refuses stands beside the form, and nothing is half-saved."""

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            with transaction.atomic():
                return super().form_valid(form)  # type: ignore[misc]
        except ValidationError as refusal:
            known = set(form.fields)
            if hasattr(refusal, "error_dict"):
                for name, errors in refusal.error_dict.items():
                    form.add_error(name if name in known else None, errors)
            else:
                form.add_error(None, refusal)
        except PermissionDenied as refusal:
            form.add_error(None, [str(refusal), *getattr(refusal, "reasons", ())])
        # Wagtail sets these when a form is invalid, and only then; what a service refuses it has never heard of.
        self.produced_error_code = "validation_error"
        self.produced_error_message = self.get_error_message()  # type: ignore[attr-defined]
        return self.form_invalid(form)  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        """The cleaned fields of the form."""
        form = self.form  # type: ignore[attr-defined]
        return {name: form.cleaned_data[name] for name in form.fields if name in form.cleaned_data}


class ServiceCreateView(_ServiceForm, CreateView):
    """``create(user, facts)`` of the viewset makes the object."""

    create: Callable[[Any, dict[str, Any]], Any]

    def save_instance(self) -> Any:
        self.has_content_changes = True
        self.new_revision = None
        return type(self).create(self.request.user, self.facts())


class ServiceEditView(_ServiceForm, EditView):
    """``amend(user, object, facts)`` of the viewset changes it; only facts that changed are handed over."""

    amend: Callable[[Any, Any, dict[str, Any]], Any]

    def save_instance(self) -> Any:
        form = self.form
        self.has_content_changes = form.has_changed()
        self.new_revision = None
        changed = {name: value for name, value in self.facts().items() if name in form.changed_data}
        known = self.model._default_manager.get(pk=form.instance.pk)
        return type(self).amend(self.request.user, known, changed) if changed else known
