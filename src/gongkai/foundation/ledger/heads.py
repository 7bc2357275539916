"""The signed daily head: what the whole history was at the end of a day, in a text anybody can keep.

A head lists the last entry of every stream that was touched since the head before it, and the fingerprint of that head.
So a head stays as small as a day, and who holds one head holds all before it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gongkai.foundation.ledger.chain import GENESIS, canonical
from gongkai.foundation.ledger.models import Entry, SignedHead
from gongkai.foundation.sealing.keyfile import kept_key

_OVERLAP = timedelta(days=2)
"""How far a head reaches back before the day of the head before it: an entry is dated when it is written and seen when
its transaction ends, and days begin at different hours in different zones. A stream listed twice does no harm."""


class BadSignature(ValueError):
    """The text is not what the holder of the key signed."""

    code = "bad-head"


class UnknownKey(ValueError):
    """The signature may be good, but it was not made with a key of this installation."""

    code = "unknown-key"


class DayPassed(ValueError):
    """A day before the last signed one cannot be signed any more."""

    code = "day-passed"


class DayToCome(ValueError):
    """A day that is still to come has no head yet: signed ahead, it would stand for all days up to it."""

    code = "day-to-come"


def signing_key() -> Ed25519PrivateKey:
    """The installation's key: from GONGKAI_LEDGER_KEY (base64 of 32 bytes), else a file made at first use."""
    if seed := os.environ.get("GONGKAI_LEDGER_KEY"):
        return _from_environment(seed)
    made = Ed25519PrivateKey.generate
    return Ed25519PrivateKey.from_private_bytes(kept_key(_key_file(), lambda: made().private_bytes_raw()))


def _key_file() -> Path:
    return Path(settings.GONGKAI_DATA) / "ledger.key"


def _from_environment(seed: str) -> Ed25519PrivateKey:
    try:
        return Ed25519PrivateKey.from_private_bytes(base64.b64decode(seed, validate=True))
    except (binascii.Error, ValueError):
        raise ImproperlyConfigured("GONGKAI_LEDGER_KEY must be the base64 text of 32 bytes") from None


def trusted_keys() -> frozenset[str]:
    """Public keys (hex) whose heads count: this installation's, and those of GONGKAI_LEDGER_TRUSTED_KEYS.

    The second is for a key that was replaced, and for somebody who verifies a copy elsewhere. Without it, whoever
    rewrites the whole ledger could sign it with a key of their own.
    """
    keys = set(os.environ.get("GONGKAI_LEDGER_TRUSTED_KEYS", "").replace(",", " ").lower().split())
    if os.environ.get("GONGKAI_LEDGER_KEY") or _key_file().exists():
        keys.add(signing_key().public_key().public_bytes_raw().hex())
    return frozenset(keys)


def sign_heads(day: date) -> SignedHead:
    """Sign the heads of all streams as the head of ``day``; a day is signed once, later calls return it.

    Raises ``DayPassed`` when a later day is signed already: heads follow each other as entries do; and ``DayToCome``.
    """
    if day > timezone.localdate():
        raise DayToCome(_("%s is still to come.") % day)
    with transaction.atomic():
        known = SignedHead.objects.filter(day=day).first()
        if known is not None:
            return known
        before = SignedHead.objects.order_by("-day").first()
        if before is not None and before.day > day:
            facts = {"later": before.day, "day": day}
            raise DayPassed(_("The head of %(later)s is signed already; it stands for %(day)s too.") % facts)
        streams = _last_entries(since=(before.day - _OVERLAP).isoformat() if before else "")
        text = canonical(
            {
                "day": day.isoformat(),
                "entries": Entry.objects.count(),
                "previous": fingerprint(before.heads) if before else GENESIS,
                "streams": streams,
            }
        )
        key = signing_key()
        signed, _created = SignedHead.objects.get_or_create(
            day=day,
            defaults={
                "heads": text,
                "public_key": key.public_key().public_bytes_raw().hex(),
                "signature": key.sign(text.encode()).hex(),
            },
        )
    return signed


def current_head() -> str:
    """The fingerprint (SHA-256, hex) of the last entries of all streams: of the whole ledger as it is now."""
    return fingerprint(canonical({"streams": _last_entries(since="")}))


def _last_entries(*, since: str) -> dict[str, tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.stream, e.seq, e.hash FROM ledger_entry e JOIN"
            " (SELECT stream, MAX(seq) AS seq FROM ledger_entry WHERE at >= %s GROUP BY stream) last"
            " ON last.stream = e.stream AND last.seq = e.seq",
            [since],
        )
        return {name: (seq, digest) for name, seq, digest in cursor.fetchall()}


def fingerprint(text: str) -> str:
    """SHA-256 of the signed text, as the next head names it."""
    return hashlib.sha256(text.encode()).hexdigest()


def check_signature(text: str, signature: str, public_key: str) -> None:
    """Raise ``BadSignature`` unless ``text`` was signed by the holder of ``public_key`` (both in hex)."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(
            bytes.fromhex(signature), text.encode()
        )
    except (InvalidSignature, ValueError):
        raise BadSignature("the signature does not fit the text") from None


def verify_head(signed: SignedHead) -> dict[str, Any]:
    """The content of a head that was signed with one of our keys. Raises ``BadSignature`` or ``UnknownKey``."""
    check_signature(signed.heads, signed.signature, signed.public_key)
    if signed.public_key not in trusted_keys():
        raise UnknownKey(f"it was signed with the key {signed.public_key}, which is not one of ours")
    content: dict[str, Any] = json.loads(signed.heads)
    if content["day"] != signed.day.isoformat():
        raise BadSignature(f"it was signed for {content['day']}")
    return content


def as_json(signed: SignedHead) -> dict[str, Any]:
    """What is published: everything needed to check the head without us."""
    return {
        "day": signed.day.isoformat(),
        "algorithm": "Ed25519",
        "public_key": signed.public_key,
        "signature": signed.signature,
        "signed_text": signed.heads,
    }
