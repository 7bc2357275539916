"""Backup and restore of a whole installation: one form for both databases, checked before it is believed.

A backup is a folder: ``manifest.json`` (what is in it, by SHA-256; the ledger's head and the figures at that moment),
``database/`` (every table as lines of JSON, compressed), ``files/``, ``keys/`` and ``data/``. See ``docs/backup.md``.
"""
