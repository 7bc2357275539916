"""Texts as the API takes them: what no database keeps (NUL and other control characters) is refused at the door."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

_NO_CONTROLS = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f]*$"

Words = Annotated[str, StringConstraints(pattern=_NO_CONTROLS)]
"""Any text without control characters; line breaks and tabs stay."""
