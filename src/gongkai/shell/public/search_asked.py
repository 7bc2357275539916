"""What was asked: the parameters of a search address, read, mended and written again. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from urllib.parse import parse_qsl, urlencode

from gongkai.engines.search import Query
from gongkai.engines.search.text import plain

NARROWING: Final = ("validity", "kind", "subject", "organ", "year")
STATES: Final = ("in_force", "amended", "not_yet", "repealed", "expired")
LONGEST: Final = 200
"""Characters of a parameter that are looked at."""
_FIELDS: Final = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and what of it could not be understood."""

    query: Query
    site: str
    """The site the page belongs to."""
    today: date
    mended: tuple[str, ...] = ()
    """Names of parameters that were left out because they made no sense."""

    @property
    def everywhere(self) -> bool:
        return self.query.site is None

    @property
    def on(self) -> date | None:
        """The day validity is judged on, when it is not today."""
        return None if self.query.on == self.today else self.query.on

    @property
    def is_question(self) -> bool:
        return bool(self.query.words.strip() or self.query.narrowing)

    def parts(self, query: Query | None = None) -> dict[str, str]:
        """The parameters that ask for ``query``, by default for this one, without the page."""
        query = query or self.query
        parts = {"q": query.words}
        if query.site is None:
            parts["scope"] = "all"
        parts |= query.narrowing
        if query.on is not None and query.on != self.today:
            parts["on"] = query.on.isoformat()
        if query.order == "newest":
            parts["order"] = "newest"
        return parts

    def address(self, *, page: int = 1, **changes: str | int | None) -> str:
        """``?q=…`` for this question with the changes: facets and ``order`` of ``Query``; a value of None drops one."""
        query = replace(self.query, **changes)  # type: ignore[arg-type]
        return self.address_of(query, page=page)

    def address_of(self, query: Query, *, page: int = 1) -> str:
        parts = self.parts(query)
        if page > 1:
            parts["page"] = str(page)
        return "?" + urlencode(parts, errors="replace")


def parameters(query_string: str) -> dict[str, str]:
    """The last value of each parameter. Raises ValueError when there are absurdly many.

    Octets that should have been encoded and were not come as one character each (PEP 3333).
    """
    text = query_string.encode("latin-1", "replace").decode("utf-8", "replace")
    pairs = parse_qsl(text, errors="replace", max_num_fields=_FIELDS)
    return {name: value[:LONGEST] for name, value in pairs}


def asked(values: dict[str, str], *, site: str, today: date) -> Asked:
    """Nothing in an address is an error: what makes no sense is left out and named."""
    mended = []
    page = _number(values.get("page", ""), 1, 10**6)
    year = _number(values.get("year", ""), 1, 9999)
    on = _day(values.get("on", ""))
    validity = values.get("validity") or None
    for name, is_wrong in (
        ("page", page is None and values.get("page")),
        ("year", year is None and values.get("year")),
        ("on", on is None and values.get("on", "").strip()),
        ("validity", validity is not None and validity not in STATES),
    ):
        if is_wrong:
            mended.append(name)
    query = Query(
        words=_seen(values.get("q", "")),
        site=None if values.get("scope") == "all" else site,
        organ=values.get("organ") or None,
        subject=values.get("subject") or None,
        kind=values.get("kind") or None,
        year=year,
        validity=None if "validity" in mended else validity,
        on=on or today,
        order="newest" if values.get("order") == "newest" else "relevance",
        page=page or 1,
    )
    return Asked(query, site, today, tuple(mended))


def _seen(written: str) -> str:
    """Without what nobody sees, and with one space wherever there is a gap."""
    gaps = " ".join(written.split())
    return "".join(character for character in gaps if character.isprintable()).strip()


def _number(written: str, least: int, most: int) -> int | None:
    folded = plain(written)
    if not (folded.isascii() and folded.isdigit() and len(folded) < 8 and "-" not in written):
        return None
    number = int(folded)
    return number if least <= number <= most else None


def _day(written: str) -> date | None:
    """``2020-01-31``, also with full-width digits, dots, slashes or 年月日."""
    runs = plain(written.replace("年", "-").replace("月", "-").replace("日", "")).split()
    try:
        year, month, day = map(int, runs)
        return date(year, month, day)
    except (ValueError, OverflowError):
        return None
