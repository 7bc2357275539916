"""How the words of a clause hang together: which belong to a number, what is known, whose number it is. Pure."""

from __future__ import annotations

import re
from typing import Final

from gongkai.wings.disclosure.annual.checking import lexicon
from gongkai.wings.disclosure.annual.checking.scanning import Token
from gongkai.wings.disclosure.annual.forms import CARRIED_IN, CARRIED_OUT

Sum = tuple[str, ...]
"""Cells that are added; a path after "-" is taken away."""

CONCEPTS: Final = frozenset(
    {"row", "flow", "who", "remedy", "result", "document", "act", "power", "other", "request", "apply"}
)
ORGAN: Final = re.compile(
    r"县|区|镇|乡|街道|局|委(?!托)|厅|部门|单位|园区|中心|支队|大队|公司|社区|政府|办公室|机关|学校|医院|科室|处室|公安|教育|住建|民政"
)


def carried(readings: tuple[Sum, ...], years: list[int]) -> tuple[Sum, ...] | None:
    """“2023年结转” is last year's for a report of 2024, “结转2025年” next year's; other years are not the report's."""
    if len(years) > 1:
        years = years[:1] if readings == ((CARRIED_IN,),) else years[-1:]
    year = years[0]
    if readings == ((CARRIED_IN,),):
        return {-1: ((CARRIED_IN,),), 0: ((CARRIED_OUT,),)}.get(year)
    return {1: ((CARRIED_OUT,),), 0: ((CARRIED_IN,),)}.get(year)


def words_behind(words: list[Token], where: int) -> list[Token]:
    """The words after a number up to the next number or the end of its clause."""
    found = []
    for each in words[where + 1 :]:
        if each.kind in ("number", "percent", "hard", "open", "close"):
            break
        found.append(each)
    return found


def suffix(right: list[Token], *, after: str = "") -> list[Token]:
    """“1431件予以公开”: the concept straight after a number.

    ``after`` is what the number before counted: “4件，1件尚未审结” of remedies, “37件，34件已办结” of requests.
    """
    bound = [(("4",),), (("2",),)] + [(("3.7",),)] * (after == "requests")
    found: list[Token] = []
    for each in right:
        if each.kind in ("light", "apply", "request", "soft"):
            if each.kind == "soft" and found and each.text == "、":
                break
            found += [each] if each.kind in ("apply", "request") else []
            continue
        if (
            each.kind == "row"
            or (each.kind == "flow" and lexicon.FLOWS[each.index][1] in bound)
            or (each.kind == "result" and after == "remedies")
        ):
            return [*found, each]
        break
    return []


def unknown(left: list[Token], concepts: list[Token]) -> bool:
    """Whether words nobody knows stand straight before the concept, or between it and the number."""
    if not concepts:
        return any(each.kind == "text" for each in left)
    first, last = concepts[0], concepts[-1]
    before = [each for each in left if each.end <= first.start]
    if before and (before[-1].kind == "text" or [each.kind for each in before[-2:]] == ["text", "soft"]):
        return True
    return any(
        each.kind == "text" for each in left if each.start >= first.end and each.start > last.start
    ) or any(each.kind == "text" for each in left if first.end <= each.start < last.start)


def amount_of_requests(left: list[Token]) -> bool:
    """“政府信息公开申请量3525件”: the amount named without a verb, and nothing else beside it."""
    known = {"request", "apply", "light", "sum", "whole", "year", "date", "soft"}
    named = any(
        each.text in ("量", "数", "数量", "总") or each.text.endswith("量") or each.kind == "sum"
        for each in left
    )
    return named and all(each.kind in known for each in left) and any(each.kind == "request" for each in left)


def bare_amount(left: list[Token], right: list[Token], said: str) -> bool:
    """“政府信息公开申请37件，”: requests and their number alone, as the first number of a sentence.

    Or the other way round: “全年共有37件政府信息公开申请”.
    """
    known = {"request", "apply", "light", "sum", "whole", "year", "date", "soft"}
    if re.search(r"\d", re.sub(r"20\d\d ?年|\d{1,2}[月日]|^\W*\d", "", said)):
        return False
    if not all(each.kind in known for each in left) or any(
        each.text in ("其中", "包括", "包含", "含", "涉及") for each in left
    ):
        return False
    told = left if not right else right if any(each.kind == "sum" for each in left) else []
    named = [each for each in told if each.kind == "request"]
    return (
        bool(named)
        and all(each.kind in known - {"text"} for each in told)
        and any("申请" in each.text for each in told)
        and not any(each.text.startswith("涉") for each in named)
    )


def organ_behind(right: list[Token]) -> bool:
    """Whether an organ is named after the number: “1203件的是市司法局”."""
    return any(each.kind == "text" and ORGAN.search(each.text) for each in right)


def narrowest(run: list[Token], rows: list[Token]) -> Sum:
    """The rows that are meant: those of the last run, unless a part of them is named too (“国家秘密不予公开”)."""
    codes = tuple(dict.fromkeys(code for each in run for code in lexicon.ROWS[each.index][1]))
    for each in rows:
        own = lexicon.ROWS[each.index][1]
        if each not in run and set(own) < set(codes):
            return own
    return codes


def groups(concepts: list[Token]) -> list[list[Token]]:
    """Concepts that “分别” deals its numbers to: those of the kind that stands last, each with what goes with all."""
    kinds = [
        each.kind
        for each in concepts
        if each.kind in ("row", "remedy", "document", "power", "who", "act", "result")
    ]
    for kind in ("power", "row", "remedy", "document", "who", "act", "result"):
        if kinds.count(kind) > 1:
            common = [each for each in concepts if each.kind not in (kind, "request", "apply")]
            return [[*common, each] for each in concepts if each.kind == kind]
    return []


def last_run(concepts: list[Token], left: list[Token]) -> list[Token]:
    """The concepts that belong together at the end: those joined by 、 and 和, and by light words."""
    run: list[Token] = []
    joined = True
    for each in reversed(left if left else concepts):
        if each.kind in CONCEPTS:
            if each not in concepts:
                continue
            same = run and each.kind == main(run)
            if run and same and not joined:
                break
            run.insert(0, each)
            joined = False
        elif each.kind == "soft":
            joined = True
    return run or concepts


def main(run: list[Token]) -> str:
    return next((each.kind for each in run if each.kind not in ("request", "apply")), "")


def names(issuer: str) -> tuple[str, ...]:
    """What a report may call its own issuer, the longest first: 宿迁市司法局, 市司法局, 司法局; 宿迁市人民政府, 宿迁市."""
    name = issuer.strip()
    if len(name) < 3:
        return ()
    found = {name, name.replace("人民政府", "政府")}
    for short in tuple(found):
        for at, character in enumerate(short[:-3]):
            if character in "省市县区州镇":
                found.add(short[at:])
                found.add(short[at + 1 :])
    if name.endswith("人民政府"):
        # “市政府” alone may be the city's own organ, a part of what a city reports; the place stands for all of it.
        place = name.removesuffix("人民政府")
        found = {name, place, place[:-1]} if len(place) > 2 else {name, place}
        if place.endswith(("镇", "乡")):
            found |= {f"{place[-1]}政府", f"{place[-1]}人民政府"}
    return tuple(sorted((each for each in found if len(each) > 1), key=len, reverse=True))


def cells_of(readings: Sum) -> tuple[str, ...]:
    return tuple(path.removeprefix("-") for path in readings)
