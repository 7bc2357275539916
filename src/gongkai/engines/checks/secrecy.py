"""Marks of secrecy and of papers not meant for the public."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongkai.engines.checks.citing import rule
from gongkai.engines.checks.declarations import Finding, Subject
from gongkai.engines.checks.fields import asides, unseen, written
from gongkai.foundation.hanzi import SecrecyMark, secrecy_marks


class SecrecyMarks:
    """A marked paper goes through the secrecy review first (政府信息公开条例 第十四条、第十七条).

    A reviewer may overrule it: rules about marking quote the marks.
    """

    code = "secrecy"
    title = gettext_lazy("Secrecy marks")

    def run(self, subject: Subject) -> Iterator[Finding]:
        for field, words in written(subject):
            for mark in secrecy_marks(words):
                yield self._finding(mark, field)
        for aside in asides(subject):
            for mark in secrecy_marks(aside.words):
                if mark.text not in subject.text:
                    yield unseen(self._finding(mark, aside.field), aside)

    def _finding(self, mark: SecrecyMark, field: str) -> Finding:
        message = {
            "secret": _("A mark of secrecy stands in the text: “%s”."),
            "internal": _("The text is marked for internal use: “%s”."),
            "not_public": _("The text says of itself that it is not simply public: “%s”."),
        }[mark.kind]
        return Finding(
            check=self.code,
            severity="block",
            field=field,
            start=mark.start,
            end=mark.end,
            excerpt=mark.text,
            message=message % mark.text,
            rule=rule("secrecy"),
            mend=_("Have the secrecy review done; publish only what has been released, without the mark."),
        )
