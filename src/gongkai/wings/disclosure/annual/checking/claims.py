"""What the sentences of a report claim about its tables: each number bound to the cells it can mean. Pure.

A claim is certain only if every word between and before its parts is known; what speaks of another organ, year, channel
or subject is no claim at all. So a claim may be missed, but a true sentence is not called false.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from gongkai.wings.disclosure.annual.checking import lexicon
from gongkai.wings.disclosure.annual.checking.binding import COUNTED, Binder, Claim, Scope, of_documents
from gongkai.wings.disclosure.annual.checking.growth import (
    Growth,
    against_last,
    change_of_requests,
    nothing_else,
    of_requests_behind,
    said_change,
    told_last,
)
from gongkai.wings.disclosure.annual.checking.phrases import (
    CONCEPTS,
    ORGAN,
    Sum,
    amount_of_requests,
    bare_amount,
    groups,
    names,
    organ_behind,
    suffix,
    unknown,
    words_behind,
)
from gongkai.wings.disclosure.annual.checking.scanning import Amount, Token, amount, plain, sentences, tokens
from gongkai.wings.disclosure.annual.forms import (
    CARRIED_IN,
    CARRIED_OUT,
    CONCLUDED,
    NEW,
    TOTAL,
    path2,
    path3,
    path4,
)
from gongkai.wings.disclosure.annual.shape import Report

_FOREIGN: Final = frozenset({"compare", "publish", "object", "channel", "topic", "other_year"})
"""Units that also count other things than decisions."""
_WHOLE: Final = re.compile(lexicon.WHOLE)
_SUBJECT: Final = re.compile(lexicon.SUBJECT)
_KNOWN_PHRASES: Final = re.compile(f"{lexicon.REQUESTS}|行政机关")
_ALL: Final = ("全市", "全省", "全县", "全区", "全州", "全系统", "各级", "各地")
_HEADING: Final = re.compile(
    r"\s*(?:[一二三四五六七八九十]+、|\([一二三四五六七八九十\d]+\)|\d+[、.])[^。;,，\d]{2,30}"
)
"""A paragraph that only says what the next one is about."""
_OURS: Final = re.compile(r"信息公开(?:的)?申请|依申请公开")
_NEGATED: Final = re.compile(lexicon.NEGATION)
_IN_NOTHING: Final = frozenset(
    {
        *("remedy", "request", "apply", "flow", "who", "act", "document"),
        *("light", "soft", "text", "sum", "whole", "date", "year", "power"),
    }
)
"""Kinds of words that may stand in a clause that says there was nothing."""


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


def read(report: Report) -> tuple[list[Claim], list[Share], list[Growth]]:
    """Every claim, every share and every change since last year the narrative tells of."""
    reader = _Reader(report)
    heading = ""
    for at, text in enumerate(report.narrative):
        reader.paragraph(at, text, under=heading)
        heading = text if _HEADING.fullmatch(plain(text)) else ""
    return reader.claims, reader.shares, reader.growths


def _left_over(left: list[Token], after: list[Token]) -> bool:
    """“其余5件结转下年度”: what is left is a topic of its own, but here it is what the form calls carried out."""
    flows = [lexicon.FLOWS[each.index][1] for each in after if each.kind == "flow"]
    foreign = [each.text for each in left if each.kind in _FOREIGN]
    return flows == [((CARRIED_OUT,),)] and set(foreign) <= lexicon.REST


def _start_of_change(left: list[Token]) -> int:
    return next((each.start for each in left if each.kind == "compare"), 0)


class _Reader(Binder):
    def __init__(self, report: Report) -> None:
        super().__init__(report)
        self.names = names(report.issuer)
        self.part = len(report.issuer) > 2 and not report.issuer.endswith(("政府", "管理委员会", "管委会"))
        """Whether the issuer is one organ among those of its city, so that “全市” is not what it reports on."""
        self.claims: list[Claim] = []
        self.shares: list[Share] = []
        self.growths: list[Growth] = []

    def paragraph(self, at: int, text: str, *, under: str = "") -> None:
        named = any(each.kind == "request" for each in tokens(plain(under)))
        scope = Scope(topic="requests" if named else "")
        for offset, sentence in sentences(plain(text)):
            if not sentence.lstrip().startswith("其中"):
                scope = Scope(topic=scope.topic, flow=scope.flow)
            scope.consumed = 0
            self._sentence(at, offset, sentence, scope)

    def _sentence(self, at: int, offset: int, sentence: str, scope: Scope) -> None:
        words = tokens(sentence, self.names)
        left: list[Token] = []
        clause: list[Token] = []
        stack: list[tuple[Scope, list[Token], list[Token], bool, Claim | None]] = []
        numbered = False
        grown: Claim | None = None
        ahead: list[tuple[Token, bool]] = []
        for where, word in enumerate(words):
            if word.kind == "open":
                # What stands before a bracket goes on behind it: “市政府（含办公室）共收到…”.
                stack.append((scope, left, clause, numbered, grown))
                scope, left, clause, numbered = scope.copy(), [], [], False
                continue
            if word.kind in ("hard", "close"):
                self._end_of_clause(at, offset, sentence, clause, numbered, scope)
                if word.kind == "close" and stack:
                    scope, left, clause, numbered, grown = stack.pop()
                    continue
                self._end_of_heading(sentence, clause, numbered, scope)
                scope.label = word.text == ":" and not any(each.kind == "text" for each in clause)
                left, clause, numbered = [], [], False
                continue
            if word.kind in ("number", "percent"):
                numbered = True
                right = words_behind(words, where)
                known = len(scope.claims)
                change = said_change(left, sentence, word, self.report.year)
                named = change_of_requests(left, sentence, word, self.report.year)
                opens = change is not None and self._opens(at, offset, sentence, words[:where], scope, ahead)
                if change is not None and opens and of_requests_behind(right):
                    named = change
                if named is not None:
                    self._growth_of_requests(at, offset, sentence, word, scope, named)
                elif change is not None:
                    if opens and all(each.kind == "light" and each.text != "的" for each in right):
                        ahead.append((word, change))
                    self._growth(at, offset, sentence, word, left, scope, change, grown)
                elif word.kind == "percent":
                    bracket = where > 0 and words[where - 1].kind == "open"
                    self._share(at, offset, sentence, word, left, scope, bracket)
                else:
                    counted = amount(sentence, word)
                    if counted is not None:
                        self._number(at, offset, sentence, word, counted, left, right, scope)
                if change is None and named is None:
                    self._grown_ahead(at, offset, sentence, ahead, scope, known)
                    ahead = []
                if change is None and not told_last(left, sentence, word, self.report.year):
                    # What the next “同比增长” is of: the number just named, and nothing further back.
                    grown = scope.claims[-1] if len(scope.claims) > known else None
                clause = [*clause, word]
                left = []
                continue
            left = [*left, word]
            clause = [*clause, word]
            self._remember(word, words, where, scope, sentence)
        self._end_of_clause(at, offset, sentence, clause, numbered, scope)

    def _end_of_heading(self, sentence: str, clause: list[Token], numbered: bool, scope: Scope) -> None:
        """A clause without a number may say what, whose and of whom the numbers after it are."""
        scope.heading = [each for each in clause if each.kind in CONCEPTS] if not numbered else []
        scope.listed = False
        if not scope.heading:
            return
        if any(each.kind in ("flow", "row", "remedy") for each in scope.heading) and self._foreign_organ(
            sentence, clause[0].start, scope.heading[0].start
        ):
            scope.organ = True
        who = [each for each in scope.heading if each.kind == "who"]
        if who:
            scope.who = tuple(code for each in who for code in lexicon.WHO[each.index][1])

    # -- what words set -------------------------------------------------------------------------------

    def _remember(self, word: Token, words: list[Token], where: int, scope: Scope, sentence: str) -> None:
        if word.kind == "year" and where and words[where - 1].kind == "compare":
            return
        if word.kind == "year":
            several = [
                each for each in words[:where] if each.kind == "year" and each.text[:4] != word.text[:4]
            ]
            scope.year = int(word.text[:4]) != self.report.year or ("分别" in sentence and bool(several))
        elif word.kind == "period":
            scope.year = True
        elif word.kind in ("light", "date") and word.text.startswith(("本年", "全年", "当年", "今年")):
            scope.year = False
        elif word.kind == "whole":
            scope.organ = self.part and word.text.startswith(_ALL)
        elif word.kind == "request":
            scope.topic = "requests"
        elif word.kind == "remedy" and scope.topic != "requests":
            if where and words[where - 1].text.startswith("涉") and not scope.blocks:
                scope.beside = scope.topic == "other" or not nothing_else(words[: where - 1])
            scope.topic = "remedies"
        elif (
            word.kind == "object" and (scope.topic != "requests" or _SUBJECT.fullmatch(word.text))
        ) or word.kind in ("power", "document"):
            scope.topic = "other"

    def _foreign_organ(self, sentence: str, start: int, end: int) -> bool:
        """Whether the words before a concept name an organ that is only a part of, or other than, the issuer."""
        before = sentence[start:end]
        for each in self.names:
            before = before.replace(each, "")
        before = _KNOWN_PHRASES.sub("", before)
        stripped = _WHOLE.sub("", before)
        return bool(ORGAN.search(stripped))

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
        scope: Scope,
    ) -> None:
        # “2件维持、1件纠正”: what stood behind the last number is that number's.
        left = [each for each in left if each.start >= scope.consumed]
        concepts = [each for each in left if each.kind in CONCEPTS]
        if left and self._foreign_organ(
            sentence, left[0].start, (concepts or left)[0].start if concepts else word.start
        ):
            scope.organ = True
        elif any(each.kind == "whole" for each in left):
            scope.organ = self.part and any(
                each.text.startswith(_ALL) for each in left if each.kind == "whole"
            )
        queue = groups(concepts) if any("分别" in each.text for each in left) else []
        if len(queue) > 1:
            scope.queue = queue[1:]
            concepts = queue[0]
        elif scope.queue and not any(each.kind in CONCEPTS or each.kind == "text" for each in left):
            concepts = scope.queue.pop(0)
        else:
            scope.queue = []
        goes_on = scope.listed and (not left or left[0].kind == "soft")
        foreign = scope.organ or scope.year or goes_on or any(each.kind in _FOREIGN for each in left)
        scope.listed = foreign
        certain = not unknown(left, concepts) and not organ_behind(right)
        if foreign and any(each.kind == "document" for each in concepts):
            scope.document, scope.act = (), ""
            return
        meaningful = [each for each in concepts if each.kind not in ("request", "apply")]
        if not meaningful:
            last = scope.claims[-1].family if scope.claims and scope.claims[-1].sentence == at else ""
            after = suffix(right, after=last)
            if after:
                foreign = foreign or any(each.kind in _FOREIGN for each in right)
                if _left_over(left, after) and not (scope.organ or scope.year):
                    foreign = False
                concepts, meaningful = (
                    after,
                    [each for each in after if each.kind not in ("request", "apply")],
                )
                certain = not any(each.kind == "text" for each in left)
                scope.consumed = after[-1].end
            elif scope.heading and all(
                each.kind in ("sum", "light", "soft", "whole", "year") for each in left
            ):
                concepts = scope.heading
                meaningful = [each for each in concepts if each.kind not in ("request", "apply")]
                certain = all(each.kind in ("remedy", "request", "apply") for each in concepts) or (
                    # “结转下年度继续办理：5”
                    scope.label and not left and len(meaningful) == 1
                )
            elif (
                (concepts and amount_of_requests(left))
                or (
                    bare_amount(left, right, sentence[: word.start])
                    and not (scope.blocks or of_documents(sentence))
                )
            ) and (counted.unit in COUNTED and not foreign):
                readings = [self._cells(codes, (TOTAL,)) for codes in (("1",), ("1", "2"), ("3.7",))]
                self._claim(at, offset, word, counted, readings, certain, "requests", scope)
                return
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
            return
        self._claim(at, offset, word, counted, readings, certain and sure, family, scope)

    def _claim(
        self,
        at: int,
        offset: int,
        word: Token,
        counted: Amount,
        readings: list[Sum],
        certain: bool,
        family: str,
        scope: Scope,
    ) -> None:
        if family == "requests" and certain:
            scope.topic = "requests"
        span = (offset + word.start, offset + word.end)
        claim = Claim(at, *span, word.text, counted, tuple(dict.fromkeys(readings)), certain, family)
        scope.claims.append(claim)
        self.claims.append(claim)

    def _grand_total(
        self, at: int, offset: int, word: Token, counted: Amount, left: list[Token], scope: Scope
    ) -> None:
        """“新收3525件，上年结转121件，共3646件”: the sum of what was said just before."""
        if (
            any(each.kind not in ("sum", "light", "soft", "whole", "year") for each in left)
            or len(scope.claims) < 2
        ):
            return
        first, second = scope.claims[-2:]
        ends = {(path3(NEW, TOTAL),), (path3(CARRIED_IN, TOTAL),)}
        if {first.readings[0], second.readings[0]} == ends and counted.unit in COUNTED:
            reading = (path3(NEW, TOTAL), path3(CARRIED_IN, TOTAL))
            self._claim(at, offset, word, counted, [reading], True, "requests", scope)

    # -- changes since last year ----------------------------------------------------------------------

    def _growth(
        self,
        at: int,
        offset: int,
        sentence: str,
        word: Token,
        left: list[Token],
        scope: Scope,
        grows: bool,
        grown: Claim | None,
    ) -> None:
        """“收到37件，同比增长23.3%”, “申请量较上年增加7件”: of the number just named, or of what stands before."""
        counted = amount(sentence, word) if word.kind == "number" else None
        percent = word.text.endswith("%")
        if scope.organ or scope.year or not (percent or (counted and counted.nearness == "exact")):
            return
        before = [each for each in left if each.start < _start_of_change(left)]
        concepts = [each for each in before if each.kind in CONCEPTS]
        if concepts:
            if self._foreign_organ(sentence, before[0].start, word.start) or not amount_of_requests(before):
                return
            readings = tuple(self._cells(codes, (TOTAL,)) for codes in (("1",), ("1", "2")))
        elif grown is not None and grown.certain and (percent or (counted and counted.unit in COUNTED)):
            readings = grown.readings
        else:
            return
        self._changed(at, offset, sentence, word, grows, readings)

    def _growth_of_requests(
        self, at: int, offset: int, sentence: str, word: Token, scope: Scope, grows: bool
    ) -> None:
        """“较上年多收到政府信息公开申请7件”, “增加7件政府信息公开申请”: the requests are named beside the change."""
        if scope.organ or scope.year or not (scope.topic == "requests" or _OURS.search(sentence)):
            return
        readings = tuple(self._cells(codes, (TOTAL,)) for codes in (("1",), ("1", "2")))
        self._changed(at, offset, sentence, word, grows, readings)

    def _opens(
        self,
        at: int,
        offset: int,
        sentence: str,
        before: list[Token],
        scope: Scope,
        ahead: list[tuple[Token, bool]],
    ) -> bool:
        """Whether a change is told before anything that could have changed has been named."""
        said = [each for each in before if each not in [word for word, _grows in ahead]]
        first = not any(each.sentence == at for each in self.claims)
        return (
            first
            and (scope.topic == "requests" or not (scope.topic or offset))
            and nothing_else(said)
            and against_last(sentence[: before[-1].end] if before else "", self.report.year)
        )

    def _grown_ahead(
        self, at: int, offset: int, sentence: str, ahead: list[tuple[Token, bool]], scope: Scope, known: int
    ) -> None:
        """“同比增长23.3%，共收到政府信息公开申请37件”: the change told first is of the requests received."""
        told = scope.claims[known:]
        if len(told) == 1 and told[0].certain and told[0].readings[0] == (path3(NEW, TOTAL),):
            for word, grows in ahead:
                self._changed(at, offset, sentence, word, grows, told[0].readings)

    def _changed(
        self, at: int, offset: int, sentence: str, word: Token, grows: bool, readings: tuple[Sum, ...]
    ) -> None:
        counted = amount(sentence, word) if word.kind == "number" else None
        percent = word.text.endswith("%")
        if not percent and not (counted and counted.nearness == "exact" and counted.unit in COUNTED):
            return
        said = Decimal(word.text[:-1]) if percent else Decimal(counted.value) if counted else Decimal(0)
        span = (offset + word.start, offset + word.end)
        self.growths.append(Growth(at, *span, word.text, said, percent, grows, readings))

    # -- shares ---------------------------------------------------------------------------------------

    def _share(
        self,
        at: int,
        offset: int,
        sentence: str,
        word: Token,
        left: list[Token],
        scope: Scope,
        bracket: bool,
    ) -> None:
        before = sentence[left[0].start : word.start] if left else ""
        if not word.text.endswith("%") or any(each.kind in ("compare", "other_year") for each in left):
            return
        if "率" in before or "分别" in before or scope.organ or scope.year:
            return
        says = "占" in before or "比重" in before or "比例" in before
        last = scope.claims[-1] if scope.claims else None
        concepts = [each for each in left if each.kind in CONCEPTS]
        named = [
            each for each in concepts if each.start < offset + word.start and each.kind in ("row", "who")
        ]
        mark = sentence.rfind("占", 0, word.start)
        own = [each for each in named if each.end <= mark]
        own = own or [each for each in scope.heading if each.kind in ("row", "who")]
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
        unknown = "".join(each.text for each in left if each.kind == "text").strip("占比重例约达全部所的到")
        unsure = bool(unknown) or any(each.kind in _FOREIGN - {"compare"} for each in left) or bool(own)
        readings = last.readings[0]
        # A share of what is itself a whole (new, carried over, concluded) is of something the text does not name.
        part = not any(
            path.split("/")[1:] in ([code, TOTAL] for code in (NEW, CARRIED_IN, CARRIED_OUT, CONCLUDED))
            for path in readings
        )
        sure = says and part and last.certain and not unsure
        place = (at, offset + word.start, offset + word.end, word.text, word.text[:-1])
        self.shares.append(Share(*place, last, readings, sure))

    def _own_readings(self, own: list[Token], scope: Scope) -> Sum:
        codes = [code for each in own if each.kind == "row" for code in lexicon.ROWS[each.index][1]]
        columns = [code for each in own if each.kind == "who" for code in lexicon.WHO[each.index][1]]
        return self._cells(tuple(codes) or (NEW,), tuple(columns) or (TOTAL,))

    # -- nothing --------------------------------------------------------------------------------------

    def _end_of_clause(
        self, at: int, offset: int, sentence: str, clause: list[Token], numbered: bool, scope: Scope
    ) -> None:
        """“未收到政府信息公开申请”, “未发生行政复议、行政诉讼”: claims of none."""
        if numbered or not clause:
            return
        start, end = clause[0].start, clause[-1].end
        negated = _NEGATED.search(sentence, start, end)
        if negated is None:
            return
        region = [each for each in clause if each.end > negated.start()]
        if any(each.kind not in _IN_NOTHING for each in region) or scope.organ or scope.year:
            return
        unknown = "".join(each.text for each in region if each.kind == "text")
        if unknown.strip("未无没有暂尚并，.…收接任何被曾过到") or self._foreign_organ(
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
        elif "power" in kinds:
            if not kinds & {"flow", "apply", "request", "who", "act"} and re.search(
                "作出|实施", sentence[start:end]
            ):
                powers = [lexicon.POWERS[each.index][1] for each in region if each.kind == "power"]
                cells = tuple(path2(*power) for power in powers if power[2] == "decisions")
                found += [(((cell,),), "powers") for cell in cells]
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
            who = [code for each in region if each.kind == "who" for code in lexicon.WHO[each.index][1]]
            columns = tuple(dict.fromkeys(who)) or (TOTAL,)
            readings = (self._cells((NEW,), columns), self._cells((NEW, CARRIED_IN), columns))
            found.append((readings, "requests"))
        for each_readings, family in found:
            self.claims.append(
                Claim(
                    at,
                    offset + negated.start(),
                    offset + end,
                    sentence[negated.start() : end],
                    nothing,
                    each_readings,
                    True,
                    family,
                )
            )
