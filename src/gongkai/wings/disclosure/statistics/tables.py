"""What a page of statistics says, as tables: rows of numbers with their definitions, and a chart for each table.

What small numbers may say (``docs/statistics.md``): the form of the annual report prints results and kinds of applicant
exactly, for every organ and however few they are, so these stand here as they are, once the year is over. While it runs,
one more in a row on the day one request was received or answered would tell what the public log does not, who asked: so
kinds of applicant wait for the end of the year. Days are not summed up for fewer than ``FEW`` answers. Nothing is broken
down in more than one way at a time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext as _
from markupsafe import Markup

from gongkai.engines.figures import figure, figures
from gongkai.engines.figures.chart_text import number as written
from gongkai.engines.figures.charts import bars, lines, stacked
from gongkai.engines.figures.spread import between, spread
from gongkai.foundation.organs.models import Organ
from gongkai.foundation.statutes import provision
from gongkai.foundation.statutes.annual_form import ANNUAL_FORM, annual_form
from gongkai.wings.disclosure.remedies import rules
from gongkai.wings.disclosure.remedies.procedure import KINDS
from gongkai.wings.disclosure.requests.figures import APPLICANTS
from gongkai.wings.disclosure.requests.models import Channel
from gongkai.wings.disclosure.statistics.numbers import Book

UNIT: Final = "件"
FEW: Final = 5
_LATE: Final = "requests.answered.late"
_ALWAYS_KNOWN: Final = ("requests.handled", "requests.overdue")
_SPANS: Final = ((0, 5), (6, 10), (11, 20), (21, 40), (41, None))


@dataclass(frozen=True, slots=True)
class Cell:
    """A number, and what counts it: the figure, further dimensions, and the year where it is not that of the page. None: not
    given."""

    value: float | None
    code: str = ""
    where: Mapping[str, str] = field(default_factory=dict)
    year: int = 0

    @property
    def text(self) -> str:
        return "—" if self.value is None else written(self.value)


@dataclass(frozen=True, slots=True)
class Row:
    """``url``: a page about this line alone."""

    label: str
    cells: tuple[Cell, ...]
    url: str = ""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a number counts, and who asks for it."""

    term: str
    text: str
    provision: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """``head`` names the column of labels; ``notes`` stand below, one sentence each."""

    slug: str
    title: str
    head: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    meanings: tuple[Meaning, ...]
    chart: Markup
    notes: tuple[str, ...] = ()
    unit: str = UNIT


