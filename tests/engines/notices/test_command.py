"""``gongkai notices``: what the workbench does, from the command line; and reports over a real socket."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from time import sleep
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.utils import timezone

from gongkai.engines.notices import sweep
from gongkai.engines.notices.fake_gateway import FakeGateway, serve
from gongkai.engines.notices.models import Delivery
from gongkai.engines.notices.states import Channel, State
from gongkai.shell.command import gongkai
from tests.engines.notices.occasions import SECRET, delivery, sms_only, tell

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> Result:
    return CliRunner().invoke(gongkai, ["notices", *arguments])


def test_sweep_sends_and_status_counts(gateway: FakeGateway) -> None:
    tell(sms_only(1), now=timezone.now())
    assert json.loads(run("sweep", "--json").output) == {"taken": 1}
    counts = json.loads(run("status", "--json").output)
    assert counts["sms"]["sending"] == 1
    assert counts["inbox"] == {
        "open": True,
        "oldest_due": None,
        "created": 0,
        "sending": 0,
        "temporary_failure": 0,
        "delivered": 1,
        "permanent_failure": 0,
    }
    assert "短信" in run("status").output


def test_failures_are_listed_masked_and_started_again(gateway: FakeGateway) -> None:
    row = delivery(tell(sms_only(1)), "sms")
    tell(sms_only(2))
    gateway.set_faults({"refuse": 1.0})
    assert run("sweep").exit_code == 0
    assert run("status").exit_code == 1
    listed = run("list", "--state", "permanent_failure", "--channel", "sms", "--json")
    facts = json.loads(listed.output)
    assert [fact["to"] for fact in facts] == ["138****0002", "138****0001"]
    assert facts[1]["fault"] == "refused"
    assert "13800000001" not in run("list").output
    assert run("retry", str(row.pk)).exit_code == 0
    row.refresh_from_db()
    assert row.state == State.CREATED
    again = run("retry", str(row.pk))
    assert again.exit_code == 1
    assert "只有发送失败的通知才能重新发送。" in again.output
    assert run("retry", "999999").exit_code == 1


@pytest.mark.parametrize(
    "arguments",
    [["--secret", ""], ["--secret", SECRET, "--faults", "{"], ["--secret", SECRET, "--faults", '{"x": 1}']],
)
def test_a_gateway_that_could_not_work_does_not_start(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GONGKAI_SMS_SECRET", raising=False)
    assert run("fake-gateway", *arguments).exit_code == 2


@pytest.mark.django_db(transaction=True)
def test_reports_come_by_themselves_over_a_real_socket(
    tmp_path: Path, settings: Any, live_server: Any
) -> None:
    """Sent to a gateway, reported to the real address of this server: nobody has to ask."""
    gateway = serve(
        port=0,
        secret=SECRET,
        file=tmp_path / "gateway.sqlite3",
        report_to=f"{live_server.url}/api/v1/notices/sms-report",
    )
    settings.GONGKAI_SMS_URL, settings.GONGKAI_SMS_SECRET = gateway.address, SECRET
    settings.GONGKAI_QUIET_HOURS = ""
    thread = threading.Thread(target=gateway.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        now = timezone.now()
        for number in range(5):
            tell(sms_only(number), now=now)
        sweep(now=now)
        for _ in range(60_000):
            waiting = Delivery.objects.filter(channel=Channel.SMS).exclude(state=State.DELIVERED)
            if not waiting.exists():
                break
            sleep(0.01)
        assert not waiting.exists()
        assert {message["requests"] for message in gateway.deliveries()} == {1}
    finally:
        gateway.shutdown()
        gateway.server_close()
        thread.join()


def test_the_page_for_people_shows_what_was_sent_and_runs_nothing(gateway: FakeGateway) -> None:
    import urllib.request

    gateway.take("k", "13800000001", "<script>alert(1)</script>")
    with urllib.request.urlopen(gateway.address) as answer:
        page = answer.read().decode()
    assert "13800000001" in page
    assert "<script>" not in page
