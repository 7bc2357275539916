"""How documents point at one another, read in batches; and what those links make of their validity."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from gongkai.wings.publishing.documents.kinds import InterpretationForm, Validity
from gongkai.wings.publishing.documents.models import DocumentLink
from gongkai.wings.publishing.documents.rules import (
    MOVES_VALIDITY,
    Act,
    Timeline,
    ValidityFacts,
    act_since,
    document_path,
    validity_timeline,
)
from gongkai.wings.publishing.documents.shown import Reference

SHANGHAI = ZoneInfo("Asia/Shanghai")


def local_day(moment: datetime) -> date:
    """The day in Shanghai: the day a document carries, whatever the server's clock zone."""
    return moment.astimezone(SHANGHAI).date()


_LINK_FIELDS = ("kind", "scope", "effective_on")
_END_FIELDS = (
    "id",
    "title",
    "document_number",
    "published_at",
    "effective_on",
    "written_on",
    "interpretation_form",
)


def _reference(row: Mapping[str, Any], end: str, forms: Mapping[str, str]) -> Reference:
    published = local_day(row[f"{end}__published_at"])
    return Reference(
        id=row[f"{end}__id"],
        title=row[f"{end}__title"],
        url=document_path(published.year, row[f"{end}__id"]),
        number=row[f"{end}__document_number"],
        day=published.isoformat(),
        scope=row["scope"],
        kind=row["kind"],
        form=forms.get(row[f"{end}__interpretation_form"], ""),
        since=act_since(
            link_effective_on=row["effective_on"],
            source_effective_on=row[f"{end}__effective_on"],
            source_written_on=row[f"{end}__written_on"],
            source_published_on=published,
        ),
    )


def links_of(ids: Sequence[int], *, of: str, other: str, kinds: Iterable[str]) -> dict[int, list[Reference]]:
    """Links with one end in ``ids`` whose other end is public, by document."""
    forms = form_labels()
    rows = (
        DocumentLink.objects.filter(
            **{
                f"{of}_id__in": ids,
                f"{other}__live": True,
                f"{other}__withdrawn_at__isnull": True,
                "kind__in": list(kinds),
            }
        )
        .order_by(f"{other}__published_at", "id")
        .values(f"{of}_id", *_LINK_FIELDS, *(f"{other}__{name}" for name in _END_FIELDS))
    )
    found: dict[int, list[Reference]] = defaultdict(list)
    for row in rows:
        found[row[f"{of}_id"]].append(_reference(row, other, forms))
    return found


def timeline_of(row: Mapping[str, Any], links_in: Iterable[Reference]) -> Timeline:
    return validity_timeline(
        ValidityFacts(
            kind=row["kind"],
            effective_on=row["effective_on"],
            written_on=row["written_on"],
            published_on=local_day(row["published_at"]),
            expires_on=row["expires_on"],
        ),
        [Act(link.kind, link.since) for link in links_in if link.kind in MOVES_VALIDITY],
    )


def validity_labels() -> dict[str, str]:
    return {state.value: str(state.label) for state in Validity}


def form_labels() -> dict[str, str]:
    """What official sites call the forms; the library's own labels name blocks and choices."""
    return {
        InterpretationForm.TEXT.value: _("Interpretation in words"),
        InterpretationForm.PICTURE.value: _("Interpretation in pictures"),
        InterpretationForm.VIDEO.value: _("Interpretation by video"),
        InterpretationForm.QA.value: _("Interpretation by questions and answers"),
        InterpretationForm.EXPERT.value: _("Interpretation by an expert"),
    }
