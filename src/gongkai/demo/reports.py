"""Two years of the demo city behind it: requests handled before the platform came, and the annual reports on them."""

from __future__ import annotations

import csv
import datetime as dt
import random
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from django.utils import timezone

from gongkai.engines.casework.actors import Actor
from gongkai.engines.casework.models import Event
from gongkai.foundation.accounts.models import User
from gongkai.foundation.organs.models import Organ
from gongkai.foundation.workdays import calendar
from gongkai.wings.disclosure.annual import drafting, filing, improving, services
from gongkai.wings.disclosure.annual.forms import Form, form_of
from gongkai.wings.disclosure.annual.models import AnnualReport, Status
from gongkai.wings.disclosure.annual.numbers import organs_of, reports_whole
from gongkai.wings.disclosure.annual.overview import overview
from gongkai.wings.disclosure.annual.standing import standing
from gongkai.wings.disclosure.guides.services import confirm as confirm_guide
from gongkai.wings.disclosure.remedies.intake import import_remedies
from gongkai.wings.disclosure.requests.intake import import_requests
from gongkai.wings.publishing.sitereports import form as site_form
from gongkai.wings.publishing.sitereports import services as site_reports
from gongkai.wings.publishing.sites.models import Site

FILE: Final = Path(__file__).parent / "city" / "reports.toml"
_SEED: Final = 2021
Progress = Callable[[str, int, int], None]


def bring_reports(progress: Progress) -> None:
    """The two whole years before this one: their requests and remedies, the numbers filed, and what was published."""
    facts = tomllib.loads(FILE.read_text(encoding="utf-8"))
    years = (timezone.localdate().year - 2, timezone.localdate().year - 1)
    _bring_history(facts, years)
    reports = [(year, code) for year in years for code in facts["reports"]["published"]]
    for done, (year, code) in enumerate(reports, start=1):
        if code == facts["reports"]["published"][0]:
            _file_numbers(facts, year)
        _publish(facts, year, code)
        progress("reports", done, len(reports))
    for code in facts["reports"]["waiting"]:
        _waiting(facts, years[1], code)
    _report_of_the_site(facts, years[1])
    for code in facts["reports"]["guides_confirmed"]:
        confirm_guide(organ=Organ.objects.get(code=code), user=_officer(), on=timezone.localdate())


# -- Requests and remedies of before -----------------------------------------------------------------------


def _bring_history(facts: dict[str, Any], years: tuple[int, int]) -> None:
    chance = random.Random(_SEED)  # noqa: S311  # the same city every time, no secret
    requests = list(_requests(facts, years, chance))
    closed = [row for row in requests if row["outcome"]]
    remedies = [
        {
            "organ": row["organ"],
            "request": row["number"],
            "kind": kind,
            "filed_on": row["closed_on"],
            "result": result,
        }
        for row, (kind, result) in zip(
            chance.sample(closed, len(facts["remedies"])), facts["remedies"], strict=True
        )
    ]
    actor = Actor(user=User.objects.get(username="gongkai"))
    with tempfile.TemporaryDirectory() as folder:
        for name, rows, take in (
            ("requests", requests, import_requests),
            ("remedies", remedies, import_remedies),
        ):
            path = Path(folder) / f"{name}.csv"
            with path.open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, rows[0])
                writer.writeheader()
                writer.writerows(rows)
            report = take(path=path, actor=actor)
            if report.faults:
                raise RuntimeError(f"the demo's {name} are not right: {report.faults[0]}")


def _requests(
    facts: dict[str, Any], years: tuple[int, int], chance: random.Random
) -> Iterator[dict[str, Any]]:
    """Received on a working day, answered within the time the law gives; those of late December in the next year."""
    for organ, number in facts["requests"].items():
        for serial in range(1, number + 1):
            year = years[serial % 2]
            received = _workday(dt.date(year, 1, 1) + dt.timedelta(days=chance.randrange(358)))
            closed = calendar().add(received, chance.randint(5, 20)).date
            yield {
                "organ": organ,
                "number": f"旧〔{year}〕{serial}号",
                "channel": chance.choice(facts["channels"]),
                "applicant_kind": chance.choice(facts["applicants"]),
                "received_on": received.isoformat(),
                "closed_on": closed.isoformat(),
                "outcome": chance.choice(facts["outcomes"]),
                "title": chance.choice(facts["titles"]),
            }


def _workday(day: dt.date) -> dt.date:
    while not calendar().is_workday(day):
        day += dt.timedelta(days=1)
    return day


# -- Numbers and reports -----------------------------------------------------------------------------------


def _officer() -> User:
    return User.objects.get(username="gongkai")


