"""What can be wrong with a file somebody hands in, said so that they can mend it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFault:
    """One fault in one cell: where it is, what stands there, which rule it breaks and how to mend it.

    ``row`` counts as the person's own program shows it: the heading of a table is row 1; a record of a JSON list
    is counted from 1.
    """

    row: int
    field: str
    value: str
    rule: str
    mend: str

    def as_json(self) -> dict[str, object]:
        return asdict(self)


class FileUnreadable(ValueError):
    """The file as a whole cannot be read as a table; nothing of it was used."""

    def __init__(self, code: str, message: str, mend: str) -> None:
        super().__init__(f"{message} {mend}")
        self.code = code
        self.message = message
        self.mend = mend


def shown(text: str) -> str:
    """As much of a cell as a report shows, in one line, and only characters that can be printed."""
    line = "".join(
        character if character.isprintable() else (" " if character.isspace() else "�")
        for character in text[:60]
    )
    return line if len(text) <= 60 else line[:57] + "…"


def refuse_doubled(names: Sequence[str]) -> None:
    """A heading that stands twice would silently lose one of its two columns."""
    doubled = sorted({name for name in names if name and names.count(name) > 1})
    if doubled:
        raise FileUnreadable(
            "doubled-heading",
            _("Headings stand twice: %s.") % "、".join(doubled),
            _("Delete or rename one of them."),
        )
