"""The seven-question screen, walked along every way there is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.wings.disclosure.requests.outcomes import outcomes
from gongkai.wings.disclosure.requests.procedure import REQUEST
from gongkai.wings.disclosure.requests.questions import (
    Conclusion,
    Question,
    QuestionFault,
    first_question,
    next_question,
    questions,
    steps,
    taken,
)

BASE = {"clear": "clear", "nature": "information", "repeated": "no", "responsible": "ours", "held": "held"}
OPEN = BASE | {"public": "no", "must_not": "no", "third_party": "no", "may_not": "no"}


def every_way(answers: dict[str, str]) -> Iterator[tuple[dict[str, str], Conclusion]]:
    """All ways from the first question to a conclusion; a circle would never come to an end, so it is refused."""
    found = next_question(answers)
    if isinstance(found, Conclusion):
        yield answers, found
        return
    assert found.code not in answers, f"{found.code} is asked twice on one way"
    for answer in found.answers:
        yield from every_way(answers | {found.code: answer.code})


WAYS = list(every_way({}))


def test_every_way_ends_in_something_the_procedure_can_do() -> None:
    known = {action.code: action for action in REQUEST.actions}
    assert len(WAYS) > 50
    for answers, end in WAYS:
        action = known[end.action]
        if end.outcome:
            assert end.outcome in action.outcomes, answers
            assert not end.resumes_at
        else:
            assert not action.outcomes, answers
            assert end.resumes_at in answers


def test_every_outcome_is_reached() -> None:
    assert {end.outcome for _answers, end in WAYS} - {""} == {each.code for each in outcomes()}


def test_every_question_and_answer_is_on_some_way() -> None:
    used = {(code, answer) for answers, _end in WAYS for code, answer in answers.items()}
    assert used == {(asked.code, answer.code) for asked in questions().values() for answer in asked.answers}


def test_the_seven_steps_come_in_their_order_and_none_is_empty() -> None:
    assert steps() == ("补不补", "是不是", "谁负责", "有没有", "给不给", "怎么给", "怎么答")
    assert {asked.step for asked in questions().values()} == set(steps())
    for answers, _end in WAYS:
        order = [steps().index(questions()[code].step) for code in answers]
        assert order == sorted(order)


def test_a_decision_always_passes_through_how_to_answer() -> None:
    for answers, end in WAYS:
        if end.action == "propose_decision":
            assert list(answers)[-1] == "reply"


@pytest.mark.parametrize(
    ("answers", "action", "outcome"),
    [
        ({"clear": "unclear"}, "ask_correction", ""),
        ({"clear": "lapsed"}, "abandon_uncorrected", "uncorrected"),
        ({"clear": "still_unclear", "reply": "in_time"}, "propose_decision", "still_unclear"),
        ({"clear": "clear", "nature": "petition", "reply": "at_once"}, "propose_decision", "petition"),
        (OPEN | {"supply": "as_asked", "fee": "none", "reply": "in_time"}, "propose_decision", "granted"),
        (OPEN | {"supply": "as_asked", "fee": "due"}, "charge_fee", ""),
        (OPEN | {"supply": "as_asked", "fee": "unpaid"}, "abandon_unpaid", "unpaid"),
        (OPEN | {"supply": "as_asked", "fee": "none", "reply": "extension"}, "propose_extension", ""),
        (BASE | {"held": "none", "reply": "in_time"}, "propose_decision", "not_exist"),
        (
            BASE | {"public": "no", "must_not": "secret", "severable": "no", "reply": "in_time"},
            "propose_decision",
            "secret",
        ),
        (
            BASE
            | {"public": "no", "must_not": "secret", "severable": "yes", "supply": "otherwise"}
            | {"fee": "none", "reply": "in_time"},
            "propose_decision",
            "partial",
        ),
        (
            BASE | {"public": "no", "must_not": "no", "third_party": "not_asked"},
            "consult_third_party",
            "",
        ),
        (BASE | {"responsible": "joint"} | {}, "consult_organs", ""),
    ],
)
def test_the_usual_ways(answers: dict[str, str], action: str, outcome: str) -> None:
    known = {step.question.code: step.answer.code for step in taken(answers)}
    end = next_question(known)
    assert isinstance(end, Conclusion)
    assert (end.action, end.outcome) == (action, outcome)


def test_what_can_be_severed_is_never_refused_as_a_whole() -> None:
    for answers, end in WAYS:
        if answers.get("severable") == "yes" and end.action == "propose_decision":
            assert end.outcome == "partial"


def test_after_an_earlier_answer_is_changed_the_later_ones_no_longer_count() -> None:
    changed = OPEN | {"clear": "unclear"}
    assert [step.question.code for step in taken(changed)] == ["clear"]
    with pytest.raises(QuestionFault) as fault:
        next_question(changed)
    assert fault.value.code == "off_path"


def test_nothing_answered_asks_the_first_question() -> None:
    asked = next_question({})
    assert isinstance(asked, Question) and asked is first_question()


@given(st.dictionaries(st.sampled_from([*questions(), "", "x"]), st.text(max_size=8), max_size=4))
def test_strange_answers_are_refused_by_name(answers: dict[str, str]) -> None:
    if not answers:
        return
    with pytest.raises(QuestionFault) as fault:
        next_question(answers)
    assert fault.value.code in ("unknown_question", "unknown_answer", "off_path")
