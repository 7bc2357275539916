"""Giving out index numbers: one after the other for each organ code and year, without gaps and never twice."""

from __future__ import annotations

from gongkai.wings.publishing.documents.models import Document, IndexSerial
from gongkai.wings.publishing.documents.rules import index_serial, next_index_number

_LONGEST_CODE = 40


def _locked_serial(organ_code: str, year: int) -> IndexSerial:
    """The counter's row, held until the transaction ends: whoever comes second waits (on SQLite, for the whole
    database), and a publication that fails gives its number back."""
    IndexSerial.objects.get_or_create(organ_code=organ_code, year=year)
    return IndexSerial.objects.select_for_update().get(organ_code=organ_code, year=year)


def take_index_number(*, organ_code: str, year: int) -> str:
    """The next free number; those that came with migrated texts are passed over. Only inside a transaction."""
    counter = _locked_serial(organ_code, year)
    serial, number = next_index_number(organ_code=organ_code, year=year, last=counter.last)
    while Document.objects.filter(index_number=number).exists():
        serial, number = next_index_number(organ_code=organ_code, year=year, last=serial)
    counter.last = serial
    counter.save(update_fields=["last"])
    return number


def note_index_number(index_number: str) -> None:
    """A text brought its own number along: the counter goes on after it. Only inside a transaction."""
    parts = index_serial(index_number)
    if parts is None or len(parts[0]) > _LONGEST_CODE:
        return
    organ_code, year, serial = parts
    counter = _locked_serial(organ_code, year)
    if serial > counter.last:
        counter.last = serial
        counter.save(update_fields=["last"])
