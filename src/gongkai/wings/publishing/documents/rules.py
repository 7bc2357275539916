"""What follows from a document's own facts: validity, numbers, dates due, gaps, synchrony. Pure; ``today`` is given.

Sources are named at each rule. Limits and the facts each kind must carry are dated data in ``rules.toml``.
"""

from __future__ import annotations

import tomllib
from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gongkai.foundation.workdays import Calendar
from gongkai.wings.publishing.documents.kinds import FILE_KINDS, Attribute, Kind, LinkKind, Validity

Text = str | Promise
"""Words for people; translated when shown."""

ENDING = frozenset({LinkKind.REPEALS, LinkKind.REPLACES})
CHANGING = frozenset({LinkKind.AMENDS, LinkKind.REPEALS_IN_PART})
MOVES_VALIDITY = ENDING | CHANGING
"""Links after which the target no longer stands as it did."""


def document_path(year: int, id: int) -> str:
    """Address of a document on every site: ``/doc/2020/12/``, by the year it was published (Shanghai time)."""
    return f"/doc/{year}/{id}/"


def file_path(*, sha256: str, name: str) -> str:
    """Address of a published file on every site; the hash makes it final, the name makes it readable."""
    return f"/files/{sha256[:2]}/{sha256}/{quote(name)}"


# -- Validity ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidityFacts:
    """What the document says about its own time in force."""

    kind: str
    effective_on: date | None = None
    written_on: date | None = None
    published_on: date | None = None
    expires_on: date | None = None
    """The last day in force."""


@dataclass(frozen=True, slots=True)
class Act:
    """What another **public** document does to this one, and from which day."""

    kind: str
    since: date


Timeline = tuple[tuple[date, Validity], ...]
"""From each day on, the state; sorted, the first from ``date.min``, neighbours different."""


def act_since(
    *,
    link_effective_on: date | None,
    source_effective_on: date | None,
    source_written_on: date | None,
    source_published_on: date | None,
) -> date:
    """The day a link begins to count: its own, else that of the document which carries it.

    A document that says nothing of its effect takes effect when it is written (自印发之日起施行), and one without
    any date on the first day, so that every link counts.
    """
    return link_effective_on or source_effective_on or source_written_on or source_published_on or date.min


def validity_timeline(facts: ValidityFacts, links_in: Iterable[Act]) -> Timeline:
    """The states of a document through time, from its dates and from what public documents did to it.

    The state on a day is decided in this order: repealed or replaced on or before that day (final: only the
    withdrawal of the repealing document, which then is no longer in ``links_in``, undoes it); past its last day;
    not yet effective; amended or repealed in part; in force. The order of the links does not matter and neither do
    circles, for only the days of the acts count, never the state of the acting document. A repeal dated before the
    text takes effect means that it never does.

    News and the like have no validity unless somebody gave them one: a day of effect or expiry, or an act on them.
    """
    acts = [act for act in links_in if act.kind in MOVES_VALIDITY]
    if facts.kind not in FILE_KINDS and not (acts or facts.effective_on or facts.expires_on):
        return ((date.min, Validity.NONE),)

    begins = facts.effective_on or facts.written_on or facts.published_on or date.min
    ends = min((act.since for act in acts if act.kind in ENDING), default=None)
    changes = min((act.since for act in acts if act.kind in CHANGING), default=None)
    expired_from = None
    if facts.expires_on is not None and facts.expires_on < date.max:
        expired_from = facts.expires_on + timedelta(days=1)

    def state(day: date) -> Validity:
        if ends is not None and day >= ends:
            return Validity.REPEALED
        if expired_from is not None and day >= expired_from:
            return Validity.EXPIRED
        if day < begins:
            return Validity.NOT_YET
        if changes is not None and day >= changes:
            return Validity.AMENDED
        return Validity.IN_FORCE

    turning_days = sorted({date.min, begins, *(d for d in (ends, changes, expired_from) if d is not None)})
    timeline: list[tuple[date, Validity]] = []
    for day in turning_days:
        if not timeline or timeline[-1][1] != state(day):
            timeline.append((day, state(day)))
    return tuple(timeline)


def validity_on(timeline: Timeline, day: date) -> Validity:
    """The state on one day ("as of")."""
    return timeline[bisect_right(timeline, day, key=lambda turn: turn[0]) - 1][1]


def turns_after(timeline: Timeline, day: date) -> tuple[date, ...]:
    """Days still to come on which the state changes: pages must be made anew then."""
    return tuple(since for since, _state in timeline if since > day)


# -- Index number ------------------------------------------------------------------------------------------


