"""Scans of a text before review and again at publication; what may be overruled, and masking what may not."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

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


def mask(*, document: Document, user: User) -> Revision:
    """Mask every valid ID number in the draft, in a new revision by ``user``, and scan again.

    Reaches across mark-up (``4601<b>00…</b>``). One in the name of an attachment stays a finding: a file's name is mended
    by hand.
    """
    text: Document = Document.objects.get(pk=document.pk).get_latest_revision_as_object()
    facts: dict[str, Any] = {
        name: _masked(getattr(text, field))
        for name, field in _MASKABLE.items()
        if _masked(getattr(text, field)) != getattr(text, field)
    }
    raw = text.body.get_prep_value()
    if _masked_deep(raw) != raw:
        facts["body"] = json.dumps(_masked_deep(raw), ensure_ascii=False)
    if not facts:
        raise ReviewError("nothing_to_mask", _("No ID number was found that could be masked."))
    with transaction.atomic():
        revision = save_draft(document=document, author=user, **facts)
        scan(document)
    return revision


_MASKABLE = {
    "title": "title",
    "summary": "summary",
    "keywords": "keywords",
    "source": "source",
    "author_name": "author",
}


def _is_to_mask(match: Match) -> bool:
    return match.kind == ID_NUMBER and match.valid


def _masked(text: str) -> str:
    return checks.masked(text, _is_to_mask)


def _masked_deep(value: Any) -> Any:
    if isinstance(value, str):
        return _masked(value)
    if isinstance(value, dict):
        return {key: inner if key == "id" else _masked_deep(inner) for key, inner in value.items()}
    return [_masked_deep(inner) for inner in value] if isinstance(value, list) else value


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
