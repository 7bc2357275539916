"""Faults of language: wrong words, and strings that do not belong."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongkai.engines.checks.citing import rule
from gongkai.engines.checks.declarations import Finding, Subject
from gongkai.engines.checks.fields import prose
from gongkai.foundation.hanzi import mask_personal_data, stray_strings, wording


class Wording:
    """Misspellings, names no longer right, words not used in official texts, slips of script conversion."""

    code = "wording"
    title = gettext_lazy("Wording")

    def run(self, subject: Subject) -> Iterator[Finding]:
        for field, words in prose(subject):
            for fault in wording(words):
                yield Finding(
                    check=self.code,
                    severity="warn",
                    field=field,
                    start=fault.start,
                    end=fault.end,
                    excerpt=fault.text,
                    message=_("“%(wrong)s”: %(reason)s.") % {"wrong": fault.text, "reason": fault.reason},
                    rule=rule("language"),
                    mend=_("Write “%s”.") % fault.right,
                )


class StrayStrings:
    """What a careless copy or a tampered page leaves in a fluent text. A suspicion: names may look the same."""

    code = "stray"
    title = gettext_lazy("Stray strings")

    def run(self, subject: Subject) -> Iterator[Finding]:
        for field, words in prose(subject):
            masked = mask_personal_data(words)
            for stray in stray_strings(words):
                around = masked[max(0, stray.start - 6) : stray.end + 6].replace("\n", " ")
                yield Finding(
                    check=self.code,
                    severity="warn",
                    field=field,
                    start=stray.start,
                    end=stray.end,
                    excerpt=stray.text,
                    message=_("“%(stray)s” does not seem to belong here: “…%(around)s…”.")
                    % {"stray": stray.text, "around": around},
                    rule=rule("language"),
                    mend=_("Compare with the original; remove it, or let it stand if it is a name."),
                )
