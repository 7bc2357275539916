"""The report of an organ on a year, written or not: what the command line and the API give out."""

from __future__ import annotations

from dataclasses import replace

from django.utils import timezone

from gongkai.engines.figures import Period
from gongkai.foundation.organs.models import Organ
from gongkai.wings.disclosure.annual import drafting
from gongkai.wings.disclosure.annual.forms import Form
from gongkai.wings.disclosure.annual.models import AnnualReport
from gongkai.wings.disclosure.annual.numbers import numbers, report_of
from gongkai.wings.disclosure.annual.shape import Report
from gongkai.wings.disclosure.annual.standing import standing


def report_on(organ: Organ, year: int, form: Form, *, whole: bool) -> Report:
    """The report as it stands; where none is written on this form, its numbers with the sentences it would start with.

    Of a year that is not over it says up to which day it counts.
    """
    today = timezone.localdate()
    found = _found(organ, year, form, whole=whole)
    return found if Period.year(year).is_over(today) else replace(found, counted_to=today)


def _found(organ: Organ, year: int, form: Form, *, whole: bool) -> Report:
    written = AnnualReport.objects.filter(organ=organ, year=year, whole=whole, form_code=form.code).first()
    if written is not None:
        return standing(written).given_out
    cells = numbers(organ, year, form, whole=whole).cells
    texts = {
        section: drafting.printed(text, cells, form, year)
        for section, text in drafting.first_texts(cells, form).items()
    }
    return report_of(
        cells,
        form,
        year=year,
        issuer=organ.name,
        level=organ.get_level_display(),
        narrative=[sentence for text in texts.values() for sentence in drafting.sentences(text)],
        sections=texts,
        id=f"{organ.code}-{year}",
    )
