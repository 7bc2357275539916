"""Scans of a text before review and again at publication; what may be overruled, and masking what may not."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from wagtail.models import Revision

from gongkai.engines import checks
from gongkai.foundation.accounts.models import Role, User
from gongkai.foundation.hanzi import Match
from gongkai.wings.publishing.documents.history import record
from gongkai.wings.publishing.documents.models import Document
from gongkai.wings.publishing.documents.services import save_draft
from gongkai.wings.publishing.reviews.authorship import authors
from gongkai.wings.publishing.reviews.errors import ReviewError
from gongkai.wings.publishing.reviews.models import ScanFinding
from gongkai.wings.publishing.sites.subjects import subject_of

ID_NUMBER = "id_card"
OVERRULING = (Role.REVIEWER_1, Role.REVIEWER_2, Role.REVIEWER_3, Role.SITE_MANAGER)


@transaction.atomic
def scan(document: Document) -> list[ScanFinding]:
    """Run every check on the latest text and keep what they find; what was overruled stays overruled.

    Findings keep their ids as long as they are found. Those of earlier texts go, unless they were overruled: the
    same words may come back.
    """
    row = Document.objects.select_for_update().get(pk=document.pk)
    revision: Revision | None = row.latest_revision
    text: Document = revision.as_object() if revision is not None else row
    known: dict[str, list[ScanFinding]] = defaultdict(list)
    for earlier in ScanFinding.objects.filter(document=row).order_by("-pk"):
        known[earlier.fingerprint].append(earlier)
    overrulings = {
        fingerprint: finding
        for fingerprint, findings in known.items()
        for finding in findings
        if finding.overruled_at is not None
    }
    subject = subject_of(text)
    kept = []
    for finding in checks.run_checks(subject):
        fingerprint = _fingerprint(row, finding, subject)
        stored = known[fingerprint].pop() if known[fingerprint] else ScanFinding(document=row)
        _fill(stored, finding, fingerprint=fingerprint, revision=revision)
        overruled = overrulings.get(fingerprint)
        if not stored.overridable:
            stored.overruled_by, stored.overruled_at, stored.overruling_reason = None, None, ""
        elif stored.overruled_at is None and overruled is not None:
            stored.overruled_by_id = overruled.overruled_by_id
            stored.overruled_at = overruled.overruled_at
            stored.overruling_reason = overruled.overruling_reason
        stored.save()
        kept.append(stored)
    gone = [f.pk for findings in known.values() for f in findings if f.overruled_at is None]
    ScanFinding.objects.filter(pk__in=gone).delete()
    return kept


@transaction.atomic
def overrule(*, finding: ScanFinding, user: User, reason: str) -> None:
    """A reviewer who is no author lets a finding stand, and says why; the same words in this text are answered with it.

    Refused for what nobody may let pass.
    """
    row = Document.objects.select_for_update().get(pk=finding.document_id)
    if not finding.overridable:
        raise ReviewError("not_overridable", _("This cannot be overruled: mask or remove it."))
    if not any(user.has_role(role, row.responsible) for role in OVERRULING):
        raise ReviewError("role", _("Findings are overruled by reviewers of the responsible organ or above."))
    if user.pk in authors(row, row.current_workflow_state):
        raise ReviewError("author", _("An author of the text does not overrule its findings."))
    if not reason.strip():
        raise ReviewError("reason", _("Say why the finding may stand."))
    ScanFinding.objects.filter(
        document=row, fingerprint=finding.fingerprint, overridable=True, overruled_at__isnull=True
    ).update(overruled_by=user, overruled_at=timezone.now(), overruling_reason=reason.strip()[:500])
    record(
        row,
        user,
        "finding.overruled",
        check=finding.check_code,
        excerpt=finding.excerpt,
        fingerprint=finding.fingerprint,
        reason=reason.strip(),
    )
    finding.refresh_from_db()


MASKABLE: Final = (ID_NUMBER, "bank_card", "mobile")
"""Checks whose findings ``mask`` can take away."""


def mask(*, document: Document, user: User, finding: ScanFinding | None = None) -> Revision:
    """Mask every valid ID number in the draft, or the one number that ``finding`` points at wherever it stands, in a new
    revision by ``user``, and scan again.

    Bank cards and telephones go one by one, because one of them may be meant to be public. Reaches across mark-up
    (``4601<b>00…</b>``). A number in the name of an attachment stays a finding: a file's name is mended by hand.
    """
    wanted = _is_id_number if finding is None else _the_number_of(finding)
    text: Document = Document.objects.get(pk=document.pk).get_latest_revision_as_object()
    facts: dict[str, Any] = {}
    for name, field in _FIELDS.items():
        value = getattr(text, field)
        if (masked := checks.masked(value, wanted)) != value:
            facts[name] = masked
    raw = text.body.get_prep_value()
    if (body := _masked_deep(raw, wanted)) != raw:
        facts["body"] = json.dumps(body, ensure_ascii=False)
    if not facts:
        raise ReviewError(
            "nothing_to_mask",
            _(
                "No number was found that could be masked; one in the name of an attachment is mended by hand."
            ),
        )
    with transaction.atomic():
        revision = save_draft(document=document, author=user, **facts)
        scan(document)
    return revision


_FIELDS = {
    "title": "title",
    "summary": "summary",
    "keywords": "keywords",
    "source": "source",
    "author_name": "author",
}


def _is_id_number(match: Match) -> bool:
    return match.kind == ID_NUMBER and match.valid


def _the_number_of(finding: ScanFinding) -> Callable[[Match], bool]:
    """A finding keeps its number masked, and so is compared: two numbers alike but for their middle go together."""
    kind, shown = finding.check_code, _characters(finding.excerpt)
    if kind not in MASKABLE:
        return lambda match: False
    return lambda match: match.kind == kind and _characters(match.masked) == shown


def _characters(number: str) -> str:
    """Without the spaces and hyphens of the place where it stands."""
    return re.sub(r"[^\w*]", "", number).upper()


def _masked_deep(value: Any, wanted: Callable[[Match], bool]) -> Any:
    if isinstance(value, str):
        return checks.masked(value, wanted)
    if isinstance(value, dict):
        return {key: inner if key == "id" else _masked_deep(inner, wanted) for key, inner in value.items()}
    return [_masked_deep(inner, wanted) for inner in value] if isinstance(value, list) else value


def _fill(
    stored: ScanFinding, finding: checks.Finding, *, fingerprint: str, revision: Revision | None
) -> None:
    stored.fingerprint, stored.revision = fingerprint, revision
    stored.check_code, stored.severity, stored.field = finding.check, finding.severity, finding.field
    stored.start, stored.end, stored.excerpt = finding.start, finding.end, finding.excerpt[:300]
    stored.message, stored.rule, stored.mend = finding.message[:500], finding.rule[:200], finding.mend[:300]
    stored.overridable = finding.overridable


def _fingerprint(document: Document, finding: checks.Finding, subject: checks.Subject) -> str:
    """The check and the very words it points at, in this document. Keyed, because the words may be an ID number,
    which a plain hash would give away."""
    whole = {"title": subject.title, "text": subject.text, **subject.facts}.get(finding.field, "")
    words = finding.excerpt if finding.start is None else whole[finding.start : finding.end]
    return salted_hmac(
        "reviews.finding",
        json.dumps([document.pk, finding.check, finding.field, words]),
        algorithm="sha256",
    ).hexdigest()
