"""The API at ``/api/v1/``: what is public for everybody, what staff do with a token.

Every operation names its authorisation: ``auth=None`` for the public ones, the bearer token for all others, with
the same services (and therefore the same refusals) as the workbench.
"""

from __future__ import annotations

from gongkai.shell.api.root import api

__all__ = ["api"]
