"""How fast notices leave the house: workers in processes of their own, a gateway in another, an installation of its own.

The gateway takes 50 ms for each message, as one across the city does; by that alone sixteen at once cannot be more than
320 a second.
"""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final

from gongkai.foundation.bench_installation import Installation, command, installation
from gongkai.foundation.benchmark import Benchmark

MODULE: Final = "gongkai.engines.notices.bench"
MESSAGES: Final = 1000
GATEWAY_SECONDS: Final = 0.05
IN_TIME: Final = 10.0


def benchmarks() -> list[Benchmark]:
    return [
        Benchmark(
            name="notices-sweep",
            title="SMS that one worker hands over, the gateway taking 50 ms for each",
            target=100,
            unit="per second",
            better="higher",
            peer="our own: 1,000 in 10 s, the time GOV.UK Notify allows",
            run=rate,
        ),
        Benchmark(
            name="notices-10s",
            title="SMS with the gateway within 10 s, of 1,000 told at once",
            target=95,
            unit="%",
            better="higher",
            peer="GOV.UK Notify commits to 95 % within 10 s",
            run=share_in_time,
        ),
    ]


def rate() -> float:
    """Messages a second from the first to the last that the gateway took."""
    _told, arrived = _measure()
    return (len(arrived) - 1) / (arrived[-1] - arrived[0])


def share_in_time() -> float:
    """Per cent of the notices of one transaction that the gateway had within ten seconds of its commit."""
    told, arrived = _measure()
    return 100 * sum(moment - told <= IN_TIME for moment in arrived) / MESSAGES


def _measure() -> tuple[float, list[float]]:
    """When the notices were committed, and when each reached the gateway (seconds since 1970)."""
    with _with_gateway() as made:
        made.run(MODULE, "prepare")
        with _running(made, "worker"):
            told = float(made.run(MODULE, "tell"))
            address = made.environment["GONGKAI_SMS_URL"]
            while len(messages := _messages(address)) < MESSAGES:
                if time.time() - told > 300:
                    raise RuntimeError(f"{len(messages)} of {MESSAGES} messages arrived within five minutes")
                time.sleep(0.2)
    if sum(message["deliveries"] for message in messages) != MESSAGES:
        raise RuntimeError("a message was delivered twice")
    return told, sorted(message["at"] for message in messages)


def _messages(address: str) -> list[dict[str, Any]]:
    with urllib.request.urlopen(f"{address}/deliveries") as answer:  # noqa: S310  # our own gateway
        found: list[dict[str, Any]] = json.load(answer)
        return found


@contextmanager
def _with_gateway() -> Iterator[Installation]:
    faults = json.dumps({"delay": GATEWAY_SECONDS})
    with (
        installation(GONGKAI_SMS_SECRET=secrets.token_urlsafe(), GONGKAI_QUIET_HOURS="") as made,
        _running(made, "fake-gateway", "--port", "0", "--faults", faults) as gateway,
    ):
        assert gateway.stdout is not None
        address = {"GONGKAI_SMS_URL": gateway.stdout.readline().strip()}
        yield replace(made, environment={**made.environment, **address})


@contextmanager
def _running(made: Installation, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(  # noqa: S603  # our own command
        command("gongkai", "notices", *arguments),
        env=made.environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def _act(acts: Sequence[str]) -> str:
    import django
    from django.db import transaction

    from gongkai.foundation.migrating import migrate

    django.setup()
    if acts[0] == "prepare":
        migrate("ledger", "notices")
        return "0"
    from gongkai.engines.notices import Recipient, Template, notify, register

    sms = "【{organ}】您的申请{number}已答复，请登录查看。"
    register(Template(code="bench", title="测试", inbox="{number}", email_subject="", email="", sms=sms))
    with transaction.atomic():
        for number in range(MESSAGES):
            notify(
                template="bench",
                recipient=Recipient(party=f"party:{number}", name="测试", phone=f"139{number:08d}"),
                subject="bench",
                values={"organ": "测试市教育局", "number": str(number)},
                actor="system",
            )
    return repr(time.time())


if __name__ == "__main__":
    sys.stdout.write(_act(sys.argv[1:]) + "\n")
