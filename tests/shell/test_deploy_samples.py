"""The samples for an installation name only settings and commands that there are, and hold no secret."""

from __future__ import annotations

import configparser
import getpass
import json
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from gongkai.shell.command import gongkai

ROOT = Path(__file__).resolve().parent.parent.parent
DEPLOY = ROOT / "deploy"
SOURCE = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py"))


def settings_of(text: str) -> list[tuple[str, str]]:
    return re.findall(r"^#?([A-Z][A-Z_]+)=(.*)$", text, re.MULTILINE)


def understood(arguments: list[str]) -> None:
    """The command line takes these arguments; nothing is carried out."""
    command: click.Command = gongkai
    while isinstance(command, click.Group):
        with click.Context(command) as context:
            _name, found, arguments = command.resolve_command(context, arguments)
        assert found is not None
        command = found
    command.make_context("gongkai", arguments)


@pytest.mark.parametrize("page", ["backup.md", "running.md"])
def test_the_commands_the_docs_tell_an_operator_are_understood(page: str, tmp_path: Path) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    before = r"^[$#] (?:sudo -u gongkai )?(?:[A-Z_]+=\S+ )*(?:/opt/gongkai/bin/)?"
    lines = re.findall(before + r"gongkai (.+?)(?: +#.*)?$", text, re.MULTILINE)
    assert lines
    for line in lines:
        understood([str(tmp_path) if word.startswith("/") else word for word in line.split()])


def test_every_setting_of_the_environment_file_is_read_somewhere() -> None:
    named = settings_of((DEPLOY / "gongkai.env").read_text(encoding="utf-8"))
    assert len(named) >= 12
    for name, _value in named:
        assert f'"{name}"' in SOURCE, name
    described = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert [name for name, _value in named if name not in described] == []


def test_no_secret_stands_in_the_sample() -> None:
    for name, value in settings_of((DEPLOY / "gongkai.env").read_text(encoding="utf-8")):
        if name.endswith(("_KEY", "_KEYS", "_SECRET", "_TOKEN")):
            assert value == "", name


def test_what_the_server_does_not_run_by_itself_has_a_service_of_its_own() -> None:
    """`gongkai serve` runs two workers beside the server; with --no-press nobody does but these units."""
    units = [path.read_text(encoding="utf-8") for path in (DEPLOY / "systemd").glob("*.service")]
    assert any("gongkai serve --no-press" in unit for unit in units)
    for command in ("gongkai press work", "gongkai notices worker"):
        assert sum(f"/{command}\n" in unit for unit in units) == 1, command


@pytest.mark.parametrize("path", sorted((DEPLOY / "systemd").iterdir()), ids=lambda path: path.name)
def test_units_are_well_formed_and_call_commands_there_are(path: Path) -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None, delimiters=("=",))
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(path.read_text(encoding="utf-8"))
    assert unit["Unit"]["Description"]
    if path.suffix == ".service":
        program, *arguments = unit["Service"]["ExecStart"].split()
        assert program.endswith("/gongkai")
        understood(arguments)
        for name in ("NoNewPrivileges", "ProtectSystem", "PrivateTmp", "ProtectHome"):
            assert unit["Service"][name] in ("yes", "strict")


def _wrapped(folder: Path, settings: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the sample command against a program that says what it was given."""
    program = folder / "program"
    program.write_text(
        f"#!{sys.executable}\nimport json, os, sys\nprint(json.dumps([sys.argv[1:], dict(os.environ)]))\n"
    )
    program.chmod(0o755)
    (folder / "gongkai.env").write_text(settings, encoding="utf-8")
    text = (DEPLOY / "gongkai").read_text(encoding="utf-8")
    for old, new in {
        "/etc/gongkai.env": f"{folder}/gongkai.env",
        "/opt/gongkai/bin/gongkai": str(program),
        "account=gongkai": f"account={getpass.getuser()}",
    }.items():
        assert old in text
        text = text.replace(old, new)
    script = folder / "wrapper"
    script.write_text(text, encoding="utf-8")
    return subprocess.run(["/bin/sh", str(script), *arguments], capture_output=True, text=True, check=False)


def test_the_operators_command_reads_the_settings_of_the_services_as_systemd_does(tmp_path: Path) -> None:
    """Values are no shell: a password with ``$``, ``&``, ``;`` or a blank in it stays what it is."""
    told = _wrapped(
        tmp_path,
        "# a note\n\nDATABASE_URL=postgres://g:p$HOME&;`id`@127.0.0.1/gongkai\n#GONGKAI_SMS_URL=x\n"
        "GONGKAI_EMAIL_FROM=\"政务公开 <a@b.cn>\"\nGONGKAI_REVIEW_WAY='网上 申请'\n"
        "export NOTHING=1\nGONGKAI_HOSTS=a,b \r\nGONGKAI_HTTPS=1",
        "report",
        "annual",
        "a b",
    )
    assert told.stderr == ""
    arguments, environment = json.loads(told.stdout)
    assert arguments == ["report", "annual", "a b"]
    assert environment["DATABASE_URL"] == "postgres://g:p$HOME&;`id`@127.0.0.1/gongkai"
    assert environment["GONGKAI_EMAIL_FROM"] == "政务公开 <a@b.cn>"
    assert environment["GONGKAI_REVIEW_WAY"] == "网上 申请"
    assert environment["GONGKAI_HTTPS"] == "1"
    assert environment["GONGKAI_HOSTS"] == "a,b"
    assert "NOTHING" not in environment
    assert environment["GONGKAI_DATA"] == "/var/lib/gongkai"
    assert "GONGKAI_SMS_URL" not in environment


def test_the_operators_command_names_the_account_folder_and_file_of_the_units() -> None:
    wrapper = (DEPLOY / "gongkai").read_text(encoding="utf-8")
    for unit in (DEPLOY / "systemd").glob("*.service"):
        text = unit.read_text(encoding="utf-8")
        for of_unit, of_wrapper in (
            (r"^User=(.+)$", r"^account=(.+)$"),
            (r"^EnvironmentFile=-(.+)$", r"^settings=(.+)$"),
            (r"^Environment=GONGKAI_DATA=(.+)$", r"^export GONGKAI_DATA=(.+)$"),
            (r"^ExecStart=(\S+)", r"^program=(.+)$"),
        ):
            assert re.findall(of_unit, text, re.MULTILINE) == re.findall(of_wrapper, wrapper, re.MULTILINE), (
                unit.name
            )
