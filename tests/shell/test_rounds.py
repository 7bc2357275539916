"""What goes on by itself: the day's head is signed once, and an upgrade prints all pages anew."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from django.db import transaction
from django.utils import timezone

from gongkai.engines.press.models import Change
from gongkai.foundation.ledger.models import SignedHead
from gongkai.foundation.ledger.services import append
from gongkai.shell import rounds
from gongkai.shell.rounds import rebuild_when_pages_would_differ, sign_the_day

pytestmark = pytest.mark.django_db


def test_the_day_that_has_ended_is_signed_once_and_published() -> None:
    with transaction.atomic():
        append(stream="s", verb="v", actor="system", subject="s", body={})
    sign_the_day()
    sign_the_day()
    yesterday = timezone.localdate() - timedelta(days=1)
    assert SignedHead.objects.get().day == yesterday
    assert [change.key for change in Change.objects.all()] == [f"ledger:{yesterday.isoformat()}"]


def test_other_templates_or_settings_ask_for_a_full_build(settings: object) -> None:
    published = Path(settings.GONGKAI_PUBLISHED)  # type: ignore[attr-defined]
    rebuild_when_pages_would_differ()
    assert not Change.objects.exists()  # nothing is published yet
    (published / "trees" / "one").mkdir(parents=True)
    (published / "current").symlink_to("trees/one")
    rebuild_when_pages_would_differ()
    rebuild_when_pages_would_differ()
    assert not Change.objects.exists()  # the first look only takes note
    settings.GONGKAI_DEMO_MARK = True  # type: ignore[attr-defined]
    rebuild_when_pages_would_differ()
    rebuild_when_pages_would_differ()
    assert [change.key for change in Change.objects.all()] == ["rebuild"]


def test_the_catalogue_is_looked_through_once_a_day() -> None:
    with patch("gongkai.shell.rounds.catalogue.remind", return_value=0) as remind:
        rounds.remind_of_the_catalogue()
        rounds.remind_of_the_catalogue()
    assert remind.call_count == 1
