"""The first call of each test loads tables and the segmenter; a busy machine is no fault of the program."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("no time limit", deadline=None)
settings.load_profile("no time limit")
