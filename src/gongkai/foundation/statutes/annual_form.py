"""The instruments that lay down the form of the annual report (条例 Art. 50), by report year. Pure.

Report years before 2019 had no such form; what is counted of them is counted by the first one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

ANNUAL_FORM: Final = "国办公开办函〔2021〕30号"
EARLIER_ANNUAL_FORMS: Final[Mapping[int, str]] = {2020: "国办公开办函〔2019〕60号"}
"""By the last report year of each."""


def annual_form(year: int) -> str:
    """The instrument whose form the report on a year uses."""
    return next((text for last, text in sorted(EARLIER_ANNUAL_FORMS.items()) if year <= last), ANNUAL_FORM)
