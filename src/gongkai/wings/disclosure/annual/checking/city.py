"""AR-8: a city's table is the sum of its organs' tables, no organ counted twice. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.utils.translation import gettext as _

from gongkai.wings.disclosure.annual.checking.faults import Fault, name, shown, where
from gongkai.wings.disclosure.annual.shape import Report


def city_faults(whole: Report, parts: Iterable[Report]) -> tuple[Fault, ...]:
    """Every cell of ``whole`` that is not the sum of the same cell in ``parts``, and every organ that is in them twice.

    All must be of the same year. A cell that is blank in a part counts as 0 here: the part's own check names it.
    """
    each_part = tuple(parts)
    found = [
        Fault(
            rule="AR-8",
            kind="arithmetic",
            cells=(),
            left=times,
            right=1,
            message=_("%(issuer)s is among the parts %(times)d times.") % {"issuer": issuer, "times": times},
            place=issuer,
            mend=_("Count every organ once."),
            report=name(whole),
        )
        for issuer, times in Counter(part.issuer for part in each_part).items()
        if times > 1
    ]
    found += [
        Fault(
            rule="AR-8",
            kind="form",
            cells=(),
            left=part.year,
            right=whole.year,
            message=_("%(part)s is not of the year %(year)d.") % {"part": name(part), "year": whole.year},
            place=part.issuer,
            mend=_("Add up reports of one year only."),
            report=name(whole),
        )
        for part in each_part
        if part.year != whole.year
    ]
    tables = [part.cells() for part in each_part]
    for path, value in whole.cells().items():
        right = sum(cells.get(path) or 0 for cells in tables)
        if value is not None and value != right:
            found.append(
                Fault(
                    rule="AR-8",
                    kind="arithmetic",
                    cells=(path,),
                    left=value,
                    right=right,
                    message=_("The whole says %(left)s, its %(count)d parts add up to %(right)s.")
                    % {"left": shown(value), "right": shown(right), "count": len(each_part)},
                    place=where(whole, path),
                    mend=_("Check that every part is there once and none was changed since."),
                    report=name(whole),
                )
            )
    return tuple(found)
