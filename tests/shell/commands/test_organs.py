"""``gongkai organs add``: the first organ of a new house needs no browser."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from gongkai.foundation.organs.models import Organ
from gongkai.shell.command import gongkai

pytestmark = pytest.mark.django_db


def add(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(gongkai, ["organs", "add", *arguments])
    return result.exit_code, result.output


def test_an_organ_is_entered_below_another() -> None:
    assert add("hk", "海口市人民政府", "--mark", "海府", "--organisation-code", "00817804-9")[0] == 0
    assert add("jyj", "海口市教育局", "--parent", "hk", "--short-name", "市教育局")[0] == 0
    bureau = Organ.objects.get(code="jyj")
    assert (bureau.parent, bureau.short_name) == (Organ.objects.get(code="hk"), "市教育局")


def test_every_fault_is_named_and_nothing_is_entered() -> None:
    status, output = add("hk", "海口市人民政府", "--organisation-code", "00817804-8", "--credit-code", "1")
    assert status == 2
    assert "credit_code" in output and "organisation_code" in output
    assert not Organ.objects.exists()
    assert add("jyj", "海口市教育局", "--parent", "hk")[0] == 2
