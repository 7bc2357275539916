"""``gongkai catalogue``: what is promised to be public, what keeps it, and where the two differ."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from gongkai.shell.commands.named import member_of_staff, organ_of

if TYPE_CHECKING:
    from gongkai.foundation.organs.models import Organ
    from gongkai.wings.disclosure.catalogue.models import CatalogueEntry
    from gongkai.wings.disclosure.catalogue.standing import EntryStanding


@click.group()
def catalogue() -> None:
    """The disclosure catalogue: rows, bindings, gaps."""
    from gongkai.shell.django_setup import setup

    setup()


def _entry(number: int) -> CatalogueEntry:
    from django.utils.translation import gettext as _

    from gongkai.wings.disclosure.catalogue.models import CatalogueEntry

    entry = CatalogueEntry.objects.select_related("organ").filter(pk=number).first()
    if entry is None:
        raise click.BadParameter(_("there is no row %d") % number)
    return entry


@catalogue.command(name="list")
@click.option("--organ", "code", help="Only this organ and those below it.")
@click.option("--field", "field", help="Only this field, by its name.")
@click.option("--item", help="Only this item of Art. 20: 1 to 15, or 21.")
@click.option("--state", help="Only rows in this state: unbound, missing, late, near, fulfilled, on_request.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_rows(
    code: str | None, field: str | None, item: str | None, state: str | None, as_json: bool
) -> None:
    """List the rows that hold, each with how it stands."""
    from django.utils import timezone

    from gongkai.wings.disclosure.catalogue.gaps import entries_of, line
    from gongkai.wings.disclosure.catalogue.standing import State, standings
    from gongkai.wings.disclosure.catalogue.vocabulary import field_name

    if state and state not in State.values:
        raise click.BadParameter("、".join(State.values), param_hint="--state")
    organ = organ_of(code) if code is not None else None
    today = timezone.localdate()
    rows = entries_of([organ] if organ else None, today)
    if field:
        rows = rows.filter(field=field_name(field))
    if item:
        rows = rows.filter(item=item)
    found = [row for row in standings(rows, today) if not state or row.state == state]
    if as_json:
        click.echo(json.dumps([line(row) for row in found], ensure_ascii=False, indent=1))
        return
    for row in found:
        _say(row)


def _say(row: EntryStanding) -> None:
    due = f" {row.due.day}" if row.due else ""
    click.echo(
        f"{row.entry.pk:>6} {row.state.label}{due} · {row.entry.organ.short_name or row.entry.organ.name} · "
        f"{row.entry.field} · {row.entry.path} · {row.last_on or '—'}"
    )


@catalogue.command()
@click.argument("number", type=int)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(number: int, as_json: bool) -> None:
    """Show one row: what it says, how its time limit was read, what fulfils it, what was done to it."""
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from gongkai.foundation.ledger.services import history
    from gongkai.wings.disclosure.catalogue.exporting import record
    from gongkai.wings.disclosure.catalogue.standing import standing_of

    entry = _entry(number)
    row = standing_of(entry, timezone.localdate())
    told: dict[str, Any] = record(entry, row) | {
        "state": row.state.value,
        "due": row.due.day.isoformat() if row.due else None,
        "bindings": [
            {
                "id": each.binding.pk,
                "kind": each.binding.kind,
                "key": each.binding.key,
                "title": each.standing.title if each.standing else each.binding.title,
                "gone": each.standing is None,
                "last": str(each.standing.last_on or "") if each.standing else "",
            }
            for each in row.bound
        ],
        "history": [[each.at, each.verb, each.actor] for each in history(entry.ledger_name)],
    }
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    _say(row)
    for name in ("content", "basis", "time_limit", "time_limit_rules", "channels", "bindings", "history"):
        click.echo(f"{name}: {json.dumps(told[name], ensure_ascii=False)}")
    if row.limit_unread:
        click.echo(_("Not understood in the time limit: %s") % "；".join(row.limit_unread))


@catalogue.command()
@click.argument("number", type=int)
@click.argument("target", required=False)
@click.option("--as", "username", help="The member of staff who binds; without it, the house itself.")
@click.option("--off", is_flag=True, help="Take the binding away.")
@click.option("--suggest", is_flag=True, help="Only say what may fulfil the row.")
def bind(number: int, target: str | None, username: str | None, off: bool, suggest: bool) -> None:
    """Say by what a row is fulfilled: TARGET is column:ID, document:ID or series:SLUG."""
    from django.utils.translation import gettext as _

    from gongkai.wings.disclosure.catalogue import services
    from gongkai.wings.disclosure.catalogue.errors import CatalogueRefused
    from gongkai.wings.disclosure.catalogue.suggesting import suggestions

    entry = _entry(number)
    if suggest or not target:
        for each in suggestions(entry):
            choice = each.choice
            click.echo(f"{each.score:.2f} {choice.kind}:{choice.key} {choice.title} · {choice.place}")
        return
    kind, _colon, key = target.partition(":")
    user = member_of_staff(username) if username is not None else None
    try:
        if off:
            binding = entry.bindings.filter(kind=kind, key=key).first()
            if binding is None:
                raise click.BadParameter(_("the row is not bound to this"))
            services.unbind(binding=binding, user=user)
        else:
            services.bind(
                entry=entry,
                kind=kind,
                key=key,
                user=user,
            )
    except CatalogueRefused as refusal:
        click.echo(" ".join([refusal.message, *refusal.reasons]), err=True)
        sys.exit(1)


@catalogue.command(name="take-over")
@click.argument("number", type=int)
@click.argument("former", type=int)
@click.option("--as", "username", help="The member of staff who decides; without it, the house itself.")
def take_over(number: int, former: int, username: str | None) -> None:
    """Row NUMBER is what the retired row FORMER was called before: what fulfilled that one comes over."""
    from django.utils.translation import gettext as _

    from gongkai.wings.disclosure.catalogue import services
    from gongkai.wings.disclosure.catalogue.errors import CatalogueRefused

    user = member_of_staff(username) if username is not None else None
    try:
        come = services.take_over(entry=_entry(number), former=_entry(former), user=user)
    except CatalogueRefused as refusal:
        click.echo(" ".join([refusal.message, *refusal.reasons]), err=True)
        sys.exit(1)
    click.echo(_("%d bindings came over.") % come)


@catalogue.command()
@click.option("--organ", "code", help="Only this organ and those below it.")
@click.option(
    "--period", "asked", help="Judge a past year, quarter or month instead of today: 2025, 2025Q3, 2025-07."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
def gaps(code: str | None, asked: str | None, as_json: bool, as_csv: bool) -> None:
    """What is promised and not there, what is late, and what is there but promised to nobody. Exit status 1 if any is."""
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from gongkai.engines.exchange.tables import csv_text
    from gongkai.wings.disclosure.catalogue.gaps import gap_report, report_table
    from gongkai.wings.disclosure.catalogue.standing import State

    organ = organ_of(code) if code is not None else None
    if asked is not None:
        sys.exit(_past([organ] if organ else None, asked, as_json=as_json, as_csv=as_csv))
    report = gap_report(organs=[organ] if organ else None, today=timezone.localdate())
    if as_json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False, indent=1))
    elif as_csv:
        click.echo(csv_text(*report_table(report)).removeprefix("\ufeff"), nl=False)
    else:
        for heading, rows in (
            (_("Promised and not there"), report.missing),
            (_("Late"), report.late),
            (_("Due soon"), report.near),
            (_("Time limit not understood"), report.unread),
        ):
            click.echo(f"{heading}: {len(rows)}")
            for row in rows[:50]:
                _say(row)
        click.echo(f"{_('Public, promised to nobody')}: {len(report.unpromised)}")
        for choice in report.unpromised[:50]:
            click.echo(f"       {choice.kind}:{choice.key} {choice.title} · {choice.place}")
        labels = {state.value: str(state.label) for state in State}
        click.echo(" · ".join(f"{labels[state]} {number}" for state, number in report.counts.items()))
    sys.exit(1 if report.missing or report.late else 0)


def _past(organs: list[Organ] | None, asked: str, *, as_json: bool, as_csv: bool) -> int:
    """Print what was late in a period; the exit status."""
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from gongkai.engines.exchange.tables import csv_text
    from gongkai.wings.disclosure.catalogue.past import Verdict, past_report, past_table, read_period

    period = read_period(asked)
    if period is None:
        raise click.BadParameter(_("write 2025, 2025Q3 or 2025-07"), param_hint="--period")
    report = past_report(organs=organs, period=period, today=timezone.localdate())
    if as_json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False, indent=1))
    elif as_csv:
        click.echo(csv_text(*past_table(report)).removeprefix("\ufeff"), nl=False)
    else:
        for row in report.late:
            entry = row.entry
            click.echo(
                f"{entry.pk:>6} {entry.organ.short_name or entry.organ.name} · {entry.field} · {entry.path}"
            )
            for duty in row.of(Verdict.OPEN, Verdict.LATE):
                click.echo(
                    f"       {duty.verdict.label} {duty.due.day} → {duty.done_on or '—'} "
                    f"({duty.days_late}) {duty.reason}"
                )
        click.echo(" · ".join(f"{verdict.label} {report.counts[verdict.value]}" for verdict in Verdict))
        click.echo(f"{_('Nothing fulfils it')}: {len(report.unbound)}")
    return 1 if report.late or report.unbound else 0


@catalogue.command()
@click.option("--organ", "code", help="Only this organ and those below it.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def matrix(code: str | None, as_json: bool) -> None:
    """How far the items of Art. 20 are covered, organ by organ: fulfilled of promised."""
    from django.utils import timezone

    from gongkai.engines.exchange.tables import csv_text
    from gongkai.wings.disclosure.catalogue.gaps import gap_report, matrix, matrix_table

    organ = organ_of(code) if code is not None else None
    report = gap_report(organs=[organ] if organ else None, today=timezone.localdate(), with_unpromised=False)
    headings, rows = matrix_table(matrix(report))
    if as_json:
        click.echo(json.dumps([dict(zip(headings, row, strict=True)) for row in rows], ensure_ascii=False))
    else:
        click.echo(csv_text(headings, rows).removeprefix("\ufeff"), nl=False)


@catalogue.command()
def remind() -> None:
    """Tell duty holders what is due soon or late; nothing is told twice."""
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from gongkai.wings.disclosure.catalogue import reminders

    click.echo(_("%d messages sent.") % reminders.remind(timezone.localdate()))
