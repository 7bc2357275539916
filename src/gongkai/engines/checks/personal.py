"""Numbers of people: ID cards, mobile phones, bank cards. What a finding shows of them is masked."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongkai.engines.checks.citing import rule
from gongkai.engines.checks.declarations import Finding, Severity, Subject
from gongkai.engines.checks.fields import Aside, asides, unseen, written
from gongkai.foundation.hanzi import Match, personal_data

_CALLS = ("tel:", "sms:", "wtai:")


class _Numbers:
    """One kind of number, wherever it is written: also where readers do not see it."""

    code: str
    kind: str

    def run(self, subject: Subject) -> Iterator[Finding]:
        seen: set[str] = set()
        for field, words in written(subject):
            for match in personal_data(words):
                if match.kind == self.kind:
                    seen.add(_bare(match.value))
                    yield self.finding(match, field)
        for aside in asides(subject):
            for match in personal_data(aside.words):
                if match.kind == self.kind and _bare(match.value) not in seen and _counts(match, aside):
                    seen.add(_bare(match.value))
                    yield unseen(self.finding(match, aside.field), aside)

    def finding(self, match: Match, field: str) -> Finding:
        raise NotImplementedError

    def _finding(
        self, match: Match, field: str, *, severity: Severity, overridable: bool, message: str, mend: str
    ) -> Finding:
        return Finding(
            check=self.code,
            severity=severity,
            field=field,
            start=match.start,
            end=match.end,
            excerpt=match.masked,
            message=message % match.masked,
            rule=rule("personal"),
            mend=mend,
            overridable=overridable,
        )


def _bare(value: str) -> str:
    return re.sub(r"\W", "", value).upper()


def _counts(match: Match, aside: Aside) -> bool:
    """Addresses are full of numbers: there only a right ID number counts, and a telephone that is called."""
    if not aside.is_address:
        return True
    if match.kind == "id_card":
        return match.valid and not match.in_groups
    return match.kind == "mobile" and aside.words.lower().startswith(_CALLS)


class IdNumbers(_Numbers):
    """A valid ID number is never published, whoever agrees; one that fails its check character may be a misprint.

    One in groups may be overruled: three neighbouring cells of a table can look the same.
    """

    code = "id_card"
    kind = "id_card"
    title = gettext_lazy("ID numbers")

    def finding(self, match: Match, field: str) -> Finding:
        if match.valid and match.in_groups:
            return self._finding(
                match,
                field,
                severity="block",
                overridable=True,
                message=_("This looks like an ID number written in groups: %s."),
                mend=_("Mask or remove it; if it is several other numbers, say so."),
            )
        if match.valid:
            return self._finding(
                match,
                field,
                severity="block",
                overridable=match.in_groups,  # neighbouring cells of a table can look alike,
                message=_("An ID number must not be published: %s."),
                mend=_("Mask or remove it."),
            )
        return self._finding(
            match,
            field,
            severity="warn",
            overridable=True,
            message=_("This looks like an ID number, but its check character does not fit: %s."),
            mend=_("Mask it if it is a person's, or correct it."),
        )


class MobileNumbers(_Numbers):
    """A warning only: an organ may give a mobile phone as its contact."""

    code = "mobile"
    kind = "mobile"
    title = gettext_lazy("Mobile phone numbers")

    def finding(self, match: Match, field: str) -> Finding:
        return self._finding(
            match,
            field,
            severity="warn",
            overridable=True,
            message=_("A mobile phone number: %s."),
            mend=_("Mask it, unless it is an official contact."),
        )


class BankCards(_Numbers):
    """Stops publication, but may be overruled: other long numbers pass the check digit by chance, one in ten."""

    code = "bank_card"
    kind = "bank_card"
    title = gettext_lazy("Bank card numbers")

    def finding(self, match: Match, field: str) -> Finding:
        return self._finding(
            match,
            field,
            severity="block",
            overridable=True,
            message=_("This looks like a bank card number: %s."),
            mend=_("Mask or remove it; if it is another number, say so."),
        )
