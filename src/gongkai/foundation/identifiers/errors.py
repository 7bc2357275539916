"""Why a value is not the identifier it should be, and how to mend it."""

from __future__ import annotations

from collections.abc import Callable, Mapping


class IdentifierError(ValueError):
    """``code`` for machines, ``message`` and ``mend`` for people.

    Both texts are English message ids with ``%(name)s`` places; ``localised`` gives them through a gettext function.
    """

    def __init__(
        self, code: str, message: str, mend: str, values: Mapping[str, object] | None = None
    ) -> None:
        self.code = code
        self._texts = (message, mend)
        self._values = dict(values or {})
        self.message, self.mend = self.localised(str)
        super().__init__(f"{self.message}; {self.mend}")

    def localised(self, translate: Callable[[str], str]) -> tuple[str, str]:
        """Message and mend in the language of ``translate``."""
        message, mend = (
            translate(text) % self._values if self._values else translate(text) for text in self._texts
        )
        return message, mend

    def __reduce__(self) -> tuple[type[IdentifierError], tuple[str, str, str, dict[str, object]]]:
        return type(self), (self.code, *self._texts, self._values)
