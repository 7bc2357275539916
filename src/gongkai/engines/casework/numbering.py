"""Giving out case numbers: one after the other in each series, without gaps and never twice."""

from __future__ import annotations

from django.db import connection

from gongkai.engines.casework.declarations import Procedure
from gongkai.foundation.organs.models import Organ

_TAKE = (
    "INSERT INTO casework_serial (key, last) VALUES (%s, 1)"
    " ON CONFLICT (key) DO UPDATE SET last = casework_serial.last + 1 RETURNING last"
)


def take_number(*, procedure: Procedure, organ: Organ, year: int) -> str:
    """The next number of an organ's series in a year. One statement: the row stays locked until the caller's
    transaction ends, and a case that is not opened after all gives its number back."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [f"{procedure.code}/{organ.code}/{year}"])
        (serial,) = cursor.fetchone()
    return format_number(procedure=procedure, organ=organ, year=year, serial=serial)


def format_number(*, procedure: Procedure, organ: Organ, year: int, serial: int) -> str:
    mark = organ.document_mark or organ.short_name or organ.name
    return procedure.number.format(mark=mark, year=year, serial=serial)