def index_year(*, written_on: date | None, published_on: date) -> int:
    """The year in an index number is that of the document, not of its publication.

    As on gov.cn, where a text of 1996 published in 2018 is 000014349/1996-00077.
    """
    return (written_on or published_on).year


def next_index_number(*, organ_code: str, year: int, last: int) -> tuple[int, str]:
    """The serial after ``last`` and the number made of it: ``00817804-9/2023-08749``.

    The organ's code keeps its own form (with or without hyphen: both occur); the serial has five digits and grows
    beyond them rather than start again.
    """
    if not organ_code.strip():
        raise ValueError("an index number needs the code of its organ")
    serial = last + 1
    return serial, f"{organ_code}/{year}-{serial:05d}"


def index_serial(index_number: str) -> tuple[str, int, int] | None:
    """Organ code, year and serial of a number that came with a document; None when it is not of our form."""
    code, slash, rest = index_number.partition("/")
    year, hyphen, serial = rest.partition("-")
    well_formed = slash and hyphen and len(year) == 4
    if not (well_formed and (year + serial).isascii() and year.isdigit() and serial.isdigit()):
        return None
    # Longer serials than nine digits are not serials; the counter column would not hold them either.
    return (code, int(year), int(serial)) if len(serial) <= 9 else None


# -- Facts a document must carry ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredFact:
    """A fact without which a document of some kinds is not complete, and who says so."""

    field: str
    kinds: frozenset[str]
    """Empty: all kinds."""
    source: str
    confirmed: bool

    def concerns(self, kind: str) -> bool:
        return not self.kinds or kind in self.kinds


@cache
def _configuration() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("rules.toml").read_text(encoding="utf-8"))


@cache
def required_facts() -> tuple[RequiredFact, ...]:
    return tuple(
        RequiredFact(
            field=row["field"],
            kinds=frozenset(Kind(kind) for kind in row.get("kinds", ())),
            source=row["source"],
            confirmed=row["confirmed"],
        )
        for row in _configuration()["required_fact"]
    )


def missing_facts(kind: str, present: Collection[str]) -> tuple[RequiredFact, ...]:
    """Everything that is missing at once, in the order of the table."""
    return tuple(fact for fact in required_facts() if fact.concerns(kind) and fact.field not in present)


# -- Disclosure attribute ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """One reason why a document cannot go on, the rule behind it and how to mend it."""

    field: str
    message: Text
    rule: str
    mend: Text


def attribute_obstacles(
    *, attribute: str, reason: str, provision: str, grounds: Collection[str]
) -> tuple[Obstacle, ...]:
    """No attribute, no routing; not public, then with reason and provision (国办发〔2016〕80号; 条例 Arts. 14–16)."""
    if attribute not in Attribute.values:
        return (
            Obstacle(
                field="attribute",
                message=_("The document has no disclosure attribute."),
                rule="国办发〔2016〕80号",
                mend=_("Choose proactive disclosure, disclosure on request, or not disclosed."),
            ),
        )
    found = []
    if attribute == Attribute.WITHHELD:
        if not reason.strip():
            found.append(
                Obstacle(
                    field="attribute_reason",
                    message=_("A text that is not disclosed needs a reason."),
                    rule="国办发〔2016〕80号",
                    mend=_("Say in a sentence why it is not disclosed."),
                )
            )
        if provision not in grounds:
            found.append(
                Obstacle(
                    field="attribute_provision",
                    message=_("A text that is not disclosed needs the provision it is withheld under."),
                    rule="条例第十四条、第十五条、第十六条",
                    mend=_("Choose one of the grounds of Articles 14 to 16."),
                )
            )
    return tuple(found)


def inherited_attribute(forwarded: Sequence[str]) -> str:
    """The attribute a forwarding document should have: the strictest of what it forwards; "" when unknown.

    A suggestion: whoever drafts decides, and may not be wider than the text forwarded (systems: 源头认定).
    """
    strictness = {Attribute.PROACTIVE.value: 0, Attribute.ON_REQUEST.value: 1, Attribute.WITHHELD.value: 2}
    known = [attribute for attribute in forwarded if attribute in strictness]
    return max(known, key=strictness.__getitem__, default="")


def reassess_unless_since(today: date) -> date:
    """Withheld texts not looked at since this day are due again (条例 Art. 18; the interval is configuration)."""
    return today - timedelta(days=_configuration()["reassessment"]["every_days"])


# -- Dates due ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A statutory limit in force from a day on."""

    days: int
    """Working days."""
    since: date
    rule: str
    confirmed: bool


