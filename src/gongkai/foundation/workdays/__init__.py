"""The State Council's working-day calendar, and arithmetic on it. Knows nothing of Django.

``calendar()`` gives the calendar; everything else is a method of it. See ``docs/calendar.md``.
"""

from .calendar import Calendar, CalendarYear, Count, Deadline, MarkedDay, calendar
from .derivation import DayAccount, Derivation, Passage
from .errors import CalendarError, CalendarFaults, Fault
from .installation import install_year
from .months import add_months
from .notices import MakeUpDay, Notice, OffSpan

__all__ = [
    "Calendar",
    "CalendarError",
    "CalendarFaults",
    "CalendarYear",
    "Count",
    "DayAccount",
    "Deadline",
    "Derivation",
    "Fault",
    "MakeUpDay",
    "MarkedDay",
    "Notice",
    "OffSpan",
    "Passage",
    "add_months",
    "calendar",
    "install_year",
]
