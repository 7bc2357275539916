"""Words for commands that run without Django: the catalogue of one ground-floor room, Chinese unless asked otherwise."""

from __future__ import annotations

import gettext
import os
from collections.abc import Callable
from importlib.resources import files

import click


def words_of(room: str) -> Callable[[str], str]:
    """The gettext function of a room. ``LANGUAGE=en`` gives English; so does a catalogue not compiled yet."""
    languages = os.environ.get("LANGUAGE", "zh_Hans").replace("-", "_").split(":")
    catalogue = gettext.translation("django", str(files(room).joinpath("locale")), languages, fallback=True)
    return catalogue.gettext


class BadInput(click.ClickException):
    """What the caller gave cannot be used; nothing was done."""

    exit_code = 2
