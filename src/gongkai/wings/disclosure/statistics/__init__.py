"""Figures of disclosure on screen, as pages of the press. See ``docs/statistics.md``."""
