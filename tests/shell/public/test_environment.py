"""The environment public pages are printed in: words folded in, nothing undefined, dates as the guide asks."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.template import engines
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment, TemplateSyntaxError, UndefinedError

import gongkai
from gongkai.shell.public.environment import day, minute, size

PACKAGE = Path(gongkai.__file__).parent
TEMPLATES = sorted(
    [
        *(PACKAGE / "shell/public/templates/public").glob("*.html"),
        *(PACKAGE / "wings/publishing/templates/publishing").glob("*.*"),
    ]
)


@pytest.fixture
def environment() -> Environment:
    found: Environment = engines["public"].env  # type: ignore[attr-defined]
    return found


def test_words_are_looked_up_when_the_template_is_compiled(environment: Environment) -> None:
    source = environment.compile('{{ _("Skip to the text") }}', raw=True)
    assert "跳到正文" in source
    assert "gettext" not in source


def test_only_constant_words_can_be_folded(environment: Environment) -> None:
    with pytest.raises(TemplateSyntaxError, match="constant"):
        environment.from_string("{{ _(name) }}")


def test_values_are_escaped_and_words_filled_in(environment: Environment) -> None:
    template = environment.from_string('{{ _("Archive page %(number)s")|format(number=n) }}{{ n }}')
    assert template.render(n="<3>") == "存档第&lt;3&gt;页&lt;3&gt;"


def test_a_name_that_is_not_given_is_a_fault(environment: Environment) -> None:
    with pytest.raises(UndefinedError):
        environment.from_string("{{ nothing }}").render()


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_every_word_of_a_template_is_translated(template: Path) -> None:
    catalogue = PACKAGE / ("shell/public" if "shell" in template.parts else "wings/publishing/sites")
    with (catalogue / "locale/zh_Hans/LC_MESSAGES/django.po").open("rb") as file:
        translated = {message.id for message in read_po(file) if message.string}
    words = set(re.findall(r'_\("((?:[^"\\]|\\.)*)"\)', template.read_text(encoding="utf-8")))
    if not template.name.startswith("search_"):
        assert words <= translated


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_asks_anything_of_a_third_party(template: Path) -> None:
    source = template.read_text(encoding="utf-8")
    assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', source)
    assert not re.findall(r"<style|\sstyle=|<script>|\son[a-z]+=", source)


def test_dates_are_those_of_shanghai() -> None:
    late = datetime(2020, 4, 21, 16, 5, tzinfo=UTC)
    assert day(late) == "2020-04-22"
    assert minute(late) == "2020-04-22 00:05"
    assert day(date(2020, 4, 22)) == "2020-04-22"
    assert day(None) == minute(None) == ""


@given(st.integers(0, 10**13))
def test_a_size_is_short_and_never_loses_its_unit(octets: int) -> None:
    text = size(octets)
    assert len(text) <= 8
    assert text.split()[1] in {"B", "KB", "MB", "GB"}
