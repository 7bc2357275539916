"""What the sentences of a report claim about its tables: each number bound to the cells it can mean. Pure.

A claim is certain only if every word between and before its parts is known; what speaks of another organ, year, channel
or subject is no claim at all. So a claim may be missed, but a true sentence is not called false.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from gongkai.wings.disclosure.annual.checking import lexicon
from gongkai.wings.disclosure.annual.checking.scanning import Amount, Token, amount, plain, sentences, tokens
from gongkai.wings.disclosure.annual.forms import CARRIED_IN, CARRIED_OUT, NEW, TOTAL, path2, path3, path4
from gongkai.wings.disclosure.annual.shape import Report

Sum = tuple[str, ...]
"""Cells that are added; a path after "-" is taken away."""

CONCEPTS: Final = frozenset(
    {"row", "flow", "who", "remedy", "result", "document", "act", "power", "other", "request", "apply"}
)
_FOREIGN: Final = frozenset({"compare", "publish", "object", "channel", "topic", "other_year"})
_COUNTED: Final = frozenset({"", "件", "件次", "宗", "条", "项", "个", "例", "起", "份", "部", "次"})
_LOOSE: Final = frozenset({"项", "条", "个", "次", "份", "部"})
"""Units that also count other things than decisions."""
_ORGAN: Final = re.compile(
    r"县|区|镇|乡|街道|局|委(?!托)|厅|部门|单位|园区|中心|支队|大队|公司|社区|政府|办公室|机关|学校|医院|科室|处室|公安|教育|住建|民政"
)
_WHOLE: Final = re.compile(lexicon.WHOLE)
_KNOWN_PHRASES: Final = re.compile(f"{lexicon.REQUESTS}|行政机关")
_NEGATED: Final = re.compile(lexicon.NEGATION)
_DEFAULT_FLOW: Final = (("1", "2"), ("1",), ("3.7",))


@dataclass(frozen=True, slots=True)
class Claim:
    """A number in a sentence and the sums of cells it can mean, the likeliest first."""

    sentence: int
    start: int
    end: int
    text: str
    amount: Amount
    readings: tuple[Sum, ...]
    certain: bool
    family: str
    """requests, remedies, documents, powers: what it counts."""


@dataclass(frozen=True, slots=True)
class Share:
    """A percentage and the claim or cells whose share it is."""

    sentence: int
    start: int
    end: int
    text: str
    percent: str
    claim: Claim | None
    of: Sum
    certain: bool


@dataclass(slots=True)
class _Scope:
    """What the words before have set: whose numbers, which year, which heading."""

    organ: bool = False
    year: bool = False
    topic: str = ""
    flow: tuple[Sum, ...] = ()
    blocks: tuple[str, ...] = ()
    document: tuple[str, ...] = ()
    act: str = ""
    claims: list[Claim] = field(default_factory=list)
    queue: list[list[Token]] = field(default_factory=list)
    heading: list[Token] = field(default_factory=list)

    def copy(self) -> _Scope:
        return _Scope(
            self.organ,
            self.year,
            self.topic,
            self.flow,
            self.blocks,
            self.document,
            self.act,
            list(self.claims),
            [],
            [],
        )


def read(report: Report) -> tuple[list[Claim], list[Share]]:
    """Every claim and every share the narrative makes."""
    reader = _Reader(report)
    for at, text in enumerate(report.narrative):
        reader.paragraph(at, text)
    return reader.claims, reader.shares


class _Reader:
    def __init__(self, report: Report) -> None:
        self.report = report
        self.rows = {row.code for row in report.official.rows}
        self.acts = lexicon.ACT_COLUMNS[report.form]
        self.names = _names(report.issuer)
        self.claims: list[Claim] = []
        self.shares: list[Share] = []

    def paragraph(self, at: int, text: str) -> None:
        scope = _Scope()
        for offset, sentence in sentences(plain(text)):
            if not sentence.lstrip().startswith("其中"):
                scope = _Scope(topic=scope.topic, flow=scope.flow)
            self._sentence(at, offset, sentence, scope)

    def _sentence(self, at: int, offset: int, sentence: str, scope: _Scope) -> None:
        words = tokens(sentence)
        left: list[Token] = []
        clause: list[Token] = []
        stack: list[tuple[_Scope, list[Token]]] = []
        numbered = False
        for where, word in enumerate(words):
            if word.kind in ("hard", "open", "close"):
                self._end_of_clause(at, offset, sentence, clause, numbered, scope)
                scope.heading = [each for each in clause if each.kind in CONCEPTS] if not numbered else []
                left, clause, numbered = [], [], False
                if word.kind == "open":
                    stack.append((scope, left))
                    scope = scope.copy()
                elif word.kind == "close" and stack:
                    outer, _before = stack.pop()
                    outer.claims = [*outer.claims]
                    scope = outer
                continue
            if word.kind in ("number", "percent"):
                numbered = True
                right = _right(words, where)
                if word.kind == "percent":
                    bracket = where > 0 and words[where - 1].kind == "open"
                    self._share(at, offset, sentence, word, left, scope, bracket)
                else:
                    counted = amount(sentence, word)
                    if counted is not None:
                        self._number(at, offset, sentence, word, counted, left, right, scope)
                clause = [*clause, word]
                left = []
                continue
            left = [*left, word]
            clause = [*clause, word]
            self._remember(word, words, where, scope, sentence)
        self._end_of_clause(at, offset, sentence, clause, numbered, scope)

    # -- what words set -------------------------------------------------------------------------------

    def _remember(self, word: Token, words: list[Token], where: int, scope: _Scope, sentence: str) -> None:
        if word.kind == "year":
            scope.year = int(word.text[:4]) != self.report.year
        elif word.kind == "period":
            scope.year = True
        elif word.kind == "light" and word.text.startswith(("本年", "全年", "当年")):
            scope.year = False
        elif word.kind == "whole":
            scope.organ = False
        elif word.kind == "request":
            scope.topic = "requests"
        elif word.kind == "remedy":
            scope.topic = "remedies"
        elif word.kind == "object":
            scope.topic = "other" if scope.topic != "requests" else scope.topic
        elif word.kind in ("power", "document"):
            scope.topic = "other"

    def _foreign_organ(self, sentence: str, start: int, end: int) -> bool:
        """Whether the words before a concept name an organ that is only a part of, or other than, the issuer."""
        before = sentence[start:end]
        for each in self.names:
            before = before.replace(each, "")
        before = _KNOWN_PHRASES.sub("", before)
        stripped = _WHOLE.sub("", before)
        return bool(_ORGAN.search(stripped))

    # -- one number -----------------------------------------------------------------------------------

    def _number(
        self,
        at: int,
        offset: int,
        sentence: str,
        word: Token,
        counted: Amount,
        left: list[Token],
        right: list[Token],
        scope: _Scope,
    ) -> None:
        concepts = [each for each in left if each.kind in CONCEPTS]
        if left and self._foreign_organ(
            sentence, left[0].start, (concepts or left)[0].start if concepts else word.start
        ):
            scope.organ = True
        elif any(each.kind == "whole" for each in left):
            scope.organ = False
        queue = _groups(concepts) if any("分别" in each.text for each in left) else []
        if len(queue) > 1:
            scope.queue = queue[1:]
            concepts = queue[0]
        elif scope.queue and not any(each.kind in CONCEPTS or each.kind == "text" for each in left):
            concepts = scope.queue.pop(0)
        else:
            scope.queue = []
        foreign = scope.organ or scope.year or any(each.kind in _FOREIGN for each in left)
        certain = not _unknown(left, concepts)
        meaningful = [each for each in concepts if each.kind not in ("request", "apply")]
        if not meaningful:
            after = _suffix(right)
            if after:
                foreign = foreign or any(each.kind in _FOREIGN for each in right)
                concepts, meaningful = (
                    after,
                    [each for each in after if each.kind not in ("request", "apply")],
                )
                certain = not any(each.kind == "text" for each in left)
            elif scope.heading and all(
                each.kind in ("sum", "light", "soft", "whole", "year") for each in left
            ):
                concepts = scope.heading
                meaningful = [each for each in concepts if each.kind not in ("request", "apply")]
                certain = all(each.kind in ("remedy", "request", "apply") for each in concepts)
            elif any(each.kind == "sum" for each in left) and not foreign:
                self._grand_total(at, offset, word, counted, left, scope)
                return
        if not meaningful:
            return
        found = self._bind(sentence, word, counted, concepts, left, right, scope)
        if found is None:
            return
        readings, family, sure = found
        if foreign:
            if family == "documents":
                scope.document, scope.act = (), ""
            return
        claim = Claim(
            at,
            offset + word.start,
            offset + word.end,
            word.text,
            counted,
            tuple(dict.fromkeys(readings)),
            certain and sure,
            family,
        )
        scope.claims.append(claim)
        self.claims.append(claim)

    def _grand_total(
        self, at: int, offset: int, word: Token, counted: Amount, left: list[Token], scope: _Scope
    ) -> None:
        """“新收3525件，上年结转121件，共3646件”: the sum of what was said just before."""
        if (
            any(each.kind not in ("sum", "light", "soft", "whole", "year") for each in left)
            or len(scope.claims) < 2
        ):
            return
        first, second = scope.claims[-2:]
        ends = {(path3(NEW, TOTAL),), (path3(CARRIED_IN, TOTAL),)}
        if {first.readings[0], second.readings[0]} == ends and counted.unit in _COUNTED:
            reading = (path3(NEW, TOTAL), path3(CARRIED_IN, TOTAL))
            claim = Claim(
                at, offset + word.start, offset + word.end, word.text, counted, (reading,), True, "requests"
            )
            scope.claims.append(claim)
            self.claims.append(claim)

    def _bind(
        self,
        sentence: str,
        word: Token,
        counted: Amount,
        concepts: list[Token],
        left: list[Token],
        right: list[Token],
        scope: _Scope,
    ) -> tuple[list[Sum], str, bool] | None:
        """The readings of a number with its concepts, what family they are of, and whether that is sure."""
        kinds = {each.kind for each in concepts}
        if "power" in kinds:
            return self._power(counted, concepts, left, right)
        if counted.unit not in _COUNTED:
            return None
        if "document" in kinds or (
            "act" in kinds and scope.document and not kinds & {"row", "remedy", "who"}
        ):
            return self._document(concepts, right, scope)
        if "remedy" in kinds or (kinds & {"result", "other"} and scope.blocks and "row" not in kinds):
            return self._remedy(concepts, scope)
        if kinds & {"row", "flow", "who", "other"}:
            return self._request(sentence, word, concepts, left, right, scope)
        return None

    # -- powers, documents, remedies ------------------------------------------------------------------

    def _power(
        self, counted: Amount, concepts: list[Token], left: list[Token], right: list[Token]
    ) -> tuple[list[Sum], str, bool] | None:
        paths = [
            path2(*lexicon.POWERS[each.index][1])
            for each in _last_run(concepts, left)
            if each.kind == "power"
        ]
        if not paths:
            return None
        money = paths[0].endswith("amount_wan_yuan")
        if money != (counted.unit == "元"):
            return None
        if not money and counted.unit not in _COUNTED:
            return None
        mixed = any(each.kind in ("remedy", "row", "document") for each in concepts)
        applied = any(each.kind in ("apply", "request") for each in concepts)
        loose = counted.unit in _LOOSE and not any("决定" in each.text for each in left)
        behind = any(each.kind in ("text", "object", "publish", "row", "remedy") for each in right[:2])
        return [tuple(paths)], "powers", not (mixed or applied or loose or behind)

    def _document(
        self, concepts: list[Token], right: list[Token], scope: _Scope
    ) -> tuple[list[Sum], str, bool] | None:
        rows = tuple(
            self._document_row(lexicon.DOCUMENTS[each.index][1])
            for each in concepts
            if each.kind == "document"
        )
        acts = [lexicon.ACTS[each.index][1] for each in concepts if each.kind == "act"]
        scope.document = rows or scope.document
        act = acts[-1] if acts else scope.act
        scope.act = act
        column = self.acts.get(act)
        if not scope.document or column is None:
            return None
        mixed = len(set(acts)) > 1 or any(
            each.kind in ("flow", "row", "remedy", "apply") for each in concepts
        )
        return [tuple(path2("art20_1", row, column) for row in scope.document)], "documents", not mixed

    def _document_row(self, row: str) -> str:
        return "规范性文件" if row == "行政规范性文件" and self.report.form == "2019" else row

    def _remedy(self, concepts: list[Token], scope: _Scope) -> tuple[list[Sum], str, bool] | None:
        named = [each for each in concepts if each.kind == "remedy"]
        blocks = tuple(dict.fromkeys(code for each in named for code in lexicon.REMEDIES[each.index][1]))
        if {"litigation_direct"} < set(blocks) and any(
            lexicon.REMEDIES[each.index][1] == ("litigation_direct",) for each in named
        ):
            # “行政诉讼未经复议直接起诉”: the narrower word is meant.
            blocks = lexicon.REMEDIES[named[-1].index][1]
        elif {"litigation_after_review"} < set(blocks) and any(
            lexicon.REMEDIES[each.index][1] == ("litigation_after_review",) for each in named
        ):
            blocks = lexicon.REMEDIES[named[-1].index][1]
        scope.blocks = blocks or scope.blocks
        results: tuple[str, ...] = tuple(
            dict.fromkeys(
                key for each in concepts if each.kind == "result" for key in lexicon.RESULTS[each.index][1]
            )
        )
        if not results and any(each.kind == "other" for each in concepts):
            results = ("other",)
        flows = [lexicon.FLOWS[each.index][1] for each in concepts if each.kind == "flow"]
        sure = not any(each.kind in ("row", "who", "document", "act") for each in concepts)
        if (("3.7",),) in flows and not results:
            results, sure = ("maintained", "corrected", "other"), False
        elif any(("4",) in flow or ("2",) in flow for flow in flows):
            sure = False
        cells = tuple(path4(block, result) for block in scope.blocks for result in results or (TOTAL,))
        return ([cells], "remedies", sure) if cells else None

    # -- requests -------------------------------------------------------------------------------------

    def _request(
        self,
        sentence: str,
        word: Token,
        concepts: list[Token],
        left: list[Token],
        right: list[Token],
        scope: _Scope,
    ) -> tuple[list[Sum], str, bool] | None:
        run = _last_run(concepts, left or concepts)
        rows = [each for each in run if each.kind == "row"]
        who = [each for each in concepts if each.kind == "who"]
        flows = [each for each in concepts if each.kind == "flow"]
        columns = tuple(dict.fromkeys(code for each in who for code in lexicon.WHO[each.index][1])) or (
            TOTAL,
        )
        about = (
            any(each.kind in ("request", "apply") for each in (*left, *right[:4]))
            or scope.topic == "requests"
        )
        other_topic = scope.topic in ("remedies", "other") and not any(
            each.kind in ("request", "apply") for each in (*left, *right[:4])
        )
        if rows:
            codes = tuple(dict.fromkeys(code for each in rows for code in lexicon.ROWS[each.index][1]))
            return [self._cells(codes, columns)], "requests", scope.topic != "remedies" or about
        if any(each.kind == "other" for each in run) and not flows and not who:
            return self._other(scope)
        if flows:
            readings = self._flow_readings(flows, run)
            carried = readings and set(readings) <= {("2",), ("4",)}
            if readings is None:
                return None
            if not who:
                scope.flow = readings
            behind = next((each for each in right if each.kind not in ("light", "soft", "sum")), None)
            clean = behind is None or behind.kind in ("apply", "request", "row", "flow", "who")
            sure = (about and clean) or (bool(carried) and clean)
            if not about and clean and not carried:
                sure = not other_topic and any(("1",) in lexicon.FLOWS[each.index][1] for each in flows)
            if other_topic:
                sure = False
            if behind is not None and behind.kind in (
                "object",
                "channel",
                "publish",
                "power",
                "remedy",
                "document",
            ):
                return None
            return [self._cells(codes, columns) for codes in readings], "requests", sure
        last = scope.claims[-1] if scope.claims else None
        readings = scope.flow or _DEFAULT_FLOW
        found = [self._cells(codes, columns) for codes in dict.fromkeys((*readings, *_DEFAULT_FLOW))]
        if last is not None and last.family == "requests" and "其中" in sentence[: word.start]:
            under = {path.split("/")[1] for path in last.readings[0]}
            found.append(self._cells(tuple(sorted(under)), columns))
        formal = all(
            lexicon.WHO[each.index][1] != ("natural_person",) or each.text == "自然人" for each in who
        )
        return found, "requests", about and formal and not other_topic

    def _flow_readings(self, flows: list[Token], run: list[Token]) -> tuple[Sum, ...] | None:
        """What the verbs can mean; a year in them must be this one, the last or the next."""
        found: list[Sum] = []
        for each in flows:
            readings = lexicon.FLOWS[each.index][1]
            years = [int(year) - self.report.year for year in re.findall(r"20\d\d", each.text)]
            if years and readings in ((("2",),), (("4",),)):
                moved = _carried(readings, years)
                if moved is None:
                    return None
                readings = moved
            found += readings
        singles = {reading for reading in found if len(reading) == 1}
        if singles == {(NEW,), (CARRIED_IN,)} and len([each for each in run if each.kind == "flow"]) > 1:
            return ((NEW, CARRIED_IN),)
        return tuple(dict.fromkeys(found))

    def _other(self, scope: _Scope) -> tuple[list[Sum], str, bool] | None:
        """A bare “其他” goes on with the list it stands in."""
        last = scope.claims[-1] if scope.claims else None
        if last is None:
            return None
        if last.family == "requests":
            row, column = last.readings[0][0].split("/")[1:]
            if column != TOTAL:
                return (
                    [self._cells((code.split("/")[1],), ("other_org",)) for code in last.readings[0]],
                    "requests",
                    False,
                )
            sixth = self._cells(lexicon.OTHERWISE, (TOTAL,))
            if row.startswith("3.6") and len(sixth) > 1:
                return [(path3("3.6.3", TOTAL),), sixth], "requests", True
            return [sixth, (path3("3.6.3", TOTAL),)], "requests", False
        return None

    def _cells(self, codes: Sum, columns: Sum) -> Sum:
        found = []
        for code in codes:
            if code.startswith("-"):
                sixth = [each for each in lexicon.OTHERWISE if each in self.rows]
                found += [f"-{path3(each, column)}" for each in sixth for column in columns]
            elif code in self.rows:
                found += [path3(code, column) for column in columns]
        return tuple(found)

    # -- shares ---------------------------------------------------------------------------------------

    def _share(
        self,
        at: int,
        offset: int,
        sentence: str,
        word: Token,
        left: list[Token],
        scope: _Scope,
        bracket: bool,
    ) -> None:
        before = sentence[left[0].start : word.start] if left else ""
        if not word.text.endswith("%") or any(each.kind in ("compare", "other_year") for each in left):
            return
        if "率" in before or scope.organ or scope.year:
            return
        says = "占" in before or "比重" in before or "比例" in before
        last = scope.claims[-1] if scope.claims else None
        concepts = [each for each in left if each.kind in CONCEPTS]
        named = [
            each for each in concepts if each.start < offset + word.start and each.kind in ("row", "who")
        ]
        mark = sentence.rfind("占", 0, word.start)
        own = [each for each in named if each.end <= mark]
        if says and own:
            readings = self._own_readings(own, scope)
            self.shares.append(
                Share(
                    at,
                    offset + word.start,
                    offset + word.end,
                    word.text,
                    word.text[:-1],
                    None,
                    readings,
                    False,
                )
            )
            return
        if last is None or last.sentence != at or not (says or bracket):
            return
        unsure = _unknown(left, []) or any(each.kind in _FOREIGN - {"compare"} for each in left) or bool(own)
        readings = last.readings[0]
        self.shares.append(
            Share(
                at,
                offset + word.start,
                offset + word.end,
                word.text,
                word.text[:-1],
                last,
                readings,
                says and last.certain and not unsure,
            )
        )

    def _own_readings(self, own: list[Token], scope: _Scope) -> Sum:
        codes = [code for each in own if each.kind == "row" for code in lexicon.ROWS[each.index][1]]
        columns = [code for each in own if each.kind == "who" for code in lexicon.WHO[each.index][1]]
        return self._cells(tuple(codes) or (NEW,), tuple(columns) or (TOTAL,))

    # -- nothing --------------------------------------------------------------------------------------

    def _end_of_clause(
        self, at: int, offset: int, sentence: str, clause: list[Token], numbered: bool, scope: _Scope
    ) -> None:
        """“未收到政府信息公开申请”, “未发生行政复议、行政诉讼”: claims of none."""
        if numbered or not clause:
            return
        start, end = clause[0].start, clause[-1].end
        negated = _NEGATED.search(sentence, start, end)
        if negated is None:
            return
        region = [each for each in clause if each.end > negated.start()]
        ours = {
            "remedy",
            "request",
            "apply",
            "flow",
            "light",
            "soft",
            "text",
            "sum",
            "act",
            "document",
            "whole",
        }
        if any(each.kind not in ours for each in region) or scope.organ or scope.year:
            return
        unknown = "".join(each.text for each in region if each.kind == "text")
        if unknown.strip("未无没有暂尚并，收接任何被曾过到") or self._foreign_organ(
            sentence, start, negated.start()
        ):
            return
        nothing = Amount(0, "件", "exact", Decimal(1))
        kinds = {each.kind for each in region}
        flows = [each for each in region if each.kind == "flow"]
        found: list[tuple[tuple[Sum, ...], str]] = []
        if "remedy" in kinds:
            for each in region:
                if each.kind == "remedy":
                    blocks = lexicon.REMEDIES[each.index][1]
                    found.append(((tuple(path4(block, TOTAL) for block in blocks),), "remedies"))
        elif "document" in kinds:
            acts = [lexicon.ACTS[each.index][1] for each in region if each.kind == "act"]
            column = self.acts.get(acts[0]) if len(acts) == 1 else None
            rows = [lexicon.DOCUMENTS[each.index][1] for each in region if each.kind == "document"]
            if column:
                cells = tuple(path2("art20_1", self._document_row(row), column) for row in rows)
                found.append(((cells,), "documents"))
        elif flows and any(lexicon.FLOWS[each.index][1] in ((("4",),),) for each in flows):
            found.append(((self._cells((CARRIED_OUT,), (TOTAL,)),), "requests"))
        elif (
            kinds & {"request"}
            and (flows or "申请" in sentence[negated.start() : end])
            and all(("1",) in lexicon.FLOWS[each.index][1] for each in flows)
        ):
            readings = (self._cells((NEW,), (TOTAL,)), self._cells((NEW, CARRIED_IN), (TOTAL,)))
            found.append((readings, "requests"))
        for readings, family in found:
            self.claims.append(
                Claim(
                    at,
                    offset + negated.start(),
                    offset + end,
                    sentence[negated.start() : end],
                    nothing,
                    readings,
                    True,
                    family,
                )
            )


def _carried(readings: tuple[Sum, ...], years: list[int]) -> tuple[Sum, ...] | None:
    """“2023年结转” is last year's for a report of 2024, “结转2025年” next year's; other years are not the report's."""
    if len(years) > 1:
        years = years[:1] if readings == ((CARRIED_IN,),) else years[-1:]
    year = years[0]
    if readings == ((CARRIED_IN,),):
        return {-1: ((CARRIED_IN,),), 0: ((CARRIED_OUT,),)}.get(year)
    return {1: ((CARRIED_OUT,),), 0: ((CARRIED_IN,),)}.get(year)


