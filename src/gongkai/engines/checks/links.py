"""Links: where they lead, and whether that is where they say."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from selectolax.lexbor import LexborHTMLParser

from gongkai.engines.checks.citing import rule
from gongkai.engines.checks.declarations import Finding, Severity, Subject
from gongkai.foundation.hanzi import fold, similarity, to_simplified

_RUNS_CODE = ("javascript", "vbscript", "data")
_HOST = re.compile(r"(?:https?://)?((?:[a-z0-9-]+\.)+[a-z]{2,})(?:[:/?#].*)?", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_TITLE = re.compile(r"《(.+)》")
_KINDS = (
    "通知",
    "公告",
    "通告",
    "办法",
    "规定",
    "细则",
    "意见",
    "方案",
    "决定",
    "批复",
    "报告",
    "条例",
    "通报",
    "规划",
    "指南",
    "函",
)
_LEAST_TITLE = 8
"""Characters from which words that end in the kind of a document are its title, not a name for any of them."""
ALIKE = 0.3
"""Below this likeness two titles are those of different documents: shortened and dated ones stay above."""


class Links:
    """Empty and dead links, links that run code, lead to unofficial hosts, or name one organ and lead to another."""

    code = "links"
    title = gettext_lazy("Links")

    def run(self, subject: Subject) -> Iterator[Finding]:
        place = 0
        for node in LexborHTMLParser(subject.html).css("a"):
            shown = _SPACE.sub(" ", node.text()).strip()
            start = subject.text.find(shown, place) if shown else -1
            if start >= 0:
                place = start + len(shown)
            if "id" in node.attributes and "href" not in node.attributes:
                continue  # an anchor, not a link
            for severity, message, mend in self._faults(node.attributes.get("href"), shown, subject):
                yield Finding(
                    check=self.code,
                    severity=severity,
                    field="text",
                    start=start if start >= 0 else None,
                    end=place if start >= 0 else None,
                    excerpt=shown or node.attributes.get("href") or "",
                    message=message,
                    rule=rule("links"),
                    mend=mend,
                )

    def _faults(
        self, written: str | None, shown: str, subject: Subject
    ) -> Iterator[tuple[Severity, str, str]]:
        href = _SPACE.sub("", "".join(c for c in written or "" if c.isprintable() or c.isspace()))
        if not shown and href:
            yield "warn", _("A link without words: %s.") % href, _("Say where it leads.")
        if href in ("", "#"):
            yield (
                "warn",
                _("The link “%s” leads nowhere.") % shown,
                _("Give its address, or remove the link."),
            )
            return
        try:
            target = urlsplit(href)
            host = (target.hostname or "").lower().rstrip(".")
        except ValueError:
            yield "warn", _("The address is no address: %s.") % href, _("Correct the address.")
            return
        if target.scheme.lower() in _RUNS_CODE:
            yield (
                "block",
                _("The link “%s” runs code instead of leading somewhere.") % shown,
                _("Remove the link, or give an address."),
            )
            return
        if subject.is_dead is not None and subject.is_dead(href):
            yield "warn", _("The link is dead: %s.") % href, _("Correct or remove it.")
        elif subject.title_at is not None and (found := subject.title_at(href)) and _is_another(shown, found):
            yield (
                "warn",
                _("The link says “%(shown)s” but leads to “%(found)s”.") % {"shown": shown, "found": found},
                _("Make the words and the address agree."),
            )
        if host and target.scheme.lower() in ("http", "https", ""):
            yield from self._of_host(target, host, shown, subject)

    def _of_host(
        self, target: SplitResult, host: str, shown: str, subject: Subject
    ) -> Iterator[tuple[Severity, str, str]]:
        if (named := _named_host(shown, subject.hosts)) and not _belongs(host, named):
            yield (
                "warn",
                _("The link says “%(shown)s” but leads to %(host)s.") % {"shown": shown, "host": host},
                _("Make the words and the address agree."),
            )
        elif not named and (thought := _known_hosts().get(_organ(shown))) and not _belongs(host, thought):
            yield (
                "warn",
                _("The link says “%(shown)s” but leads to %(host)s; that site is thought to be %(thought)s.")
                % {"shown": shown, "host": host, "thought": thought},
                _("Look where it should lead; the list of official sites is not confirmed."),
            )
        if not _belongs(host, "gov.cn"):
            severity: Severity = "note" if target.scheme.lower() == "https" else "warn"
            yield (
                severity,
                _("The link leads to a host that is no government's: %s.") % host,
                _("Make sure that the public may be sent there, or remove it."),
            )


def _belongs(host: str, named: str) -> bool:
    return host == named or host.endswith("." + named)


def _is_another(shown: str, found: str) -> bool:
    """Whether the words of a link are the title of a document, and not that of the one found there."""
    bracketed = _TITLE.search(to_simplified(shown))
    title = bracketed[1] if bracketed else to_simplified(shown).strip()
    if not bracketed and (len(title) < _LEAST_TITLE or not title.endswith(_KINDS)):
        return False
    one, other = ("".join(filter(str.isalnum, fold(words))) for words in (title, found))
    return one not in other and other not in one and similarity(one, other) < ALIKE


def _named_host(shown: str, hosts: Mapping[str, str]) -> str | None:
    """The host that the words of a link promise: an address written out, or the name of an organ the caller knows."""
    if address := _HOST.fullmatch(shown.strip()):
        return address.group(1).lower().removeprefix("www.")
    return hosts.get(_organ(shown))


def _organ(shown: str) -> str:
    """The name in the words of a link, without what only says that a site is meant."""
    name = to_simplified(shown).strip(' “”"《》[]【】()（）>›»→')
    for ending in ("门户网站", "官方网站", "政府网站", "官网", "网站", "首页"):
        name = name.removesuffix(ending)
    return name


@cache
def _known_hosts() -> dict[str, str]:
    """Official sites by name, from ``hosts.toml``: what is generally thought, not confirmed."""
    table = tomllib.loads((Path(__file__).parent / "hosts.toml").read_text(encoding="utf-8"))
    return {name: host for host, names in table["hosts"].items() for name in names}
