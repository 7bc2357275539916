"""What the tests of signing in share."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from allauth.mfa.totp.internal import auth


@pytest.fixture(autouse=True)
def _codes_of_one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A code lives half a minute: between reading one and sending it, none runs out, however slow the machine is."""
    monkeypatch.setattr(auth, "time", SimpleNamespace(time=lambda: 1_800_000_000.0))