@cache
def publication_limits() -> tuple[Limit, ...]:
    rows = _configuration()["publication_limit"]
    return tuple(sorted((Limit(**row) for row in rows), key=lambda limit: limit.since))


def publication_limit(start: date) -> Limit | None:
    """The limit that ran on a day; None before the first regulation took effect (2008-05-01)."""
    return next((limit for limit in reversed(publication_limits()) if limit.since <= start), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationDue:
    last_day: date
    start: date
    rule: str
    provisional: bool
    """The holidays of that year were not yet announced."""

    def late_on(self, day: date) -> bool:
        return day > self.last_day


def publication_due(
    *, written_on: date | None, disclosure_decided_on: date | None, calendar: Calendar
) -> PublicationDue | None:
    """The last of the 20 working days after the text came to be, or after it was decided to open it (条例 Art. 26).

    None for a text without dates, and for one older than the first regulation as long as nobody has decided to open
    it: 26 of the 60 records of gov.cn are such historical releases.
    """
    start = disclosure_decided_on or written_on
    limit = publication_limit(start) if start else None
    if start is None or limit is None:
        return None
    due = calendar.add(start, limit.days)
    return PublicationDue(last_day=due.date, start=start, rule=limit.rule, provisional=due.provisional)


# -- Series ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Gap:
    """Issue numbers first to last that were never published."""

    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LateIssue:
    number: int
    expected_on: date
    days_late: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesHealth:
    gaps: tuple[Gap, ...]
    late: LateIssue | None

    @property
    def sound(self) -> bool:
        return not self.gaps and self.late is None


def series_gaps(
    issues: Iterable[tuple[int, date]], *, first: int, today: date, every_days: int | None
) -> SeriesHealth:
    """Missing numbers among the published issues, and the next one when it is overdue (systems 23).

    ``issues`` are number and day of publication; numbers before ``first`` are ignored. ``every_days`` None (or a
    closed series) means that nothing is expected. Gaps are ranges, so that a mistyped number costs nothing.
    """
    published = dict(sorted((number, day) for number, day in issues if number >= first))
    gaps = []
    expected = first
    for number in published:
        if number > expected:
            gaps.append(Gap(expected, number - 1))
        expected = number + 1
    late = None
    if every_days is not None and published:
        days_since = (today - max(published.values())).days
        if days_since > every_days:
            late = LateIssue(
                number=expected,
                expected_on=today - timedelta(days=days_since - every_days),
                days_late=days_since - every_days,
            )
    return SeriesHealth(gaps=tuple(gaps), late=late)


# -- Interpretation in step with its document ----------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestones:
    """Three days in the life of a text; None: not yet."""

    drafted_on: date
    approved_on: date | None = None
    published_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SynchronyCheck:
    """One of the three, or a local practice: True kept, False broken, None still open."""

    code: str
    label: Text
    kept: bool | None
    rule: str
    confirmed: bool


def synchrony(
    document: Milestones, interpretations: Sequence[Milestones], calendar: Calendar
) -> tuple[SynchronyCheck, ...]:
    """三同步: organised, approved and released together with the document (辽政办〔2022〕43号).

    Organised: an interpretation was drafted before the document was approved. Approved: one was approved on the same
    day or earlier. Released: one is published on the same day or earlier. The further check, within three working
    days of publication, is local practice of 2016, not a confirmed rule of the State.
    """
    three = _configuration()["synchrony"]
    drafted = min((text.drafted_on for text in interpretations), default=None)
    approved = min((text.approved_on for text in interpretations if text.approved_on), default=None)
    published = min((text.published_on for text in interpretations if text.published_on), default=None)

    def kept(own: date | None, other: date | None) -> bool | None:
        # As long as the document itself has not come so far, nothing is late.
        return None if own is None else other is not None and other <= own

    published_on = document.published_on
    grace_day = calendar.add(published_on, three["within_workdays"]).date if published_on else None
    checks = (
        ("organised", _("Organised together"), kept(document.approved_on, drafted)),
        ("approved", _("Approved together"), kept(document.approved_on, approved)),
        ("released", _("Released together"), kept(document.published_on, published)),
    )
    return (
        *(
            SynchronyCheck(code=code, label=label, kept=state, rule=three["source"], confirmed=True)
            for code, label, state in checks
        ),
        SynchronyCheck(
            code="within_days",
            label=_("Released within three working days (local practice)"),
            kept=kept(grace_day, published),
            rule=three["within_workdays_source"],
            confirmed=three["within_workdays_confirmed"],
        ),
    )