class YearSheet:
    """The tables of one year for some organs of a book. ``inside``: for those who may see the cases themselves; then nothing
    is held back."""

    def __init__(
        self,
        book: Book,
        year: int,
        today: dt.date,
        organs: Collection[int] | None = None,
        *,
        inside: bool = False,
    ) -> None:
        self.book, self.year, self.today, self.inside = book, year, today, inside
        self.organs = None if organs is None else frozenset(organs)

    @property
    def running(self) -> bool:
        return self.year >= self.today.year

    def tables(self) -> list[Table]:
        return [
            self.flow(),
            self.results(),
            *([] if self.running and not self.inside else [self.applicants()]),
            self.channels(),
            self.handling(),
            self.days(),
            self.remedies(),
        ]

    def cell(self, code: str, year: int | None = None, **where: str) -> Cell:
        return Cell(self.book.number(code, year or self.year, self.organs, **where), code, where, year or 0)

    def flow(self) -> Table:
        codes = [
            "requests.row.1",
            "requests.row.2",
            "requests.row.3.7",
            "requests.row.4",
        ]
        titles = [
            _("New in the year"),
            _("Carried over from the year before"),
            _("Concluded in the year"),
            _("Open today") if self.running else _("Carried over to the next year"),
        ]
        rows = tuple(
            Row(title, (self.cell(code), self.cell(code, self.year - 1)))
            for title, code in zip(titles, codes, strict=True)
        )
        meanings = (
            _("By the day of receipt; a request nobody has confirmed yet is not received."),
            _("Received earlier and open when the year began."),
            _("Ended in the year, however it ended."),
            _("Open at the end of the year, or today while it runs."),
        )
        cited = (provision("disclosure-regulation", 31).cite_short(), *[annual_form(self.year)] * 3)
        return Table(
            slug="requests",
            title=_("Requests for information"),
            head=_("Requests of the year"),
            columns=(str(self.year), str(self.year - 1)),
            rows=rows,
            meanings=tuple(map(Meaning, titles, meanings, cited)),
            chart=bars(_("Requests of %d") % self.year, _items(rows), UNIT),
            notes=(_("Received and carried over together are concluded and open together, in every year."),),
        )

    def results(self) -> Table:
        rows = tuple(
            Row(str(each.title) if each.where else _("In all"), (self.cell(each.code),))
            for each in figures("requests")
            if each.source == "requests.concluded"
        )
        occurred = [row for row in rows[:-1] if row.cells[0].value]
        meaning = _("Requests that ended in the year, by how they ended; each counts once.")
        return Table(
            slug="results",
            title=_("How they ended"),
            head=_("Result"),
            columns=(_("Concluded in the year"),),
            rows=rows,
            meanings=(Meaning(_("Result"), meaning, f"{annual_form(self.year)}，三、本年度办理结果"),),
            chart=bars(_("How requests of %d ended") % self.year, _items(occurred), UNIT),
            notes=(_("The chart shows the results that occurred."),) if occurred else (),
        )

    def applicants(self) -> Table:
        rows = tuple(
            Row(
                str(label),
                (
                    self.cell("requests.row.1", applicant_kind=kind),
                    self.cell("requests.row.3.7", applicant_kind=kind),
                ),
            )
            for kind, label in APPLICANTS.values
        )
        return Table(
            slug="applicants",
            title=_("Who asked"),
            head=_("Kind of applicant"),
            columns=(_("New in the year"), _("Concluded in the year")),
            rows=rows,
            meanings=(
                Meaning(
                    _("Kind of applicant"),
                    _("As the applicant said when asking; nobody is named anywhere."),
                    f"{annual_form(self.year)}，三、表头",
                ),
            ),
            chart=bars(_("Requests received in %d by kind of applicant") % self.year, _items(rows), UNIT),
        )

    def channels(self) -> Table:
        rows = tuple(
            Row(
                str(channel.label),
                (self.cell(f"requests.channel.{channel.value}"),),
            )
            for channel in Channel
        )
        cited = provision("disclosure-regulation", 29).cite_short()
        return Table(
            slug="channels",
            title=_("How they came in"),
            head=_("Way in"),
            columns=(_("New in the year"),),
            rows=rows,
            meanings=(Meaning(_("Way in"), _("Requests received in the year, by how they came in."), cited),),
            chart=bars(_("How requests of %d came in") % self.year, _items(rows), UNIT),
        )

    def handling(self) -> Table:
        texts = {
            "requests.handled": _("Concluded requests that were handled in this system from the first day."),
            "requests.corrected": _("Concluded requests whose applicant had been asked to correct them."),
            "requests.extended": _("Concluded requests whose period the head had extended."),
            "requests.answered.in_time": _("Answered by the day the statutory clock gave in the end."),
            "requests.answered.late": _("Answered after that day."),
            "requests.overdue": _("Open at the end of the year, or today, with that day in the past."),
        }
        known = on_record(self.book, self.year, self.organs)
        rows = tuple(
            Row(
                str(figure(code).title),
                (self.cell(code) if known or code in _ALWAYS_KNOWN else Cell(None),),
            )
            for code in texts
        )
        return Table(
            slug="handling",
            title=_("Corrected, extended, in time"),
            head=_("Handling"),
            columns=(str(self.year),),
            rows=rows,
            meanings=tuple(
                Meaning(str(figure(code).title), text, figure(code).provision_in(self.year))
                for code, text in texts.items()
            ),
            chart=bars(_("Handling in %d") % self.year, _items(rows), UNIT),
            notes=(
                _(
                    "Requests taken over from another system are not counted here: how they went is not on record."
                ),
            ),
        )

    def days(self) -> Table:
        counts = self.book.days(self.year, self.organs)
        found = spread(counts)
        given = found.count >= (1 if self.inside else FEW)
        rows = tuple(Row(_span(first, last), (Cell(between(counts, first, last)),)) for first, last in _SPANS)
        middle = (
            Row(_("Median (working days)"), (Cell(found.median if given else None),)),
            Row(_("Nine of ten within (working days)"), (Cell(found.p90 if given else None),)),
        )
        cited = provision("disclosure-regulation", 33, 2).cite_short()
        return Table(
            slug="days",
            title=_("Working days to the answer"),
            head=_("Working days"),
            columns=(_("Answers"),),
            rows=(*middle, *rows) if given else middle,
            meanings=(
                Meaning(
                    _("Working days"),
                    _(
                        "From the day after receipt, or after the correction or payment that started the period anew, to "
                        "the answer, as the statutory clock counts them: without the days it stood still."
                    ),
                    cited,
                ),
                Meaning(_("Median"), _("Half of the answers took no longer, half no less.")),
                Meaning(_("Nine of ten within"), _("The days that nine answers of ten did not exceed.")),
            ),
            chart=bars(
                _("Working days to the answer in %d") % self.year, _items(rows) if given else (), UNIT
            ),
            notes=() if given or self.inside else (_("Not given for fewer than %d answers.") % FEW,),
        )

    def remedies(self) -> Table:
        labels = list(rules.results().items())
        titles = rules.kinds()
        rows = tuple(
            Row(
                titles[kind],
                (
                    *(self.cell(f"remedies.{kind}.{result}") for result, _label in labels),
                    self.cell(f"remedies.{kind}.total"),
                ),
            )
            for kind in KINDS
        )
        parts = [(row.label, [cell.value or 0 for cell in row.cells[:-1]]) for row in rows]
        return Table(
            slug="remedies",
            title=_("Reconsideration and suits"),
            head=_("Remedy"),
            columns=(*(label for _code, label in labels), _("In all")),
            rows=rows,
            meanings=(
                Meaning(
                    _("Remedy"),
                    _(
                        "Counted in the year its result came; open ones in every year at whose end they are open."
                    ),
                    f"{annual_form(self.year)}，四、因政府信息公开工作被申请行政复议、提起行政诉讼情况",
                ),
            ),
            chart=stacked(_("Remedies of %d") % self.year, parts, [label for _code, label in labels], UNIT),
        )


