"""The ledger as people read it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongkai.engines.casework.registry import procedures
from gongkai.engines.casework.services import ASSIGNED, IMPORTED, OPENED, RECOMPUTED
from gongkai.foundation.accounts.models import User

_EVERYWHERE: Final = {
    OPENED: gettext_lazy("Case opened"),
    ASSIGNED: gettext_lazy("Handed to a handler"),
    IMPORTED: gettext_lazy("Taken over from another system"),
    RECOMPUTED: gettext_lazy("Clocks reckoned anew"),
}
"""Acts on cases that no procedure names."""


def readable(entries: Iterable[Any]) -> list[dict[str, Any]]:
    """Ledger entries as people read them; names of staff are looked up here, the ledger itself holds numbers."""
    entries = list(entries)
    names = names_of(entry.actor for entry in entries)
    return [_readable(entry, names[entry.actor]) for entry in entries]


def names_of(actors: Iterable[str]) -> dict[str, str]:
    """Whom the ledger means by user:3, party:17, system. One question to the database, however many they are."""
    asked = set(actors)
    numbers = {name: name.removeprefix("user:") for name in asked if name.startswith("user:")}
    staff = User.objects.in_bulk({int(number) for number in numbers.values() if number.isdecimal()})
    known = {f"user:{pk}": str(person) for pk, person in staff.items()}
    return {name: known.get(name) or _of_no_person(name) for name in asked}


def _of_no_person(name: str) -> str:
    known = {
        "applicant": _("the applicant"),
        "command": _("the command line"),
        "party": _("the applicant"),
        "system": _("the system"),
    }
    return str(known.get(name.partition(":")[0], name))


def _readable(entry: Any, who: str) -> dict[str, Any]:
    facts = _facts(entry.body)
    return {
        "at": datetime.fromisoformat(entry.at),
        "subject": entry.subject,
        "concerns": concerned(entry.subject),
        "who": who,
        "verb": title_of(entry.verb),
        "reason": facts.get("reason", "") or facts.get("comment", ""),
        "hash": entry.hash,
        "seq": entry.seq,
    }


def _facts(body: str) -> dict[str, Any]:
    """What an entry holds. One somebody has tampered with may hold anything, and it is then that the list is read."""
    try:
        facts = json.loads(body)
    except ValueError:
        return {}
    return facts if isinstance(facts, dict) else {}


def concerned(subject: str) -> str:
    """What an entry is about, in words: "case:12" is case 12."""
    kind, _colon, key = subject.partition(":")
    kinds = {
        "annual-filing": _("numbers filed"),
        "annual-report": _("annual report"),
        "areas": _("areas"),
        "calendar": _("calendar"),
        "case": _("case"),
        "catalogue": _("catalogue"),
        "catalogue-entry": _("catalogue entry"),
        "document": _("document"),
        "improvement": _("measure"),
        "letter": _("letter"),
        "notices": _("notices"),
        "organ": _("organ"),
        "party": _("the applicant"),
        "press": _("press"),
        "series": _("series"),
        "site": _("site"),
        "site-report": _("report of a website"),
        "snapshot": _("frozen numbers"),
        "user": _("account"),
    }
    return f"{kinds[kind]} {key}".strip() if kind in kinds else subject


def title_of(code: str) -> str:
    known = {
        "document.drafted": _("Drafted"),
        "document.edited": _("Draft changed"),
        "document.published": _("Published after three reviews"),
        "document.force_published": _("Published without reviews"),
        "document.migrated": _("Taken over as public before"),
        "document.withdrawn": _("Withdrawn"),
        "document.placed": _("Placed in a column"),
        "document.unplaced": _("Taken from a column"),
        "document.pinned": _("Pinned"),
        "document.unpinned": _("No longer pinned"),
        "review.submitted": _("Submitted to review"),
        "review.approved": _("Review passed"),
        "review.returned": _("Sent back"),
        "review.changes_requested": _("Sent back to be changed"),
        "review.cancelled": _("Recalled from review"),
        "column.amended": _("Column changed"),
        "column.closed": _("Column closed"),
        "column.moved": _("Column moved"),
        "column.opened": _("Column opened"),
        "site.amended": _("Site changed"),
        "site.closed": _("Site closed"),
        "site.opened": _("Site opened"),
        "series.amended": _("Series changed"),
        "series.created": _("Series opened"),
        "topic.closed": _("Topic closed"),
        "topic.launched": _("Topic launched"),
        "establish": _("Organ established"),
        "amend": _("Organ changed"),
        "move": _("Organ moved in the tree"),
        "abolish": _("Organ abolished"),
        "appoint": _("Post filled"),
        "create": _("Account opened"),
        "assign": _("Role given"),
        "relieve": _("Role ended"),
        "reset": _("Sign-in reset"),
        "unlock": _("Lock taken off"),
        "hand-over": _("Roles handed over"),
        "issue-token": _("API token issued"),
        "revoke-token": _("API token revoked"),
        "change-password": _("Password changed"),
        "document.deleted": _("Draft deleted"),
        "document.kept_withheld": _("Reassessed: stays withheld"),
        "document.opened": _("Reassessed: to be disclosed"),
        "press.rebuild": _("Full build asked for"),
        "finding.overruled": _("Finding overruled"),
        "case.attach": _("File added to a case"),
        "case.drafted": _("Document drafted from a reply"),
        "case.note": _("Note for colleagues written"),
        "case.query_code": _("Query code issued anew"),
        "case.link": _("Cases linked"),
        "case.reveal_identity": _("Full identity number looked at"),
        "letter.draft": _("Letter drafted"),
        "letter.approve": _("Letter approved"),
        "letter.drop": _("Letter dropped"),
        "notice.retried": _("Notice tried again"),
        "notices.cleared": _("Texts of notices erased"),
        "identities.resealed": _("Identity numbers sealed anew"),
        "notices.settled": _("Notices erased after their time"),
        "archive.packed": _("Packed for the archive"),
        "requestlog.list": _("Put into the log"),
        "requestlog.leave_out": _("Leave out of the log"),
        "catalogue.added": _("Entered in the catalogue"),
        "catalogue.amended": _("Matter changed"),
        "catalogue.retired": _("Matter retired"),
        "catalogue.restored": _("Matter holds again"),
        "catalogue.renamed": _("Matter renamed in a new directory"),
        "catalogue.took_over": _("Took over what fulfilled a matter of another name"),
        "catalogue.handed_over": _("Handed over what fulfilled it to the matter of its new name"),
        "catalogue.bound": _("Said to be fulfilled by something"),
        "catalogue.unbound": _("No longer fulfilled by something"),
        "catalogue.formed": _("On record: came into being"),
        "catalogue.posted": _("On record: published elsewhere"),
        "annual.draft": _("Annual report begun"),
        "annual.draft_anew": _("Annual report begun anew"),
        "annual.write": _("Annual report written"),
        "annual.submit": _("Annual report submitted"),
        "annual.send_back": _("Annual report sent back"),
        "annual.approve": _("Annual report approved, numbers frozen"),
        "annual.publish": _("Annual report published"),
        "annual.take_up_again": _("Annual report taken up again"),
        "annual.file": _("Numbers of a report filed"),
        "annual.improvement_promise": _("Measure promised"),
        "annual.improvement_settle": _("Result of a measure entered"),
        "annual.improvement_reopen": _("Measure open again"),
        "figures.freeze": _("Numbers frozen"),
        "guides.confirm": _("Guide confirmed"),
        "sitereports.fill_in": _("Report of a website filled in"),
        "sitereports.submit": _("Report of a website submitted"),
        "sitereports.publish": _("Report of a website published"),
        "sitereports.take_up_again": _("Report of a website taken up again"),
        "import-areas": _("Areas brought in"),
        "redaction.started": _("Redaction begun"),
        "redaction.searched": _("Places to redact searched for"),
        "redaction.marked": _("Places marked"),
        "redaction.unmarked": _("Marks taken off"),
        "redaction.repeats-left": _("Repeats left to stand"),
        "redaction.burned": _("Redaction burned in"),
        "redaction.confirmed": _("Redacted file confirmed"),
        "redaction.reopened": _("Redaction reopened"),
        "redaction.discarded": _("Redaction thrown away"),
    }
    return str(known.get(code) or _of_a_case(code) or code)


def _of_a_case(verb: str) -> str:
    """The title of an act that a procedure names, for "case.accept" and the like."""
    room, _dot, code = verb.partition(".")
    if room not in ("case", "cases"):
        return ""
    if code in _EVERYWHERE:
        return str(_EVERYWHERE[code])
    titles = (
        action.title for procedure in procedures() for action in procedure.actions if action.code == code
    )
    return str(next(titles, ""))
