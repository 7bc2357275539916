"""``gongkai press``: build, drain, watch and verify the published tree."""

from __future__ import annotations

import json
import signal
import sqlite3
import sys
import threading
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from gongkai.shell.commands.bars import bar

if TYPE_CHECKING:
    from gongkai.engines.press import PressStatus, VerifyReport

_FINDINGS = ("missing", "altered", "stale", "orphan", "manifest", "failed")


@click.group()
def press() -> None:
    """Build, drain, verify and watch the published tree."""
    from gongkai.shell.django_setup import setup

    setup()


@press.command()
@click.option("--json", "as_json", is_flag=True)
def build(as_json: bool) -> None:
    """Render every page of every site into a new tree and switch to it.

    Ctrl-C or SIGTERM stops it; the old tree stays, and the command can be given again.
    """
    from django.utils.translation import gettext as _

    from gongkai.engines import press as engine
    from gongkai.engines.press.building_apart import said
    from gongkai.engines.press.tree import described

    stop = _stopped_by_signals()
    try:
        with bar(_("pages"), hidden=as_json) as tell:
            report = engine.build(progress=tell, stop=stop.is_set)
    except Exception as error:
        if as_json:
            click.echo(json.dumps(said(error), ensure_ascii=False))
        if isinstance(
            error, engine.BuildRunning | engine.BuildStopped | engine.BuildFailed | OSError | sqlite3.Error
        ):
            raise click.ClickException(described(error)) from error
        raise
    if as_json:
        click.echo(json.dumps(said(report), ensure_ascii=False))
    else:
        facts = {"pages": report.pages, "seconds": report.seconds, "tree": report.tree}
        click.echo(_("%(pages)d pages in %(seconds).1f s, tree %(tree)s") % facts)
        for failed in report.failures:
            click.echo(f"  {_('failed')}: {failed}")
    sys.exit(1 if report.failures else 0)


@press.command()
@click.option("--json", "as_json", is_flag=True)
def drain(as_json: bool) -> None:
    """Render what has changed, without the worker, until nothing is due."""
    from django.utils.translation import gettext as _

    from gongkai.engines import press as engine
    from gongkai.engines.press.draining import DrainReport

    stop = _stopped_by_signals()
    total = DrainReport()
    try:
        while not stop.is_set():
            report = engine.drain(stop=stop.is_set)
            for name in ("changes", "written", "unchanged", "removed", "failures"):
                setattr(total, name, getattr(total, name) + getattr(report, name))
            if not report.changes:
                break
    except RuntimeError as error:  # the tree was made by another version
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps(asdict(total), ensure_ascii=False))
    else:
        facts = asdict(total) | {"failed": len(total.failures)}
        click.echo(
            _(
                "%(changes)d changes: %(written)d files written, %(unchanged)d unchanged,"
                " %(removed)d removed, %(failed)d failed"
            )
            % facts
        )
        for failed in total.failures:
            click.echo(f"  {_('failed')}: {failed}")
    sys.exit(1 if total.failures else 0)


@press.command()
def work() -> None:
    """Run the press until stopped (``gongkai serve`` starts it by itself)."""
    from gongkai.engines import press as engine

    engine.work(_stopped_by_signals(), builder=[sys.executable, "-m", "gongkai", "press", "build", "--json"])


@press.command()
@click.option("--json", "as_json", is_flag=True)
def status(as_json: bool) -> None:
    """Say what is waiting, what failed and why. Exit status 1 when something failed."""
    from gongkai.engines import press as engine

    now = engine.status()
    if as_json:
        click.echo(json.dumps(_as_object(now), ensure_ascii=False, indent=1))
    else:
        for line in _as_lines(now):
            click.echo(line)
    sys.exit(0 if now.ok else 1)


def _as_object(now: PressStatus) -> dict[str, object]:
    build = now.last_build
    return {
        "ok": now.ok,
        "tree": now.tree,
        "pages": now.pages,
        "pending_people": now.pending_people,
        "pending_bulk": now.pending_bulk,
        "scheduled": now.scheduled,
        "oldest_seconds": now.oldest.total_seconds() if now.oldest else None,
        "failed": now.failed,
        "failures": [
            {
                "change": row.key,
                "attempts": row.attempts,
                "next_try": row.not_before.isoformat(),
                "error": row.error,
            }
            for row in now.failures
        ],
        "build_wanted": now.build_wanted,
        "last_build": build
        and {
            "tree": build.tree,
            "started": build.started_at.isoformat(),
            "finished": build.finished_at and build.finished_at.isoformat(),
            "pages_done": build.pages_done,
            "pages_total": build.pages_total,
            "error": build.error,
        },
    }


def _as_lines(now: PressStatus) -> Iterator[str]:
    from django.utils.translation import gettext as _

    yield _("Tree: %(tree)s, %(pages)d pages") % {"tree": now.tree or _("none yet"), "pages": now.pages}
    facts = {"people": now.pending_people, "bulk": now.pending_bulk, "scheduled": now.scheduled}
    yield _("Pending: %(people)d for people, %(bulk)d in bulk; %(scheduled)d for later days") % facts
    if now.oldest is not None:
        yield _("The oldest has been waiting for %(seconds).0f s") % {"seconds": now.oldest.total_seconds()}
    if now.last_build is not None:
        build = now.last_build
        state = build.error or (_("finished") if build.finished_at else _("running"))
        yield _("Last full build: %(tree)s, %(done)d pages, %(state)s") % {
            "tree": build.tree,
            "done": build.pages_done,
            "state": state,
        }
    for row in now.failures:
        yield f"  {_('failed')}: {row.key} (×{row.attempts}): {row.error}"


@press.command()
@click.option("--json", "as_json", is_flag=True)
def verify(as_json: bool) -> None:
    """Render everything again in memory and compare it with the disk. Exit status 1 when something differs."""
    from django.utils.translation import gettext as _

    from gongkai.engines import press as engine
    from gongkai.engines.press.tree import current_tree

    if current_tree() is None:
        raise click.ClickException(_("Nothing is published yet: run “gongkai press build” first."))
    try:
        with bar(_("pages"), hidden=as_json) as tell:
            report = engine.verify(progress=tell)
    except RuntimeError as error:  # the tree was made by another version
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps(asdict(report) | {"ok": report.ok}, ensure_ascii=False, indent=1))
    else:
        for line in _findings(report):
            click.echo(line)
    sys.exit(0 if report.ok else 1)


def _findings(report: VerifyReport) -> Iterator[str]:
    from django.utils.translation import gettext as _

    yield _("%(pages)d pages compared, %(waiting)d changes waiting") % {
        "pages": report.pages,
        "waiting": report.waiting,
    }
    names = {
        "missing": _("missing"),
        "altered": _("altered"),
        "stale": _("out of date"),
        "orphan": _("belongs to no page"),
        "manifest": _("manifest differs"),
        "failed": _("failed"),
    }
    for finding in _FINDINGS:
        for what in getattr(report, finding):
            yield f"  {names[finding]}: {what}"
    if report.ok:
        yield _("What is on disk is what the database says.")


def _stopped_by_signals() -> threading.Event:
    """Set by SIGTERM and Ctrl-C, so that what is in hand is ended in order."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    return stop
