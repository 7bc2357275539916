"""Signatures between Gongkai and an SMS gateway: HMAC-SHA256 over purpose, time and content.

The purpose keeps a captured request of one kind from being used as another; the time keeps it from being used later.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Final, Literal

Purpose = Literal["send", "find", "report"]

TIMESTAMP: Final = "X-Gongkai-Timestamp"
SIGNATURE: Final = "X-Gongkai-Signature"
WINDOW: Final = 300
"""Seconds the clocks of both sides may differ."""


class SignatureFault(ValueError):
    """Codes: unsigned, expired, forged."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def signature(secret: str, purpose: Purpose, timestamp: int, content: bytes) -> str:
    text = f"{purpose}.{timestamp}.".encode() + content
    return "v1=" + hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()


def signed_headers(secret: str, purpose: Purpose, timestamp: int, content: bytes) -> dict[str, str]:
    return {TIMESTAMP: str(timestamp), SIGNATURE: signature(secret, purpose, timestamp, content)}


def verify(
    secret: str, purpose: Purpose, headers: Mapping[str, str], content: bytes, *, timestamp: float
) -> None:
    """``timestamp`` is the present, in seconds since 1970. Raises ``SignatureFault``."""
    said, given = headers.get(TIMESTAMP, ""), headers.get(SIGNATURE, "")
    if not secret or not given or not re.fullmatch(r"[0-9]{1,12}", said, re.ASCII):
        raise SignatureFault("unsigned")
    # Compared before the time is looked at, so that the answer tells a forger nothing about our clock.
    if not hmac.compare_digest(
        given.encode("utf-8", "surrogateescape"), signature(secret, purpose, int(said), content).encode()
    ):
        raise SignatureFault("forged")
    if abs(timestamp - int(said)) > WINDOW:
        raise SignatureFault("expired")
