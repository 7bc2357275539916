"""Where the words of a subject stand, for every check that reads text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import unquote

from django.utils.translation import gettext as _
from selectolax.lexbor import LexborHTMLParser

from gongkai.engines.checks.declarations import Finding, Subject

_ADDRESSES = frozenset({"action", "cite", "data", "formaction", "href", "poster", "src", "srcset"})
ATTACHMENTS = "attachments"


def written(subject: Subject) -> Iterator[tuple[str, str]]:
    """Each field by name with its words: the title, the visible text, then the facts."""
    yield "title", subject.title
    yield "text", subject.text
    yield from subject.facts.items()


def prose(subject: Subject) -> Iterator[tuple[str, str]]:
    """The fields written in sentences: names and numbers among the facts are judged by other rules."""
    yield "title", subject.title
    yield "text", subject.text
    if "summary" in subject.facts:
        yield "summary", subject.facts["summary"]


@dataclass(frozen=True, slots=True)
class Aside:
    """Words that are published without standing in the visible text: ``where`` names the attribute."""

    field: str
    where: str
    words: str
    is_address: bool = False


def asides(subject: Subject) -> Iterator[Aside]:
    """Names of attachments, attributes (alt, title, href …) and comments: readers do not see them, machines do."""
    for name in subject.attachments:
        yield Aside(ATTACHMENTS, ATTACHMENTS, name)
    tree = LexborHTMLParser(f"<body>{subject.html}")  # what stands before the first element is read as well
    for node in tree.root.traverse(include_text=True) if tree.root is not None else ():
        if node.is_comment_node:
            yield Aside("text", "<!-- -->", node.comment_content or "")
        elif node.is_element_node:
            for name, value in node.attributes.items():
                if value and name in _ADDRESSES:
                    yield Aside("text", name, unquote(value), is_address=True)
                elif value:
                    yield Aside("text", name, value)


def unseen(finding: Finding, aside: Aside) -> Finding:
    """The finding, saying where to look: there is no place in the visible text to point at."""
    if aside.field == ATTACHMENTS:
        where = _("It stands in the name of an attachment.")
    else:
        where = _("It stands in the source of the page (%s), where readers do not see it.") % aside.where
    message = _("%(message)s %(where)s") % {"message": finding.message, "where": where}
    return replace(finding, start=None, end=None, message=message)
