"""The supervisor: addresses, companions; and the chain behind the public side."""

from __future__ import annotations

import gc
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder

from gongkai.foundation import migrating
from gongkai.shell import serve
from gongkai.shell.serve import Companion, addresses
from gongkai.shell.wsgi import (
    AT_ONCE,
    WAITING,
    BackOffice,
    Health,
    OlderDatabase,
    compose,
    django_application,
)
from tests.published_tree import PublishedTree, request


def django(environ: Any, start_response: Any) -> Iterable[bytes]:
    """Stands in for Django."""
    start_response("200 OK", [("X-Django", "yes")])
    return [environ["PATH_INFO"].encode()]


@pytest.fixture
def tree(tmp_path: Path) -> PublishedTree:
    tree = PublishedTree(tmp_path / "published")
    tree.publish("index.html", "public")
    return tree


# -- The chain ----------------------------------------------------------------------------------------


def test_django_is_not_loaded_for_public_pages(tree: PublishedTree, tmp_path: Path) -> None:
    loaded: list[int] = []

    def load() -> Any:
        loaded.append(1)
        return django

    chain = compose(published=tree.root, static=tmp_path / "static", load=load)
    assert request(chain).body == b"public"
    assert request(chain, "/healthz").status == 200
    assert not loaded
    for _ in range(3):
        assert request(chain, "/workbench/").headers == {"X-Django": "yes"}
    assert loaded == [1]


def test_django_is_loaded_before_anybody_asks_and_only_once() -> None:
    begun, go_on = threading.Event(), threading.Event()
    loaded: list[int] = []

    def load() -> Any:
        begun.set()
        assert go_on.wait(10)
        loaded.append(1)
        return django

    office = BackOffice(load)
    office.warm()  # returns while it is being loaded
    assert begun.wait(10)
    assert not loaded
    go_on.set()
    assert request(office, "/workbench/").headers == {"X-Django": "yes"}
    assert loaded == [1]


def test_each_process_of_the_server_begins_to_load_django_when_it_starts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(serve.multiprocessing, "set_start_method", lambda *_args, **_options: None)
    made = serve.server(host="127.0.0.1", port=0, workers=1, access_log=False)
    assert (made.target, made.factory) == ("gongkai.shell.wsgi:warmed", True)


