"""Scans of a text before review and again at publication; what may be overruled, and masking what may not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from gongkai.engines.checks import Finding, Subject, run_checks
from gongkai.foundation.accounts.models import Role, User
from gongkai.foundation.hanzi import personal_data
from gongkai.foundation.ledger.services import append
from gongkai.wings.publishing.documents.models import Document
from gongkai.wings.publishing.documents.services import save_draft
from gongkai.wings.publishing.documents.text import body_html, html_text
from gongkai.wings.publishing.reviews.errors import ReviewError
from gongkai.wings.publishing.reviews.models import ScanFinding

OVERRULING = (Role.REVIEWER_1, Role.REVIEWER_2, Role.REVIEWER_3, Role.SITE_MANAGER)
_MASKED_FACTS = ("title", "summary", "keywords", "source", "author", "withheld_reason")


@transaction.atomic
def scan(document: Document) -> list[ScanFinding]:
    """Run every check on the latest text and keep what they find; what was overruled stays overruled.

    Findings of earlier texts that nobody overruled are replaced; overruled ones remain as history.
    """
    row = Document.objects.select_for_update().get(pk=document.pk)
    revision = row.latest_revision
    text = revision.as_object() if revision is not None else row
    overruled = {
        finding.fingerprint: finding
        for finding in ScanFinding.objects.filter(document=row, overruled_at__isnull=False)
    }
    ScanFinding.objects.filter(document=row, overruled_at__isnull=True).delete()
    found = []
    for finding in run_checks(subject_of(text)):
        stored = _stored(finding, row, revision)
        if (earlier := overruled.get(stored.fingerprint)) is not None and stored.overridable:
            stored.pk = earlier.pk if earlier.revision_id != getattr(revision, "pk", None) else None
        found.append(stored)
    ScanFinding.objects.bulk_create(found)
    return found