def on_record(book: Book, year: int, organs: Iterable[int] | None) -> bool:
    """Whether anything is known of the handling: zero would say that nobody was late where nobody knows."""
    return (
        book.number("requests.handled", year, organs) > 0
        or book.number("requests.row.3.7", year, organs) == 0
    )


def by_organ(book: Book, year: int, organs: Iterable[tuple[Organ, str]]) -> Table:
    """One line per organ, with the address of its own page."""
    codes = ("requests.row.1", "requests.row.3.7", _LATE)
    rows = tuple(
        Row(organ.name, tuple(_cell(book, code, year, (organ.pk,)) for code in codes), url)
        for organ, url in organs
    )
    return Table(
        slug="organs",
        title=_("Organ by organ"),
        head=_("Organ"),
        columns=(_("New in the year"), _("Concluded in the year"), _("Answered late")),
        rows=rows,
        meanings=(),
        chart=Markup(""),
    )


def over_years(
    book: Book,
    years: Sequence[int],
    today: dt.date,
    organs: Collection[int] | None,
    url_of: Mapping[int, str],
) -> Table:
    """The series over the years there are."""
    columns: tuple[tuple[str, Any], ...] = (
        ("requests.row.1", _("New in the year")),
        ("requests.row.3.7", _("Concluded in the year")),
        ("requests.row.4", _("Open at the end")),
        (_LATE, _("Answered late")),
    )
    rows = tuple(
        Row(
            _("%d (still running)") % year if year >= today.year else str(year),
            tuple(_cell(book, code, year, organs) for code, _title in columns),
            url_of.get(year, ""),
        )
        for year in years
    )
    series = [(title, [row.cells[at].value for row in rows]) for at, (_code, title) in enumerate(columns)]
    return Table(
        slug="years",
        title=_("Over the years"),
        head=_("Year"),
        columns=tuple(title for _code, title in columns),
        rows=rows,
        meanings=(
            Meaning(
                _("Open at the end"), _("Open at the end of the year, or today while it runs."), ANNUAL_FORM
            ),
            Meaning(
                _("Answered late"),
                str(_("Answered after that day.")),
                figure("requests.answered.late").provision,
            ),
        ),
        chart=lines(_("Requests over the years"), [str(year) for year in years], series, UNIT)
        if len(years) > 1
        else Markup(""),
    )


def _cell(book: Book, code: str, year: int, organs: Collection[int] | None) -> Cell:
    if code == _LATE and not on_record(book, year, organs):
        return Cell(None)
    return Cell(book.number(code, year, organs), code)


def _items(rows: Iterable[Row]) -> list[tuple[str, float]]:
    """For a chart; what is not known is left to the table."""
    return [(row.label, row.cells[0].value) for row in rows if row.cells[0].value is not None]


def _span(first: int, last: int | None) -> str:
    if last is None:
        return _("%d days and more") % first
    return _("%(first)d to %(last)d days") % {"first": first, "last": last}
