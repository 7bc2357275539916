"""``gongkai workdays …``: working days by the State Council's calendar. Answers without Django or a database."""

from __future__ import annotations

import datetime as dt
import functools
import json
from collections.abc import Callable, Iterable
from itertools import groupby
from pathlib import Path
from typing import Any

import click

from gongkai.foundation.workdays import CalendarError, CalendarYear, MarkedDay, calendar, install_year
from gongkai.shell.commands.days import DAY
from gongkai.shell.commands.wording import BadInput, words_of

_ = words_of("gongkai.foundation.workdays")


in_jurisdiction = click.option(
    "--jurisdiction", default="CN", show_default=True, help="CN, or CN- and a division code, e.g. CN-46."
)


@click.group()
def workdays() -> None:
    """Count working days by the State Council's calendar."""


def answers(command: Callable[..., None]) -> click.Command:
    """A subcommand with --json, whose calendar errors end with exit code 2."""

    @functools.wraps(command)
    def guarded(**arguments: Any) -> None:
        try:
            command(**arguments)
        except CalendarError as error:
            raise BadInput(error.localised(_)) from error

    as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
    # a negative number of days is a number with a fault, not an option
    return workdays.command(context_settings={"ignore_unknown_options": True})(as_json(guarded))


def _print(facts: dict[str, Any], lines: Iterable[str], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False, indent=1, default=str))
    else:
        for line in lines:
            click.echo(line)


def _caution(*, provisional: bool) -> list[str]:
    return [_("Provisional: no holiday notice is known for a year it rests on.")] if provisional else []


@answers
@click.argument("day", type=DAY)
@click.argument("n", type=int)
@in_jurisdiction
def add(day: dt.date, n: int, jurisdiction: str, as_json: bool) -> None:
    """The N-th working day after DAY, which itself is not counted."""
    deadline = calendar(jurisdiction).add(day, n)
    facts = {"start": day, "n": n, "date": deadline.date, "provisional": deadline.provisional}
    _print(
        facts | {"jurisdiction": jurisdiction},
        [deadline.date.isoformat(), *_caution(provisional=deadline.provisional)],
        as_json=as_json,
    )


@answers
@click.argument("start", type=DAY)
@click.argument("end", type=DAY)
@in_jurisdiction
def count(start: dt.date, end: dt.date, jurisdiction: str, as_json: bool) -> None:
    """Working days after START up to and including END; negative when END is earlier."""
    counted = calendar(jurisdiction).count(start, end)
    facts = {"start": start, "end": end, "days": counted.days, "provisional": counted.provisional}
    _print(
        facts | {"jurisdiction": jurisdiction},
        [str(counted.days), *_caution(provisional=counted.provisional)],
        as_json=as_json,
    )


@answers
@click.argument("day", type=DAY)
@click.argument("n", type=int)
@in_jurisdiction
def explain(day: dt.date, n: int, jurisdiction: str, as_json: bool) -> None:
    """How the N-th working day after DAY comes about: what was counted, what skipped, and why."""
    derivation = calendar(jurisdiction).explain(day, n)
    facts = {
        "start": day,
        "n": n,
        "date": derivation.date,
        "provisional": derivation.provisional,
        "jurisdiction": jurisdiction,
        "days": [
            {
                "day": account.day,
                "counted": account.counted,
                "reason": account.reason,
                "name": account.name,
                "source": account.source,
                "provisional": account.provisional,
            }
            for account in derivation.days
        ],
    }
    _print(facts, derivation.lines(_), as_json=as_json)


@answers
@click.argument("year", type=int)
@in_jurisdiction
def year(year: int, jurisdiction: str, as_json: bool) -> None:
    """What is known of a YEAR: its notices, days off and make-up workdays."""
    known = calendar(jurisdiction).year(year)
    facts = {
        "year": known.year,
        "jurisdiction": jurisdiction,
        "status": known.status,
        "workdays": known.workdays,
        "notices": [
            {
                "title": notice.title,
                "number": notice.number,
                "issued": notice.issued,
                "source": notice.source,
                "confirmed": notice.confirmed,
            }
            for notice in known.notices
        ],
        "off": [{"day": entry.day, "name": entry.name} for entry in known.off],
        "worked": [{"day": entry.day, "name": entry.name} for entry in known.worked],
    }
    _print(facts, _year_lines(known), as_json=as_json)


@answers
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def install(file: Path, as_json: bool) -> None:
    """Check a year FILE and take it into use. All faults are reported together; then nothing is changed."""
    target = install_year(file)
    _print({"installed": str(target)}, [_("installed: %(path)s") % {"path": target}], as_json=as_json)


def _year_lines(known: CalendarYear) -> Iterable[str]:
    status = _("published") if known.status == "published" else _("provisional: no notice known")
    yield _("%(year)d: %(status)s, %(workdays)d working days") % {
        "year": known.year,
        "status": status,
        "workdays": known.workdays,
    }
    for notice in known.notices:
        yield f"  {notice.cite()} {notice.issued}"
        if not notice.confirmed:
            yield "    " + _("number or title not confirmed; source: %(source)s") % {"source": notice.source}
    yield _("Days off:")
    yield from _runs(known.off)
    if known.worked:
        yield _("Worked weekends:")
        yield from _runs(known.worked)


def _runs(days: tuple[MarkedDay, ...]) -> Iterable[str]:
    """Consecutive days of one name on one line."""
    numbered = enumerate(days)
    for (name, _start), group in groupby(numbered, key=lambda e: (e[1].name, e[1].day.toordinal() - e[0])):
        run = [entry.day for _index, entry in group]
        span = str(run[0]) if len(run) == 1 else f"{run[0]} – {run[-1]}"
        yield f"  {span}  {name}"
