"""Official letters: one definition, a linter, prints as PDF and DOCX in both scripts. See ``docs/letters.md``."""
