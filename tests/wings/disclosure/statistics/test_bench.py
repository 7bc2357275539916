"""What measures statistics at a million cases still works on a few."""

from __future__ import annotations

import pytest

from gongkai.wings.disclosure.statistics import bench

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_city_that_is_measured_can_be_filled_counted_and_paged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "_SIZES", (100, 300))
    monkeypatch.setattr(bench, "_TURNS", 1)
    monkeypatch.setattr(bench, "_ROUNDS", 6)
    found = bench._measured.__wrapped__()
    assert {size: len(turns) for size, turns in found.tables.items()} == {100: 1, 300: 1}
    assert sum(map(len, found.pages.values())) == 6
