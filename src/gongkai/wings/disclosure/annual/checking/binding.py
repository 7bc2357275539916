"""A number of a sentence and its words bound to the sums of cells it can mean. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from gongkai.wings.disclosure.annual.checking import lexicon
from gongkai.wings.disclosure.annual.checking.phrases import Sum, carried, last_run, narrowest
from gongkai.wings.disclosure.annual.checking.scanning import Amount, Token
from gongkai.wings.disclosure.annual.forms import CARRIED_IN, NEW, TOTAL, path2, path3, path4
from gongkai.wings.disclosure.annual.shape import Report

COUNTED: Final = frozenset({"", "件", "件次", "宗", "条", "项", "个", "例", "起", "份", "部", "次"})
_LOOSE: Final = frozenset({"项", "条", "个", "次", "份", "部"})
_OURS_AMONG: Final = re.compile(r"(?:其中|含|包括).{0,40}信息公开")
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


@dataclass(slots=True)
class Scope:
    """What the words before have set: whose numbers, which year, which heading."""

    organ: bool = False
    year: bool = False
    topic: str = ""
    flow: tuple[Sum, ...] = ()
    blocks: tuple[str, ...] = ()
    every_block: tuple[str, ...] = ()
    document: tuple[str, ...] = ()
    act: str = ""
    claims: list[Claim] = field(default_factory=list)
    queue: list[list[Token]] = field(default_factory=list)
    heading: list[Token] = field(default_factory=list)
    who: tuple[str, ...] = ()
    consumed: int = 0
    """Up to where the words of the sentence have been taken by the number before them."""
    label: bool = False
    """Whether the heading ends with a colon and holds only known words."""
    beside: bool = False
    """Whether remedies are named as what something else than requests led to: “征地项目72个，涉及复议21件”."""
    listed: bool = False
    """Whether the number before was about something else, so that what is listed on with it is too."""

    def copy(self) -> Scope:
        return Scope(
            self.organ,
            self.year,
            self.topic,
            self.flow,
            self.blocks,
            self.every_block,
            self.document,
            self.act,
            list(self.claims),
            [],
            [],
            self.who,
            beside=self.beside,
            listed=self.listed,
        )


_PROACTIVE: Final = re.compile(r"主动公开\D{0,6}\d")
_ON_REQUEST: Final = re.compile(r"依申请公开(?!申请)[^\d收受办答]{0,4}\d")


def of_documents(sentence: str) -> bool:
    """“制发公文120件，主动公开80件、依申请公开30件、不予公开10件”: attributes of documents, not results of requests."""
    return bool(_PROACTIVE.search(sentence) and _ON_REQUEST.search(sentence))


class Binder:
    """Binds numbers to the cells of one report's form."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.rows = {row.code for row in report.official.rows}
        self.acts = lexicon.ACT_COLUMNS[report.form]

    def _bind(
        self,
        sentence: str,
        word: Token,
        counted: Amount,
        concepts: list[Token],
        left: list[Token],
        right: list[Token],
        scope: Scope,
    ) -> tuple[list[Sum], str, bool] | None:
        """The readings of a number with its concepts, what family they are of, and whether that is sure."""
        kinds = {each.kind for each in concepts}
        if "power" in kinds:
            return self._power(counted, concepts, left, right)
        if counted.unit not in COUNTED:
            return None
        if "document" in kinds or (
            "act" in kinds and scope.document and not kinds & {"row", "remedy", "who"}
        ):
            return self._document(concepts, right, scope)
        if "remedy" in kinds or (kinds & {"result", "other"} and scope.blocks and "row" not in kinds):
            return self._remedy(sentence, word, concepts, scope)
        if kinds & {"row", "flow", "who", "other"}:
            return self._request(sentence, word, concepts, left, right, scope)
        return None

    # -- powers, documents, remedies ------------------------------------------------------------------

    def _power(
        self, counted: Amount, concepts: list[Token], left: list[Token], right: list[Token]
    ) -> tuple[list[Sum], str, bool] | None:
        paths = [
            path2(*lexicon.POWERS[each.index][1]) for each in last_run(concepts, left) if each.kind == "power"
        ]
        if not paths:
            return None
        money = paths[0].endswith("amount_wan_yuan")
        if money != (counted.unit == "元"):
            return None
        if not money and counted.unit not in COUNTED:
            return None
        mixed = any(each.kind in ("remedy", "row", "document") for each in concepts)
        if any(each.kind in ("apply", "request") for each in concepts):
            return None
        if counted.unit in _LOOSE and not any("决定" in each.text for each in left):
            return None
        behind = any(each.kind in ("text", "object", "publish", "row", "remedy") for each in right[:2])
        return [tuple(paths)], "powers", not (mixed or behind)

    def _document(
        self, concepts: list[Token], right: list[Token], scope: Scope
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

    def _remedy(
        self, sentence: str, word: Token, concepts: list[Token], scope: Scope
    ) -> tuple[list[Sum], str, bool] | None:
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
        scope.every_block = tuple(dict.fromkeys((*scope.every_block, *blocks)))
        results: tuple[str, ...] = tuple(
            dict.fromkeys(
                key for each in concepts if each.kind == "result" for key in lexicon.RESULTS[each.index][1]
            )
        )
        if not results and any(each.kind == "other" for each in concepts):
            results = ("other",)
        flows = [lexicon.FLOWS[each.index][1] for each in concepts if each.kind == "flow"]
        sure = not any(each.kind in ("row", "who", "document", "act") for each in concepts)
        ours = scope.topic == "requests" or any(each.kind == "request" for each in concepts)
        ended = results == ("maintained", "corrected", "other")
        answered = any(flow[0] == ("3.7",) for flow in flows)
        if (answered and not results) or any("应诉" in each.text for each in named):
            # Answers given to the reviewing organ, suits of the organ of every kind: not the cases of the table.
            sure = False
        if not ours and scope.beside:
            sure = False
        if not ours and _OURS_AMONG.search(sentence, word.end):
            # “行政复议12件，其中信息公开4件”: the first number counts all kinds.
            sure = False
        if not ours and (ended or flows or "司法" in self.report.issuer):
            # A department of justice speaks of all reviews, not only those of disclosure.
            sure = False
        if (("3.7",),) in flows and not results:
            results, sure = ("maintained", "corrected", "other"), False
        elif any(("4",) in flow or ("2",) in flow for flow in flows):
            sure = False
        readings = [scope.blocks]
        if not named and scope.every_block != scope.blocks:
            # “行政复议170件、行政诉讼77件，共纠正18件”: of both, or of the last.
            readings.insert(0, scope.every_block)
        found = [
            tuple(path4(block, each) for block in blocks for each in results or (TOTAL,))
            for blocks in readings
        ]
        return (found, "remedies", sure) if found[0] else None

    # -- requests -------------------------------------------------------------------------------------

    def _request(
        self,
        sentence: str,
        word: Token,
        concepts: list[Token],
        left: list[Token],
        right: list[Token],
        scope: Scope,
    ) -> tuple[list[Sum], str, bool] | None:
        run = last_run(concepts, left or concepts)
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
            codes = narrowest(rows, [each for each in concepts if each.kind == "row"])
            found = [self._cells(codes, columns)]
            if scope.who and not who:
                found.insert(0, self._cells(codes, scope.who))
            return (
                found,
                "requests",
                (scope.topic not in ("remedies", "other") or about) and not of_documents(sentence),
            )
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
                sure = any(("1",) in lexicon.FLOWS[each.index][1] for each in flows)
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
            if not (sure or about):
                return None
            return [self._cells(codes, columns) for codes in readings], "requests", sure
        last = scope.claims[-1] if scope.claims else None
        readings = scope.flow or _DEFAULT_FLOW
        found = [self._cells(codes, columns) for codes in dict.fromkeys((*readings, *_DEFAULT_FLOW))]
        said = sentence[: word.start]
        if last is not None and last.family == "requests":
            # “予以公开13件（自然人12件、商业企业1件）”: of what stands before the bracket.
            under = self._cells(tuple(sorted({path.split("/")[1] for path in last.readings[0]})), columns)
            found.insert(0 if said.rfind("(") > said.rfind(")") else len(found), under)
        about = about or any(each.text == "申请人" for each in left)
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
                moved = carried(readings, years)
                if moved is None:
                    return None
                readings = moved
            found += readings
        singles = {reading for reading in found if len(reading) == 1}
        if singles == {(NEW,), (CARRIED_IN,)} and len([each for each in run if each.kind == "flow"]) > 1:
            return ((NEW, CARRIED_IN),)
        return tuple(dict.fromkeys(found))

    def _other(self, scope: Scope) -> tuple[list[Sum], str, bool] | None:
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
