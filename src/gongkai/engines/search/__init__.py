"""Chinese full-text index and query over one file; needs neither Django nor a database server."""

from gongkai.engines.search.records import SearchRecord

__all__ = ["SearchRecord"]
