"""``gongkai report check``: exit status, JSON, both languages, and plain words for what cannot be read."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.utils import translation

from gongkai.shell.commands.report import report
from tests.wings.disclosure.annual.reports import entry, with_cell


def run(*arguments: str | Path, language: str = "zh_Hans") -> Result:
    with translation.override(translation.get_language()):
        return CliRunner(env={"LANGUAGE": language}).invoke(report, ["check", *map(str, arguments)])


def saved(folder: Path, data: Any, name: str = "report.json") -> Path:
    path = folder / name
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return path


def test_a_right_report_ends_with_0(tmp_path: Path) -> None:
    result = run(saved(tmp_path, entry()))
    assert result.exit_code == 0
    assert "未发现问题" in result.output


def test_faults_end_with_1_and_say_where_which_rule_and_how_to_mend(tmp_path: Path) -> None:
    result = run(saved(tmp_path, with_cell(entry(), "table4/review/other", 29)))
    assert result.exit_code == 1
    for part in ("AR-4", "行政复议", "170", "171", "→"):
        assert part in result.output


def test_json_holds_every_fault_with_its_cells_and_sides(tmp_path: Path) -> None:
    result = run(saved(tmp_path, with_cell(entry(), "table4/review/other", 29)), "--json")
    (fault,) = json.loads(result.stdout)["faults"]
    assert (fault["rule"], fault["kind"], fault["left"], fault["right"]) == ("AR-4", "arithmetic", 170, 171)
    assert "table4/review/other" in fault["cells"]
    assert fault["message"]


def test_english_is_given_when_asked_for(tmp_path: Path) -> None:
    result = run(saved(tmp_path, with_cell(entry(), "table4/review/other", None)), language="en")
    assert "Left blank." in result.output


@pytest.mark.parametrize("content", ["{", '{"year": "x"}', "", "plain words", "[]"])
def test_what_cannot_be_read_ends_with_2_and_a_reason(tmp_path: Path, content: str) -> None:
    path = tmp_path / "report.json"
    path.write_text(content, encoding="utf-8")
    result = run(path)
    assert result.exit_code == 2
    assert "report.json" in result.output
    assert "Traceback" not in result.output


def test_the_year_before_is_held_against_it(tmp_path: Path) -> None:
    now, before = saved(tmp_path, entry(2024)), saved(tmp_path, entry(2023), "before.json")
    for arguments in ((now, "--previous", before), (before, now)):
        rules = {fault["rule"] for fault in json.loads(run(*arguments, "--json").stdout)["faults"]}
        assert rules == {"AR-5", "AR-6"}


def test_what_is_wrong_with_the_shape_of_a_report_is_said_in_chinese(tmp_path: Path) -> None:
    wrong = entry() | {"year": "二〇二四"}
    del wrong["tables"]
    result = run(saved(tmp_path, wrong))
    assert result.exit_code == 2
    assert "year 应为报告年度，而不是“二〇二四”" in result.output
    assert "tables 缺失" in result.output


def test_a_file_that_came_only_in_part_is_said_to_be_damaged(tmp_path: Path) -> None:
    part = tmp_path / "report.docx"
    with zipfile.ZipFile(part, "w") as package:
        package.writestr("word/document.xml", "x" * 100)
    part.write_bytes(part.read_bytes()[:80])
    result = run(part)
    assert result.exit_code == 2
    assert "已损坏" in result.output


def test_a_report_in_json_that_names_no_year_takes_the_one_that_is_given(tmp_path: Path) -> None:
    unnamed = entry()
    del unnamed["year"]
    file = saved(tmp_path, unnamed)
    assert run(file).exit_code == 2
    assert run(file, "--year", "2024").exit_code == 0
    assert (
        "2024年"
        in run(saved(tmp_path, with_cell(entry(), "table4/review/other", 29)), "--year", "2023").output
    )
