"""What a person reads about a fault of the ledger; machines read ``kind`` and the English message."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongkai.foundation.ledger.diagnosis import Fault
from gongkai.foundation.ledger.verification import VerifyReport

KINDS = {
    "altered": gettext_lazy("was altered after it was written"),
    "missing": gettext_lazy("is missing"),
    "inserted": gettext_lazy("was pushed in afterwards"),
    "re-ordered": gettext_lazy("stands in another place than it was written"),
    "cut": gettext_lazy("was signed in a daily head but is not there any more"),
    "bad-head": gettext_lazy("does not carry a valid signature"),
    "unknown-key": gettext_lazy("is signed with a key that is not ours"),
    "missing-head": gettext_lazy("does not follow the head before it"),
}


def sentence(fault: Fault) -> str:
    what = KINDS[fault.kind]
    if fault.stream == "heads":
        return _("Signed head of %(day)s: %(what)s") % {"day": fault.day, "what": what}
    return _("Stream %(stream)s, entry %(seq)d: %(what)s") % {
        "stream": fault.stream,
        "seq": fault.seq,
        "what": what,
    }


def summary(report: VerifyReport) -> str:
    counts = {"entries": report.entries, "streams": report.streams, "heads": report.heads}
    return _("%(entries)d entries in %(streams)d streams, %(heads)d signed heads") % counts


def verdict(report: VerifyReport) -> str:
    return _("The history is whole.") if report.ok else _("The history is NOT whole.")
