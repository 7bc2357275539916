"""What is counted of the catalogue: rows, and how they stand, organ by organ.

How a row stands depends on what is published now; so a period that has passed is counted by the rows that held at its end
and by what stands there today.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

from django.db.models import Case, CharField, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gongkai.engines.figures import Dimension, Figure, Period, Source
from gongkai.foundation.accounts.models import User
from gongkai.wings.disclosure.catalogue.gaps import entries_of
from gongkai.wings.disclosure.catalogue.models import CatalogueEntry
from gongkai.wings.disclosure.catalogue.standing import State, standings

OWNER: Final = "catalogue"
_PROVISION: Final = "《政府信息公开条例》第十二条、第二十条；国办发〔2019〕54号"


def counted_in(period: Period) -> QuerySet[Any]:
    """The rows that hold at the end of a period (today, if that is still to come), each with its standing as ``stood``."""
    day = min(period.until, timezone.localdate())
    by_state: dict[State, list[int]] = defaultdict(list)
    for row in standings(entries_of(None, day), day):
        by_state[row.state].append(row.entry.pk)
    cases = [When(pk__in=pks, then=Value(state.value)) for state, pks in by_state.items()]
    return CatalogueEntry.objects.current(day).annotate(
        stood=Case(*cases, default=Value(State.UNBOUND.value), output_field=CharField())
    )


def _visible(rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
    return rows.visible_to(user) if isinstance(user, User) else rows.none()  # type: ignore[attr-defined]


SOURCES: Final = (
    Source(
        code="catalogue.entries",
        rows=counted_in,
        dimensions=(
            Dimension(
                code="standing",
                column="stood",
                values=tuple((state.value, state.label) for state in State),
            ),
        ),
        visible=_visible,
    ),
)


def _figure(code: str, title: Any, *states: State) -> Figure:
    return Figure(
        code=f"catalogue.{code}",
        title=title,
        unit="项",
        source="catalogue.entries",
        provision=_PROVISION,
        owner=OWNER,
        where={"standing": tuple(state.value for state in states)} if states else {},
    )


FIGURES: Final = (
    _figure("rows", _("Matters in the catalogue")),
    _figure(
        "bound",
        _("Matters with something that fulfils them"),
        State.MISSING,
        State.LATE,
        State.NEAR,
        State.FULFILLED,
    ),
    _figure("fulfilled", _("Matters fulfilled"), State.FULFILLED, State.NEAR),
    _figure("late", _("Matters late"), State.LATE),
    _figure("unbound", _("Matters nothing fulfils"), State.UNBOUND),
)
