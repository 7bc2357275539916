"""What the search page shows, prepared for its template, and the template's environment: Jinja2 without Django."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from gettext import GNUTranslations
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from gongkai.engines.press.sites_file import SiteTable
from gongkai.engines.search import Facet, FacetValue, Hit, Proposal, Results
from gongkai.shell.public.search_asked import NARROWING, STATES, Asked

SHOWN_AT_ONCE: Final = 8
"""Values of a facet that are shown; the rest is folded away."""
PAGES_AROUND: Final = 3
_HERE: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Link:
    text: str
    address: str
    count: int = 0
    current: bool = False


@dataclass(frozen=True, slots=True)
class FacetView:
    name: str
    label: str
    first: list[Link]
    rest: list[Link]


@dataclass(frozen=True, slots=True)
class HitView:
    hit: Hit
    title: Markup
    snippet: Markup
    address: str
    validity: str
    site: str
    """Name of the site it is on, when it is not this one."""


def fragment(
    question: Asked,
    results: Results | None,
    related: tuple[str, ...],
    *,
    sites: SiteTable,
    port: str,
    root: str,
) -> str:
    """The part of the page that takes the place of the marker."""
    return (
        _environment()
        .get_template("search_results.html")
        .render(
            asked=question,
            query=results.query if results else question.query,
            results=results,
            root=root,
            hidden=_hidden(question),
            facets=[*_facets(question, results)] if results else [],
            active=[*_active(question, results)] if results else [],
            hits=[_hit(hit, question, sites, port, root) for hit in results.hits] if results else [],
            pages=[*_pages(question, results)] if results else [],
            proposals=[_proposal(each, question) for each in results.proposals] if results else [],
            related=[Link(words, question.address(words=words)) for words in related],
            mended=[parameter_names()[name] for name in question.mended],
            site_name=sites.name_of(question.site),
            many_sites=sites.number > 1,
        )
    )


def out_of_order() -> str:
    return _environment().get_template("search_out_of_order.html").render()


def title(question: Asked, results: Results | None) -> str:
    """What goes before the title of the layout, as HTML."""
    if results is None or not question.query.words:
        return ""
    page = results.query.page
    told = _("%(words)s, page %(page)s") if page > 1 else "%(words)s"
    return f"{told % {'words': untouched(question.query.words), 'page': page}} - "


# -- Parts of the page -----------------------------------------------------------------------------------


def _hidden(question: Asked) -> list[tuple[str, str]]:
    """What the form passes on besides its own fields."""
    return [(name, value) for name, value in question.parts().items() if name not in ("q", "on")]


def _facets(question: Asked, results: Results) -> Iterator[FacetView]:
    for facet in results.facets:
        links = [
            Link(
                _value_label(facet, value),
                _changed(question, facet.name, None if value.chosen else _typed(facet.name, value.value)),
                value.count,
                value.chosen,
            )
            for value in facet.values
            if value.value and value.value != "none" and (value.count or value.chosen)
        ]
        if any(link.count for link in links):
            links.sort(key=lambda link: not link.current)
            yield FacetView(
                facet.name, parameter_names()[facet.name], links[:SHOWN_AT_ONCE], links[SHOWN_AT_ONCE:]
            )


def _changed(question: Asked, name: str, value: Any) -> str:
    """The address of the same question with one condition set, or taken away."""
    condition: dict[str, Any] = {name: value}
    return question.address(**condition)


def _active(question: Asked, results: Results) -> Iterator[Link]:
    """The conditions in use, each with the address without it."""
    labels = {
        (facet.name, value.value): _value_label(facet, value)
        for facet in results.facets
        for value in facet.values
    }
    for name in NARROWING:
        value = question.query.narrowing.get(name)
        if value is not None:
            label = labels.get((name, value), value)
            yield Link(f"{parameter_names()[name]}：{label}", _changed(question, name, None))


def _hit(hit: Hit, question: Asked, sites: SiteTable, port: str, root: str) -> HitView:
    elsewhere = "" if question.site in hit.sites or not hit.sites else hit.sites[0]
    host = sites.host_of(elsewhere) if elsewhere else ""
    return HitView(
        hit=hit,
        title=Markup(hit.title_marked),  # noqa: S704  # escaped by the engine
        snippet=Markup(hit.snippet_marked),  # noqa: S704
        address=f"//{host}{port}{root}{hit.url}" if host else f"{root}{hit.url}",
        validity=states().get(hit.validity, ""),
        site=sites.name_of(elsewhere) if elsewhere else "",
    )


def _pages(question: Asked, results: Results) -> Iterator[Link]:
    """Pages around this one, the first and the last. A gap is a link without address."""
    here, last = results.query.page, results.pages
    shown = {1, last, *range(max(1, here - PAGES_AROUND), min(last, here + PAGES_AROUND) + 1)}
    before = 0
    for page in sorted(shown) if last > 1 else ():
        if page > before + 1:
            yield Link("…", "")
        yield Link(str(page), question.address(page=page), current=page == here)
        before = page


def _proposal(proposal: Proposal, question: Asked) -> Link:
    told = {
        "other_sites": _("Search all sites"),
        "no_filters": _("Search without the conditions chosen"),
        "spelling": _("Did you mean “%(words)s”?"),
        "separate_words": _("Search for the words one by one: %(words)s"),
        "fewer_words": _("Search for fewer words: %(words)s"),
    }[proposal.reason]
    return Link(told % {"words": proposal.query.words}, question.address_of(proposal.query), proposal.total)


def _value_label(facet: Facet, value: FacetValue) -> str:
    return states().get(value.value, value.label) if facet.name == "validity" else value.label


def _typed(name: str, value: str) -> str | int:
    return int(value) if name == "year" else value


# -- Words -----------------------------------------------------------------------------------------------


@cache
def _translations() -> GNUTranslations:
    """The catalogue, straight from its source: no compiled twin can be missing or old."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = BytesIO()
    with (_HERE / "locale" / "zh_Hans" / "LC_MESSAGES" / "search.po").open("rb") as source:
        write_mo(compiled, read_po(source, locale="zh_Hans"))
    compiled.seek(0)
    return GNUTranslations(compiled)


def _(message: str) -> str:
    return _translations().gettext(message)


@cache
def states() -> dict[str, str]:
    names = {
        "in_force": _("In force"),
        "amended": _("In force, amended"),
        "not_yet": _("Not yet in force"),
        "repealed": _("Repealed"),
        "expired": _("Expired"),
    }
    assert tuple(names) == STATES
    return names


@cache
def parameter_names() -> dict[str, str]:
    return {
        "validity": _("Validity"),
        "kind": _("Kind"),
        "subject": _("Subject"),
        "organ": _("Issuing organ"),
        "year": _("Year"),
        "on": _("Day of validity"),
        "page": _("Page"),
    }


def untouched(text: str) -> Markup:
    """Text as character references, which the conversion of the page to the other script leaves as they are: for what
    the reader typed and what a form must send back unchanged."""
    printable = "".join(character for character in text if character.isprintable())
    return Markup(escape(printable).encode("ascii", "xmlcharrefreplace").decode())  # noqa: S704


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates" / "public"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["_"] = _
    environment.filters["untouched"] = untouched
    return environment
