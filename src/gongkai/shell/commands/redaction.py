"""``gongkai redaction``: the acts of redaction at the command line, by the same services as the workbench."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gongkai.shell.commands.named import case_of

if TYPE_CHECKING:
    from gongkai.foundation.accounts.models import User
    from gongkai.wings.disclosure.redaction.models import Redaction

_as = click.option("--as", "username", required=True, help="The member of staff who acts.")


@click.group()
def redaction() -> None:
    """Cover places in documents that are given out in part."""
    from gongkai.shell.django_setup import setup

    setup()


@redaction.command()
@click.argument("case_number")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--organ", default="", help="Code of the organ, when several have a case of this number.")
@_as
def start(case_number: str, file: Path, organ: str, username: str) -> None:
    """Take FILE in for redaction for the case CASE_NUMBER, and print the redaction's number."""
    from gongkai.engines.casework.worklist import visible_cases
    from gongkai.foundation.files.holding import hold
    from gongkai.wings.disclosure.redaction import services

    user = _user(username)
    case = case_of(case_number, visible_cases(user), organ=organ)
    with _refusals(), file.open("rb") as content:
        source = hold(content=content, name=file.name, actor=user.ledger_name).file
        made = services.start(subject=case.ledger_name, organ=case.organ, source=source, actor=user)
    _show(made)


@redaction.command()
@click.argument("number", type=int)
@click.option("--word", "words", multiple=True, help="A name or another text; may be given several times.")
@_as
def suggest(number: int, words: tuple[str, ...], username: str) -> None:
    """Propose places with numbers of people and the words given."""
    from gongkai.wings.disclosure.redaction import services

    with _refusals():
        services.suggest(redaction=_redaction(number), actor=_user(username), words=words)
    _show(_redaction(number))


@redaction.command()
@click.argument("number", type=int)
@click.argument("page", type=int)
@click.argument("place", type=float, nargs=4)
@click.option("--reason", required=True, help="Code of the reason: 14-1 … 16-3, 37.")
@_as
def mark(
    number: int, page: int, place: tuple[float, float, float, float], reason: str, username: str
) -> None:
    """Cover PLACE (left, top, width, height in points) on PAGE."""
    from gongkai.wings.disclosure.redaction import services
    from gongkai.wings.disclosure.redaction.geometry import Box

    with _refusals():
        box = Box(page, *place)
        services.mark(redaction=_redaction(number), box=box, reason=reason, actor=_user(username))
    _show(_redaction(number))


@redaction.command()
@click.argument("number", type=int)
@click.argument("marks", type=int, nargs=-1, required=True)
@click.option("--reason", required=True, help="Code of the reason: 14-1 … 16-3, 37.")
@_as
def accept(number: int, marks: tuple[int, ...], reason: str, username: str) -> None:
    """Cover the proposed MARKS."""
    from gongkai.wings.disclosure.redaction import services

    with _refusals():
        services.accept(redaction=_redaction(number), marks=marks, reason=reason, actor=_user(username))
    _show(_redaction(number))


@redaction.command()
@click.argument("number", type=int)
@click.argument("marks", type=int, nargs=-1, required=True)
@_as
def unmark(number: int, marks: tuple[int, ...], username: str) -> None:
    """Do not cover MARKS."""
    from gongkai.wings.disclosure.redaction import services

    with _refusals():
        services.unmark(redaction=_redaction(number), marks=marks, actor=_user(username))
    _show(_redaction(number))


@redaction.command()
@click.argument("number", type=int)
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path))
def result(number: int, out: Path) -> None:
    """Write the released document to OUT."""
    import shutil

    from gongkai.wings.disclosure.redaction import services

    with _refusals():
        shutil.copyfile(services.released(_redaction(number)).path, out)
    click.echo(str(out))


@redaction.command()
@click.argument("number", type=int)
def log(number: int) -> None:
    """What was covered, where, why and by whom, as JSON."""
    from gongkai.wings.disclosure.redaction import services

    click.echo(json.dumps(services.log(_redaction(number)), ensure_ascii=False, indent=1))


def _act(name: str, told: str) -> None:
    """A command for an act that asks for nothing but who does it."""

    @redaction.command(name=name.replace("_", "-"), help=told)
    @click.argument("number", type=int)
    @_as
    def act(number: int, username: str) -> None:
        from gongkai.wings.disclosure.redaction import services

        run: Callable[..., Any] = getattr(services, name)
        with _refusals():
            run(redaction=_redaction(number), actor=_user(username))
        _show(_redaction(number))


_act("leave_repeats", "Decide that covered texts may stay readable elsewhere.")
_act("burn", "Make the redacted document and prove it.")
_act("confirm", "Release the result, as a second person.")
_act("reopen", "Back to marking; the result no longer counts.")
_act("discard", "Throw away a redaction that was begun by mistake.")


@contextmanager
def _refusals() -> Iterator[None]:
    from django.core.exceptions import PermissionDenied, ValidationError

    from gongkai.foundation.files.services import FileRefused

    try:
        yield
    except PermissionDenied as refusal:
        told = [str(refusal), *getattr(refusal, "reasons", ())]
        raise click.ClickException("\n  ".join(told)) from None
    except ValidationError as refusal:
        raise click.ClickException("\n  ".join(refusal.messages)) from None
    except FileRefused as refusal:
        raise click.ClickException(str(refusal)) from None


def _redaction(number: int) -> Redaction:
    from django.utils.translation import gettext as _

    from gongkai.wings.disclosure.redaction.models import Redaction

    found = Redaction.objects.select_related("source", "organ", "result").filter(pk=number).first()
    if found is None:
        raise click.ClickException(_("there is no redaction %d") % number)
    return found


def _user(username: str) -> User:
    from django.utils.translation import gettext as _

    from gongkai.foundation.accounts.models import User

    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise click.ClickException(_("no member of staff is called %s") % username)
    return user


def _show(found: Redaction) -> None:
    """Where it stands and its marks; what was found is masked."""
    marks = [
        {
            "mark": each.pk,
            "page": each.page,
            "box": [each.left, each.top, each.width, each.height],
            "reason": each.reason,
            "state": each.state,
            "found": each.hint,
        }
        for each in found.marks.all()
    ]
    shown = {"redaction": found.pk, "state": found.state, "pages": found.pages, "marks": marks}
    click.echo(json.dumps(shown, ensure_ascii=False))
