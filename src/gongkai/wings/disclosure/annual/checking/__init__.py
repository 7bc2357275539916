"""Checks of an annual report, ours or anybody's: the sums of the form, continuity between years, and what the text says.

Rules: AR-1 … AR-12, ``docs/annual-report.md``. A fault is something wrong; a remark is something for a person to look at.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gongkai.wings.disclosure.annual.checking.city import city_faults
from gongkai.wings.disclosure.annual.checking.faults import KINDS, Fault, Kind, Remark, Verdict, name, where
from gongkai.wings.disclosure.annual.checking.narrative import narrative_faults
from gongkai.wings.disclosure.annual.checking.plausible import plausible
from gongkai.wings.disclosure.annual.checking.tables import table_faults
from gongkai.wings.disclosure.annual.checking.years import year_faults
from gongkai.wings.disclosure.annual.shape import Report

__all__ = [
    "KINDS",
    "Fault",
    "Kind",
    "Remark",
    "Verdict",
    "check",
    "check_all",
    "city_faults",
    "name",
    "where",
]


def check(
    report: Report,
    *,
    previous: Report | None = None,
    parts: Iterable[Report] | None = None,
    may_make_rules: bool | None = None,
) -> Verdict:
    """Everything there is to say of one report.

    ``previous`` is the issuer's report of the year before (AR-5, AR-6, AR-12); ``parts`` the reports of its organs, for
    one that adds them up (AR-8); ``may_make_rules`` whether the issuer may make 规章 (AR-11), where that is known better
    than its name tells.
    """
    found = Verdict(table_faults(report)) + narrative_faults(report)
    found += plausible(report, may_make_rules=may_make_rules)
    if previous is not None:
        found += year_faults(report, previous)
    if parts is not None:
        found += Verdict(city_faults(report, parts))
    return found


def check_all(reports: Sequence[Report], *, previous: Report | None = None) -> Verdict:
    """Several reports; each beside the one of its issuer and the year before, where that is among them.

    ``previous`` stands beside the earliest report of its issuer, or beside the only one.
    """
    found = Verdict()
    for report in reports:
        found += check(report, previous=_before(report, reports, previous))
    return found


def _before(report: Report, reports: Sequence[Report], given: Report | None) -> Report | None:
    for other in reports:
        if other is not report and _same(other, report) and other.year == report.year - 1:
            return other
    if given is not None and (_same(given, report) or len(reports) == 1):
        return given
    return None


def _same(one: Report, other: Report) -> bool:
    """Whether two reports are of one issuer: titles often say 云州市 or 云州市政府 for 云州市人民政府."""
    return _place(one) == _place(other)


def _place(report: Report) -> str:
    return "".join(report.issuer.split()).removesuffix("政府").removesuffix("人民")
