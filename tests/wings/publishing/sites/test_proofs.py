"""The signed heads of the ledger in public."""

from __future__ import annotations

import json
from datetime import date

from gongkai.engines.press.models import Change
from gongkai.foundation.ledger.heads import check_signature, sign_heads

from .conftest import Town, affected_pages, body_of, page_of


def test_a_signed_day_is_published_so_that_anybody_can_check_it(town: Town) -> None:
    assert "尚无签名记录" in body_of("ledger", "city", "")
    signed = sign_heads(date(2020, 12, 31))
    assert Change.objects.filter(key="ledger:2020-12-31").exists()
    assert {("ledger", "city", ""), ("ledger", "edu", "2020-12-31")} <= affected_pages("ledger:2020-12-31")
    body = body_of("ledger", "city", "")
    assert "2020-12-31" in body
    assert signed.signature in body
    page = page_of("ledger", "city", "2020-12-31")
    assert page is not None
    assert page.path == "ledger/2020-12-31.json"
    proof = json.loads(str(page.body))
    check_signature(proof["signed_text"], proof["signature"], proof["public_key"])


def test_a_day_that_was_not_signed_has_no_file(town: Town) -> None:
    assert page_of("ledger", "city", "2020-12-30") is None
