"""Commands of the ground floor answer at once: they never load Django."""

from __future__ import annotations

import subprocess
import sys

_CODE = """
import sys
from gongkai.shell.command import main
for arguments in (["--help"], ["workdays", "add", "2020-01-20", "20"], ["identify", "11010519491231002X"], ["hant", "公开"]):
    try:
        main(arguments)
    except SystemExit:
        pass
sys.exit("django" in sys.modules)
"""


def test_help_calendar_numbers_and_scripts_answer_without_django() -> None:
    done = subprocess.run([sys.executable, "-c", _CODE], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "公開" in done.stdout
