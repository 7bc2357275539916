"""What a check is given, what it finds, and how checks are declared."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, Protocol

from django.utils.translation import gettext as _

from gongkai.foundation.hanzi import mask_personal_data

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

log = logging.getLogger("gongkai.checks")

Severity = Literal["block", "warn", "note"]
_ORDER: dict[Severity, int] = {"block": 0, "warn": 1, "note": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A text or page to be checked: a draft before publication, a live page in inspection.

    ``text`` is the visible text of ``html``; ``facts`` are further facts by name, as far as they are known, ``names`` what
    people call them, and ``required`` those that may not be missing, with the rule that asks for each. ``is_dead`` says
    of an address whether it is known to lead nowhere, ``title_at`` what stands there, where that is known; ``hosts`` are
    the sites of organs by the organ's name; they go before those of ``hosts.toml``.
    """

    title: str
    html: str
    text: str
    kind: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    attachments: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    required: Mapping[str, str] = field(default_factory=dict)
    is_dead: Callable[[str], bool] | None = None
    title_at: Callable[[str], str | None] | None = None
    hosts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing a check points at.

    ``field`` is "title", "text", "attachments" or the name of a fact; ``start`` and ``end`` are places in it (None: the
    whole, or something that readers do not see, such as the address of a link).
    ``excerpt`` is the words meant, personal data masked.
    """

    check: str
    severity: Severity
    field: str
    message: str
    mend: str
    start: int | None = None
    end: int | None = None
    excerpt: str = ""
    rule: str = ""
    overridable: bool = True


class Check(Protocol):
    """A plug-in: ``code`` names it for ever, ``title`` says what it looks for."""

    @property
    def code(self) -> str: ...

    @property
    def title(self) -> str | _StrPromise: ...

    def run(self, subject: Subject) -> Iterable[Finding]: ...


_checks: dict[str, Check] = {}


def register(check: Check) -> None:
    """Declare a check. Two of one code are a fault of the program and refused."""
    if check.code in _checks:
        raise ValueError(f"there already is a check {check.code!r}")
    _checks[check.code] = check


def checks() -> tuple[Check, ...]:
    return tuple(_checks.values())


def run_checks(subject: Subject) -> list[Finding]:
    """What all checks find, the gravest first and in the order of the text, numbers of people masked.

    A check that fails is itself a finding: silence would look like a clean text.
    """
    found: list[Finding] = []
    for check in _checks.values():
        try:
            found.extend(map(_shown, check.run(subject)))
        except Exception:
            log.exception("the check %s failed", check.code)
            found.append(
                Finding(
                    check=check.code,
                    severity="warn",
                    field="text",
                    message=_("The check “%s” could not be run.") % check.title,
                    mend=_("Look at this point yourself, and tell the operator."),
                )
            )
    return sorted(
        found, key=lambda one: (_ORDER[one.severity], one.field != "title", one.field, one.start or 0)
    )


def _shown(finding: Finding) -> Finding:
    """No check, however careless, carries a person's number into lists and logs."""
    return replace(
        finding,
        excerpt=mask_personal_data(finding.excerpt),
        message=mask_personal_data(finding.message),
        mend=mask_personal_data(finding.mend),
    )
