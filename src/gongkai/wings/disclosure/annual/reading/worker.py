"""The child process that opens one HTML, DOCX, XLSX or PDF under limits of memory and time, and writes its blocks as JSON.

The web process so stays alive whatever a file holds.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path
from typing import Final

MEMORY_LIMIT: Final = 1024 * 1024 * 1024
SECONDS_LIMIT: Final = 15


def main() -> None:
    kind, path = sys.argv[1], Path(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS_LIMIT, SECONDS_LIMIT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from gongkai.wings.disclosure.annual.reading.blocks import NotRead, to_plain

    answer: dict[str, object]
    try:
        if kind == "pdf":
            from gongkai.wings.disclosure.annual.reading.pdf import pdf_blocks

            answer = {"blocks": to_plain(pdf_blocks(path))}
        elif kind == "html":
            from gongkai.wings.disclosure.annual.reading.web import blocks_of

            answer = {"blocks": to_plain(blocks_of(path.read_text(encoding="utf-8")))}
        else:
            from gongkai.wings.disclosure.annual.reading.office import docx_blocks, xlsx_blocks

            answer = {"blocks": to_plain(docx_blocks(path) if kind == "docx" else xlsx_blocks(path))}
    except NotRead as refusal:
        answer = {"fault": refusal.code, "detail": refusal.detail}
    except (MemoryError, RecursionError):
        answer = {"fault": "heavy"}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
