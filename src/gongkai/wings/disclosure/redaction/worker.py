"""The child process: one task on one document, under limits of memory and time. Reads JSON, writes JSON or a PNG.

Started by ``isolation``; never imported by the web process, which so stays alive whatever a document holds.
"""

from __future__ import annotations

import json
import resource
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

MEMORY_LIMIT = 3 * 1024 * 1024 * 1024
"""Bytes of address space: the largest page takes a third of it while it is drawn."""


def main() -> None:
    task = json.load(sys.stdin)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_CPU, (task["seconds"], task["seconds"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core dump would hold the hidden text
    from gongkai.wings.disclosure.redaction.sources import Unreadable

    try:
        answer = _TASKS[task["task"]](task)
    except Unreadable as refusal:
        answer = {"fault": refusal.code}
    except MemoryError:
        answer = {"fault": "heavy"}
    if isinstance(answer, bytes):
        sys.stdout.buffer.write(answer)
    else:
        sys.stdout.buffer.write(json.dumps(answer).encode())


def _sizes(task: dict[str, Any]) -> dict[str, Any]:
    from gongkai.wings.disclosure.redaction.sources import open_source

    return {"sizes": open_source(Path(task["source"])).sizes()}


def _picture(task: dict[str, Any]) -> bytes:
    from io import BytesIO

    from gongkai.wings.disclosure.redaction.sources import open_source

    target = BytesIO()
    open_source(Path(task["source"])).picture(task["page"], task["dpi"]).save(target, "PNG")
    return target.getvalue()


def _find(task: dict[str, Any]) -> dict[str, Any]:
    from gongkai.wings.disclosure.redaction.finding import find
    from gongkai.wings.disclosure.redaction.sources import open_source

    found = find(open_source(Path(task["source"])), words=task["words"], kinds=task["kinds"])
    return {"found": [asdict(each) for each in found]}


def _repeats(task: dict[str, Any]) -> dict[str, Any]:
    from gongkai.wings.disclosure.redaction.finding import repeats
    from gongkai.wings.disclosure.redaction.sources import open_source

    boxes = [box for box, _code in _boxes(task)]
    return {"pages": repeats(open_source(Path(task["source"])), boxes)}


def _burn(task: dict[str, Any]) -> dict[str, Any]:
    """Burn, then open what was written and look for what must not be there."""
    from gongkai.wings.disclosure.redaction.burning import burn, faults
    from gongkai.wings.disclosure.redaction.sources import open_source

    source, boxes, target = open_source(Path(task["source"])), _boxes(task), Path(task["target"])
    legend = [Path(name) for name in task["legend"]]
    pages = burn(source, boxes, legend, target)
    return {"pages": pages, "faults": faults(source, boxes, target, len(legend))}


def _boxes(task: dict[str, Any]) -> list[tuple[Any, str]]:
    from gongkai.wings.disclosure.redaction.geometry import Box

    return [(Box(*each[:5]), each[5]) for each in task["boxes"]]


_TASKS: dict[str, Any] = {
    "sizes": _sizes,
    "picture": _picture,
    "find": _find,
    "repeats": _repeats,
    "burn": _burn,
}

if __name__ == "__main__":
    main()