def _file_numbers(facts: dict[str, Any], year: int) -> None:
    """Every organ that reports files what no record here counts; one of them keeps its requests in another system."""
    chance, form = random.Random(year), form_of(year)  # noqa: S311
    for row in overview(Organ.objects.order_by("path"), year):
        elsewhere = row.organ.code == facts["reports"]["elsewhere"]
        typed: dict[str, object] = {cell.path: 0 for cell in form.cells if cell.by_hand}
        busy = row.organ.kind == "department"
        typed["table2/art20_5/行政许可/decisions"] = chance.randrange(200, 4000) if busy else 0
        typed["table2/art20_6/行政处罚/decisions"] = chance.randrange(0, 300) if busy else 0
        if elsewhere:
            typed |= _elsewhere(form, year)
        filing.file_numbers(
            organ=row.organ,
            year=year,
            form=form,
            typed=typed,
            user=_officer(),
            elsewhere=elsewhere,
            source="区级依申请公开系统" if elsewhere else "各业务科室报送",
        )


def _elsewhere(form: Form, year: int) -> dict[str, object]:
    """A small table that balances: what came was answered."""
    cells: dict[str, object] = {
        cell.path: 0
        for cell in filing.cells_to_file(form, elsewhere=True)
        if cell.path.startswith(("table3/", "table4/"))
    }
    number = 10 + year % 5
    return cells | {"table3/1/natural_person": number, "table3/3.1/natural_person": number}


def _publish(facts: dict[str, Any], year: int, code: str) -> None:
    report = _drafted(facts, year, code)
    for task in improving.promised_before(report):
        improving.settle(
            task=task, result="done", proof=facts["proof"], on=timezone.localdate(), user=_officer()
        )
    head = User.objects.get(username="fuzeren")
    report = services.submit(report=report, user=_officer(), overruled=facts["overruled"])
    services.publish(report=services.approve(report=report, user=head), user=head)


def _waiting(facts: dict[str, Any], year: int, code: str) -> None:
    """One report that waits for the head."""
    services.submit(report=_drafted(facts, year, code), user=_officer(), overruled=facts["overruled"])


def _drafted(facts: dict[str, Any], year: int, code: str) -> AnnualReport:
    organ = Organ.objects.get(code=code)
    report = services.draft(organ=organ, year=year, whole=reports_whole(organ), user=_officer())
    of_year = facts["years"][0 if year < timezone.localdate().year - 1 else 1]
    for task in of_year["improvement"]:
        improving.promise(
            report=report,
            problem=task["problem"],
            measure=task["measure"],
            owner=task["owner"],
            due_on=dt.date(year + 1, *task["due"]),
            user=_officer(),
        )
    drafting.check_names(of_year["five"])
    return services.write(
        report=report,
        texts={"五": of_year["five"], "六": _other_matters(facts, organ, year)},
        user=_officer(),
        version=report.version,
    )


def _other_matters(facts: dict[str, Any], organ: Organ, year: int) -> str:
    """Section 六 has to say what was charged (国办公开办函〔2021〕30号)."""
    paid = Event.objects.filter(
        action="receive_payment",
        day__year=year,
        case__organ__in=organs_of(organ, year, whole=reports_whole(organ)),
    )
    yuan = sum(Decimal(each["amount"]) for each in paid.values_list("facts", flat=True))
    return str(facts["six_charged"]).format(yuan=int(yuan)) if yuan else str(facts["six"])


def _report_of_the_site(facts: dict[str, Any], year: int) -> None:
    """The yearly report of the city's website: filled in by its manager, approved by the operator."""
    typed = {
        field.key: facts["site"].get(
            field.key, {"count": "0", "days": "2.5", "yesno": "是", "text": ""}[field.kind]
        )
        for field in site_form.fields().values()
        if field.by_hand
    }
    manager = User.objects.get(username="zhandian")
    report = site_reports.fill_in(site=Site.objects.get(slug="city"), year=year, typed=typed, user=manager)
    report = site_reports.submit(report=report, user=manager)
    site_reports.publish(report=report, user=User.objects.get(username="admin"))


def correct_reports(year: int) -> None:
    """Publish anew what is out already, where the records say something else today."""
    facts = tomllib.loads(FILE.read_text(encoding="utf-8"))
    head = User.objects.get(username="fuzeren")
    _file_numbers(facts, year)
    for report in AnnualReport.objects.filter(year=year, status=Status.PUBLISHED):
        if standing(report).moved:
            report = services.take_up_again(report=report, user=head, reason="补充统计新接入单位的办理数据")
            report = services.write(
                report=report,
                texts={"六": _other_matters(facts, report.organ, year)},
                user=_officer(),
                version=report.version,
            )
            report = services.submit(report=report, user=_officer(), overruled=facts["overruled"])
            services.publish(report=services.approve(report=report, user=head), user=head)