def test_the_public_side_answers_when_django_cannot_be_loaded(
    tree: PublishedTree, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def load() -> Any:
        raise RuntimeError("no database, no settings, nothing")

    caplog.set_level(logging.ERROR, logger="gongkai")
    chain = compose(published=tree.root, static=tmp_path / "static", load=load)
    for _ in range(AT_ONCE + WAITING + 1):
        reply = request(chain, "/workbench/")
        assert reply.status == 503
        assert "暂时无法使用" in reply.body.decode()
        assert "Retry-After" in reply.headers
        assert request(chain).body == b"public"
    assert caplog.text.count("Django cannot be loaded") == 1
    assert "no database, no settings, nothing" in caplog.text


def test_the_tables_of_an_earlier_version_are_told_of_and_not_worked_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(migrating, "is_up_to_date", lambda: False)
    with pytest.raises(OlderDatabase, match="run gongkai backup and gongkai setup"):
        django_application()
    assert request(BackOffice(django_application), "/workbench/").status == 503


def test_a_database_that_does_not_answer_yet_is_no_reason_not_to_load(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def gone() -> bool:
        raise OperationalError("no answer")

    monkeypatch.setattr(migrating, "is_up_to_date", gone)
    assert callable(django_application())


def test_what_was_loaded_is_not_looked_through_for_garbage_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """On half a million objects that takes half a second, in which the public side stands still too."""
    monkeypatch.setattr(migrating, "is_up_to_date", lambda: True)
    gc.unfreeze()
    django_application()
    assert gc.get_freeze_count() > 100_000


@pytest.mark.django_db
def test_a_database_that_lacks_a_migration_is_not_up_to_date() -> None:
    assert migrating.is_up_to_date()
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied("files", recorder.migration_qs.filter(app="files").latest("id").name)
    assert not migrating.is_up_to_date()


def test_static_files_are_served_by_the_chain(tree: PublishedTree, tmp_path: Path) -> None:
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "a.css").write_text("a{}")
    chain = compose(published=tree.root, static=tmp_path / "static", load=lambda: django)
    assert request(chain, "/static/a.css").body == b"a{}"
    assert request(chain, "/static/b.css").status == 404


def test_health_tells_of_the_tree_without_django(tree: PublishedTree, tmp_path: Path) -> None:
    reply = request(Health(tree.root, django), "/healthz")
    assert (reply.status, reply.body) == (200, b'{"published": true, "generation": 2}')
    assert request(Health(tree.root, django), "/healthz", method="HEAD").body == b""
    unpublished = request(Health(tmp_path / "none", django), "/healthz")
    assert (unpublished.status, unpublished.body) == (503, b'{"published": false, "generation": 0}')


def test_only_the_deep_question_of_health_reaches_django(tree: PublishedTree) -> None:
    health = Health(tree.root, django)
    assert request(health, "/healthz", query="deep=1").headers == {"X-Django": "yes"}
    assert request(health, "/api/").headers == {"X-Django": "yes"}


# -- Django at arm's length ---------------------------------------------------------------------------


class Hanging:
    """A Django whose database does not answer, until it is let go."""

    def __init__(self) -> None:
        self.inside = threading.Semaphore(0)
        self.go = threading.Event()

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        self.inside.release()
        self.go.wait()
        return django(environ, start_response)


def test_a_hanging_database_holds_only_some_threads(tree: PublishedTree, tmp_path: Path) -> None:
    hanging = Hanging()
    chain = compose(published=tree.root, static=tmp_path, load=lambda: hanging)
    replies: list[int] = []

    def ask() -> None:
        replies.append(request(chain, "/workbench/").status)

    threads = [threading.Thread(target=ask) for _ in range(AT_ONCE + WAITING)]
    try:
        for thread in threads:
            thread.start()
        for _ in range(AT_ONCE):
            hanging.inside.acquire()
        assert not hanging.inside.acquire(blocking=False)
        _wait_until(lambda: request(chain, "/workbench/").status == 503)
        assert request(chain).body == b"public"
    finally:
        hanging.go.set()
        for thread in threads:
            thread.join()
    assert replies == [200] * (AT_ONCE + WAITING)
    assert request(chain, "/workbench/").status == 200
    assert AT_ONCE + WAITING + 16 < serve.THREADS


def test_a_place_is_given_back_when_the_answer_is_sent_or_django_breaks() -> None:
    class Body:
        closed = 0

        def __iter__(self) -> Iterator[bytes]:
            yield b"x"

        def close(self) -> None:
            Body.closed += 1

    def breaking(environ: Any, start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/break":
            raise ZeroDivisionError
        start_response("200 OK", [])
        return Body()

    office = BackOffice(lambda: breaking)
    rounds = 3 * (AT_ONCE + WAITING)
    for _ in range(rounds):
        with pytest.raises(ZeroDivisionError):
            request(office, "/break")
        assert request(office, "/").body == b"x"
    assert Body.closed == rounds
    held = [office({"PATH_INFO": "/", "REQUEST_METHOD": "GET"}, lambda *_: None) for _ in range(AT_ONCE)]
    for body in held:
        body.close()  # type: ignore[attr-defined]
        body.close()  # type: ignore[attr-defined]
    assert office._places._value == AT_ONCE  # type: ignore[attr-defined]


# -- Companions ---------------------------------------------------------------------------------------

LIVES = (
    "import os, time, pathlib; pathlib.Path({file!r}).open('a').write(f'{{os.getpid()}}\\n'); time.sleep(600)"
)


def test_a_companion_that_dies_is_started_again_and_ends_when_told(tmp_path: Path) -> None:
    file = tmp_path / "pids"
    file.touch()
    companion = Companion([sys.executable, "-c", LIVES.format(file=str(file))], pause=0.01)
    companion.start()
    try:
        _wait_until(lambda: len(_pids(file)) == 1)
        os.kill(_pids(file)[0], signal.SIGKILL)
        _wait_until(lambda: len(_pids(file)) == 2)
    finally:
        companion.stop()
    assert not any(_lives(pid) for pid in _pids(file))


def test_a_companion_that_will_not_end_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "PATIENCE", 0.2)
    file = tmp_path / "pids"
    file.touch()
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + LIVES.format(file=str(file))
    companion = Companion([sys.executable, "-c", deaf])
    companion.start()
    _wait_until(lambda: len(_pids(file)) == 1)
    companion.stop()
    assert not _lives(_pids(file)[0])


def test_a_companion_told_to_stop_before_it_started_never_does(tmp_path: Path) -> None:
    file = tmp_path / "pids"
    file.touch()
    companion = Companion([sys.executable, "-c", LIVES.format(file=str(file))])
    companion.stop()
    companion.start()
    companion.stop()
    assert _pids(file) == []


def _pids(file: Path) -> list[int]:
    return [int(line) for line in file.read_text().split()]


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _wait_until(happens: Callable[[], bool]) -> None:
    """Waits as long as it takes; a test run has its own end."""
    while not happens():
        time.sleep(0.01)


# -- Addresses ----------------------------------------------------------------------------------------


def test_the_addresses_of_all_sites_are_told_the_default_first(tree: PublishedTree) -> None:
    assert list(addresses(tree.root, host="127.0.0.1", port=8000)) == [
        ("海口市", "http://127.0.0.1:8000/"),
        ("海口市", "http://city.localhost:8000/"),
        ("教育局", "http://edu.localhost:8000/"),
    ]


def test_before_the_first_build_there_are_no_addresses(tmp_path: Path) -> None:
    assert list(addresses(tmp_path, host="127.0.0.1", port=8000)) == []
