"""The form of case numbers."""

from __future__ import annotations

from gongkai.engines.casework.declarations import Procedure
from gongkai.foundation.organs.models import Organ
from gongkai.foundation.serials.services import take


def take_number(*, procedure: Procedure, organ: Organ, year: int) -> str:
    """The next number of an organ's cases of a procedure in a year."""
    mark = organ.document_mark or organ.short_name or organ.name
    return procedure.number.format(mark=mark, year=year, serial=take(procedure.code, organ.code, year))
