"""Handing a closed case to the archive: a BagIt 1.0 package with everything, its timeline and the heads of the ledger.

See ``docs/archive.md``.
"""
