"""A full build in a process of its own: people's changes do not share an interpreter with a hundred thousand pages."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from gongkai.engines.press.building import BuildReport, BuildRunning, BuildStopped
from gongkai.engines.press.declarations import PageRef
from gongkai.engines.press.rendering import Failure
from gongkai.engines.press.tree import LockTaken, build_lock, described, published_root

_LOOK_EVERY = 0.2
"""Seconds between two looks whether to stop."""


class BuildBroke(RuntimeError):
    """The build ended without a tree, for the reason its process gave."""

    code = "build_broke"


def build_apart(command: Sequence[str], *, stop: Callable[[], bool]) -> BuildReport:
    """Run ``command``, which builds and says as one object of JSON what came of it: ``said``'s.

    Told to stop, it is asked to end (SIGTERM) and waited for. When this process is killed, the other builds to its
    end: the tree it makes is as good as any. Raises ``BuildRunning``, ``BuildStopped`` and ``BuildBroke``.
    """
    _require_free()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  # our own command
        asked = False
        while True:
            try:
                text, _ = process.communicate(timeout=_LOOK_EVERY)
                break
            except subprocess.TimeoutExpired:
                if stop() and not asked:
                    process.terminate()
                    asked = True
    if not text.strip():
        if asked:
            raise BuildStopped
        raise BuildBroke(f"{' '.join(command)} ended ({process.returncode}) without a word")
    return _report(json.loads(text))


def _require_free() -> None:
    """A look at the lock is cheap; a process that starts only to find it taken is not, twice a second."""
    try:
        with build_lock(published_root()):
            pass
    except LockTaken:
        raise BuildRunning from None


def said(outcome: BuildReport | Exception) -> dict[str, Any]:
    """What ``build_apart`` reads and ``gongkai press build --json`` prints: the report, or code and words of the fault."""
    if isinstance(outcome, Exception):
        return {"error": getattr(outcome, "code", BuildBroke.code), "message": described(outcome)}
    return asdict(outcome)


def _report(told: dict[str, Any]) -> BuildReport:
    if "error" in told:
        known = {kind.code: kind for kind in (BuildRunning, BuildStopped)}
        raise known[told["error"]] if told["error"] in known else BuildBroke(told["message"])
    failures = [Failure(PageRef(**failed["ref"]), failed["message"]) for failed in told.pop("failures")]
    return BuildReport(**told, failures=failures)
