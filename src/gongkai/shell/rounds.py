"""What the press's worker looks after regularly, beyond the outbox."""

from __future__ import annotations

import hashlib
import logging
from contextlib import suppress
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from gongkai.engines import press
from gongkai.engines.casework.escalation import escalate
from gongkai.engines.casework.recomputing import recompute
from gongkai.engines.press.outbox import REBUILD
from gongkai.foundation.ledger.heads import DayPassed, sign_heads
from gongkai.foundation.ledger.models import Entry, SignedHead
from gongkai.foundation.workdays import calendar
from gongkai.wings.disclosure.annual.deadlines import remind
from gongkai.wings.disclosure.catalogue import reminders as catalogue
from gongkai.wings.disclosure.guides.services import remind as remind_of_guides
from gongkai.wings.disclosure.statistics import services as statistics
from gongkai.wings.publishing.sitereports.reminders import remind as remind_of_sites

log = logging.getLogger(__name__)

PACKAGE = Path(__file__).resolve().parent.parent


def sign_the_day() -> None:
    """Sign the head of the day that has ended, once; the sites publish what is signed.

    Late is better than never: after a stand-still the head stands for all days since the last one.
    """
    yesterday = timezone.localdate() - timedelta(days=1)
    if SignedHead.objects.filter(day__gte=yesterday).exists() or not Entry.objects.exists():
        return
    with suppress(DayPassed):
        sign_heads(yesterday)


def rebuild_when_pages_would_differ() -> None:
    """Ask for a full build when what was published came from other templates, settings or another version.

    Nothing published ever needs a manual rebuild, not even after an upgrade.
    """
    mark = Path(settings.GONGKAI_PUBLISHED) / "made-with"
    if not (mark.parent / "current").exists():
        return
    now = _made_with()
    if mark.exists() and mark.read_text(encoding="ascii") == now:
        return
    if mark.exists():
        with transaction.atomic():
            press.changed(REBUILD, lane="bulk")
    mark.write_text(now, encoding="ascii")


def escalate_cases() -> None:
    """Tell whoever has to know of deadlines that come near or have passed: once a day, in the morning's first round."""
    today = timezone.localdate()
    if _noted("escalated") == today.isoformat():
        return
    told = escalate(today)
    _note("escalated", today.isoformat())
    log.info("deadlines: %d people told", told)


def remind_of_the_catalogue() -> None:
    """Tell duty holders what of their catalogue is due soon or late: once a day."""
    today = timezone.localdate()
    if _noted("catalogue") == today.isoformat():
        return
    sent = catalogue.remind(today)
    _note("catalogue", today.isoformat())
    log.info("catalogue: %d messages", sent)


def remind_of_reports() -> None:
    """Remind whoever writes them of annual reports, guides and reports of sites that are due or late: once a day."""
    today = timezone.localdate()
    if _noted("annual-reports") == today.isoformat():
        return
    told = remind(today) + remind_of_guides(today) + remind_of_sites(today)
    _note("annual-reports", today.isoformat())
    log.info("annual reports, guides and reports of sites: %d people reminded", told)


def count_for_another_day() -> None:
    """Print the statistics anew, once a day."""
    today = timezone.localdate().isoformat()
    if _noted("statistics") == today:
        return
    statistics.announce_day()
    _note("statistics", today)


def recompute_when_the_calendar_changed() -> None:
    """Reckon open clocks anew when a holiday notice has been installed or has come with an upgrade."""
    days = calendar()
    now = hashlib.sha256(
        "".join(
            f"{year}{day.day}{day.name}"
            for year in days.years()
            for day in (*days.year(year).off, *days.year(year).worked)
        ).encode()
    ).hexdigest()
    if _noted("calendar") == now:
        return
    moved = recompute(reason="holiday calendar")
    _note("calendar", now)
    log.info("calendar: %d clocks moved", len(moved))


def _noted(name: str) -> str:
    """What this installation last noted under a name; empty at first."""
    path = Path(settings.GONGKAI_DATA) / "rounds" / name
    return path.read_text(encoding="ascii") if path.exists() else ""


def _note(name: str, mark: str) -> None:
    path = Path(settings.GONGKAI_DATA) / "rounds" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(mark, encoding="ascii")


def _made_with() -> str:
    """One hash over everything besides the database that decides how a page looks."""
    total = hashlib.sha256(f"{version('gongkai')} {settings.GONGKAI_DEMO_MARK}".encode())
    for path in sorted(PACKAGE.glob("**/templates/p*/**/*.html")):
        total.update(path.read_bytes())
    return total.hexdigest()
