"""``gongkai cases``: lists, single cases, acts, diagrams, and whether the tables agree with the ledger."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gongkai.shell.commands.bars import bar
from gongkai.shell.commands.days import DAY
from gongkai.shell.commands.named import case_of, member_of_staff

if TYPE_CHECKING:
    from gongkai.engines.casework.models import Case
    from gongkai.engines.casework.worklist import Asked
    from gongkai.foundation.accounts.models import User

_WRITTEN = {
    "text": "TEXT",
    "paragraph": "TEXT",
    "date": "2020-04-22",
    "number": "NUMBER",
    "money": "380.00",
    "choice": "CHOICE",
    "file": "PATH",
    "staff": "USER",
}
"""How a fact of each kind is written on the command line."""
_organ = click.option(
    "--organ", default="", help="Code of the organ, when several have a case of this number."
)


@click.group()
def cases() -> None:
    """Cases: list, show, act, verify, recompute, diagram."""
    from gongkai.shell.django_setup import setup

    setup()


def _case(number: str, user: User, organ: str) -> Case:
    from gongkai.engines.casework.worklist import visible_cases

    return case_of(number, visible_cases(user), organ=organ)


def _given(case: Case, action: str, facts: tuple[str, ...], user: User) -> dict[str, object]:
    """Facts as an act takes them: user names become members of staff, paths the files there, of which one fact may have
    several. What it does not ask for is left for it to refuse."""
    known = case.rules.action(action)
    kinds = {fact.name: fact.kind for fact in known.facts} if known else {}
    given: dict[str, object] = {}
    for name, equals, value in (fact.partition("=") for fact in facts):
        if not equals:
            raise click.BadParameter(f"{name}: write it as NAME=VALUE", param_hint="--fact")
        if name in given and kinds.get(name) != "file":
            raise click.BadParameter(f"{name} is given twice", param_hint="--fact")
        if kinds.get(name) == "staff" and not value.isdecimal():
            given[name] = member_of_staff(value, hint=f"--fact {name}").pk
        elif kinds.get(name) == "file" and value and not value.isdecimal():
            files = given.setdefault(name, [])
            assert isinstance(files, list)
            files.append(_taken_in(Path(value), user, hint=f"--fact {name}"))
        else:
            given[name] = value
    return given


def _taken_in(path: Path, user: User, *, hint: str) -> int:
    """Keep a file for an act; when that is refused it is swept after a day."""
    from gongkai.foundation.files.holding import hold
    from gongkai.foundation.files.services import FileRefused

    try:
        with path.open("rb") as content:
            return hold(content=content, name=path.name, actor=user.ledger_name).file.pk
    except OSError as fault:
        raise click.BadParameter(f"{path}: {fault.strerror}", param_hint=hint) from None
    except FileRefused as refusal:
        raise click.ClickException(f"{path}: {refusal}") from None


@cases.command(name="list")
@click.option("--as", "username", required=True, help="Whose worklist.")
@click.option(
    "--group", default="open", show_default=True, help="overdue, today, week, waiting, mine, closed, all …"
)
@click.option(
    "--order", default="due", show_default=True, help="due, or received: what came last stands first."
)
@click.option("--procedure", default="")
@click.option("--state", default="")
@click.option("--outcome", default="")
@click.option("--awaits", default="", help="A proposal nobody has answered, as propose_extension.")
@click.option("--organ", default="", help="Code of an organ; those below it are included.")
@click.option("--handler", default="", help="A user name, me, or none.")
@click.option("--channel", default="")
@click.option("--applicant-kind", default="")
@click.option("--since", type=DAY, default=None, help="Received on this day or later.")
@click.option("--until", type=DAY, default=None, help="Received on this day or earlier.")
@click.option("--words", default="", help="The beginning of a number, or words of the subject.")
@click.option("--after", default="", help="Where the page before left off, as it said.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 500))
def list_cases(username: str, since: date | None, until: date | None, limit: int, **given: str) -> None:
    """A worklist as JSON lines: number, title, state, days left. Every filter that is wrong is named, all at once."""
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from gongkai.engines.casework import worklist

    user, today = member_of_staff(username), timezone.localdate()
    asked = _asked(given, since, until, limit)
    found = worklist.page(asked, user, today)
    for row in found.rows:
        case = row.case
        facts = {
            "number": case.number,
            "title": case.title,
            "organ": case.organ.code,
            "state": case.state,
            "outcome": case.outcome,
            "handler": case.handler.username if case.handler else "",
            "received_on": str(case.received_on),
            "due_on": str(case.due_on or ""),
            "closed_on": str(case.closed_on or ""),
            "days_left": row.days_left,
        }
        click.echo(json.dumps(facts, ensure_ascii=False))
    if year := worklist.looked_through(asked, today):
        told = _(
            "The words were looked for among cases received from %(since)s to %(until)s; --since begins elsewhere."
        )
        click.echo(told % year._asdict(), err=True)
    if found.next:
        click.echo(_("There are more; go on with --after %s") % found.next, err=True)


def _asked(given: dict[str, Any], since: date | None, until: date | None, limit: int) -> Asked:
    """What the options ask for. Raises ``click.UsageError`` with all that is wrong with them."""
    from gongkai.engines.casework import worklist
    from gongkai.engines.casework.asking import faults
    from gongkai.foundation.accounts.models import User
    from gongkai.wings.disclosure.requests.models import Channel

    # A name of digits alone is a name here, not the number of somebody.
    handler = given["handler"]
    person = User.objects.filter(username=handler).first() if handler not in ("me", "none") else None
    named = {"handler": str(person.pk)} if person else {}
    asked = worklist.Asked(received_since=since, received_until=until, size=limit, **given | named)
    wrong = faults(asked, Channel.values)
    if handler.isdecimal() and person is None:
        wrong["handler"] = f"no member of staff is called {handler}"
    if wrong:
        lines = (f"--{name.replace('_', '-')}: {fault}" for name, fault in wrong.items())
        raise click.UsageError("\n".join(lines))
    return asked


@cases.command()
@click.argument("number")
@click.option("--as", "username", required=True)
@_organ
def show(number: str, username: str, organ: str) -> None:
    """One case: its clocks with the working, its acts, and what may be done now."""
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from gongkai.engines.casework import services
    from gongkai.engines.casework.actors import Actor
    from gongkai.engines.casework.clocks import derivation
    from gongkai.foundation.workdays import calendar

    user, today = member_of_staff(username), timezone.localdate()
    case = _case(number, user, organ)
    click.secho(f"{case.number} {case.title}", bold=True)
    click.echo(f"{case.standing.title} {case.result.label if case.result else ''}")
    for clock in case.clocks.order_by("id"):
        click.secho(str(clock.rule.title), bold=True)
        for line in derivation(clock.history, clock.rule.unit, calendar(), _):
            click.echo(f"  {line}")
    for event in case.events.order_by("seq"):
        click.echo(f"{event.day} {services.action_title(case, event.action)} {event.actor}")
    for offer in services.allowed_actions(case, Actor(user=user), day=today):
        mark = "+" if offer.possible else "-"
        click.echo(f"{mark} {offer.action.code} {offer.action.title} {' '.join(offer.reasons)}")
        for fact in offer.action.facts if offer.possible else ():
            choices = " | ".join(f"{value} {title}" for value, title in fact.choices)
            asked = f"--fact {fact.name}={_WRITTEN[fact.kind]}"
            click.echo(f"    {asked if fact.required else f'[{asked}]'}  {fact.title}  {choices}".rstrip())
        ends = services.outcome_offers(case, offer.action, Actor(user=user), day=today)
        for outcome, needs, reasons in ends if offer.possible else ():
            wanted = " ".join(f"--fact {fact.name}=…" for fact in needs)
            told = f"--outcome {outcome.code}  {outcome.label}  {wanted} {' '.join(reasons)}"
            click.echo(f"    {told}".rstrip())


@cases.command()
@click.argument("number")
@click.argument("action")
@click.option("--as", "username", required=True)
@click.option("--fact", "facts", multiple=True, metavar="NAME=VALUE")
@click.option("--outcome", default="")
@click.option("--day", type=DAY, default=None)
@_organ
def act(
    number: str,
    action: str,
    username: str,
    facts: tuple[str, ...],
    outcome: str,
    day: date | None,
    organ: str,
) -> None:
    """Take one act; ``cases show`` tells which are possible and what they ask. A member of staff is given by user name.

    Exit status 1 with every reason when it is refused.
    """
    from django.core.exceptions import ValidationError
    from django.utils import timezone

    from gongkai.engines.casework import services
    from gongkai.engines.casework.actors import Actor
    from gongkai.engines.casework.errors import CaseRefused

    user = member_of_staff(username)
    on = day or timezone.localdate()
    case = _case(number, user, organ)
    try:
        services.act(
            case=case,
            action=action,
            actor=Actor(user=user),
            day=on,
            facts=_given(case, action, facts, user),
            outcome=outcome,
        )
    except CaseRefused as refusal:
        several = " ".join(refusal.reasons) == refusal.message  # said one by one below, not twice
        told = refusal.reasons if several else [refusal.message, *refusal.reasons]
        click.echo("\n".join(dict.fromkeys(told)), err=True)
        sys.exit(1)
    except ValidationError as refusal:
        for name, texts in refusal.message_dict.items():
            click.echo(f"{name}: {' '.join(texts)}", err=True)
        sys.exit(1)


@cases.command()
def verify() -> None:
    """Compare all cases with the ledger. Exit status 1 when something was changed behind its back."""
    from django.utils.translation import gettext as _

    from gongkai.engines.casework.verification import KINDS, verify_cases

    faults = list(verify_cases())
    for fault in faults:
        click.echo(f"{fault.number}：{KINDS[fault.kind]}（{fault.detail}）")
    click.echo(
        _("%d cases or acts differ from the ledger.") % len(faults)
        if faults
        else _("All cases are as the ledger tells them.")
    )
    sys.exit(1 if faults else 0)


@cases.command()
@click.option("--reason", default="")
def recompute(reason: str) -> None:
    """Reckon all open clocks anew, as after a holiday notice; the worker does it by itself too."""
    from django.utils.translation import gettext as _

    from gongkai.engines.casework.models import Clock
    from gongkai.engines.casework.recomputing import recompute as reckon_anew

    with bar(_("Clocks"), total=Clock.objects.filter(standing="running").count()) as tell:
        moved = reckon_anew(reason=reason, progress=tell)
    for each in moved:
        click.echo(f"{each.case} {each.clock}: {each.before} → {each.after}")


@cases.command()
@click.argument("code", required=False)
@click.option("--mermaid", "as_mermaid", is_flag=True, help="Mermaid's notation instead of SVG.")
@click.option(
    "--into", type=click.Path(file_okay=False, path_type=Path), help="Write all as files into a folder."
)
def diagram(code: str | None, as_mermaid: bool, into: Path | None) -> None:
    """Draw a procedure, or all of them into a folder."""
    from django.utils.translation import gettext as _

    from gongkai.engines.casework import diagram as drawing
    from gongkai.engines.casework.registry import UnknownProcedure, procedure, procedures

    draw = drawing.mermaid if as_mermaid else drawing.svg
    if into is not None:
        into.mkdir(parents=True, exist_ok=True)
        for each in procedures():
            (into / f"{each.code}.{'mmd' if as_mermaid else 'svg'}").write_text(draw(each), encoding="utf-8")
        return
    try:
        click.echo(draw(procedure(code or "")), nl=False)
    except UnknownProcedure:
        known = "、".join(each.code for each in procedures())
        raise click.BadParameter(_("known are %s") % known, param_hint="CODE") from None
