"""``gongkai workdays`` and ``gongkai identify``: answers, JSON, exit codes, words in both languages."""

from __future__ import annotations

import ast
import importlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
from babel.messages.pofile import read_po
from click.testing import CliRunner, Result

from gongkai.shell.command import gongkai

SOURCE = Path(__file__).resolve().parents[3] / "src"


@pytest.fixture(autouse=True)
def plain_words_and_no_local_years(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGKAI_DATA", str(tmp_path / "data"))
    for name in ("workdays", "identify"):
        monkeypatch.setattr(importlib.import_module(f"gongkai.shell.commands.{name}"), "_", str)


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(gongkai, arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def answer(*arguments: str) -> Any:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_deadline_is_printed_as_one_date() -> None:
    result = run("workdays", "add", "2020-01-20", "20")
    assert (result.exit_code, result.stdout) == (0, "2020-02-25\n")


def test_a_provisional_deadline_is_printed_with_a_warning() -> None:
    lines = run("workdays", "add", "2026-12-20", "20").stdout.splitlines()
    assert lines[0] == "2027-01-18"
    assert lines[1].startswith("Provisional")


def test_answers_are_given_as_json() -> None:
    assert answer("workdays", "add", "2020-01-20", "20") == {
        "start": "2020-01-20",
        "n": 20,
        "date": "2020-02-25",
        "provisional": False,
        "jurisdiction": "CN",
    }
    assert answer("workdays", "count", "2020-01-20", "2020-02-25")["days"] == 20
    explained = answer("workdays", "explain", "2026-12-25", "6")
    assert explained["provisional"] and explained["days"][-1]["provisional"]
    assert [day["counted"] for day in explained["days"] if day["counted"]] == [1, 2, 3, 4, 5, 6]
    known = answer("workdays", "year", "2020", "--jurisdiction", "CN-46")
    assert known["status"] == "published"
    assert known["notices"][1]["number"] == "国办发明电〔2020〕1号"
    assert answer("workdays", "year", "2027")["status"] == "provisional"


def test_days_are_counted_backwards_below_zero() -> None:
    assert run("workdays", "count", "2020-02-25", "2020-01-20").stdout == "-20\n"


def test_a_year_is_shown_with_its_notices_and_runs_of_days() -> None:
    lines = run("workdays", "year", "2020").stdout.splitlines()
    assert lines[0] == "2020: published, 249 working days"
    assert "  2020-01-24 – 2020-02-02  春节" in lines
    assert "  2020-01-19  春节" in lines


@pytest.mark.parametrize(
    "arguments",
    [
        ("add", "2020-13-01", "1"),
        ("add", "yesterday", "1"),
        ("add", "2020-01-20", "many"),
        ("add", "2020-01-20"),
        ("add", "2020-01-20", "--", "-5"),
        ("add", "2020-01-20", "999999999999"),
        ("add", "9999-12-31", "1"),
        ("add", "2020-01-20", "1", "--jurisdiction", "XX"),
        ("count", "2020-01-20", "0001-01-01"),
        ("year", "12"),
        ("install", "no-such-file.toml"),
    ],
)
def test_bad_input_ends_with_a_sentence_and_exit_code_two(arguments: tuple[str, ...]) -> None:
    result = run("workdays", *arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "错误：" in result.stderr


def test_a_faulty_year_file_is_not_installed_and_all_its_faults_are_told(tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text('jurisdiction = "HK"\nyear = 1\n', "utf-8")
    result = run("workdays", "install", str(path))
    assert result.exit_code == 2
    assert "HK" in result.stderr and "year is 1" in result.stderr
    assert not (tmp_path / "data").exists()


def test_an_installed_year_is_in_use_at_once(tmp_path: Path) -> None:
    path = tmp_path / "hainan.toml"
    path.write_text(
        'jurisdiction = "CN-46"\nyear = 2020\n[[notice]]\ntitle = "test"\nissued = 2020-01-31\nsource = "test"\n'
        '[[notice.off]]\nname = "延迟复工"\nfirst = 2020-02-03\n',
        "utf-8",
    )
    assert run("workdays", "install", str(path)).exit_code == 0
    assert run("workdays", "add", "2020-01-20", "4", "--jurisdiction", "CN-46").stdout == "2020-02-04\n"
    assert run("workdays", "add", "2020-01-20", "4").stdout == "2020-02-03\n"


def test_a_valid_number_is_shown_with_its_normal_and_masked_form() -> None:
    result = run("identify", "360426 19910101 0071")
    assert result.exit_code == 0
    assert "360426199101010071" in result.stdout
    assert "360***********0071" in result.stdout


def test_readings_are_given_as_json() -> None:
    (reading,) = answer("identify", "海府(2020)14号")
    assert reading["normal_form"] == "海府〔2020〕14号"
    assert (reading["kind"], reading["valid"], reading["problem"]) == ("document-number", True, None)


def test_an_invalid_number_ends_with_exit_code_two_and_says_why() -> None:
    result = run("identify", "360426199101010072", "--json")
    assert result.exit_code == 2
    assert json.loads(result.stdout)[0]["problem"]["code"] == "check"
    assert "check character" in run("identify", "360426199101010072").stdout


@pytest.mark.parametrize("value", ["", "hello", "海口", "1" * 5000, "\x00\x1b[31m"])
def test_a_value_that_is_nothing_known_ends_with_exit_code_two(value: str) -> None:
    result = run("identify", value)
    assert result.exit_code == 2
    assert "错误：" in result.stderr


def test_ground_floor_commands_answer_without_django() -> None:
    program = (
        "import sys; from gongkai.shell.command import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit: print([name for name in sys.modules if name.split('.')[0] == 'django'])"
    )
    for arguments in (["workdays", "add", "2020-01-20", "20"], ["identify", "海府〔2020〕14号"]):
        done = subprocess.run(
            [sys.executable, "-c", program, *arguments],
            env={"PYTHONPATH": str(SOURCE), "PATH": ""},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("room", "sources"),
    [
        ("workdays", ["foundation/workdays/derivation.py", "shell/commands/workdays.py"]),
        ("identifiers", ["shell/commands/identify.py"]),
    ],
)
def test_every_word_of_the_commands_is_known_in_chinese(room: str, sources: list[str]) -> None:
    with (SOURCE / f"gongkai/foundation/{room}/locale/zh_Hans/LC_MESSAGES/django.po").open("rb") as file:
        chinese = {str(message.id): str(message.string) for message in read_po(file) if message.id}
    words = set()
    for source in sources:
        for node in ast.walk(ast.parse((SOURCE / "gongkai" / source).read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "_":
                words |= {str(word.value) for word in node.args if isinstance(word, ast.Constant)}
    assert words
    assert {word for word in words if not chinese.get(word)} == set()


def test_the_commands_are_the_objects_the_frame_looks_for() -> None:
    for name in ("workdays", "identify"):
        assert isinstance(
            getattr(importlib.import_module(f"gongkai.shell.commands.{name}"), name), click.Command
        )
