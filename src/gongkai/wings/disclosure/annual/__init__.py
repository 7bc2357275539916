"""The annual report of disclosure: computed, checked, frozen, published. See ``docs/annual-report.md``."""
