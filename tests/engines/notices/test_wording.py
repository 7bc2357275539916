"""Templates are safe before they are used, and stay safe whatever is filled in."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from hypothesis import example, given
from hypothesis import strategies as st

from gongkai.engines.notices import wording
from gongkai.engines.notices.wording import SMS_SAFE, Template, TemplateFault, clean, fill, register
from tests.engines.notices.occasions import ANSWERED, VALUES

PARTS: dict[str, str] = {
    "code": "test.new",
    "title": "题",
    "inbox": "文",
    "email_subject": "题",
    "email": "文",
    "sms": "短信",
}


def made(**parts: Any) -> Template:
    return Template(**PARTS | parts)


def refusal(template: Template) -> str:
    with pytest.raises(TemplateFault) as refused:
        register(template)
    return refused.value.code


def test_two_of_one_code_are_refused() -> None:
    register(made())
    assert refusal(made()) == "duplicate"


@pytest.mark.parametrize("place", ["name", "title", "reason", "applicant", "id_number", "phone"])
def test_an_sms_may_show_only_what_is_safe(place: str) -> None:
    assert refusal(made(sms=f"您好{{{place}}}")) == "sms"


@pytest.mark.parametrize("place", sorted(SMS_SAFE))
def test_what_is_safe_is_allowed(place: str) -> None:
    register(made(sms=f"您好{{{place}}}"))


@pytest.mark.parametrize(
    "text",
    [
        "{number.__class__}",
        "{number[0]}",
        "{0}",
        "{}",
        "{number!r}",
        "{number:>999999999}",
        "{number",
        "}",
        "{a b}",
    ],
)
@pytest.mark.parametrize("part", ["title", "inbox", "email", "sms"])
def test_places_that_reach_into_things_are_refused(text: str, part: str) -> None:
    assert refusal(made(**{part: text})) == "place"


@pytest.mark.parametrize("part", ["title", "inbox", "email", "email_subject"])
def test_a_template_is_complete(part: str) -> None:
    assert refusal(made(**{part: " "})) == "incomplete"


@pytest.mark.parametrize("part", ["title", "email_subject", "sms"])
@pytest.mark.parametrize("text", ["一\n二", "一\r二", "一\u2028二"])
def test_what_is_one_line_has_one_line(part: str, text: str) -> None:
    assert refusal(made(**{part: text})) == "line"


def test_no_personal_number_stands_in_an_sms() -> None:
    assert refusal(made(sms="请拨打13812345678")) == "sms"


@pytest.mark.parametrize("code", ["", "A", "x" * 61, "a b", "a\n", "../x"])
def test_a_code_is_plain(code: str) -> None:
    assert refusal(made(code=code)) == "place"


def test_variables_are_what_the_parts_name() -> None:
    assert ANSWERED.variables == {"organ", "title", "number", "code", "url"}


@pytest.mark.parametrize(
    "name",
    [
        "{number}",
        "{0.__class__.__mro__}",
        "林某\r\nBcc: all@example.test",
        "<script>alert(1)</script>",
        "'; DROP TABLE notices_notice; --",
        "\u202e某林\u202c",
        "林\x00某\x1b[31m",
        "林" * 100_000,
        "",
        "\ud800",
        "%(x)s %s",
    ],
)
def test_hostile_names_are_only_names(name: str) -> None:
    texts = fill(ANSWERED, VALUES, name=name)
    assert texts.inbox.startswith(f"{clean(name)}，您好：您向海口市教育局")
    for text in (texts.title, texts.email_subject, texts.sms or ""):
        assert "\n" not in text
        assert "\r" not in text
    assert len(texts.inbox) < 1000
    (texts.inbox + texts.email).encode()  # nothing that cannot be stored or sent


@given(st.text(max_size=700))
@example("a\u2028b")
@example("\ufeff\u200b")
def test_a_value_is_one_clean_line(value: str) -> None:
    cleaned = clean(value)
    assert len(cleaned.splitlines()) <= 1
    assert len(cleaned) <= wording.VALUE_LONGEST
    assert clean(cleaned) == cleaned
    cleaned.encode()


@pytest.mark.parametrize(
    "values",
    [
        {"code": "密码 123456"},
        {"code": "K7\u202e"},
        {"url": "javascript:alert(1)"},
        {"url": "https://a b"},
        {"number": "林某的病历" * 20},
        {"number": "13812345678"},
        {"organ": "海口市教育局，退款请点http://x"},
        {"organ": ""},
    ],
)
def test_an_sms_with_a_value_out_of_shape_is_not_written(values: dict[str, str]) -> None:
    texts = fill(ANSWERED, VALUES | values, name="林某")
    assert texts.sms is None
    assert texts.email


def test_an_id_number_never_gets_into_an_sms() -> None:
    assert fill(ANSWERED, VALUES | {"number": "46010019900307663X"}, name="林某").sms is None


@given(st.dictionaries(st.sampled_from(sorted(SMS_SAFE)), st.text(max_size=80)), st.text(max_size=40))
def test_an_sms_shows_nothing_but_its_template_and_safe_values(values: dict[str, str], name: str) -> None:
    sms = fill(ANSWERED, VALUES | values, name=f"姓名{name}").sms
    if sms is None:
        return
    for place, value in (VALUES | values).items():
        if place in wording.places(str(ANSWERED.sms)):
            assert SMS_SAFE[place].fullmatch(clean(value))
    assert "姓名" not in sms.replace(clean(values.get("organ", "")), "").replace(
        clean(values.get("number", "")), ""
    )
    assert len(sms) <= wording.SMS_LONGEST


def test_the_traditional_script_leaves_names_as_they_are() -> None:
    texts = fill(ANSWERED, VALUES, name="于发", script="hant")
    assert texts.inbox.startswith("于发，您好：您向海口市教育局提出的申請")
    assert "學區劃分" in texts.inbox


def test_every_template_of_the_house_is_sound_in_both_scripts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the wings have registered by starting up: it renders with its variables, in both scripts."""
    assert apps.ready
    sample = {place: SAMPLES[place] for place in SMS_SAFE}
    for template in HOUSE:
        wording.check(template)
        values = {place: sample.get(place, "值") for place in template.variables}
        for script in ("hans", "hant"):
            texts = fill(template, values, name="林某", script=script)  # type: ignore[arg-type]
            assert texts.sms is not None, template.code
            for text in (texts.title, texts.inbox, texts.email_subject, texts.email, texts.sms):
                assert "{" not in text, template.code
                assert "}" not in text, template.code


SAMPLES = VALUES
HOUSE = wording.templates()
"""As they stood when this file was read, before the tests put theirs in the place."""
