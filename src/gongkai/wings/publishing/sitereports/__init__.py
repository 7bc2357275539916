"""The yearly report of every site (国办函〔2018〕12号). See ``docs/site-reports.md``."""
