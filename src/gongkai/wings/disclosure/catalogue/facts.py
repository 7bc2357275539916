"""What one row of a directory says, and what must be right about it. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Any, Final

from django.utils.translation import gettext as _

from gongkai.foundation.statutes import StatuteError, disclosure_item
from gongkai.wings.disclosure.catalogue import vocabulary
from gongkai.wings.disclosure.catalogue.vocabulary import Channel, bare

LONGEST: Final = {
    "field": 60,
    "level1": 200,
    "level2": 200,
    "level3": 200,
    "content": 20_000,
    "basis": 10_000,
    "limit_text": 500,
    "subject_text": 200,
    "audience_group": 200,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One row as the directory has it. ``item`` may be empty: then it is told by the titles and the field."""

    field: str
    level1: str = ""
    level2: str = ""
    level3: str = ""
    content: str = ""
    basis: str = ""
    limit_text: str = ""
    subject_text: str = ""
    channels: tuple[Channel, ...] = (Channel("website"),)
    audience: str = "all"
    audience_group: str = ""
    mode: str = "proactive"
    levels: tuple[str, ...] = ()
    item: str = ""

    def completed(self) -> Facts:
        """With the field in its standing form and an item of 条例 Art. 20."""
        field = vocabulary.field_name(self.field)
        item = self.item or vocabulary.item_for(field, self.level3, self.level2, self.level1)
        return replace(self, field=field, item=item)

    def columns(self) -> dict[str, Any]:
        """As the table keeps it."""
        return {
            **{name: getattr(self, name) for name in LONGEST},
            "channels": [list(channel) for channel in self.channels],
            "audience": self.audience,
            "mode": self.mode,
            "level_codes": f",{','.join(self.levels)}," if self.levels else "",
            "item": self.item,
        }


COLUMNS: Final = tuple(Facts(field="x").columns())
"""The columns of an entry that a directory decides on."""


def identity(facts: Facts, occurrence: int = 1) -> str:
    """By what a row is found again: field and titles; a directory may have the same twice, then also which of them it is."""
    parts = [bare(part) for part in (facts.field, facts.level1, facts.level2, facts.level3)]
    return hashlib.sha256("\x1f".join([*parts, str(occurrence)]).encode()).hexdigest()


def faults_of(facts: Facts) -> list[tuple[str, str, str, str]]:
    """Everything that will not do: field, value, rule and mend."""
    found = []
    if not facts.field:
        found.append(("field", "", _("no field is named"), _("name the field, for example 义务教育")))
    if not (facts.level1 or facts.level2 or facts.level3):
        found.append(("level1", "", _("no matter is named"), _("fill in 一级事项 or 二级事项")))
    for name, limit in LONGEST.items():
        text = getattr(facts, name)
        if len(text) > limit:
            rule = _("longer than %(limit)d characters (%(found)d)") % {"limit": limit, "found": len(text)}
            found.append((name, f"{text[:57]}…", rule, _("shorten it")))
    if facts.audience not in ("all", "group"):
        found.append(("audience", facts.audience, _("not one of the known values"), _("all or group")))
    if facts.mode not in ("proactive", "on_request"):
        found.append(("mode", facts.mode, _("not one of the known values"), _("proactive or on_request")))
    known = {level.value for level in vocabulary.LEVELS}
    if strange := [level for level in facts.levels if level not in known]:
        found.append(
            ("level", "、".join(strange), _("not one of the known values"), "、".join(sorted(known)))
        )
    if strange := [
        channel.carrier for channel in facts.channels if not vocabulary.is_carrier(channel.carrier)
    ]:
        found.append(
            (
                "channels",
                "、".join(strange),
                _("not one of the known values"),
                "、".join(carrier.code for carrier in vocabulary.carriers()),
            )
        )
    if facts.item:
        try:
            disclosure_item(facts.item)
        except StatuteError:
            found.append(("item", facts.item, _("not an item of Art. 20"), _("write 1 to 15, or 21")))
    return found
