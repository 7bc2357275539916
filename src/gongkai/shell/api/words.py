"""Values as the API takes them: what no database keeps (control characters, a number too large) is refused at the door."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import StringConstraints

_NO_CONTROLS = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f]*$"

Words = Annotated[str, StringConstraints(pattern=_NO_CONTROLS)]
"""Any text without control characters; line breaks and tabs stay."""

LARGEST_ID: Final = 2**63 - 1
"""The largest number of a row; anything above finds nothing."""
