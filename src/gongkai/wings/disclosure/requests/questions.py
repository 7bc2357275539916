"""The seven questions (补不补、是不是、谁负责、有没有、给不给、怎么给、怎么答) that lead a handler to an outcome. Pure."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final, NamedTuple

from gongkai.foundation.statutes import Provision, provision
from gongkai.wings.disclosure.requests.outcomes import outcomes

DECIDE: Final = "propose_decision"
"""The act that every decided outcome goes into."""


class QuestionFault(ValueError):
    """A question or an answer that does not belong here. Codes: unknown_question, unknown_answer, off_path."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer. ``next`` empty: nothing more is asked."""

    code: str
    text: str
    next: str
    outcome: str
    action: str
    provision: Provision


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question of the screen; ``step`` is which of the seven it belongs to."""

    code: str
    step: str
    text: str
    help: str
    provision: Provision
    answers: tuple[Answer, ...]

    def answer(self, code: str) -> Answer:
        """Raises ``QuestionFault``."""
        for each in self.answers:
            if each.code == code:
                return each
        raise QuestionFault("unknown_answer", f"{self.code} has no answer {code!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """Where the answers lead: ``action`` of the procedure is next, with ``outcome`` where it ends the case.

    ``resumes_at`` names the question to ask again after an act that does not end the case.
    """

    action: str
    outcome: str
    resumes_at: str


class Step(NamedTuple):
    """A question and how it was answered."""

    question: Question
    answer: Answer


@functools.cache
def _table() -> dict[str, Any]:
    table = tomllib.loads(files(__package__).joinpath("questions.toml").read_text(encoding="utf-8"))
    _check(table)
    return table


def _check(table: Mapping[str, Any]) -> None:
    """The table is refused as a whole when it names a question, step or outcome that does not exist."""
    codes = [entry["code"] for entry in table["question"]]
    known = {each.code for each in outcomes()}
    faults = [f"question {code} twice" for code in set(codes) if codes.count(code) > 1]
    for entry in table["question"]:
        if entry["step"] not in table["steps"]:
            faults.append(f"{entry['code']}: no step {entry['step']}")
        for answer in entry["answer"]:
            name = f"{entry['code']}.{answer['code']}"
            if answer.get("next", codes[0]) not in codes:
                faults.append(f"{name}: no question {answer['next']}")
            if answer.get("outcome") and answer["outcome"] not in known:
                faults.append(f"{name}: no outcome {answer['outcome']}")
            if "next" in answer and "action" in answer:
                faults.append(f"{name}: leads to an act and to a question")
    if faults:
        raise ValueError("questions.toml: " + "; ".join(faults))


def _cited(place: Sequence[int]) -> Provision:
    return provision("disclosure-regulation", *place)


def _answer(entry: Mapping[str, Any], place: Sequence[int]) -> Answer:
    return Answer(
        code=entry["code"],
        text=entry["text"],
        next=entry.get("next", ""),
        outcome=entry.get("outcome", ""),
        action=entry.get("action", ""),
        provision=_cited(entry.get("provision", place)),
    )


@functools.cache
def questions() -> Mapping[str, Question]:
    """All questions by code, in the order of the table."""
    return {
        entry["code"]: Question(
            code=entry["code"],
            step=entry["step"],
            text=entry["text"],
            help=entry["help"],
            provision=_cited(entry["provision"]),
            answers=tuple(_answer(each, entry["provision"]) for each in entry["answer"]),
        )
        for entry in _table()["question"]
    }


def steps() -> tuple[str, ...]:
    """The seven, as they are printed."""
    return tuple(_table()["steps"])


def first_question() -> Question:
    return questions()[_table()["first"]]


def question(code: str) -> Question:
    """Raises ``QuestionFault``."""
    try:
        return questions()[code]
    except KeyError:
        raise QuestionFault("unknown_question", f"there is no question {code!r}") from None


def taken(answers: Mapping[str, str]) -> tuple[Step, ...]:
    """The way the answers lead from the first question on, for showing and keeping: each question with its answer.

    What was answered off this way is left out, as after an earlier answer was changed. Raises ``QuestionFault``.
    """
    return tuple(_walk(answers))


def _walk(answers: Mapping[str, str]) -> Iterator[Step]:
    at = first_question().code
    while at and at in answers:
        asked = question(at)
        given = asked.answer(answers[at])
        yield Step(asked, given)
        at = given.next


def next_question(answers: Mapping[str, str]) -> Question | Conclusion:
    """What to ask next, or what the answers so far lead to. ``answers``: code of the answer by code of the question.

    Raises ``QuestionFault``: unknown_question, unknown_answer, off_path (an answer to what was not asked on this way).
    """
    way = taken(answers)
    for code in answers:
        question(code)
    strangers = set(answers) - {step.question.code for step in way}
    if strangers:
        raise QuestionFault("off_path", f"not asked on this way: {', '.join(sorted(strangers))}")
    if not way:
        return first_question()
    last = way[-1]
    if last.answer.next:
        return question(last.answer.next)
    return _conclusion(way)


def _conclusion(way: Sequence[Step]) -> Conclusion:
    last = way[-1]
    if last.answer.action and not last.answer.outcome:
        return Conclusion(action=last.answer.action, outcome="", resumes_at=last.question.code)
    leaning = [step.answer.outcome for step in way if step.answer.outcome]
    return Conclusion(action=last.answer.action or DECIDE, outcome=leaning[-1], resumes_at="")
