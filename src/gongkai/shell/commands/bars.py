"""Progress of long commands: one look for all, on standard error, so that what a command says can be piped."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import click


class Tell(Protocol):
    """Called with how many are done and, once that is known, of how many."""

    def __call__(self, done: int, total: int | None = None) -> None: ...


class TellOf(Protocol):
    """The same for one of several works, named by its code."""

    def __call__(self, what: str, done: int, total: int | None = None) -> None: ...


@contextmanager
def bar(what: str, *, total: int | None = None, hidden: bool = False) -> Iterator[Tell]:
    """One bar with how long it will still take."""
    with bars({"": what}, hidden=hidden) as tell_of:
        tell_of("", 0, total)

        def tell(done: int, total: int | None = None) -> None:
            tell_of("", done, total)

        yield tell


@contextmanager
def bars(names: Mapping[str, str], *, hidden: bool = False) -> Iterator[TellOf]:
    """A bar for each work, in the order they begin; ``names`` are what people read for their codes."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), disable=hidden) as shown:
        tasks = {}

        def tell_of(what: str, done: int, total: int | None = None) -> None:
            if what not in tasks:
                tasks[what] = shown.add_task(names.get(what, what), total=total)
            shown.update(tasks[what], completed=done, total=total)

        yield tell_of


@contextmanager
def importing(file: Path, *, hidden: bool) -> Iterator[Tell]:
    """The bar of an import. A file that cannot be read at all ends the command with status 2 and says why."""
    from django.utils.translation import gettext as _

    from gongkai.engines.exchange.faults import FileUnreadable

    try:
        with bar(_("Importing"), hidden=hidden) as tell:
            yield tell
    except FileUnreadable as refusal:
        click.echo(f"{file}: {refusal.message}{refusal.mend}", err=True)
        sys.exit(2)
