"""Sealed texts: unreadable without the key, found again by their digest, and still readable while keys are changed."""

from __future__ import annotations

import base64
import stat
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from gongkai.foundation import sealing
from gongkai.foundation.sealing import SealBroken, digest, digests, seal, unseal
from gongkai.foundation.sealing.keyfile import kept_key

NUMBER = "360426199101010071"


@how(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=60))
def test_what_is_sealed_opens_again_and_shows_nothing(text: str) -> None:
    sealed = seal(text)
    assert unseal(sealed) == text
    assert not text or (sealed != seal(text) and len(digest(text)) == 64)
    assert len(text) < 3 or text not in sealed
    assert digest(text) == digest(text) and (digest(text + "0") != digest(text))


def test_the_key_is_made_once_and_for_its_owner_alone(settings: Any) -> None:
    seal(NUMBER)
    path = Path(settings.GONGKAI_DATA) / "identity.key"
    before = path.read_bytes()
    seal(NUMBER)
    assert path.read_bytes() == before and stat.S_IMODE(path.stat().st_mode) == 0o600


def test_another_key_reads_nothing_and_finds_nothing(settings: Any, tmp_path: Path) -> None:
    sealed, known = seal(NUMBER), digest(NUMBER)
    settings.GONGKAI_DATA = tmp_path / "elsewhere"
    with pytest.raises(SealBroken):
        unseal(sealed)
    assert digest(NUMBER) != known
    for broken in (sealed[:-4] + "AAAA", "x", "号"):
        with pytest.raises(SealBroken):
            unseal(broken)


def test_while_keys_are_changed_both_open_and_both_find(settings: Any) -> None:
    sealed, known = seal(NUMBER), digest(NUMBER)
    assert sealing.new_key()
    assert unseal(sealed) == NUMBER
    assert digest(NUMBER) != known and digests(NUMBER) == [digest(NUMBER), known]
    anew = seal(NUMBER)
    assert sealing.drop_old_keys() == 1
    assert unseal(anew) == NUMBER
    with pytest.raises(SealBroken):
        unseal(sealed)


def test_keys_can_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = [base64.b64encode(bytes([number]) * 32).decode() for number in (1, 2)]
    monkeypatch.setenv("GONGKAI_IDENTITY_KEYS", keys[1])
    sealed = seal(NUMBER)
    monkeypatch.setenv("GONGKAI_IDENTITY_KEYS", ",".join(keys))
    assert unseal(sealed) == NUMBER and not sealing.new_key() and sealing.drop_old_keys() == 0
    for wrong in ("kurz", keys[0][:-8], ","):
        monkeypatch.setenv("GONGKAI_IDENTITY_KEYS", wrong)
        with pytest.raises(ImproperlyConfigured):
            seal(NUMBER)


def test_of_two_who_start_together_one_wins(tmp_path: Path) -> None:
    path = tmp_path / "key"

    def late() -> bytes:
        path.write_bytes(b"first")
        return b"second"

    assert kept_key(path, late) == b"first"
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == ["key"]
