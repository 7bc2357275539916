"""The ``gongkai`` command. Each subcommand's module is imported only when it is called, so that the ground floor
(``gongkai workdays …``) answers at once, without Django."""

from __future__ import annotations

import errno
import importlib
import os
import sys
from pathlib import Path
from typing import Any

import click

from gongkai.shell.command_words import speak_chinese

speak_chinese()

COMMANDS: dict[str, tuple[str, str]] = {
    # name: (module below gongkai.shell.commands, one line of help)
    "archive": ("archive", "Check archive packages, pack cases."),
    "backup": ("backup", "Write, list and check backups of the whole installation."),
    "bench": ("bench", "Measure this machine against the targets."),
    "cases": ("cases", "List and show cases, act on them, verify, recompute, draw."),
    "catalogue": ("catalogue", "What is promised to be public: rows, bindings, gaps, coverage."),
    "demo": ("demo", "Load the small demo city."),
    "documents": ("documents", "Draft, review, publish and withdraw documents."),
    "hant": ("hant", "Convert a text to the Traditional script (or back)."),
    "identities": ("identities", "Check and change the keys identity numbers are sealed with."),
    "identify": ("identify", "Say what a number is, and whether it is valid."),
    "import": ("imports", "Load documents from CSV, XLSX, JSON or text."),
    "ledger": ("ledger", "Verify, sign and show the history."),
    "manage": ("manage", "Run a Django management command."),
    "notices": ("notices", "Send notices and watch their deliveries."),
    "organs": ("organs", "Check the register of organs."),
    "press": ("press", "Build, drain, verify and watch the published tree."),
    "redaction": ("redaction", "Cover places in documents given out in part."),
    "report": ("report", "Compute, write and check annual reports."),
    "restore": ("backup", "Bring a backup into an empty installation."),
    "scan": ("scan", "Point at strings in a text that do not belong there."),
    "search": ("search", "Search what is published."),
    "serve": ("serve", "Serve the published sites and the workbench."),
    "setup": ("setup", "Prepare the data folder: database, messages, static files."),
    "staff": ("staff", "Create staff, give and end roles, issue API tokens."),
    "workdays": ("workdays", "Count working days by the State Council's calendar."),
}


class LazyCommands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"gongkai.shell.commands.{COMMANDS[name][0]}")
        command: click.Command = getattr(module, name if hasattr(module, name) else COMMANDS[name][0])
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """A database or a file that is gone, closed or has no room is told in a sentence."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            told = _database_trouble(error) or _file_trouble(error)
            if told is None:
                raise
            raise click.ClickException(told) from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("命令"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in sorted(COMMANDS)])


def _database_trouble(error: Exception) -> str | None:
    known = sys.modules.get("django.db.utils")  # most commands of the ground floor never load it
    if known is None:
        return None
    # the bare class is what SQLite says of a file that is no database
    if (
        isinstance(error, known.OperationalError | known.ProgrammingError)
        or type(error) is known.DatabaseError
    ):
        return f"数据库无法使用：{_reason(error)}"
    return None


def _reason(error: Exception) -> str:
    """Of the two an operator meets most, what to do; of the others, what the database says and where to look."""
    from django.conf import settings
    from django.db import connection

    if connection.vendor == "sqlite" and not settings.SQLITE_FILE.exists():
        return f"{settings.SQLITE_FILE}不存在。请检查GONGKAI_DATA；新安装的请先运行gongkai setup。"
    said = str(error).strip()
    if _misses_a_table(error):
        return f"数据表与本版本不一致，请先运行gongkai setup（{said.splitlines()[0]}）。"
    return (
        f"{said}。首次使用或者升级后请先运行gongkai setup；仍不能使用的，请检查GONGKAI_DATA和DATABASE_URL。"
    )


def _misses_a_table(error: Exception) -> bool:
    """As SQLite says it, and as PostgreSQL does."""
    said = str(error)
    return (
        "no such table" in said
        or "no such column" in said
        or type(error.__cause__).__name__.startswith("Undefined")
    )


_TROUBLE = {
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EEXIST: "已经存在，且不是文件夹",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.EISDIR: "是文件夹，不是文件",
    errno.ENOENT: "不存在",
    errno.ENOSPC: "磁盘已满",
    errno.EROFS: "磁盘只能读取",
}


def _file_trouble(error: Exception) -> str | None:
    if not isinstance(error, OSError) or error.filename is None:
        return None
    name, why = os.fsdecode(error.filename), _TROUBLE.get(error.errno or 0, error.strerror)
    if _is_of_the_data_folder(Path(name)):
        return f"数据文件夹无法使用：{name}：{why}。请检查GONGKAI_DATA和运行命令的账号。"
    return f"无法使用 {name}：{why}。"


def _is_of_the_data_folder(path: Path) -> bool:
    """Whether it is the folder itself, something in it, or what it should stand in."""
    path, data = path.absolute(), Path(os.environ.get("GONGKAI_DATA", "var")).absolute()
    return path == data or data in path.parents or path in data.parents


@click.command(cls=LazyCommands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="gongkai")
def gongkai() -> None:
    """Gongkai (公开): the open-government platform a city runs."""


def main(arguments: list[str] | None = None) -> Any:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.shell.settings")
    return gongkai(args=arguments, prog_name="gongkai")


if __name__ == "__main__":
    sys.exit(main())
