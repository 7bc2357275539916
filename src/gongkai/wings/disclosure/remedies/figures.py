"""What is counted of remedies: the fifteen numbers of section 四 of the annual report.

A remedy counts in the year it was filed, under its result as it stands; what has no result yet is 尚未审结. The form
does not say so in words; this reading makes each remedy count in exactly one year and needs no day of the result.
"""

from __future__ import annotations

from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from gongkai.engines.casework.models import Case
from gongkai.engines.figures import Dimension, Figure, Period, Source
from gongkai.foundation.accounts.models import User
from gongkai.wings.disclosure.remedies.procedure import KINDS, PROCEDURES, RESULTS

OWNER: Final = "remedies"
PENDING: Final = ""


def _filed(period: Period) -> QuerySet[Case]:
    return Case.objects.of(*KINDS).filter(received_on__gte=period.since, received_on__lte=period.until)


def _visible(rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
    return rows.visible_to(user) if isinstance(user, User) else rows.none()  # type: ignore[attr-defined]


SOURCES: Final = (
    Source(
        code="remedies.filed",
        rows=_filed,
        dimensions=(
            Dimension(
                code="kind",
                column="procedure",
                values=tuple((procedure.code, procedure.title) for procedure in PROCEDURES),
            ),
            Dimension(
                code="result",
                column="outcome",
                values=(*((result.code, result.label) for result in RESULTS), (PENDING, "尚未审结")),
            ),
        ),
        visible=_visible,
    ),
)

FIGURES: Final = tuple(
    Figure(
        code=f"remedies.{procedure.code}.{result or 'pending'}",
        title=label,
        unit="件",
        source="remedies.filed",
        provision="国办公开办函〔2021〕30号",
        owner=OWNER,
        where={"kind": (procedure.code,), "result": (result,)},
    )
    for procedure in PROCEDURES
    for result, label in (*((each.code, each.label) for each in RESULTS), (PENDING, "尚未审结"))
) + tuple(
    Figure(
        code=f"remedies.{procedure.code}.total",
        title=_("Total"),
        unit="件",
        source="remedies.filed",
        provision="国办公开办函〔2021〕30号",
        owner=OWNER,
        where={"kind": (procedure.code,)},
    )
    for procedure in PROCEDURES
)
