"""What a value may be, and whether it is valid as that."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar, Protocol

from .cards import BankCard
from .contacts import LandlinePhone, MobilePhone
from .documents import DocumentNumber, IndexNumber
from .errors import IdentifierError
from .items import ItemCode
from .organisations import CreditCode, OrganisationCode
from .people import ResidentId
from .reading import clean, compact
from .sites import SiteCode


class Identifier(Protocol):
    """What every kind offers. ``shape`` is wide: it says what a value was probably meant to be."""

    kind: ClassVar[str]
    label: ClassVar[str]
    personal: ClassVar[bool]
    shape: ClassVar[re.Pattern[str]]

    @classmethod
    def parse(cls, value: str) -> Identifier: ...

    def format(self) -> str: ...

    def mask(self) -> str: ...

    def facts(self) -> dict[str, str]: ...


KINDS: tuple[type[Identifier], ...] = (
    ResidentId,
    CreditCode,
    OrganisationCode,
    IndexNumber,
    DocumentNumber,
    SiteCode,
    MobilePhone,
    LandlinePhone,
    ItemCode,
    BankCard,
)


@dataclass(frozen=True, slots=True)
class Identification:
    """One reading of a value. ``normal_form`` and ``masked`` are empty when it is not valid."""

    kind: str
    label: str
    valid: bool
    normal_form: str
    masked: str
    facts: dict[str, str]
    problem: IdentifierError | None
    personal: bool


def identify(value: str) -> list[Identification]:
    """All valid readings of ``value``; when there is none, what it seems to be meant as, with what is wrong.

    An empty list means that it looks like no known identifier. Raises ``IdentifierError`` for a value that is no
    text or too long to be an identifier.
    """
    forms = {clean(value), compact(value)}
    readings = [_read(kind, value) for kind in KINDS if any(kind.shape.fullmatch(form) for form in forms)]
    return [reading for reading in readings if reading.valid] or readings


def _read(kind: type[Identifier], value: str) -> Identification:
    try:
        identifier = kind.parse(value)
    except IdentifierError as problem:
        return Identification(kind.kind, kind.label, False, "", "", {}, problem, kind.personal)
    facts = {key: fact for key, fact in identifier.facts().items() if fact}
    return Identification(
        kind.kind, kind.label, True, identifier.format(), identifier.mask(), facts, None, kind.personal
    )
