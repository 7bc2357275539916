"""A secret key made at first start and kept in the data folder, readable by its owner only."""

from __future__ import annotations

import secrets
from pathlib import Path

from gongkai.foundation.sealing.keyfile import kept_key


def stored_secret(path: Path) -> str:
    """Return the secret in ``path``, making it first if need be."""
    return kept_key(path, lambda: secrets.token_urlsafe(48).encode("ascii")).decode("ascii").strip()
