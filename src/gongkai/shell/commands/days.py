"""Days as options of commands, and the refusal of what is none. Answers without Django."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import click

from gongkai.shell.commands.wording import words_of

_ = words_of("gongkai.foundation.workdays")


class Day(click.ParamType):
    """A date in ISO 8601; anything else is refused with exit status 2."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dt.date:
        if isinstance(value, dt.date):
            return value
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            message = _("%(value)s is not a date: write year-month-day, for example 2020-01-20")
            self.fail(message % {"value": repr(value)}, param, ctx)


DAY: Final = Day()
