"""Requests of earlier years out of a table: ``gongkai import requests FILE``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _

from gongkai.engines.casework.actors import Actor
from gongkai.engines.casework.importing import PastCase, import_cases
from gongkai.engines.casework.models import Case
from gongkai.engines.exchange.faults import RowFault
from gongkai.engines.exchange.reading import read_rows
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
from gongkai.foundation.organs.models import Organ
from gongkai.wings.disclosure.intaking import IntakeDesk, IntakeReport
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
HEADINGS: Final = frozenset(name for item in REQUESTS.fields for name in (item.name, *item.headings))


def import_requests(
    *,
    path: Path,
    actor: Actor,
    partial: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> IntakeReport:
    """Take in requests that were handled elsewhere. All rows are checked first; with faults nothing is written, unless
    ``partial``: then the good rows are. Raises ``FileUnreadable``, ``CaseRefused``."""
    report = IntakeReport()
    desk = _Desk()
    past: list[PastCase] = []
    for row in REQUESTS.check(read_rows(path, headings=HEADINGS)):
        report.read += 1
        report.unknown_headings.update(row.unknown)
        faults = [*row.faults, *desk.faults(row)]
        report.faults.extend(faults)
        if not faults:
            past.append(desk.past_case(row))
    if report.faults and not partial:
        return report
    import_cases(
        procedure_code=CODE,
        past=past,
        open_state="registered",
        closed_state="concluded",
        actor=actor,
        also=_requests,
        progress=lambda done: progress(done, len(past)),
    )
    report.imported = len(past)
    return report


class _Desk(IntakeDesk):
    """Beside the register: the numbers there are already, and the rows of the file one another."""

    def __init__(self) -> None:
        super().__init__(REQUESTS)
        self._numbers: dict[int, set[str]] = {}
        self._rows: dict[tuple[int, str], int] = {}

    def _known(self, organ: Organ) -> set[str]:
        if organ.pk not in self._numbers:
            numbers = Case.objects.of(CODE).filter(organ=organ).values_list("number", flat=True)
            self._numbers[organ.pk] = set(numbers)
        return self._numbers[organ.pk]

    def faults(self, row: CheckedRow) -> list[RowFault]:
        """Everything about a row that only shows beside the register, the other rows and the calendar."""
        values = row.values
        found = [
            *self.organ_faults(row),
            *self._number_faults(row),
            *self.day_faults(row, "received_on", "closed_on"),
        ]
        if ("outcome" in values) != ("closed_on" in values):
            missing = "closed_on" if "outcome" in values else "outcome"
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
        if number in self._known(organ):
            return [self.fault(row, "number", _("this request is there already"), _("leave the row out"))]
        earlier = self._rows.setdefault((organ.pk, number), row.number)
        if earlier != row.number:
            rule = _("the same number as in row %d") % earlier
            return [self.fault(row, "number", rule, _("correct one of the two"))]
        return []

    def past_case(self, row: CheckedRow) -> PastCase:
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
    requests_taken_over.send(sender=Request, cases=cases)
