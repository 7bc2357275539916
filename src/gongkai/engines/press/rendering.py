"""From keys to octets, a batch at a time. A page that cannot be made becomes a ``Failure``; it never stops the others."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError, connection

from gongkai.engines.press.declarations import Page, PageKind, PageRef
from gongkai.engines.press.page_files import checked_path, contents

log = logging.getLogger("gongkai.press")


@dataclass(frozen=True, slots=True)
class Failure:
    """A page that could not be made; the one on disk stays as it was."""

    ref: PageRef
    message: str

    def __str__(self) -> str:
        return f"{self.ref.site}/{self.ref.kind}/{self.ref.key}: {self.message}"


@dataclass(slots=True)
class Printed:
    """A page ready for the disk; without ``page`` it must not exist."""

    ref: PageRef
    page: Page | None = None
    contents: tuple[bytes, ...] = ()
    hashes: tuple[str, ...] = ()
    """SHA-256 of each content. Equal to the recorded ones, nothing has to be written."""


def failure(ref: PageRef, error: BaseException) -> Failure:
    return Failure(ref, f"{type(error).__name__}: {error}")


def printed(kind: PageKind, site: str, keys: Sequence[str]) -> Iterator[Printed | Failure]:
    """Render a batch. When it fails as a whole, its halves are tried, down to the page that is to blame.

    Raises the database's own error when the database is lost: that is no fault of any page.
    """
    try:
        pages = dict(kind.render(site, keys))
    except Exception as error:
        if is_lost(error):
            raise
        if len(keys) > 1:
            middle = len(keys) // 2
            yield from printed(kind, site, keys[:middle])
            yield from printed(kind, site, keys[middle:])
        else:
            log.debug("page %s/%s/%s cannot be rendered", site, kind.name, keys[0], exc_info=True)
            yield failure(PageRef(kind.name, site, keys[0]), error)
        return
    for key in keys:
        ref = PageRef(kind.name, site, key)
        if key not in pages:
            yield Failure(ref, f"pages of kind {kind.name!r} were asked for this one and did not answer")
            continue
        try:
            yield _printed(ref, pages[key])
        except (ValueError, TypeError, AttributeError) as error:
            yield failure(ref, error)


def _printed(ref: PageRef, page: Page | None) -> Printed:
    if page is None:
        return Printed(ref)
    checked_path(page)
    octets = contents(page)
    return Printed(ref, page, octets, tuple(hashlib.sha256(one).hexdigest() for one in octets))


def is_lost(error: Exception) -> bool:
    """Does the database not answer any more (rather than refuse one query)?"""
    if not isinstance(error, InterfaceError | OperationalError):
        return False
    return connection.connection is None or not connection.is_usable()
