"""Fixtures every room's tests may use."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real inputs beside the checkout; tests that need it are skipped loudly without it."""
    if not SHARED.is_dir():
        pytest.skip(f"REAL INPUTS ABSENT: {SHARED} does not exist; this behaviour is NOT checked in this run")
    return SHARED
