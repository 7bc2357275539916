"""How an entry is hashed: pure, so that anybody can check an export with a few lines of their own.

    hash = SHA-256 of the JSON array [stream, seq, at, actor, organ, verb, subject, body, prev_hash]

in UTF-8, without spaces, characters beyond ASCII written as they are. ``body`` is itself canonical JSON text. The first
entry of a stream has 64 zeros as ``prev_hash``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

GENESIS = "0" * 64


def canonical(value: Mapping[str, Any]) -> str:
    """JSON with sorted keys and no spaces; raises ``TypeError`` for what JSON cannot hold."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def entry_hash(
    stream: str, seq: int, at: str, actor: str, organ: str, verb: str, subject: str, body: str, prev_hash: str
) -> str:
    text = _encode([stream, seq, at, actor, organ, verb, subject, body, prev_hash])
    return hashlib.sha256(text.encode()).hexdigest()
