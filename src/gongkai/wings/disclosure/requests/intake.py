"""Requests of earlier years out of a table: ``gongkai import requests FILE``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _

from gongkai.engines.casework.actors import Actor
from gongkai.engines.casework.importing import Ending, PastCase, end_cases, import_cases
from gongkai.engines.casework.models import Case
from gongkai.engines.exchange.faults import RowFault
from gongkai.engines.exchange.shapes import (
    CellRefused,
    CheckedRow,
    Field,
    Shape,
    at_most,
    one_of,
    read_date,
)
from gongkai.foundation.hanzi.personal import mask_personal_data
from gongkai.wings.disclosure.intaking import IntakeDesk, IntakeReport, untouched
from gongkai.wings.disclosure.requests.models import Request, SupplyForm, SupplyWay
from gongkai.wings.disclosure.requests.outcomes import UnknownRow, from_row
from gongkai.wings.disclosure.requests.procedure import CODE
from gongkai.wings.disclosure.requests.signals import requests_taken_over

_KINDS: Final = {
    "natural": "natural",
    "business": "business",
    "research": "research",
    "charity": "charity",
    "legal": "legal",
    "other": "other",
    "自然人": "natural",
    "商业企业": "business",
    "科研机构": "research",
    "社会公益组织": "charity",
    "法律服务机构": "legal",
    "其他": "other",
}
_CHANNELS: Final = {
    "desk": "desk",
    "oral": "oral",
    "post_signed": "post_signed",
    "post": "post_signed",
    "post_ordinary": "post_ordinary",
    "internet": "internet",
    "email": "email",
    "fax": "fax",
    "当面": "desk",
    "当面提交": "desk",
    "口头": "oral",
    "邮寄": "post_signed",
    "信函": "post_ordinary",
    "平信": "post_ordinary",
    "网络": "internet",
    "互联网": "internet",
    "网上": "internet",
    "电子邮件": "email",
    "传真": "fax",
}


def _read_outcome(text: str) -> str:
    try:
        return from_row(text).code
    except UnknownRow:
        raise CellRefused(
            _("no row of results of the annual report"),
            _("write a code from 3.1 to 3.6.3; empty means still open"),
        ) from None


REQUESTS: Final = Shape(
    (
        Field(name="organ", headings=("机关", "受理机关", "单位"), required=True, parse=at_most(120)),
        Field(name="number", headings=("编号", "申请编号", "登记编号"), required=True, parse=at_most(80)),
        Field(name="channel", headings=("渠道", "申请方式"), required=True, parse=one_of(_CHANNELS)),
        Field(
            name="applicant_kind", headings=("申请人类型", "申请人类别"), required=True, parse=one_of(_KINDS)
        ),
        Field(name="received_on", headings=("收到日期", "受理日期"), required=True, parse=read_date),
        Field(name="closed_on", headings=("办结日期", "答复日期"), parse=read_date),
        Field(name="outcome", headings=("办理结果", "结果"), parse=_read_outcome),
        Field(name="title", headings=("标题", "申请事项", "申请内容"), parse=at_most(300)),
    )
)


def import_requests(
    *,
    path: Path,
    actor: Actor,
    partial: bool = False,
    create_organs: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> IntakeReport:
    """Take in requests that were handled elsewhere. All rows are checked first; with faults nothing is written, unless
    ``partial``: then the good rows are.

    A request on record from an earlier file is left alone when the row says the same, and ended when it was open and the row
    has its end. ``create_organs`` enters organs the register does not know. Raises ``FileUnreadable``, ``CaseRefused``.
    """
    return _Desk(actor, create_organs, progress).take_in(path, partial=partial)


class _Desk(IntakeDesk):
    """Beside the register: the numbers there are already, and the rows of the file one another."""

    shape = REQUESTS

    def __init__(self, actor: Actor, create_organs: bool, progress: Callable[[int, int], None]) -> None:
        super().__init__(register=actor.ledger_name if create_organs else "")
        self._actor, self._progress = actor, progress
        self._known: dict[int, dict[str, Case]] = {}
        self._open: dict[int, set[int]] = {}
        self._rows: dict[tuple[int, str], int] = {}

    def write(self, new: Sequence[CheckedRow], ended: Sequence[tuple[CheckedRow, Case]]) -> None:
        import_cases(
            procedure_code=CODE,
            past=[self._past_case(row) for row in new],
            open_state="registered",
            closed_state="concluded",
            actor=self._actor,
            also=_requests,
            progress=lambda done: self._progress(done, len(new)),
        )
        end_cases(
            procedure_code=CODE,
            endings=[
                Ending(case=case, closed_on=row.values["closed_on"], outcome=row.values["outcome"])
                for row, case in ended
            ],
            closed_state="concluded",
            actor=self._actor,
            also=_told,
        )

    def on_record(self, row: CheckedRow) -> Case | None:
        """The request of this number of the organ, as it was before this file."""
        organ = self.organ(row)
        if organ is None:
            return None
        if organ.pk not in self._known:
            cases = Case.objects.of(CODE).filter(organ=organ)
            self._known[organ.pk] = {case.number: case for case in cases.select_related("organ")}
            self._open[organ.pk] = untouched(cases)
        return self._known[organ.pk].get(row.values.get("number", ""))

    def says_the_same(self, row: CheckedRow, case: Case) -> bool:
        values = row.values
        return self._of_one_request(row, case) and (
            (values.get("closed_on"), values.get("outcome", "")) == (case.closed_on, case.outcome)
        )

    def _of_one_request(self, row: CheckedRow, case: Case) -> bool:
        said = (row.values.get("received_on"), row.values.get("applicant_kind"))
        return said == (case.received_on, case.applicant_kind)

    def faults(self, row: CheckedRow) -> list[RowFault]:
        values = row.values
        found = [
            *self.organ_faults(row),
            *self._number_faults(row),
            *self.day_faults(row, "received_on", "closed_on"),
        ]
        missing = "closed_on" if "outcome" in values else "outcome"
        if ("outcome" in values) != ("closed_on" in values) and not self.refused(row, missing):
            rule = _("a concluded request has both a day and a result")
            found.append(self.fault(row, missing, rule, _("fill in both, or neither")))
        received, closed = values.get("received_on"), values.get("closed_on")
        if received is not None and closed is not None and closed < received:
            found.append(
                self.fault(row, "closed_on", _("before the request was received"), _("check both days"))
            )
        return found

    def _number_faults(self, row: CheckedRow) -> list[RowFault]:
        organ, number = self.organ(row), row.values.get("number")
        if organ is None or number is None:
            return []
        case = self.on_record(row)
        if case is not None and not self.says_the_same(row, case):
            ends = self._of_one_request(row, case) and row.values.get("closed_on") is not None
            if not ends or case.pk not in self._open[organ.pk]:
                rule = _("this request is there already, and otherwise")
                return [self.fault(row, "number", rule, _("leave the row out, or correct its number"))]
        earlier = self._rows.setdefault((organ.pk, number), row.number)
        if earlier != row.number:
            rule = _("the same number as in row %d") % earlier
            return [self.fault(row, "number", rule, _("correct one of the two"))]
        return []

    def _past_case(self, row: CheckedRow) -> PastCase:
        values, organ = row.values, self.organ(row)
        assert organ is not None
        return PastCase(
            organ=organ,
            number=values["number"],
            title=mask_personal_data(values.get("title", "")) or values["number"],
            channel=values["channel"],
            applicant_kind=values["applicant_kind"],
            received_on=values["received_on"],
            closed_on=values.get("closed_on"),
            outcome=values.get("outcome", ""),
        )


def _told(cases: Sequence[Case]) -> None:
    requests_taken_over.send(sender=Request, cases=cases)


def _requests(cases: Sequence[Case]) -> None:
    """The wing's own row for each case; details stayed with the other system."""
    Request.objects.bulk_create(
        Request(
            case=case,
            description=case.title,
            supply_form=SupplyForm.ELECTRONIC,
            supply_way=SupplyWay.ONLINE,
            submitted_on=case.received_on,
            public_title=case.title,
            imported=True,
        )
        for case in cases
    )
    _told(cases)
