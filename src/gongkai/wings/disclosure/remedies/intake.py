"""Remedies of earlier years out of a table: ``gongkai import remedies FILE``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _

from gongkai.engines.casework.actors import Actor
from gongkai.engines.casework.importing import Ending, PastCase, end_cases, import_cases
from gongkai.engines.casework.models import Case, CaseLink
from gongkai.engines.casework.numbering import take_number
from gongkai.engines.casework.registry import procedure
from gongkai.engines.exchange.faults import RowFault
from gongkai.engines.exchange.shapes import CheckedRow, Field, Shape, at_most, one_of, read_date
from gongkai.wings.disclosure.intaking import IntakeDesk, IntakeReport, untouched
from gongkai.wings.disclosure.remedies.procedure import DIRECT_SUIT, KINDS, RECONSIDERATION, SUIT_AFTER
from gongkai.wings.disclosure.remedies.services import LINK
from gongkai.wings.disclosure.remedies.signals import remedies_changed
from gongkai.wings.disclosure.requests.procedure import CODE as REQUEST

_KINDS: Final = {
    "reconsideration": RECONSIDERATION,
    "direct_suit": DIRECT_SUIT,
    "suit_after_reconsideration": SUIT_AFTER,
    "行政复议": RECONSIDERATION,
    "复议": RECONSIDERATION,
    "未经复议直接起诉": DIRECT_SUIT,
    "直接起诉": DIRECT_SUIT,
    "复议后起诉": SUIT_AFTER,
}
_RESULTS: Final = {
    "upheld": "upheld",
    "corrected": "corrected",
    "other": "other",
    "pending": "",
    "结果维持": "upheld",
    "维持": "upheld",
    "结果纠正": "corrected",
    "纠正": "corrected",
    "其他结果": "other",
    "其他": "other",
    "尚未审结": "",
    "未审结": "",
}
REMEDIES: Final = Shape(
    (
        Field(name="organ", headings=("机关", "被申请人", "单位"), required=True, parse=at_most(120)),
        Field(name="request", headings=("申请编号", "依申请编号"), parse=at_most(80)),
        Field(name="kind", headings=("类型", "救济类型"), required=True, parse=one_of(_KINDS)),
        Field(name="filed_on", headings=("提起日期", "受理日期", "立案日期"), required=True, parse=read_date),
        Field(name="result", headings=("结果", "审理结果"), required=True, parse=one_of(_RESULTS)),
        Field(name="closed_on", headings=("审结日期", "结案日期"), parse=read_date),
    )
)
_Remedy = tuple[int | None, str, dt.date]
"""Request (None: not on record), kind and day filed."""


def import_remedies(
    *,
    path: Path,
    actor: Actor,
    partial: bool = False,
    create_organs: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> IntakeReport:
    """Take in remedies that were dealt with elsewhere. ``request`` is the number of a request of the same organ, or empty
    when it is not on record. All rows are checked first; with faults nothing is written, unless ``partial``.

    Remedies come without numbers of their own; they get the next ones of the organ. Without the day of its result a remedy
    was decided on the day it was filed. One on record from an earlier file is left alone when the row says the same, and
    decided when it was pending and the row has its result with the day. ``create_organs`` enters organs the register
    does not know. Raises ``FileUnreadable``, ``CaseRefused``.
    """
    return _Desk(actor, create_organs, progress).take_in(path, partial=partial)


class _Desk(IntakeDesk):
    """Beside the register: the requests remedies are against, and the remedies on record."""

    shape = REMEDIES

    def __init__(self, actor: Actor, create_organs: bool, progress: Callable[[int, int], None]) -> None:
        super().__init__(register=actor.ledger_name if create_organs else "")
        self._actor, self._progress = actor, progress
        self._requests: dict[int, dict[str, Case]] = {}
        self._on_record: dict[int, dict[_Remedy, list[Case]]] = {}
        self._open: dict[int, set[int]] = {}
        self._matched: dict[int, Case] = {}

    def write(self, new: Sequence[CheckedRow], ended: Sequence[tuple[CheckedRow, Case]]) -> None:
        written = 0
        for kind in KINDS:
            past = [self._past_case(row) for row in new if row.values["kind"] == kind]
            import_cases(
                procedure_code=kind,
                past=past,
                open_state="filed",
                closed_state="decided",
                actor=self._actor,
                also=_linked,
                progress=lambda done, before=written: self._progress(before + done, len(new)),  # type: ignore[misc]
            )
            written += len(past)
            end_cases(
                procedure_code=kind,
                endings=[
                    Ending(case=case, closed_on=row.values["closed_on"], outcome=row.values["result"])
                    for row, case in ended
                    if row.values["kind"] == kind
                ],
                closed_state="decided",
                actor=self._actor,
                also=_told,
            )

    def _request(self, row: CheckedRow) -> Case | None:
        organ, number = self.organ(row), row.values.get("request")
        if organ is None or number is None:
            return None
        if organ.pk not in self._requests:
            cases = Case.objects.of(REQUEST).filter(organ=organ)
            self._requests[organ.pk] = {case.number: case for case in cases}
        return self._requests[organ.pk].get(number)

    def faults(self, row: CheckedRow) -> list[RowFault]:
        values = row.values
        found = [*self.organ_faults(row), *self.day_faults(row, "filed_on", "closed_on")]
        request = self._request(row)
        if "request" in values and self.organ(row) is not None and request is None:
            rule = _("this organ has no request of this number")
            found.append(
                self.fault(row, "request", rule, _("import the requests first, or leave the cell empty"))
            )
        filed, closed = values.get("filed_on"), values.get("closed_on")
        if request is not None and filed is not None and filed < request.received_on:
            found.append(
                self.fault(row, "filed_on", _("before the request was received"), _("check the day"))
            )
        if filed is not None and closed is not None and closed < filed:
            found.append(self.fault(row, "closed_on", _("before it was filed"), _("check both days")))
        if closed is not None and values.get("result") == "":
            rule = _("still pending, but with a day of result")
            found.append(self.fault(row, "closed_on", rule, _("fill in the result, or leave the day empty")))
        return found if found or row.faults else self._doubled(row, request)

    def on_record(self, row: CheckedRow) -> Case | None:
        return self._matched.get(row.number)

    def says_the_same(self, row: CheckedRow, case: Case) -> bool:
        values = row.values
        closed = (values.get("closed_on") or values["filed_on"]) if values["result"] else None
        return (closed, values["result"]) == (case.closed_on, case.outcome)

    def _doubled(self, row: CheckedRow, request: Case | None) -> list[RowFault]:
        """The same file taken in twice would count twice. Rows of one file that are alike are several remedies: several
        people may go to court on one day. So each row is matched with one on record, the same before one still open."""
        organ = self.organ(row)
        assert organ is not None
        if organ.pk not in self._on_record:
            known = Case.objects.of(*KINDS).filter(organ=organ)
            self._open[organ.pk] = untouched(known)
            held: dict[_Remedy, list[Case]] = {}
            self._on_record[organ.pk] = held
            for each in known.select_related("organ").order_by("pk"):
                held.setdefault((each.parent_id, each.procedure, each.received_on), []).append(each)
        key = (request.pk if request else None, row.values["kind"], row.values["filed_on"])
        alike = self._on_record[organ.pk].get(key)
        if alike is None:
            return []
        case = next((each for each in alike if self.says_the_same(row, each)), None)
        if case is None and row.values["result"]:
            case = next((each for each in alike if each.pk in self._open[organ.pk]), None)
            if case is not None and row.values.get("closed_on") is None:
                rule = _("on record as pending; the day of its result is missing")
                return [self.fault(row, "closed_on", rule, _("fill in the day the result was given"))]
        if case is None:
            rule = _("a remedy of this kind and day is on record already, and otherwise")
            return [self.fault(row, "kind", rule, _("leave the row out"))]
        alike.remove(case)
        self._matched[row.number] = case
        return []

    def _past_case(self, row: CheckedRow) -> PastCase:
        values, organ, request = row.values, self.organ(row), self._request(row)
        assert organ is not None
        result, filed = values["result"], values["filed_on"]
        return PastCase(
            organ=organ,
            number=take_number(procedure=procedure(values["kind"]), organ=organ, year=filed.year),
            title=request.title if request else _("Remedy of an earlier year"),
            channel="",
            applicant_kind=request.applicant_kind if request else "",
            received_on=filed,
            closed_on=(values.get("closed_on") or filed) if result else None,
            outcome=result,
            parent=request,
        )


def _told(cases: Sequence[Case]) -> None:
    remedies_changed.send(sender=Case, cases=cases)


def _linked(cases: Sequence[Case]) -> None:
    CaseLink.objects.bulk_create(
        CaseLink(case_id=case.parent_id, other=case, kind=LINK)
        for case in cases
        if case.parent_id is not None
    )
    _told(cases)
