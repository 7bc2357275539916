"""One case core: procedures as data, cases, clocks, one gateway for every action, worklists. See ``docs/casework.md``."""
