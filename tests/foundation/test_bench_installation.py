"""Measurements in an installation of their own: it has a database although connections never make one."""

from __future__ import annotations

import pytest

from gongkai.foundation.bench_installation import installation


def test_an_installation_for_a_measurement_has_the_tables_it_asks_for_and_leaves_nothing() -> None:
    with installation() as made:
        assert made.run("gongkai.engines.notices.bench", "prepare") == 0
        assert (made.folder / "gongkai.sqlite3").stat().st_size > 0
    assert not made.folder.exists()


def test_what_went_wrong_in_it_is_said_in_its_own_words() -> None:
    with installation() as made, pytest.raises(RuntimeError, match="failed: KeyError: 'no-such-act'"):
        made.run("gongkai.wings.publishing.bench", "no-such-act")
