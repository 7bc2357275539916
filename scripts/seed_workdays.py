"""Write the year files of ``gongkai.foundation.workdays`` from chinesecalendar, and the festival dates from holidays.

Run it once a year, after the State Council's notice is out and both packages know it:

    python scripts/seed_workdays.py

Add the notice to ``NOTICES`` first. Numbers and titles were read in the notices; a year whose notice is not listed
gets ``confirmed = false`` and names only the package.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from chinese_calendar import constants
from holidays.calendars.chinese import _ChineseLunisolar

TABLES = Path(__file__).resolve().parent.parent / "src/gongkai/foundation/workdays/tables"
FIRST_YEAR = 2020
EARLIEST = dt.date(FIRST_YEAR - 1, 12, 15)
FESTIVAL_YEARS = range(2014, 2100)
SOURCE = f"chinesecalendar {version('chinesecalendar')}"

NOTICES = {
    # year: (number, issued)
    2020: ("国办发明电〔2019〕16号", dt.date(2019, 11, 21)),
    2021: ("国办发明电〔2020〕27号", dt.date(2020, 11, 25)),
    2022: ("国办发明电〔2021〕11号", dt.date(2021, 10, 25)),
    2023: ("国办发明电〔2022〕16号", dt.date(2022, 12, 8)),
    2024: ("国办发明电〔2023〕7号", dt.date(2023, 10, 25)),
    2025: ("国办发明电〔2024〕12号", dt.date(2024, 11, 12)),
    2026: ("国办发明电〔2025〕7号", dt.date(2025, 11, 4)),
}
NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
}
JOINT_NAMES = {(2020, "国庆节"): "国庆节、中秋节"}
"""The package names one festival where the notice names two."""

Span = tuple[str, dt.date, dt.date]
Worked = tuple[str, dt.date]

EXTENSION_2020 = (
    "国务院办公厅关于延长2020年春节假期的通知",
    "国办发明电〔2020〕1号",
    dt.date(2020, 1, 26),
)


def spans() -> Iterator[Span]:
    """Runs of days off, under the joint name of their holidays."""
    run: list[tuple[dt.date, str]] = []
    known = sorted(entry for entry in constants.holidays.items() if entry[0] >= EARLIEST)
    for day, name in [*known, (dt.date.max, "")]:
        if run and day != run[-1][0] + dt.timedelta(days=1):
            names = list(dict.fromkeys(NAMES[str(name)] for _, name in run))
            first, last = run[0][0], run[-1][0]
            yield JOINT_NAMES.get((last.year, names[0]), "、".join(names)), first, last
            run = []
        run.append((day, name))


def notice(title: str, number: str, issued: dt.date, off: list[Span], worked: list[Worked]) -> Iterator[str]:
    yield "[[notice]]"
    yield f'title = "{title}"'
    if number:
        yield f'number = "{number}"'
    yield f"issued = {issued}"
    yield f'source = "{SOURCE}"'
    yield f"confirmed = {'true' if number else 'false'}"
    for name, first, last in off:
        yield ""
        yield "[[notice.off]]"
        yield f'name = "{name}"'
        yield f"first = {first}"
        yield f"last = {last}"
    for name, day in worked:
        yield ""
        yield "[[notice.worked]]"
        yield f'name = "{name}"'
        yield f"day = {day}"


def year_file(year: int) -> Iterator[str]:
    # A run belongs to the year it ends in: the notice of 2023 begins with 31 December 2022.
    off = [span for span in spans() if span[2].year == year]
    worked = [(NAMES[str(name)], day) for day, name in sorted(constants.workdays.items()) if day.year == year]
    if year == 2020:
        # As first issued: until 30 January, and 1 February worked. The extension then overrode both.
        off = [(n, a, dt.date(2020, 1, 30)) if n == "春节" else (n, a, b) for n, a, b in off]
        worked = sorted([*worked, ("春节", dt.date(2020, 2, 1))], key=lambda entry: entry[1])
    number, issued = NOTICES.get(year, ("", dt.date(year - 1, 12, 31)))
    yield f"# Days off and make-up workdays of {year}. Written by scripts/seed_workdays.py."
    yield 'jurisdiction = "CN"'
    yield f"year = {year}"
    yield ""
    yield from notice(f"国务院办公厅关于{year}年部分节假日安排的通知", number, issued, off, worked)
    if year == 2020:
        yield ""
        yield from notice(*EXTENSION_2020, [("春节", dt.date(2020, 1, 31), dt.date(2020, 2, 2))], [])


def festival_lines() -> Iterator[str]:
    lunisolar = _ChineseLunisolar()
    for year in FESTIVAL_YEARS:
        dates = {
            "spring": lunisolar.lunar_new_year_date(year)[0],
            "qingming": lunisolar.qingming_date(year)[0],
            "dragon_boat": lunisolar.dragon_boat_date(year)[0],
            "mid_autumn": lunisolar.mid_autumn_date(year)[0],
        }
        yield f"{year} = {{ {', '.join(f'{key} = {day}' for key, day in dates.items())} }}"


def statutory_file(measures: str) -> str:
    """The measures stay as written by hand; only the festival dates below them are replaced."""
    written_by_hand = measures.partition("[festivals]")[0]
    return written_by_hand + "[festivals]\n" + "\n".join(festival_lines()) + "\n"


def main() -> None:
    last_year = max(day.year for day in constants.workdays)
    for year in range(FIRST_YEAR, last_year + 1):
        path = TABLES / f"CN-{year}.toml"
        path.write_text("\n".join(year_file(year)) + "\n", "utf-8")
        print(path.name)
    statutory = TABLES / "statutory.toml"
    statutory.write_text(statutory_file(statutory.read_text("utf-8")), "utf-8")
    print(statutory.name, f"{FESTIVAL_YEARS[0]}–{FESTIVAL_YEARS[-1]}")


if __name__ == "__main__":
    main()
