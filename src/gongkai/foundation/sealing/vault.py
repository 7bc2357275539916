"""Sealing short texts with the installation's identity keys (Fernet: AES-128-CBC with HMAC-SHA-256).

Keys are 32 bytes in base64, one a line, the newest first: from GONGKAI_IDENTITY_KEYS (separated by commas), else from
``identity.key`` in the data folder. The newest seals, all of them open.
"""

from __future__ import annotations

import base64
import binascii
import functools
import hashlib
import hmac
import os
from pathlib import Path
from typing import Final, NamedTuple

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from gongkai.foundation.sealing.keyfile import kept_key, replace_key

FILE: Final = "identity.key"


class SealBroken(ValueError):
    """It was sealed with a key that is not here, or was changed."""

    code = "sealed"


class _Vault(NamedTuple):
    cipher: MultiFernet
    digesting: tuple[bytes, ...]


def seal(text: str) -> str:
    """A text as it may stand in the database; nothing stays nothing."""
    return _vault().cipher.encrypt(text.encode()).decode("ascii") if text else ""


def unseal(sealed: str) -> str:
    """Raises ``SealBroken``."""
    if not sealed:
        return ""
    try:
        return _vault().cipher.decrypt(sealed.encode("ascii")).decode()
    except (InvalidToken, UnicodeError):
        raise SealBroken("sealed with a key that is not here") from None


def digest(text: str) -> str:
    """The same for the same text, and worth nothing without the key; nothing for nothing."""
    return digests(text)[0] if text else ""


def digests(text: str) -> list[str]:
    """What ``digest`` gives with each key, the newest first: rows that were not sealed anew yet are found too."""
    if not text:
        return []
    return [hmac.new(key, text.encode(), hashlib.sha256).hexdigest() for key in _vault().digesting]


def _given() -> str:
    return os.environ.get("GONGKAI_IDENTITY_KEYS", "")


def new_key() -> bool:
    """Put a new key before the others in the key file; False where the keys come from the environment."""
    if _given():
        return False
    path = _path()
    replace_key(path, _made() + kept_key(path, _made))
    return True


def drop_old_keys() -> int:
    """Leave only the newest key in the file, after everything was sealed anew with it; how many are gone."""
    path = _path()
    if _given():
        return 0
    keys = kept_key(path, _made).split()
    if len(keys) > 1:
        replace_key(path, keys[0] + b"\n")
    return len(keys) - 1


def _path() -> Path:
    return Path(settings.GONGKAI_DATA) / FILE


def _made() -> bytes:
    return base64.b64encode(os.urandom(32)) + b"\n"


def _vault() -> _Vault:
    """The keys as they are now: a server that runs while keys are changed sees the change."""
    if given := _given():
        return _opened(given.replace(",", " "))
    path = _path()
    try:
        stamp = path.stat()
    except FileNotFoundError:
        kept_key(path, _made)
        stamp = path.stat()
    return _opened(_read(path, stamp.st_mtime_ns, stamp.st_ino))


@functools.lru_cache(maxsize=4)
def _read(path: Path, _changed: int, _node: int) -> str:
    return path.read_text(encoding="ascii")


@functools.lru_cache(maxsize=8)
def _opened(keys: str) -> _Vault:
    try:
        raw = [base64.b64decode(key, validate=True) for key in keys.split()]
    except (binascii.Error, ValueError):
        raw = []
    if not raw or any(len(key) != 32 for key in raw):
        raise ImproperlyConfigured(
            f"GONGKAI_IDENTITY_KEYS and {FILE} hold base64 texts of 32 bytes, the newest first"
        )
    return _Vault(
        MultiFernet([Fernet(base64.urlsafe_b64encode(_derived(key, b"seal"))) for key in raw]),
        tuple(_derived(key, b"digest") for key in raw),
    )


def _derived(key: bytes, use: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"gongkai identity " + use).derive(key)
