"""The one shape of error, the same for every operation."""

from __future__ import annotations

from ninja import Schema


class Fault(Schema):
    """What went wrong: ``code`` for machines, ``message`` for people, all ``reasons`` together."""

    code: str
    message: str
    reasons: list[str] = []


PUBLIC_FAULTS = {404: Fault, 422: Fault}
"""Answers any public operation may give besides its own."""
STAFF_FAULTS = {400: Fault, 401: Fault, 403: Fault, 404: Fault, 409: Fault, 413: Fault, 422: Fault}
"""Answers any operation of staff may give besides its own. 409: the act is not allowed as things stand."""
