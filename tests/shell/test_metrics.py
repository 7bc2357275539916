"""/metrics tells whoever holds the token how the house is doing, and nobody anything about a person."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, transaction
from django.test import Client
from django.utils import timezone

from gongkai.engines import press
from gongkai.engines.notices.states import State
from gongkai.engines.press.models import Change
from gongkai.foundation.ledger.heads import sign_heads
from gongkai.foundation.ledger.services import append
from gongkai.shell import metrics
from tests.published_tree import PublishedTree

TOKEN = "a-long-random-token"
_LINE = re.compile(
    r'gongkai_[a-z_]+(?:\{[a-z]+="(?:[^"\\\n]|\\.)*"(?:,[a-z]+="(?:[^"\\\n]|\\.)*")*\})? -?[0-9.e+]+'
)


@pytest.fixture
def _token(settings: Any) -> None:
    settings.GONGKAI_METRICS_TOKEN = TOKEN


def ask(token: str = TOKEN) -> Any:
    return Client().get("/metrics", headers={"Authorization": f"Bearer {token}"})


def figures() -> dict[str, float]:
    lines = ask().content.decode().splitlines()
    return {
        name: float(value)
        for name, value in (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    }


@pytest.mark.django_db
def test_without_a_token_of_the_deployer_there_is_no_such_page() -> None:
    assert ask("").status_code == 404
    assert ask("anything").status_code == 404


@pytest.mark.usefixtures("_token")
@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"Authorization": f"Bearer {TOKEN}x"},
        {"Authorization": f"Bearer 错{TOKEN}"},
        {"Authorization": TOKEN},
        {"Authorization": "Bearer "},
    ],
)
def test_the_wrong_token_is_told_nothing(sent: dict[str, str]) -> None:
    answer = Client().get("/metrics", headers=sent)
    assert (answer.status_code, answer.content) == (401, b"")
    assert answer["WWW-Authenticate"] == "Bearer"


@pytest.mark.django_db
@pytest.mark.usefixtures("_token")
def test_what_is_told_is_prometheus_text_with_each_name_explained_once() -> None:
    answer = ask()
    assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
    lines = answer.content.decode().splitlines()
    assert all(line.startswith("# ") or _LINE.fullmatch(line) for line in lines)
    explained = [line.split()[2] for line in lines if line.startswith("# TYPE")]
    assert len(explained) == len(set(explained))
    assert {re.split(r"[{ ]", line)[0] for line in lines if not line.startswith("#")} == set(explained)


@pytest.mark.django_db
@pytest.mark.usefixtures("_token")
def test_the_outbox_is_counted_with_its_age() -> None:
    with transaction.atomic():
        press.changed("document:1", "document:2")
    with transaction.atomic():
        press.changed("document:3", lane="bulk")
    Change.objects.filter(key="document:1").update(created_at=timezone.now() - timedelta(hours=2))
    told = figures()
    assert told['gongkai_press_outbox{lane="people"}'] == 2
    assert told['gongkai_press_outbox{lane="bulk"}'] == 1
    assert 7200 <= told["gongkai_press_outbox_age_seconds"] < 7300


@pytest.mark.django_db
@pytest.mark.usefixtures("_token")
def test_the_age_of_the_last_signed_head_is_counted_from_the_end_of_its_day() -> None:
    assert "gongkai_ledger_head_age_seconds" not in figures()
    with transaction.atomic():
        append(stream="s", verb="v", actor="system", subject="s", body={})
    sign_heads(timezone.localdate() - timedelta(days=3))
    assert 2 * 86400 <= figures()["gongkai_ledger_head_age_seconds"] < 3 * 86400


@pytest.mark.django_db
@pytest.mark.usefixtures("_token")
def test_deliveries_are_counted_by_channel_and_state() -> None:
    told = figures()
    assert {f'gongkai_notices_deliveries{{channel="sms",state="{state.value}"}}' for state in State} <= set(
        told
    )


@pytest.mark.usefixtures("_token")
def test_the_published_side_is_told_without_the_database(settings: Any, monkeypatch: Any) -> None:
    def refuse(*_arguments: Any) -> Any:
        raise OperationalError("gone")

    tree = PublishedTree(Path(settings.GONGKAI_PUBLISHED))
    (tree.tree / "search.db").touch()
    monkeypatch.setattr(metrics.connection, "cursor", refuse)
    told = figures()
    assert told["gongkai_database_up"] == 0
    assert told["gongkai_press_generation"] == tree.number
    assert told["gongkai_search_snapshot_age_seconds"] < 600
    assert "gongkai_press_failed" not in told


def test_labels_cannot_break_out_of_their_line() -> None:
    gauge = metrics.Gauge("x", "a\nb", variants={(("label", 'a"b\\c\nd'),): 1})
    assert list(gauge.lines()) == [
        "# HELP gongkai_x a\\nb",
        "# TYPE gongkai_x gauge",
        'gongkai_x{label="a\\"b\\\\c\\nd"} 1',
    ]


def test_a_collector_is_registered_once() -> None:
    with pytest.raises(ValueError, match="already"):
        metrics.register("press", metrics.of_the_press)
