"""The signed daily head: what the whole history was at the end of a day, in a few hundred bytes anybody can keep."""

from __future__ import annotations

import base64
import os
import tempfile
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.db import connection, transaction

from gongkai.foundation.ledger.chain import canonical
from gongkai.foundation.ledger.models import SignedHead


class BadSignature(ValueError):
    """The text is not what the holder of the key signed."""


def signing_key() -> Ed25519PrivateKey:
    """The installation's key: from GONGKAI_LEDGER_KEY (base64 of 32 bytes), else a file made at first use."""
    if seed := os.environ.get("GONGKAI_LEDGER_KEY"):
        return Ed25519PrivateKey.from_private_bytes(base64.b64decode(seed))
    path = Path(settings.GONGKAI_DATA) / "ledger.key"
    if not path.exists():
        # Written aside and linked into place: of two processes starting together one wins, none reads half a key.
        descriptor, aside = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(descriptor, "wb") as file:
            file.write(Ed25519PrivateKey.generate().private_bytes_raw())
        with suppress(FileExistsError):
            os.link(aside, path)
        Path(aside).unlink()
    return Ed25519PrivateKey.from_private_bytes(path.read_bytes())


def sign_heads(day: date) -> SignedHead:
    """Sign the heads of all streams as the head of ``day``; a day is signed once, later calls return it."""
    with transaction.atomic():
        known = SignedHead.objects.filter(day=day).first()
        if known is not None:
            return known
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT e.stream, e.seq, e.hash FROM ledger_entry e JOIN"
                " (SELECT stream, MAX(seq) AS seq FROM ledger_entry GROUP BY stream) last"
                " ON last.stream = e.stream AND last.seq = e.seq"
            )
            streams = {name: [seq, digest] for name, seq, digest in cursor.fetchall()}
        text = canonical(
            {"day": day.isoformat(), "entries": sum(seq for seq, _ in streams.values()), "streams": streams}
        )
        key = signing_key()
        return SignedHead.objects.create(
            day=day,
            heads=text,
            public_key=key.public_key().public_bytes_raw().hex(),
            signature=key.sign(text.encode()).hex(),
        )


def check_signature(text: str, signature: str, public_key: str) -> None:
    """Raise ``BadSignature`` unless ``text`` was signed by the holder of ``public_key`` (both in hex)."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(
            bytes.fromhex(signature), text.encode()
        )
    except (InvalidSignature, ValueError):
        raise BadSignature("the signature does not fit the text") from None


def as_json(signed: SignedHead) -> dict[str, Any]:
    """What is published: everything needed to check the head without us."""
    return {
        "day": signed.day.isoformat(),
        "algorithm": "Ed25519",
        "public_key": signed.public_key,
        "signature": signed.signature,
        "signed_text": signed.heads,
    }
