"""How a page is built: pictures, headings, tables, and whether there is anything on it."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from selectolax.lexbor import LexborHTMLParser, LexborNode

from gongkai.engines.checks.citing import rule
from gongkai.engines.checks.declarations import Finding, Severity, Subject
from gongkai.foundation.hanzi import mask_personal_data

LEAST_TEXT = 10
"""Letters, digits and Han characters below which a text without attachment, picture or link says nothing."""


def _finding(
    check: str, *, message: str, mend: str, excerpt: str = "", severity: Severity = "warn"
) -> Finding:
    return Finding(
        check=check,
        severity=severity,
        field="text",
        message=message,
        mend=mend,
        excerpt=excerpt,
        rule=rule("structure"),
    )


class Pictures:
    """Every picture has words for those who do not see it; ``alt=""`` says that it is decoration."""

    code = "pictures"
    title = gettext_lazy("Pictures without description")

    def run(self, subject: Subject) -> Iterator[Finding]:
        for node in LexborHTMLParser(subject.html).css("img"):
            if node.attributes.get("alt") is None and "alt" not in node.attributes:
                yield _finding(
                    self.code,
                    message=_("A picture has no description."),
                    mend=_("Describe what it shows, or leave the description empty if it is decoration."),
                    excerpt=mask_personal_data(node.attributes.get("src") or "")[:120],
                )


class Headings:
    """Headings go down one level at a time and are not empty."""

    code = "headings"
    title = gettext_lazy("Order of headings")

    def run(self, subject: Subject) -> Iterator[Finding]:
        previous = 0
        for node in LexborHTMLParser(subject.html).css("h1, h2, h3, h4, h5, h6"):
            level = int((node.tag or "h1")[1])
            words = node.text().strip()
            if not words and not node.css("img[alt]"):
                yield _finding(
                    self.code, message=_("A heading is empty."), mend=_("Remove it, or give it words.")
                )
            if previous and level > previous + 1:
                yield _finding(
                    self.code,
                    message=_("The heading “%(words)s” jumps from level %(from)d to level %(to)d.")
                    % {"words": words, "from": previous, "to": level},
                    mend=_("Make it level %d.") % (previous + 1),
                    excerpt=words,
                )
            previous = level


class Tables:
    """A table of data says what its rows or columns are."""

    code = "tables"
    title = gettext_lazy("Tables without header")

    def run(self, subject: Subject) -> Iterator[Finding]:
        for node in LexborHTMLParser(subject.html).css("table"):
            if (node.attributes.get("role") or "") in ("presentation", "none") or _has_header(node):
                continue
            words = mask_personal_data(" ".join(node.text(separator=" ").split()))[:40]
            yield _finding(
                self.code,
                message=_("A table has no header cells: “%s”.") % words,
                mend=_("Mark its first row or column as the header."),
                excerpt=words,
            )


def _has_header(table: LexborNode) -> bool:
    return bool(table.css("th")) or not table.css("td")


class Emptiness:
    """A page that says nothing and leads nowhere."""

    code = "empty"
    title = gettext_lazy("Almost no text")

    def run(self, subject: Subject) -> Iterator[Finding]:
        says = sum(character.isalnum() for character in subject.text)
        leads = subject.attachments or LexborHTMLParser(subject.html).css_first("img, video, a[href]")
        if says < LEAST_TEXT and not leads:
            yield Finding(
                check=self.code,
                severity="warn",
                field="text",
                message=_("The text is almost empty: %d characters.") % says,
                mend=_("Complete the text, or attach the file."),
                rule=rule("empty"),
            )


class MissingFacts:
    """A fact that may not be missing, or that its publisher names but leaves empty; by the name people give it."""

    code = "facts"
    title = gettext_lazy("Missing facts")

    def run(self, subject: Subject) -> Iterator[Finding]:
        facts = {"title": subject.title, **dict.fromkeys(subject.required, ""), **subject.facts}
        names = {"title": _("Title"), **subject.names}
        for name, value in facts.items():
            if not value.strip():
                yield Finding(
                    check=self.code,
                    severity="warn",
                    field=name,
                    message=_("“%s” is not filled in.") % names.get(name, name),
                    mend=_("Fill it in."),
                    rule=subject.required.get(name) or rule("facts"),
                )