def _right(words: list[Token], where: int) -> list[Token]:
    """The words after a number up to the next number or the end of its clause."""
    found = []
    for each in words[where + 1 :]:
        if each.kind in ("number", "percent", "hard", "open", "close"):
            break
        found.append(each)
    return found


def _suffix(right: list[Token]) -> list[Token]:
    """“1431件予以公开”: the concept straight after a number."""
    found: list[Token] = []
    for each in right:
        if each.kind in ("light", "apply", "request", "soft"):
            if each.kind == "soft" and found and each.text == "、":
                break
            found += [each] if each.kind in ("apply", "request") else []
            continue
        if each.kind == "row" or (
            each.kind == "flow" and lexicon.FLOWS[each.index][1] in ((("4",),), (("2",),))
        ):
            return [*found, each]
        break
    return []


def _unknown(left: list[Token], concepts: list[Token]) -> bool:
    """Whether words nobody knows stand straight before the concept, or between it and the number."""
    if not concepts:
        return any(each.kind == "text" for each in left)
    first, last = concepts[0], concepts[-1]
    before = [each for each in left if each.end <= first.start]
    if before and before[-1].kind == "text":
        return True
    return any(
        each.kind == "text" for each in left if each.start >= first.end and each.start > last.start
    ) or any(each.kind == "text" for each in left if first.end <= each.start < last.start)


def _groups(concepts: list[Token]) -> list[list[Token]]:
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


def _last_run(concepts: list[Token], left: list[Token]) -> list[Token]:
    """The concepts that belong together at the end: those joined by 、 and 和, and by light words."""
    run: list[Token] = []
    joined = True
    for each in reversed(left if left else concepts):
        if each.kind in CONCEPTS:
            if each not in concepts:
                continue
            same = run and each.kind == _main(run)
            if run and same and not joined:
                break
            run.insert(0, each)
            joined = False
        elif each.kind == "soft":
            joined = True
    return run or concepts


def _main(run: list[Token]) -> str:
    return next((each.kind for each in run if each.kind not in ("request", "apply")), "")


def _names(issuer: str) -> tuple[str, ...]:
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
    return tuple(sorted((each for each in found if len(each) > 1), key=len, reverse=True))


def cells_of(readings: Sum) -> tuple[str, ...]:
    return tuple(path.removeprefix("-") for path in readings)
