"""The data folder that the real commands made, as other accounts of the machine find it."""

from __future__ import annotations

from tests.browser.running_city import City


def test_records_and_uploads_can_be_read_by_their_owner_alone(city: City) -> None:
    """nginx reads the published tree in the same folder as another account, so the folder itself is open."""
    modes = {path.name: path.stat().st_mode & 0o777 for path in city.folder.iterdir()}
    records = {name: mode for name, mode in modes.items() if name.startswith("gongkai.sqlite3")}
    assert records and set(records.values()) == {0o600}
    assert modes["files"] == 0o700
    assert (modes["static"], modes["published"]) == (0o755, 0o755)
    assert city.folder.stat().st_mode & 0o777 == 0o755
