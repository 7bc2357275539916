"""The disclosure catalogue in the workbench: the list with its filters, one row with what fulfils it and its history."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongkai.engines.exchange.spreadsheet import workbook
from gongkai.engines.exchange.tables import csv_text
from gongkai.foundation.accounts.models import Role, User
from gongkai.foundation.ledger.services import history
from gongkai.foundation.organs.models import Organ
from gongkai.foundation.statutes.disclosure import disclosure_items
from gongkai.shell.workbench.history import readable
from gongkai.shell.workbench.pages import WorkbenchPage, attempt, row_number
from gongkai.wings.disclosure.catalogue import services
from gongkai.wings.disclosure.catalogue.exporting import headings, limit_record, table_row, value_text
from gongkai.wings.disclosure.catalogue.facts import Facts
from gongkai.wings.disclosure.catalogue.gaps import item_label
from gongkai.wings.disclosure.catalogue.judging import column_label
from gongkai.wings.disclosure.catalogue.models import CatalogueEntry, EntryDay, EntryQuerySet
from gongkai.wings.disclosure.catalogue.renaming import former_rows
from gongkai.wings.disclosure.catalogue.standing import (
    EntryStanding,
    State,
    published_days,
    standing_of,
    standings,
)
from gongkai.wings.disclosure.catalogue.suggesting import chosen, suggestions
from gongkai.wings.disclosure.catalogue.targets import targets
from gongkai.wings.disclosure.catalogue.vocabulary import (
    audience_in,
    channels_in,
    levels_in,
)

ROLES: Final = (*services.BINDERS, Role.AUDITOR)
_PER_PAGE: Final = 50
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def table_answer(
    name: str, kind: str, heads: Sequence[str], rows: Iterable[Sequence[object]]
) -> HttpResponse:
    """A table as a file to download, CSV or XLSX."""
    file = f"{name}-{timezone.localdate()}.{kind}"
    content: str | bytes = workbook(heads, rows) if kind == "xlsx" else csv_text(heads, rows)
    return HttpResponse(
        content,
        content_type=_XLSX if kind == "xlsx" else "text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{file}"'},
    )


class CatalogueScreen(WorkbenchPage):
    """What every screen of the catalogue shares: the ways between them and the organs one serves."""

    roles: tuple[Role, ...] = ROLES
    header_icon = "list-ul"
    here = ""

    @property
    def user(self) -> User:
        user = self.request.user
        assert isinstance(user, User)
        return user

    def organs(self) -> list[Organ]:
        """Organs somebody may look at the catalogue of."""
        known = Organ.objects.all() if self.user.is_superuser else self.user.organs(*ROLES)
        return list(known.current(timezone.localdate()).order_by("path"))

    def entries(self) -> EntryQuerySet:
        rows = CatalogueEntry.objects.select_related("organ")
        return rows if self.user.is_superuser else rows.filter(organ__in=self.user.organs(*ROLES))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        ways = [
            ("list", _("Matters"), reverse("workbench_catalogue")),
            ("gaps", _("Gaps"), reverse("workbench_catalogue_gaps")),
            ("matrix", _("Coverage"), reverse("workbench_catalogue_matrix")),
        ]
        if any(self.user.has_role(role) for role in services.BINDERS) or self.user.is_superuser:
            ways.append(("proposals", _("Connect"), reverse("workbench_catalogue_proposals")))
        if self.may_keep():
            ways.append(("import", _("Take in a directory"), reverse("workbench_catalogue_import")))
            ways.append(("new", _("New matter"), reverse("workbench_catalogue_new")))
        return super().get_context_data(**kwargs) | {"ways": ways, "here": self.here}

    def may_keep(self, organ: Organ | None = None) -> bool:
        user = self.user
        return user.is_superuser or any(user.has_role(role, organ) for role in services.KEEPERS)

    def may_bind(self, organ: Organ) -> bool:
        user = self.user
        return user.is_superuser or any(user.has_role(role, organ) for role in services.BINDERS)


class CataloguePage(CatalogueScreen):
    """Every row one may see, by field, organ, state and item; also as a file that can be taken in again."""

    template_name = "workbench/catalogue.html"
    page_title = gettext_lazy("Disclosure catalogue")
    here = "list"

    def get(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        kind = request.GET.get("format", "")
        if kind not in ("csv", "xlsx"):
            return super().get(request, *arguments, **named)
        rows = [table_row(number, row.entry) for number, row in enumerate(self.found(), start=1)]
        return table_answer("catalogue", kind, headings(with_standing=False), rows)

    def asked(self) -> dict[str, str]:
        given = self.request.GET
        names = ("field", "organ", "state", "item", "words", "limit")
        return {name: given.get(name, "").replace("\x00", "").strip()[:100] for name in names}

    def narrowed(self) -> EntryQuerySet:
        asked, today = self.asked(), timezone.localdate()
        rows = self.entries()
        rows = rows.filter(retired_on__lte=today) if asked["state"] == State.RETIRED else rows.current(today)
        if asked["field"]:
            rows = rows.filter(field=asked["field"])
        if asked["organ"]:
            organ = Organ.objects.filter(code=asked["organ"]).first()
            rows = rows.of_branch(organ) if organ else rows.none()
        if asked["item"]:
            rows = rows.filter(item="" if asked["item"] == "none" else asked["item"])
        for word in asked["words"].split()[:5]:
            rows = rows.filter(_says(word))
        return rows.order_by("organ__path", "field", "position", "id")

    def found(self) -> list[EntryStanding]:
        """The rows asked for. A state is derived, so the rows of a state are told only after all have been looked at."""
        asked = self.asked()
        rows = list(standings(self.narrowed(), timezone.localdate()))
        if asked["state"] in State.values:
            rows = [row for row in rows if row.state == asked["state"]]
        if asked["limit"] == "unread":
            rows = [row for row in rows if row.limit_unread]
        return rows

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = self.asked()
        number = self.request.GET.get("p", "1")
        page = int(number) if number.isdecimal() and len(number) < 6 and int(number) else 1
        first = (page - 1) * _PER_PAGE
        if asked["state"] or asked["limit"]:
            rows = self.found()
            count, rows = len(rows), rows[first : first + _PER_PAGE]
        else:  # nothing derived is asked for: only what is shown needs to be looked at
            narrowed = self.narrowed()
            count = narrowed.count()
            rows = list(standings(narrowed[first : first + _PER_PAGE], timezone.localdate()))
        return super().get_context_data(**kwargs) | {
            "asked": asked,
            "rows": rows,
            "count": count,
            "before": self._address(p=str(page - 1)) if page > 1 else "",
            "more": self._address(p=str(page + 1)) if first + _PER_PAGE < count else "",
            "csv": self._address(format="csv"),
            "xlsx": self._address(format="xlsx"),
            "organs": self.organs(),
            "fields": self.entries().order_by("field").values_list("field", flat=True).distinct(),
            "states": State.choices,
            "items": [
                *((item.code, item_label(item.code)) for item in disclosure_items()),
                ("21", item_label("21")),
            ],
        }

    def _address(self, **changes: str) -> str:
        given = {name: value for name, value in self.asked().items() if value} | changes
        return "?" + urlencode(given)


def _says(word: str) -> Q:
    found = Q()
    for name in ("level1", "level2", "level3", "content", "basis", "limit_text"):
        found |= Q(**{f"{name}__icontains": word})
    return found


class EntryForm(forms.Form):
    """What a row says, as a keeper writes it."""

    field = forms.CharField(label=gettext_lazy("Field of the catalogue"), max_length=60)
    level1 = forms.CharField(label=gettext_lazy("Matter (level 1)"), max_length=200, required=False)
    level2 = forms.CharField(label=gettext_lazy("Matter (level 2)"), max_length=200, required=False)
    level3 = forms.CharField(label=gettext_lazy("Matter (level 3)"), max_length=200, required=False)
    content = forms.CharField(
        label=gettext_lazy("Content to publish"),
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        help_text=gettext_lazy("One element a line."),
    )
    basis = forms.CharField(
        label=gettext_lazy("Basis"), widget=forms.Textarea(attrs={"rows": 2}), required=False
    )
    limit_text = forms.CharField(
        label=gettext_lazy("Time limit"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("For example 信息形成或者变更之日起20个工作日内, 每年1月31日前, 按季度公开."),
    )
    channels = forms.CharField(
        label=gettext_lazy("Channels"),
        required=False,
        help_text=gettext_lazy("■ required, □ optional, for example ■政府网站 □政府公报."),
    )
    audience = forms.CharField(
        label=gettext_lazy("For whom"), required=False, help_text=gettext_lazy("全社会, or 特定群体：whom.")
    )
    mode = forms.ChoiceField(
        label=gettext_lazy("How disclosed"),
        choices=[("proactive", gettext_lazy("Proactively")), ("on_request", gettext_lazy("On request"))],
    )
    levels = forms.CharField(
        label=gettext_lazy("Levels"), required=False, help_text=gettext_lazy("For example 县级、乡级.")
    )
    item = forms.ChoiceField(label=gettext_lazy("Item of Art. 20"), required=False)

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        known = [*(item.code for item in disclosure_items()), "21"]
        self.fields["item"].choices = [("", "—"), *((code, item_label(code)) for code in known)]  # type: ignore[attr-defined]

    def clean_audience(self) -> tuple[str, str]:
        text = self.cleaned_data["audience"] or "全社会"
        read = audience_in(text)
        if read is None:
            raise forms.ValidationError(_("Write 全社会, or 特定群体：whom."))
        return read

    def clean_levels(self) -> tuple[str, ...]:
        found, strange = levels_in(self.cleaned_data["levels"])
        if strange:
            raise forms.ValidationError(_("Not a level: %s.") % "、".join(strange))
        return tuple(found)

    def facts(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        given["audience"], given["audience_group"] = given["audience"]
        given["channels"] = channels_in(given["channels"] or "■政府网站")
        return given


class NewEntryForm(EntryForm):
    """A row that is not there yet also says whose it is."""

    field_order = ("organ",)
    organ = forms.ChoiceField(
        label=gettext_lazy("Duty holder"),
        error_messages={"required": gettext_lazy("Choose the duty holder.")},
    )

    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in super().facts().items() if name != "organ"}


def _initial(entry: CatalogueEntry) -> dict[str, Any]:
    cells = dict(zip(("number", "field", "level1", "level2", "level3", "content", "basis", "limit_text", "subject",
                      "channels", "audience", "mode", "levels", "item"), table_row(0, entry), strict=True))  # fmt: skip
    return cells | {"mode": entry.mode}


class NewEntryPage(CatalogueScreen):
    """A row entered by hand."""

    template_name = "workbench/catalogue_new.html"
    page_title = gettext_lazy("New matter")
    roles = services.KEEPERS
    here = "new"

    def form(self, data: Any = None) -> NewEntryForm:
        form = NewEntryForm(data, initial={"audience": "全社会", "channels": "■政府网站"})
        mine = [organ for organ in self.organs() if self.may_keep(organ)]
        form.fields["organ"].choices = [("", "—"), *((organ.code, organ.name) for organ in mine)]  # type: ignore[attr-defined]
        return form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = kwargs.pop("form", None) or self.form()
        return super().get_context_data(**kwargs) | {"form": form}

    def post(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        form = self.form(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        organ = next(each for each in self.organs() if each.code == form.cleaned_data["organ"])
        made: list[CatalogueEntry] = []

        def add() -> None:
            made.append(services.add_entry(organ=organ, facts=Facts(**form.facts()), user=self.user))

        if attempt(request, add, _("The matter stands in the catalogue.")):
            return redirect("workbench_catalogue_entry", made[0].pk)
        return self.render_to_response(self.get_context_data(form=form), status=422)


class EntryPage(CatalogueScreen):
    """One row: what it says, how it stands, what fulfils it, what may, and everything that was done to it."""

    template_name = "workbench/catalogue_entry.html"
    page_title = gettext_lazy("Matter of the catalogue")

    def entry(self) -> CatalogueEntry:
        number = self.kwargs["pk"]
        if number > 2**63 - 1:
            raise Http404
        return get_object_or_404(self.entries(), pk=number)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        entry = self.entry()
        today = timezone.localdate()
        may_bind = self.may_bind(entry.organ) and entry.retired_on is None
        words = self.request.GET.get("words", "").replace("\x00", "").strip()[:60]
        kind = self.request.GET.get("kind", "")[:20]
        asked = bool(words or kind)
        return super().get_context_data(**kwargs) | {
            "entry": entry,
            "standing": standing_of(entry, today),
            "limit": limit_record(entry.limit),
            "rules": [_rule_sentence(rule) for rule in entry.limit.rules],
            "cells": _initial(entry),
            "days": entry.days.select_related("noted_by")[:20],
            "published": published_days(entry, today - dt.timedelta(days=730), today)[:24],
            "history": _history(entry),
            "suggestions": suggestions(entry) if may_bind and not asked else [],
            "former": former_rows(entry) if may_bind and not asked else [],
            "choices": chosen(kind, words, [entry.organ_id])[:100] if may_bind and asked else [],
            "asked": asked,
            "words": words,
            "kind": kind,
            "kinds": [(each.kind, each.title) for each in targets()],
            "may_bind": may_bind,
            "may_keep": self.may_keep(entry.organ),
            "day_kinds": EntryDay.Kind.choices,
            "today": today,
            "form": kwargs.get("form") or EntryForm(initial=_initial(entry)),
            "item": item_label(entry.item),
        }

    def post(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        entry, user = self.entry(), self.user
        act = request.POST.get("act", "")
        if act == "amend":
            form = EntryForm(request.POST)
            if not form.is_valid():
                messages.error(request, _("Nothing was changed: mend the fields marked below."))
                return self.render_to_response(self.get_context_data(form=form))
            facts = form.facts()
            attempt(
                request,
                lambda: services.amend_entry(entry=entry, user=user, **facts),
                _("The matter is changed."),
            )
        elif act == "bind":
            kind, _colon, key = request.POST.get("target", "")[:120].partition(":")
            attempt(
                request,
                lambda: services.bind(entry=entry, kind=kind, key=key, user=user),
                _("On record: this fulfils the matter."),
            )
        elif act == "take_over":
            self._take_over(request, entry)
        elif act == "unbind":
            number = request.POST.get("binding", "")
            binding = entry.bindings.filter(pk=row_number(number)).first()
            if binding is not None:
                attempt(
                    request,
                    lambda: services.unbind(binding=binding, user=user),
                    _("On record: this no longer fulfils the matter."),
                )
        elif act == "day":
            self._note_day(request, entry)
        elif act == "retire":
            reason = request.POST.get("reason", "")[:200]
            attempt(
                request,
                lambda: services.retire_entry(entry=entry, reason=reason, user=user),
                _("The matter is retired; it stays on record."),
            )
        elif act == "restore":
            attempt(
                request, lambda: services.restore_entry(entry=entry, user=user), _("The matter holds again.")
            )
        return redirect("workbench_catalogue_entry", entry.pk)

    def _take_over(self, request: HttpRequest, entry: CatalogueEntry) -> None:
        number = request.POST.get("former", "")
        former = self.entries().filter(pk=row_number(number)).first()
        if former is not None:
            attempt(
                request,
                lambda: services.take_over(entry=entry, former=former, user=self.user),
                _("On record: the matter goes on under its new name, with what fulfilled it."),
            )

    def _note_day(self, request: HttpRequest, entry: CatalogueEntry) -> None:
        try:
            day = dt.date.fromisoformat(request.POST.get("day", ""))
        except ValueError:
            messages.error(request, _("Say which day it was."))
            return
        attempt(
            request,
            lambda: services.note_day(
                entry=entry,
                kind=request.POST.get("kind", ""),
                day=day,
                words=request.POST.get("words", "")[:200],
                user=self.user,
            ),
            _("The day is on record."),
        )


def _history(entry: CatalogueEntry) -> list[dict[str, Any]]:
    entries = list(history(entry.ledger_name))
    return [
        shown | {"detail": _detail(each.body)} for each, shown in zip(entries, readable(entries), strict=True)
    ]


def _detail(body: str) -> str:
    """What an act of the ledger was about: the thing bound, the day, the columns changed with their old and new values."""
    facts = json.loads(body)
    changes = "；".join(
        f"{column_label(name)}：{value_text(name, old) or '—'} → {value_text(name, new) or '—'}"
        for name, (old, new) in facts.get("changes", {}).items()
    )
    return " ".join(
        filter(None, (facts.get("day"), facts.get("words"), facts.get("title"), facts.get("titles"), changes))
    )[:600]


def _rule_sentence(rule: Any) -> str:
    """How one rule of a limit was understood, so that a person can see whether it is what was meant."""
    units = {
        "workday": _("working days"),
        "day": _("calendar days"),
        "hour": _("hours"),
        "week": _("weeks"),
        "month": _("months"),
        "year": _("years"),
    }
    every = {
        "day": _("every day"),
        "week": _("every week"),
        "month": _("every month"),
        "quarter": _("every quarter"),
        "half_year": _("every half-year"),
        "year": _("every year"),
    }
    length = _("%(number)d %(unit)s") % {"number": rule.number, "unit": units[rule.unit.value]}
    event = _("information comes into being or changes") if rule.event in ("formed", "") else rule.event
    kind = rule.kind.value
    if kind == "within":
        text = _("within %(length)s after: %(event)s") % {"length": length, "event": event}
    elif kind == "before":
        text = _("at least %(length)s before: %(event)s") % {"length": length, "event": event}
    elif kind == "prompt":
        text = _("promptly; at the latest within 20 working days (Art. 26)")
    elif kind == "standing":
        text = _("always there")
    elif kind == "display":
        text = _("stays posted for %s") % length
    elif kind == "elsewhere":
        text = _("other laws may set another limit")
    else:
        text = every[rule.every.value]
        if rule.day:
            where = f"{rule.month}-{rule.day}" if rule.every.value == "year" else str(rule.day)
            text = _("%(every)s, by %(day)s") % {"every": text, "day": where}
        elif rule.number:
            text = _("%(every)s, within %(length)s after its end") % {"every": text, "length": length}
    return f"{rule.scope}：{text}" if rule.scope else text
