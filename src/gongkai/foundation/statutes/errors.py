"""What can go wrong with a citation."""

from __future__ import annotations


class StatuteError(LookupError):
    """A law, provision or subject that is not known; ``code`` for machines, the message for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return self.message
