"""Redaction of documents given out in part (条例 Art. 37): boxes burned into pictures of the pages, in a new PDF.

Everything that reads a file runs in a child process with limits (``isolation``, ``worker``). See ``docs/redaction.md``.
"""
