"""Keeping unfinished applications unreadable at rest, and making codes that people can read out."""

from __future__ import annotations

import base64
import functools
import hashlib
import hmac
import secrets
from typing import Final

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

SIGNS: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""No sign that is mistaken for another when read out on the phone."""
_GROUPS, _GROUP = 3, 4


@functools.lru_cache(maxsize=4)
def _cipher(secret: str) -> Fernet:
    key = HKDF(SHA256(), 32, salt=None, info=b"gongkai unfinished applications").derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(key))


def seal(content: bytes) -> bytes:
    return _cipher(settings.SECRET_KEY).encrypt(content)


def unseal(content: bytes | memoryview) -> bytes:
    """Raises ``cryptography.fernet.InvalidToken`` for what was not sealed with the present key."""
    return _cipher(settings.SECRET_KEY).decrypt(bytes(content))


def new_code() -> str:
    """``ABCD-2345-WXYZ``: 59 bits."""
    return "-".join("".join(secrets.choice(SIGNS) for _sign in range(_GROUP)) for _group in range(_GROUPS))


def digest(purpose: str, text: str) -> str:
    """What is kept of something that must not be kept."""
    return hmac.new(settings.SECRET_KEY.encode(), f"{purpose}\n{text}".encode(), hashlib.sha256).hexdigest()


def code_digest(code: str) -> str:
    """Of a code however it was typed: small letters, spaces, without strokes."""
    return digest("draft", "".join(sign for sign in code.upper() if sign in SIGNS))
