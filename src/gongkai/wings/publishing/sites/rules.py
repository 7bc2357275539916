"""What follows from facts about sites, columns and topics alone: addresses, archive pages, update duties, page tags,
topic templates. Pure; ``today`` is given. Dated data stands in the TOML files beside.
"""

from __future__ import annotations

import calendar
import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

ARCHIVE_SIZE = 20
"""Entries on one archive page of a column. Changing it moves every entry: it is part of the addresses."""

RESERVED = frozenset(
    {"accessibility", "accounts", "annual-reports", "api", "catalogue", "doc", "documents", "files", "guides"}
    | {"hant", "healthz", "jiucuo", "ledger", "metrics", "report-check", "request", "request-log", "search"}
    | {"series", "site-reports", "sitemap", "sitemaps", "static", "statistics", "workbench"}
)
"""First parts of addresses that are not columns."""

_ARCHIVE_SLUG = re.compile(r"p\d+")


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))


# -- Addresses ---------------------------------------------------------------------------------------------


def column_path(parent: str, slug: str) -> str:
    """Address of a column below its parent's: ``zwgk/tzgg``."""
    return f"{parent}/{slug}" if parent else slug


def slug_refused(parent: str, slug: str) -> bool:
    """Whether the address would hide another page: a reserved first part, or the form of an archive page."""
    return bool(_ARCHIVE_SLUG.fullmatch(slug)) or (not parent and slug in RESERVED)


_HOST = re.compile(r"(?!.{121})[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*")
"""A name as browsers send it: lower case, one of another script in its encoded form (xn--…)."""


def is_host(text: str) -> bool:
    return _HOST.fullmatch(text) is not None


# -- Archive pages -----------------------------------------------------------------------------------------


def archive_page(sequence: int) -> int:
    """The archive page an entry stands on for ever; entries are numbered from 1, pages too."""
    return (sequence - 1) // ARCHIVE_SIZE + 1


def archive_range(page: int) -> range:
    """Sequence numbers of an archive page."""
    return range((page - 1) * ARCHIVE_SIZE + 1, page * ARCHIVE_SIZE + 1)


def archive_pages(next_sequence: int) -> int:
    """How many archive pages a column has: none while its first is not full, then the full ones and the open one.

    The open page exists as soon as the one before is full, so that "newer" on a full page always leads somewhere
    and a full page never changes because an entry is added.
    """
    full = (next_sequence - 1) // ARCHIVE_SIZE
    return full + 1 if full else 0


# -- Update duties -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateDuty:
    """The longest time a column may stand still, and who says so."""

    days: int | None
    months: int | None
    source: str
    confirmed: bool

    def last_day(self, updated_on: date) -> date:
        """The last day on which the column is still up to date."""
        if self.months is not None:
            return _months_after(updated_on, self.months)
        assert self.days is not None
        return updated_on + timedelta(days=self.days)


