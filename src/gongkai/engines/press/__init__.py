"""The press: pages become files, in both scripts, and stay in step with what they show.

Importing this package needs no Django; what needs it is imported when first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from gongkai.engines.press.declarations import (
    LANG,
    OTHER,
    ROOT,
    Crumb,
    Frame,
    Page,
    PageKind,
    PageRef,
    PublishedSite,
    Shelf,
    ShelfEntry,
    file_of,
    frame,
    register,
    register_frames,
    register_shelf,
    register_sites,
    register_tick,
    shelves,
    sites_of,
)

if TYPE_CHECKING:
    from gongkai.engines.press.building import BuildFailed, BuildReport, BuildRunning, BuildStopped, build
    from gongkai.engines.press.draining import DrainReport, drain
    from gongkai.engines.press.outbox import REBUILD, changed
    from gongkai.engines.press.printing import printed
    from gongkai.engines.press.reporting import PressStatus, status
    from gongkai.engines.press.verification import VerifyReport, verify
    from gongkai.engines.press.worker import work

_LATER = {
    "REBUILD": "outbox",
    "BuildFailed": "building",
    "BuildReport": "building",
    "BuildRunning": "building",
    "BuildStopped": "building",
    "DrainReport": "draining",
    "PressStatus": "reporting",
    "VerifyReport": "verification",
    "build": "building",
    "changed": "outbox",
    "drain": "draining",
    "printed": "printing",
    "status": "reporting",
    "verify": "verification",
    "work": "worker",
}

__all__ = [
    "LANG",
    "OTHER",
    "REBUILD",
    "ROOT",
    "BuildFailed",
    "BuildReport",
    "BuildRunning",
    "BuildStopped",
    "Crumb",
    "DrainReport",
    "Frame",
    "Page",
    "PageKind",
    "PageRef",
    "PressStatus",
    "PublishedSite",
    "Shelf",
    "ShelfEntry",
    "VerifyReport",
    "build",
    "changed",
    "drain",
    "file_of",
    "frame",
    "printed",
    "register",
    "register_frames",
    "register_shelf",
    "register_sites",
    "register_tick",
    "shelves",
    "sites_of",
    "status",
    "verify",
    "work",
]


def __getattr__(name: str) -> Any:
    """Import the working parts at first use: they need Django, declarations do not."""
    if name in _LATER:
        return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
