"""The demo city's disclosure catalogue: some promises kept, some late, some that nothing keeps."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.utils import timezone

from gongkai.demo.requests import workday_before
from gongkai.foundation.organs.models import Organ
from gongkai.wings.disclosure.catalogue import services, vocabulary
from gongkai.wings.disclosure.catalogue.facts import Facts
from gongkai.wings.disclosure.catalogue.models import CatalogueEntry
from gongkai.wings.publishing.documents.models import Document
from gongkai.wings.publishing.sites.models import Column

FILE = Path(__file__).parent / "city" / "catalogue.toml"


def bring_catalogue(documents: Mapping[str, Document], progress: Callable[[str, int, int], None]) -> None:
    """Each organ's rows in one act, then what fulfils them. ``documents`` by their id in the files."""
    facts = tomllib.loads(FILE.read_text(encoding="utf-8"))["entry"]
    by_organ: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for fact in facts:
        by_organ[fact["organ"]].append(fact)
    done = 0
    for code, mine in by_organ.items():
        organ = Organ.objects.get(code=code)
        made = services.add_entries(organ=organ, rows=[_facts(fact) for fact in mine], edition="2020年版")
        for entry, fact in zip(made, mine, strict=True):
            _fulfil(entry, fact, documents)
            done += 1
            progress("catalogue", done, len(facts))


def _facts(fact: Mapping[str, Any]) -> Facts:
    audience, group = vocabulary.audience_in(fact.get("audience", "全社会")) or ("all", "")
    levels, _strange = vocabulary.levels_in(fact["level"])
    return Facts(
        field=fact["field"],
        level1=fact["level1"],
        level2=fact["level2"],
        content=fact["content"],
        basis=fact["basis"],
        limit_text=fact["limit"],
        channels=vocabulary.channels_in(fact["channels"]),
        audience=audience,
        audience_group=group,
        mode=vocabulary.mode_in(fact.get("mode", "主动")),
        levels=tuple(levels),
        item=fact.get("item", ""),
    )


def _fulfil(entry: CatalogueEntry, fact: Mapping[str, Any], documents: Mapping[str, Document]) -> None:
    for target in fact.get("to", ()):
        kind, _colon, name = target.partition(":")
        services.bind(entry=entry, kind=kind, key=_key(kind, name, documents))
    for kind in ("formed", "posted"):
        if kind in fact:
            words, ago = fact[kind]
            day = workday_before(timezone.localdate(), ago)
            services.note_day(entry=entry, kind=kind, day=day, words=words)


def _key(kind: str, name: str, documents: Mapping[str, Document]) -> str:
    if kind == "document":
        return str(documents[name].pk)
    if kind == "column":
        site, path = name.split("/", 1)
        return str(Column.objects.values_list("pk", flat=True).get(site__slug=site, path=path))
    return name
