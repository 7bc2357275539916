"""What can go wrong with the calendar, with a code for machines and a sentence for people."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


class CalendarError(ValueError):
    """A question the calendar cannot answer; ``code`` says which rule was broken.

    ``message`` is an English message id with ``%(name)s`` places; ``localised`` gives it through a gettext function.
    """

    def __init__(self, code: str, message: str, values: Mapping[str, object] | None = None) -> None:
        self.code = code
        self._text = message
        self._values = dict(values or {})
        super().__init__(self.localised(str))

    def localised(self, translate: Callable[[str], str]) -> str:
        return translate(self._text) % self._values


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a year file: what is wrong, where, by which rule, and how to mend it."""

    what: str
    where: str
    rule: str
    mend: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}. Rule: {self.rule}. Mend: {self.mend}."


class CalendarFaults(CalendarError):
    """A year file is faulty; ``faults`` holds all of them, and nothing of the file is used."""

    def __init__(self, source: str, faults: Sequence[Fault]) -> None:
        self.source = source
        self.faults = tuple(faults)
        count = len(self.faults)
        heading = f"{source}: {count} fault{'s' if count != 1 else ''}"
        told = "\n".join([heading, *(f"  {fault}" for fault in self.faults)])
        # As a value, for what stands in the file may hold a % itself.
        super().__init__("faulty-year-file", "%(told)s", {"told": told})
