"""A file that is small and unpacks to more than a gigabyte; made once in a run."""

from __future__ import annotations

import io
import zipfile
from functools import cache


@cache
def zip_bomb() -> bytes:
    """As a workbook: its one sheet is 1.1 GB of zeros."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w") as entry,
    ):
        for _ in range(1100):
            entry.write(bytes(1024 * 1024))
    return packed.getvalue()
