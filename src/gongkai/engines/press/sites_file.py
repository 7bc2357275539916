"""``sites.json`` of the published tree: which host shows which site."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


class SiteTable:
    """The table as it was when it was read. Raises FileNotFoundError before the first build."""

    def __init__(self, published: Path) -> None:
        content = json.loads((published / "current" / "sites.json").read_text(encoding="utf-8"))
        self._default: str = content["default"]
        self._hosts: dict[str, str] = content["hosts"]
        self._sites: dict[str, dict[str, Any]] = content["sites"]

    def slug_for(self, host: str) -> str:
        """The site of a request's ``Host``; an unknown host shows the default site."""
        name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
        return self._hosts.get(name.lower().rstrip("."), self._default)

    @property
    def number(self) -> int:
        """How many sites are published."""
        return len(self._sites)

    def name_of(self, slug: str) -> str:
        """What the site is called; its slug when the table does not say."""
        return str(self._sites.get(slug, {}).get("name", slug))

    def host_of(self, slug: str) -> str:
        """The host to send people to for this site; "" when it has none of its own."""
        return next(iter(self._sites.get(slug, {}).get("hosts", ())), "")