def _months_after(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


@cache
def _duties() -> tuple[tuple[str, date, UpdateDuty], ...]:
    return tuple(
        (
            row["type"],
            row["since"],
            UpdateDuty(
                days=row.get("days"),
                months=row.get("months"),
                source=row["source"],
                confirmed=row["confirmed"],
            ),
        )
        for row in _table("duties.toml")["duty"]
    )


def update_duty(column_type: str, *, own_days: int | None, on: date) -> UpdateDuty | None:
    """The duty of a column: its own days when set, else that of its type on that day, else none.

    A column's own days may be stricter than the general duty, never laxer.
    """
    general = max(
        ((since, duty) for kind, since, duty in _duties() if kind == column_type and since <= on),
        key=lambda pair: pair[0],
        default=None,
    )
    if own_days is None:
        return general[1] if general else None
    own = UpdateDuty(days=own_days, months=None, source="", confirmed=True)
    if general and general[1].last_day(on) < own.last_day(on):
        return general[1]
    return own


class Promised(NamedTuple):
    """What a column was, and promised of its own, until a day; None: to this day."""

    until: date | None
    type: str
    own_days: int | None


def kept_until(history: Sequence[Promised], updated_on: date) -> date | None:
    """The last day on which a column with an entry on a day was up to date, by the duties of that time. None: no duty ran.

    ``history`` is in order, its last entry holds today. A duty made laxer counts from the entry; one that is set or made
    stricter while the column stands still counts from the day that it was.
    """
    turns = {each.until for each in history if each.until is not None}
    turns |= {since for kind, since, _duty in _duties() if any(each.type == kind for each in history)}
    last = None
    for day in (updated_on, *sorted(turn for turn in turns if turn > updated_on)):
        if last is not None and last < day:
            break
        now = next(each for each in history if each.until is None or day < each.until)
        duty = update_duty(now.type, own_days=now.own_days, on=day)
        if duty is None:
            last = None
            continue
        whole = duty.last_day(updated_on)
        if day == updated_on or (last is not None and whole >= last):
            last = whole
        else:
            last = min(duty.last_day(day), last or date.max)
    return last


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnUpdate:
    """What the stale rule needs of one column."""

    column: int
    type: str
    own_days: int | None
    opened_on: date
    newest_on: date | None
    """Publication day of the newest entry; None: the column is empty."""
    closed_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StaleColumn:
    column: int
    due_on: date
    days_late: int
    empty: bool
    duty: UpdateDuty


def stale_columns(columns: Iterable[ColumnUpdate], *, today: date) -> list[StaleColumn]:
    """Open columns past their duty, the latest first. An empty column counts from the day it was opened.

    Padding does not help: only publications count, so a column that has nothing to say should be closed.
    """
    found = []
    for column in columns:
        if column.closed_on is not None and column.closed_on <= today:
            continue
        duty = update_duty(column.type, own_days=column.own_days, on=today)
        if duty is None:
            continue
        due = duty.last_day(column.newest_on or column.opened_on)
        if due < today:
            found.append(
                StaleColumn(
                    column=column.column,
                    due_on=due,
                    days_late=(today - due).days,
                    empty=column.newest_on is None,
                    duty=duty,
                )
            )
    return sorted(found, key=lambda stale: (-stale.days_late, stale.column))


# -- Statutory column --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StatutoryBlock:
    block: str
    name: str
    slug: str


@cache
def statutory_column() -> tuple[StatutoryBlock, tuple[StatutoryBlock, ...]]:
    """The uniform column and its blocks in order (国办公开办函〔2019〕61号)."""
    table = _table("statutory.toml")
    root = StatutoryBlock("", table["column"]["name"], table["column"]["slug"])
    return root, tuple(StatutoryBlock(row["block"], row["name"], row["slug"]) for row in table["block"])


# -- Topics ------------------------------------------------------------------------------------------------


class TopicError(ValueError):
    """A topic cannot be launched as asked; ``code`` says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class TopicBlock:
    name: str
    slug: str
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicTemplate:
    code: str
    name: str
    slug: str
    emergency: bool
    introduction: str
    closing_days: int
    closing_plan: str
    blocks: tuple[TopicBlock, ...]

    def for_city(self, city: str) -> TopicTemplate:
        """The template with the place name filled in."""

        def filled(text: str) -> str:
            return text.replace("{city}", city)

        return TopicTemplate(
            code=self.code,
            name=filled(self.name),
            slug=self.slug,
            emergency=self.emergency,
            introduction=filled(self.introduction),
            closing_days=self.closing_days,
            closing_plan=filled(self.closing_plan),
            blocks=tuple(TopicBlock(filled(block.name), block.slug, block.type) for block in self.blocks),
        )


@cache
def topic_templates() -> dict[str, TopicTemplate]:
    return {
        code: TopicTemplate(
            code=code,
            name=row["name"],
            slug=row["slug"],
            emergency=row["emergency"],
            introduction=row["introduction"],
            closing_days=row["closing_days"],
            closing_plan=row["closing_plan"],
            blocks=tuple(TopicBlock(**block) for block in row["blocks"]),
        )
        for code, row in _table("topics.toml").items()
    }


def topic_template(code: str) -> TopicTemplate:
    try:
        return topic_templates()[code]
    except KeyError:
        known = ", ".join(topic_templates())
        raise TopicError("unknown_template", f"no topic template {code!r}; there are {known}") from None


_GOVERNED = re.compile(r"(.+?)(?:自治州|市|县|区|旗|盟)(?:人民政府|人大|政协|.{2,}[局委办])")
_CITY_BEFORE = re.compile(r"^.+?市(?=.)")


def place_name(organ_name: str) -> str:
    """The place an organ governs, as headings say it: 海口 of 海口市人民政府, 琼山 of 海口市琼山区人民政府.

    The whole name when it shows none.
    """
    found = _GOVERNED.match(organ_name)
    return _CITY_BEFORE.sub("", found[1]) if found else organ_name


# -- Page tags (国办发〔2017〕47号) ---------------------------------------------------------------------------

Tags = tuple[tuple[str, str], ...]


def site_tags(*, name: str, domain: str, code: str) -> Tags:
    return (("SiteName", name), ("SiteDomain", domain), ("SiteIDCode", code))


def column_tags(*, name: str, description: str, keywords: str, type: str) -> Tags:
    return (
        ("ColumnName", name),
        ("ColumnDescription", description or name),
        ("ColumnKeywords", keywords or name),
        ("ColumnType", type),
    )


def article_tags(
    *,
    title: str,
    published_at: datetime,
    source: str,
    keywords: str = "",
    author: str = "",
    description: str = "",
    image: str = "",
    url: str,
) -> Tags:
    """Required tags always, optional ones when there is something to say. PubDate is ``YYYY-MM-DD HH:MM``."""
    moment = published_at.astimezone(SHANGHAI).isoformat(" ")[:16]
    required = (("ArticleTitle", title), ("PubDate", moment), ("ContentSource", source))
    optional = (
        ("Keywords", keywords),
        ("Author", author),
        ("Description", description),
        ("Image", image),
        ("Url", url),
    )
    return (*required, *((name, value) for name, value in optional if value))
