"""Files of forms: kept for whoever sent them, for a day, and gone when nothing took them."""

from __future__ import annotations

import datetime as dt
import os

import pytest
from django.utils import timezone

from gongkai.foundation.files.holding import KEPT, done_with, forget_held, held, hold
from gongkai.foundation.files.models import HeldFile, StoredFile
from gongkai.foundation.files.services import FileRefused, store

pytestmark = pytest.mark.django_db
OLD = KEPT + dt.timedelta(hours=1)


def sent(words: str = "信", *, actor: str = "user:1", place: str = "case:1:serve") -> HeldFile:
    return hold(content=words.encode(), name="信.txt", actor=actor, place=place, field="files")


def aged(row: HeldFile) -> StoredFile:
    """As if it had come a day ago."""
    HeldFile.objects.filter(pk=row.pk).update(held_at=timezone.now() - OLD)
    then = (timezone.now() - OLD).timestamp()
    os.utime(row.file.path, (then, then))
    return row.file


def test_a_file_is_there_for_whoever_sent_it_with_that_form() -> None:
    row = sent()
    assert list(held(actor="user:1", place="case:1:serve")) == [row]
    assert not held(actor="user:2", place="case:1:serve").exists()
    assert not held(actor="user:1", place="case:2:serve").exists()
    done_with(actor="user:1", place="case:1:serve")
    assert not held(actor="user:1", place="case:1:serve").exists()


def test_after_a_day_it_is_gone_bytes_and_all() -> None:
    file = aged(sent("没有用上的身份证"))
    assert not held(actor="user:1", place="case:1:serve").exists()
    young = sent("刚刚上传")
    forget_held()
    assert not file.path.exists() and not StoredFile.objects.filter(pk=file.pk).exists()
    assert young.file.path.exists() and HeldFile.objects.get() == young


def test_bytes_that_something_else_has_stay() -> None:
    file = aged(sent("两处都有"))
    store(content="两处都有".encode(), name="另一处.txt", actor="user:9")
    forget_held()
    assert file.path.exists() and StoredFile.objects.get().name == "另一处.txt"


def test_bytes_written_a_moment_ago_stay() -> None:
    """The same bytes may be on their way in again: their row comes after them."""
    row = sent("又传一次")
    HeldFile.objects.update(held_at=timezone.now() - OLD)
    forget_held()
    assert row.file.path.exists() and not StoredFile.objects.exists()


def test_what_is_refused_is_not_held() -> None:
    with pytest.raises(FileRefused):
        hold(content=b"MZ", name="x.exe", actor="user:1")
    assert not HeldFile.objects.exists()
