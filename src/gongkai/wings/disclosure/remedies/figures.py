"""What is counted of remedies: the fifteen numbers of section 四 of the annual report (the forms of 2019 and 2021 alike).

The form does not say in words which year a remedy counts in. The reading here:

* It counts under its result in the year it was decided, and as 尚未审结 in every year at whose end it was open. So the
  numbers of a year stay what they were when its report was published, and a later result counts once, later.
* One taken over from another system without the day of its result counts in the year it was filed (the import puts that
  day in). One that was open there counts as open for that year alone, unless something has been entered here since:
  nothing else is known of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Case as Choose
from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from gongkai.engines.casework.models import STREAM_OF_ORGAN, Case, Event
from gongkai.engines.casework.services import IMPORTED, RECOMPUTED
from gongkai.engines.figures import Dimension, Figure, Period, Source, tally
from gongkai.engines.figures import figure as known_figure
from gongkai.foundation.accounts.models import User
from gongkai.foundation.organs.models import Organ
from gongkai.foundation.statutes.annual_form import ANNUAL_FORM, EARLIER_ANNUAL_FORMS
from gongkai.wings.disclosure.remedies import rules
from gongkai.wings.disclosure.remedies.procedure import KINDS, PROCEDURES

OWNER: Final = "remedies"
TOTAL: Final = "total"


def counted_in(period: Period) -> QuerySet[Case]:
    """The remedies that stand in the report of a period, each with the result it then had as ``stood`` ("pending": none)."""
    open_then = Q(closed_on__isnull=True) | Q(closed_on__gt=period.until)
    acts = Event.objects.filter(case=OuterRef("pk")).exclude(action__in=(IMPORTED, RECOMPUTED))
    known_of = Q(received_on__gte=period.since) | Exists(acts)
    found = Case.objects.of(*KINDS).filter(
        Q(closed_on__gte=period.since, closed_on__lte=period.until)
        | (open_then & Q(received_on__lte=period.until) & known_of)
    )
    return (
        # Found by themselves first: counted by organ in one go, SQLite would walk through every case there is.
        Case.objects.filter(pk__in=found.order_by().values("pk")).annotate(
            stood=Choose(
                When(open_then, then=Value(rules.PENDING)), default=F("outcome"), output_field=CharField()
            )
        )
    )


def _visible(rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
    return rows.visible_to(user) if isinstance(user, User) else rows.none()  # type: ignore[attr-defined]


SOURCES: Final = (
    Source(
        code="remedies.counted",
        rows=counted_in,
        dimensions=(
            Dimension(
                code="kind",
                column="procedure",
                values=tuple((procedure.code, procedure.title) for procedure in PROCEDURES),
            ),
            Dimension(code="result", column="stood", values=tuple(rules.results().items())),
        ),
        visible=_visible,
        newest="received_on",
        stream=STREAM_OF_ORGAN,
    ),
)


def _figure(kind: str, result: str, title: Any, where: Mapping[str, tuple[str, ...]]) -> Figure:
    return Figure(
        code=f"remedies.{kind}.{result}",
        title=title,
        unit="件",
        source="remedies.counted",
        provision=ANNUAL_FORM,
        earlier=EARLIER_ANNUAL_FORMS,
        owner=OWNER,
        where={"kind": (kind,), **where},
    )


FIGURES: Final = tuple(
    _figure(kind, result, label, {"result": (result,)})
    for kind in KINDS
    for result, label in rules.results().items()
) + tuple(_figure(kind, TOTAL, _("Remedies in total"), {}) for kind in KINDS)


@dataclass(frozen=True, slots=True)
class Table4:
    """Section 四: numbers by kind and result. A kind's total is the sum of its four, so it cannot be wrong."""

    numbers: Mapping[tuple[str, str], int]

    def cell(self, kind: str, result: str) -> int:
        """``result`` may be "total". Raises ``KeyError``."""
        if result == TOTAL:
            return sum(self.numbers[kind, each] for each in rules.results())
        return self.numbers[kind, result]

    def row(self) -> tuple[int, ...]:
        """The fifteen numbers from left to right, as the form prints them."""
        return tuple(self.cell(kind, result) for kind in KINDS for result in (*rules.results(), TOTAL))


def table4(organ: Organ, year: int) -> Table4:
    """Section 四 of one organ and year."""
    return table4_of((organ,), year)


def table4_of(organs: Iterable[Organ], year: int) -> Table4:
    """Section 四 of several organs together, each counted once: a government's report over all of its departments."""
    counted = tally("remedies.counted", Period.year(year), organs=sorted({organ.pk for organ in organs}))
    return Table4(
        {
            (kind, result): counted.of(known_figure(f"remedies.{kind}.{result}"))
            for kind in KINDS
            for result in rules.results()
        }
    )
