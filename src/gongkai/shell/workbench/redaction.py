"""The screens of redaction: take a document in, mark places on its pages, burn, let somebody else confirm."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongkai.engines.casework import services as casework
from gongkai.engines.casework import worklist
from gongkai.engines.casework.actors import Actor
from gongkai.engines.casework.models import Case
from gongkai.foundation.accounts.models import User
from gongkai.foundation.files.holding import hold
from gongkai.foundation.files.models import StoredFile
from gongkai.foundation.files.services import FileRefused
from gongkai.shell.workbench.case_desk import register_panel
from gongkai.shell.workbench.pages import WorkbenchPage, attempt
from gongkai.wings.disclosure.redaction import services
from gongkai.wings.disclosure.redaction.geometry import Box
from gongkai.wings.disclosure.redaction.isolation import DocumentRefused
from gongkai.wings.disclosure.redaction.isolation import sizes as sizes_of
from gongkai.wings.disclosure.redaction.models import (
    CONFIRMING_ROLES,
    WORKING_ROLES,
    Mark,
    MarkState,
    Redaction,
    RedactionState,
)
from gongkai.wings.disclosure.redaction.rules import PRIVACY, reasons
from gongkai.wings.disclosure.requests.procedure import CODE
from gongkai.wings.disclosure.requests.terms import AGAIN

_SHOWN = 50
_SEVERAL = gettext_lazy("Several organs have a case of this number. Choose one.")
KINDS = (
    ("id_card", gettext_lazy("Identity card numbers")),
    ("mobile", gettext_lazy("Mobile phone numbers")),
    ("landline", gettext_lazy("Telephone numbers")),
    ("bank_card", gettext_lazy("Bank card numbers")),
)


class RedactionPage(WorkbenchPage):
    """What every page of redaction has; originals are shown to those who work on them and nobody else."""

    roles = WORKING_ROLES
    header_icon = "doc-full-inverse"

    @property
    def user(self) -> User:
        user = self.request.user
        assert isinstance(user, User)
        return user

    def redaction(self) -> Redaction:
        rows = Redaction.objects.visible_to(self.user).select_related("organ", "source", "result")
        return get_object_or_404(rows, pk=self.kwargs["pk"])


class RedactionsPage(RedactionPage):
    """What is being redacted, and taking in a document: a file of a case, or one that is uploaded for it."""

    template_name = "workbench/redactions.html"
    page_title = gettext_lazy("Redaction")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = Redaction.objects.visible_to(self.user).select_related("source", "organ", "started_by")
        number = kwargs.get("number") or self.request.GET.get("case", "")
        found = self._cases(number)
        case = found[0] if len(found) == 1 else None
        listed = list(rows[:_SHOWN])
        numbers = {each.ledger_name: each.number for each in _cases_of(listed)}
        return super().get_context_data(**kwargs) | {
            "rows": [(each, numbers.get(each.subject, each.subject)) for each in listed],
            "number": number,
            "case": case,
            "files": case.files.select_related("file") if case else (),
            "unknown": bool(number and not found),
            "several": found if len(found) > 1 else [],
        }

    def _cases(self, number: str) -> list[Case]:
        """Those of this number: cases taken over from elsewhere may have it in several organs, and none is guessed at."""
        if not number or "\0" in number:
            return []
        rows = worklist.visible_cases(self.user).select_related("organ").filter(number=number.strip()[:80])
        organ = self.request.POST.get("organ") or self.request.GET.get("organ", "")
        return list((rows.filter(organ__code=organ) if organ else rows).order_by("organ__path")[:_SHOWN])

    def post(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        number = request.POST.get("case", "")
        found = self._cases(number)
        case = found[0] if len(found) == 1 else None
        if case is None:
            messages.error(request, _("You see no case of this number.") if not found else _SEVERAL)
            return self.render_to_response(self.get_context_data(number=number), status=422)
        made: list[Redaction] = []

        def begin() -> None:
            source = self._source(request, case)
            made.append(
                services.start(subject=case.ledger_name, organ=case.organ, source=source, actor=self.user)
            )

        try:
            done = attempt(request, begin, _("The document is ready to be marked."))
        except FileRefused as refusal:
            messages.error(request, str(refusal))
            done = False
        if not done:
            return self.render_to_response(self.get_context_data(number=number), status=422)
        return redirect("workbench_redaction", pk=made[0].pk)

    def _source(self, request: HttpRequest, case: Case) -> StoredFile:
        chosen = request.POST.get("file", "")
        if chosen.isdecimal() and len(chosen) < 19:
            return get_object_or_404(case.files.select_related("file"), pk=int(chosen)).file
        upload = request.FILES.get("upload")
        if upload is None:
            raise ValidationError(_("Choose a file of the case, or upload one."))
        return hold(content=upload, name=upload.name or "file", actor=self.user.ledger_name).file


class RedactionDesk(RedactionPage):
    """One page of the document at a time, with its marks. Everything can be done by mouse, by keyboard, and without
    scripts: a place is four numbers, or a text that was found."""

    template_name = "workbench/redaction.html"

    def get_page_title(self) -> str:
        return _("Redaction %d") % self.kwargs["pk"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        redaction = self.redaction()
        is_open = redaction.state == RedactionState.OPEN
        sizes = _result_sizes(redaction) if redaction.result else redaction.sizes
        page = min(max(1, _number(self.request.GET.get("page", "")) or 1), len(sizes))
        marks = list(redaction.marks.all())
        here = [mark for mark in marks if mark.page == page]
        width, height = sizes[page - 1]
        refused = kwargs.get("given", {}).get("act") == "find"
        ticked = self.request.POST.getlist("kind") if refused else [code for code, _label in KINDS]
        return super().get_context_data(**kwargs) | {
            "redaction": redaction,
            "case": _cases_of([redaction]).first(),
            "is_open": is_open,
            "is_burned": redaction.state == RedactionState.BURNED,
            "is_released": redaction.state == RedactionState.RELEASED,
            "is_discarded": redaction.state == RedactionState.DISCARDED,
            "may_confirm": self._may_confirm(redaction),
            "page": page,
            "width": width,
            "height": height,
            "marks": [(f"{number}", mark) for number, mark in enumerate(here, start=1)],
            "pages": [(number, _on(marks, number)) for number in range(1, len(sizes) + 1)],
            "proposed": sum(mark.state == MarkState.PROPOSED for mark in marks),
            "covered": sum(mark.state == MarkState.COVERED for mark in marks),
            "reasons": reasons(timezone.localdate()),
            "reason": kwargs.get("reason", PRIVACY),
            "kinds": [(code, label, code in ticked) for code, label in KINDS],
            "repeats": kwargs.get("repeats", False),
            "given": kwargs.get("given", {}),
        }

    def _may_confirm(self, redaction: Redaction) -> bool:
        """The service decides; here only what would be refused anyway is left out."""
        own = self.user.pk in (redaction.burned_by_id, redaction.started_by_id)
        return not own and any(self.user.has_role(role, redaction.organ) for role in CONFIRMING_ROLES)

    def post(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        redaction = self.redaction()
        act, done = self._acts(redaction).get(request.POST.get("act", ""), (None, ""))
        if act is None:
            raise Http404
        try:
            answer = act()
        except (PermissionDenied, ValidationError) as refusal:
            told = refusal.messages if isinstance(refusal, ValidationError) else [str(refusal)]
            messages.error(request, " ".join([*told, *getattr(refusal, "reasons", ())]))
            facts = {
                "given": request.POST.dict(),
                "reason": request.POST.get("reason", PRIVACY),
                "repeats": getattr(refusal, "code", "") == "repeats",
            }
            return self.render_to_response(self.get_context_data(**facts), status=422)
        messages.success(request, answer if isinstance(answer, str) else done)
        page = _number(request.GET.get("page", "")) or 1
        return redirect(f"{reverse('workbench_redaction', args=[redaction.pk])}?{urlencode({'page': page})}")

    def _acts(self, redaction: Redaction) -> dict[str, tuple[Callable[[], object], str]]:
        given, user = self.request.POST, self.user
        reason = given.get("reason", "")
        chosen = [int(pk) for pk in given.getlist("mark") if pk.isdecimal() and len(pk) < 19]
        proposals = redaction.marks.filter(state=MarkState.PROPOSED).values_list("pk", flat=True)
        return {
            "mark": (
                lambda: services.mark(redaction=redaction, box=self._box(), reason=reason, actor=user),
                _("The place is marked."),
            ),
            "find": (lambda: self._find(redaction), ""),
            "accept": (
                lambda: services.accept(redaction=redaction, marks=chosen, reason=reason, actor=user),
                _("The chosen places will be covered."),
            ),
            "accept_all": (
                lambda: services.accept(redaction=redaction, marks=proposals, reason=reason, actor=user),
                _("All proposals will be covered."),
            ),
            "unmark": (
                lambda: services.unmark(redaction=redaction, marks=chosen, actor=user),
                _("The chosen places will not be covered."),
            ),
            "reject_all": (
                lambda: services.unmark(redaction=redaction, marks=proposals, actor=user),
                _("No proposal will be covered."),
            ),
            "leave": (
                lambda: self._leave_and_burn(redaction),
                _("The redacted document is made. Somebody else must confirm it."),
            ),
            "burn": (
                lambda: services.burn(redaction=redaction, actor=user),
                _("The redacted document is made. Somebody else must confirm it."),
            ),
            "confirm": (
                lambda: services.confirm(redaction=redaction, actor=user),
                _("Confirmed: the redacted document may be given out."),
            ),
            "reopen": (
                lambda: services.reopen(redaction=redaction, actor=user),
                _("The marks can be changed again; the result no longer counts."),
            ),
            "discard": (
                lambda: services.discard(redaction=redaction, actor=user),
                _("The redaction is thrown away."),
            ),
            "attach": (lambda: self._attach(redaction), _("The redacted document is with the case.")),
        }

    def _box(self) -> Box:
        """The four numbers of the form; all that are wrong are named together."""
        values, faults = [], []
        names = {
            "left": _("from the left edge"),
            "top": _("from the upper edge"),
            "width": _("width"),
            "height": _("height"),
        }
        for name, label in names.items():
            try:
                values.append(float(self.request.POST.get(name, "")))
            except ValueError:
                faults.append(_("Give a number for “%s”.") % label)
        if faults:
            raise ValidationError(faults)
        page = _number(self.request.GET.get("page", "")) or 1
        return Box(page, values[0], values[1], values[2], values[3])

    def _find(self, redaction: Redaction) -> str:
        """What the search came to, in words: nothing found is not something proposed."""
        given = self.request.POST
        found = services.suggest(
            redaction=redaction,
            actor=self.user,
            words=given.get("words", "").splitlines(),
            kinds=given.getlist("kind"),
        )
        if not found:
            return _("The search is done; nothing new was found. Scans have no text that could be found.")
        return _("The search is done; %d places are proposed.") % len(found)

    def _leave_and_burn(self, redaction: Redaction) -> None:
        services.leave_repeats(redaction=redaction, actor=self.user)
        services.burn(redaction=redaction, actor=self.user)

    def _attach(self, redaction: Redaction) -> None:
        case = _cases_of([redaction]).first()
        if case is None:
            raise Http404
        file = services.released(redaction)
        if not case.files.filter(file=file).exists():
            if case.events.filter(action="approve").exists():
                raise ValidationError(
                    _(
                        "The decision is approved already: what is put to the case now would not go out with it."
                    )
                )
            title = _("Document given out in part")
            casework.attach(case=case, file=file, title=title, purpose="answer", actor=Actor(user=self.user))


class RedactionPicture(RedactionPage):
    """One page as a picture (``?large``: as it is burned); never kept by anything on the way."""

    def get(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponseBase:  # type: ignore[override]
        redaction = self.redaction()
        of = redaction.result if self.kwargs["of"] == "result" else redaction.source
        if of is None or redaction.state == RedactionState.DISCARDED:
            raise Http404
        try:
            dpi = services.LARGE_DPI if "large" in request.GET else services.PREVIEW_DPI
            content = services.page_picture(redaction, page=self.kwargs["page"], of=of, dpi=dpi)
        except ValidationError as refusal:
            raise Http404(refusal.messages[0]) from refusal
        return _private(HttpResponse(content, content_type="image/png"))


class RedactionResult(RedactionPage):
    """The released document."""

    def get(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponseBase:  # type: ignore[override]
        file = services.released(self.redaction())
        answer = FileResponse(
            file.path.open("rb"), as_attachment=True, filename=file.name, content_type=file.media_type
        )
        return _private(answer)


class RedactionLog(RedactionPage):
    """What was covered where, why and by whom, as JSON; never what stood there."""

    def get(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponseBase:  # type: ignore[override]
        redaction = self.redaction()
        answer = JsonResponse(services.log(redaction), json_dumps_params={"indent": 1})
        answer["Content-Disposition"] = f'attachment; filename="redaction-{redaction.pk}.json"'
        return _private(answer)


def _private(answer: Any) -> Any:
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 7 else 0


def _on(marks: list[Mark], page: int) -> int:
    return sum(mark.page == page and mark.state != MarkState.REJECTED for mark in marks)


def _cases_of(redactions: list[Redaction]) -> Any:
    """The cases behind "case:12"; other subjects have none."""
    numbers = [each.subject.removeprefix("case:") for each in redactions if each.subject.startswith("case:")]
    return Case.objects.filter(pk__in=[int(number) for number in numbers if number.isdecimal()])


def _result_sizes(redaction: Redaction) -> list[tuple[float, float]]:
    """The result has pages of its own: what the codes mean."""
    assert redaction.result is not None
    try:
        return sizes_of(redaction.result.path)
    except DocumentRefused as refusal:
        raise Http404(refusal.code) from refusal


def redaction_panel(case: Case, request: HttpRequest) -> dict[str, Any] | None:
    """On the desk of a case: its redactions, and the way to begin one, for those who work on them."""
    user = request.user
    if not isinstance(user, User) or not RedactionPage().may_enter(user):
        return None
    rows = Redaction.objects.visible_to(user).filter(subject=case.ledger_name).select_related("source")
    rows = rows.exclude(state=RedactionState.DISCARDED)
    return {"template": "workbench/redaction_panel.html", "rows": rows, "case": case}


register_panel(CODE, redaction_panel)
register_panel(AGAIN, redaction_panel)

URLS = [
    path("redactions/<int:pk>/", RedactionDesk.as_view(), name="workbench_redaction"),
    path(
        "redactions/<int:pk>/<slug:of>/<int:page>.png",
        RedactionPicture.as_view(),
        name="workbench_redaction_page",
    ),
    path("redactions/<int:pk>/result.pdf", RedactionResult.as_view(), name="workbench_redaction_result"),
    path("redactions/<int:pk>/log.json", RedactionLog.as_view(), name="workbench_redaction_log"),
]
