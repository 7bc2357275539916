"""An order of a reviewing organ or a court to answer (again), with the limit it names (行政诉讼法 Arts. 70, 72).

The limit binds the organ beside that of 条例 Art. 33. It stands in no statute, so asking others does not stop it and the
organ cannot extend it.
"""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from gongkai.engines.casework.declarations import SYSTEM, Action, ClockRule, Effect, Fact
from gongkai.wings.disclosure.requests.terms import ORDERED, art

BY_UNIT: Final = {"workdays": "order_workdays", "days": "order_days", "months": "order_months"}
"""The act that takes an order in, by the unit of its limit."""
_CLOCKS: Final = dict(zip(BY_UNIT, ORDERED, strict=True))
_MOST: Final = {"workdays": 366, "days": 366, "months": 12}
"""A longer limit than a year is a slip of the pen."""
_BASIS: Final = "行政复议决定或者人民法院判决"


def ordered_clocks() -> tuple[ClockRule, ...]:
    title = _("Answer ordered by the reviewing organ or court")
    return (
        ClockRule(code="ordered", title=title, days=20, provision=_BASIS),
        ClockRule(code="ordered_days", title=title, days=30, unit="days", provision=_BASIS),
        ClockRule(code="ordered_months", title=title, days=1, unit="months", provision=_BASIS),
    )


def ordering(*, sources: tuple[str, ...], target: str | None) -> tuple[Action, ...]:
    """The acts by which an order starts its clock; entered with the remedy, never by hand on the request."""
    return tuple(
        Action(
            code=code,
            title=_("Ordered to answer"),
            sources=sources,
            target=target,
            roles=(SYSTEM,),
            provision=art(51),
            effects=(Effect(clock=_CLOCKS[unit], verb="start", days_from="days", day_from="since"),),
            facts=(
                Fact(name="days", title=_("Limit the order gives"), kind="number", least=1, most=_MOST[unit]),
                Fact(name="since", title=_("Counted from"), kind="date"),
                Fact(name="order", title=_("The order"), most=160),
            ),
        )
        for unit, code in BY_UNIT.items()
    )
