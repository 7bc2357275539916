"""A government with two departments, each with a disclosure office; requests of a year among them."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from gongkai.foundation.organs.models import Organ
from gongkai.wings.disclosure.annual import drafting, filing, improving, services
from gongkai.wings.disclosure.annual.forms import Form, form_of
from gongkai.wings.disclosure.annual.models import AnnualReport
from gongkai.wings.disclosure.annual.shape import Number
from tests.factories_disclosure import D, Office, accepted, decide, office, request
from tests.remembered import remembered

YEAR = 2021


@dataclass(frozen=True)
class City:
    """``government`` reports for all; ``one`` and ``other`` are below it."""

    government: Office
    one: Office
    other: Office

    @property
    def form(self) -> Form:
        return form_of(YEAR)


@pytest.fixture
@remembered
def city(db: None) -> City:
    government = office(code="shizhengfu", name="测试市人民政府", kind="government")
    one = office(code="ju-a", name="测试市甲局", parent=government.organ)
    other = office(code="ju-b", name="测试市乙局", parent=government.organ)
    decide(accepted(one, "2021-04-20"), one, "granted", "2021-05-12")
    decide(accepted(one, "2021-04-20"), one, "not_exist", "2021-05-12")
    request(one, "2021-12-30")
    return City(government, one, other)


def nothing(form: Form) -> dict[str, object]:
    """Nought in every cell only the organ itself can fill in."""
    return {cell.path: "0" for cell in form.cells if cell.by_hand}


def filed(at: Office, **typed: object) -> None:
    form = form_of(YEAR)
    filing.file_numbers(organ=at.organ, year=YEAR, form=form, typed=nothing(form) | typed, user=at.officer)


def elsewhere(at: Office, **typed: int) -> None:
    """The organ files sections three and four too: nought, but for ``typed`` (paths with "/" as "__")."""
    form = form_of(YEAR)
    cells: dict[str, object] = {cell.path: 0 for cell in filing.cells_to_file(form, elsewhere=True)}
    for name, value in typed.items():
        cells[name.replace("__", "/")] = value
    filing.file_numbers(organ=at.organ, year=YEAR, form=form, typed=cells, user=at.officer, elsewhere=True)


def drafted(at: Office, *, whole: bool = False, year: int = YEAR) -> AnnualReport:
    return services.draft(organ=at.organ, year=year, user=at.officer, whole=whole)


def promised(report: AnnualReport, at: Office) -> None:
    """A problem with its measure, so that section five says something."""
    improving.promise(
        report=report,
        problem="基层单位对答复文书格式掌握不够",
        measure="每季度培训一次",
        owner="政务公开科",
        due_on=D("2022-06-30"),
        user=at.officer,
    )


def published(at: Office, *, whole: bool = False) -> AnnualReport:
    report = drafted(at, whole=whole)
    promised(report, at)
    report = services.submit(report=report, user=at.officer, overruled="逐项核对无误")
    report = services.approve(report=report, user=at.head)
    return services.publish(report=report, user=at.head)


def cell(cells: dict[str, Number], row: str, column: str = "total") -> Number:
    return cells[f"table3/{row}/{column}"]


def shown(report: AnnualReport, section: str) -> str:
    from gongkai.wings.disclosure.annual.standing import standing

    return standing(report).texts[section]


__all__ = ["YEAR", "City", "Organ", "cell", "drafted", "drafting", "elsewhere", "filed", "published", "shown"]
