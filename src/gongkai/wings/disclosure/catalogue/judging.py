"""From a row of text to facts, with everything that will not do named by sheet, row, column, rule and mend."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from django.utils.translation import gettext as _

from gongkai.engines.exchange.faults import RowFault
from gongkai.foundation.hanzi import similarity
from gongkai.foundation.organs.models import Level, Organ
from gongkai.wings.disclosure.catalogue import vocabulary
from gongkai.wings.disclosure.catalogue.facts import Facts, faults_of
from gongkai.wings.disclosure.catalogue.limits import read_limit
from gongkai.wings.disclosure.catalogue.reading import RowRead
from gongkai.wings.disclosure.catalogue.vocabulary import Channel, bare, tick

_LABELS: Final = dict(vocabulary.columns())
_ROLE_OF: Final = {
    "limit_text": "limit",
    "subject_text": "subject",
    "audience_group": "audience",
    "level_codes": "level",
}


def column_label(name: str) -> str:
    """The heading of a column of the table of rows, as the form prints it."""
    return _LABELS.get(_ROLE_OF.get(name, name), name)


@dataclass(frozen=True, slots=True, kw_only=True)
class CellFault(RowFault):
    """A fault with its sheet and column. ``grave`` is False for what is only worth knowing: the row still goes in."""

    sheet: str = ""
    column: str = ""
    grave: bool = True


@dataclass(slots=True)
class Judged:
    """One row: its facts and its duty holder, where they could be told, and what stands against it."""

    row: RowRead
    facts: Facts | None = None
    organ: Organ | None = None
    faults: list[CellFault] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return self.facts is not None and self.organ is not None and not any(f.grave for f in self.faults)


class DutyHolders:
    """The organs a directory may name, looked up by every name they go by."""

    def __init__(self, organs: list[Organ], default: Organ | None) -> None:
        self.default = default
        self._organs = [organ for organ in organs if organ.level != Level.OUTSIDE]
        self._by_name: dict[str, list[Organ]] = {}
        for organ in self._organs:
            for name in {organ.code, organ.name, organ.short_name} - {""}:
                self._by_name.setdefault(bare(name), []).append(organ)

    def of(self, subject: str) -> Organ | None:
        """The organ of a cell: the whole name, else the first of several (条例 Art. 10: lead organ), else the default."""
        for name in [
            subject,
            re.sub(r"[(（][^)）]*[)）]", "", subject),
            re.split(r"[、,，;；/\n]", subject)[0],
        ]:
            known = self._by_name.get(bare(name), []) if name else []
            if len(known) == 1:
                return known[0]
        return self.default

    def like(self, subject: str) -> list[str]:
        """Names of up to three organs that may have been meant."""
        scored = ((similarity(subject, organ.name), organ.name) for organ in self._organs)
        return [name for score, name in sorted(scored, reverse=True)[:3] if score > 0.1]


def judge(row: RowRead, holders: DutyHolders, *, field: str = "") -> Judged:
    """Facts and faults of one row. ``field`` stands in where the row names none."""
    judged = Judged(row)
    texts = row.texts
    audience, group = _audience(judged)
    facts = Facts(
        field=(texts.get("field") or field).strip(),
        level1=_title(texts.get("level1", "")),
        level2=_title(texts.get("level2", "")),
        level3=_title(texts.get("level3", "")),
        content=_lines(texts.get("content", "")),
        basis=_lines(texts.get("basis", "")),
        limit_text=_limit(texts.get("limit", "")),
        subject_text=" ".join(texts.get("subject", "").split()),
        channels=tuple(_channels(judged)),
        audience=audience,
        audience_group=group,
        mode=_mode(judged),
        levels=_levels(judged),
        item=re.sub(r"\D", "", texts.get("item", ""))[:2],
    ).completed()
    for name, value, rule, mend in faults_of(facts):
        _fault(judged, _ROLE_OF.get(name, name), value, rule, mend)
    judged.facts = facts
    judged.organ = _organ(judged, facts.subject_text, holders)
    if judged.organ is not None and facts.subject_text in (judged.organ.name, judged.organ.short_name):
        judged.facts = replace(facts, subject_text="")  # nothing the register does not say
    _note_limit(judged, facts.limit_text)
    return judged


def _fault(judged: Judged, role: str, value: str, rule: str, mend: str, *, grave: bool = True) -> None:
    judged.faults.append(
        CellFault(
            row=judged.row.number,
            field=_LABELS.get(role, role),
            value=value if len(value) <= 60 else f"{value[:57]}…",
            rule=rule,
            mend=mend,
            sheet=judged.row.sheet,
            column=judged.row.letters.get(role, ""),
            grave=grave,
        )
    )


def _title(text: str) -> str:
    """A title without the number it was printed with: 1.1岗位信息发布, （一）出生登记."""
    plain = " ".join(text.split())
    return (
        re.sub(
            r"^(?:\d{1,3}(?:\.\d{1,3})*[.、．)）\s]*(?=\D)|[(（][一二三四五六七八九十\d]{1,3}[)）]\s*|[一二三四五六七八九十]{1,3}、)",
            "",
            plain,
        )
        or plain
    )


def _lines(text: str) -> str:
    return "\n".join(line for line in (" ".join(part.split()) for part in text.splitlines()) if line)


def _limit(text: str) -> str:
    """A time limit on one line. Lines that are each a limit by themselves are set apart; a line that was only broken to fit
    its cell goes on."""
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    each_reads = len(lines) > 1 and all(read_limit(line).is_read for line in lines)
    if each_reads:
        return "；".join(line.rstrip("；;。，,") for line in lines)
    return " ".join(lines)


def _organ(judged: Judged, subject: str, holders: DutyHolders) -> Organ | None:
    organ = holders.of(subject)
    if organ is None:
        like = holders.like(subject) if subject else []
        mend = _("Write the name of an organ of the register, or name a default duty holder.")
        if like:
            mend = _("Perhaps: %s. Or name a default duty holder.") % "、".join(like)
        rule = _("no organ of the register has this name") if subject else _("required, but empty")
        _fault(judged, "subject", subject, rule, mend)
    return organ


def _channels(judged: Judged) -> Iterator[Channel]:
    found = list(vocabulary.channels_in(judged.row.texts.get("channels", "")))
    for code, cell in judged.row.ticks.get("channels", ()):
        mark = tick(cell)
        if mark is not None:
            found.append(Channel(code, mark))
        else:
            optional = cell.lstrip()[:1] in "□○☐"
            words = re.sub(r"^[■□√✓✔☑●○☐]+\s*", "", cell).strip()
            found.append(Channel(code, not optional, words[:60]))
    if not found:
        _fault(
            judged,
            "channels",
            "",
            _("no channel is named"),
            _("taken as 政府网站 (条例 Art. 23, 24)"),
            grave=False,
        )
        found.append(Channel("website"))
    yield from vocabulary.merged(found)


def _ticked(judged: Judged, role: str) -> Mapping[str, str]:
    """The columns of a role that are ticked, or have words of their own."""
    return {
        value: "" if tick(cell) is not None else cell
        for value, cell in judged.row.ticks.get(role, ())
        if tick(cell) is not False
    }


def _audience(judged: Judged) -> tuple[str, str]:
    text = judged.row.texts.get("audience", "")
    if text:
        read = vocabulary.audience_in(text)
        if read is None:
            _fault(
                judged,
                "audience",
                text,
                _("not one of the known values"),
                _("write 全社会, or 特定群体：whom"),
            )
            return "all", ""
        audience, group = read
    else:
        ticked = _ticked(judged, "audience")
        group = " ".join(ticked.get("group", "").split())[:200]
        audience = "group" if "group" in ticked and "all" not in ticked else "all"
        if not ticked:
            _fault(judged, "audience", "", _("nothing is ticked"), _("taken as 全社会"), grave=False)
    if audience == "group" and not group:
        _fault(judged, "audience", text, _("the group is not named"), _("name whom it is for"), grave=False)
    return audience, group if audience == "group" else ""


def _mode(judged: Judged) -> str:
    text = judged.row.texts.get("mode", "")
    if text:
        mode = vocabulary.mode_in(text)
        if not mode:
            _fault(judged, "mode", text, _("not one of the known values"), _("write 主动 or 依申请"))
        return mode or "proactive"
    ticked = _ticked(judged, "mode")
    if not ticked:
        _fault(judged, "mode", "", _("nothing is ticked"), _("taken as 主动"), grave=False)
    return "on_request" if set(ticked) == {"on_request"} else "proactive"


def _levels(judged: Judged) -> tuple[str, ...]:
    text = judged.row.texts.get("level", "")
    found, strange = vocabulary.levels_in(text)
    for word in strange:
        _fault(judged, "level", word, _("not one of the known values"), _("write 市级、县级、乡级 or 村级"))
    ticked = {code for value in _ticked(judged, "level") for code in value.split()}
    return tuple(level.value for level in vocabulary.LEVELS if level.value in ticked or level.value in found)


def _note_limit(judged: Judged, text: str) -> None:
    limit = read_limit(text)
    if limit.unread:
        _fault(
            judged,
            "limit",
            "；".join(limit.unread),
            _("not understood as a time limit"),
            _("the row goes in and shows it; 条例 Art. 26 (20 working days) holds until it is reworded"),
            grave=False,
        )
    elif not limit.is_stated:
        _fault(
            judged,
            "limit",
            "",
            _("no time limit is stated"),
            _("条例 Art. 26 holds: 20 working days"),
            grave=False,
        )
