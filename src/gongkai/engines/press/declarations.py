"""What a wing tells the press: which pages there are, what stands on them, and what each depends on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from gongkai.engines.search import SearchRecord

ROOT = "\ue000"
"""In a body: the start of every internal link. Empty in the simplified tree, ``/hant`` in the traditional one."""
LANG = "\ue001"
"""In a body: ``zh-Hans`` or ``zh-Hant``."""
OTHER = "\ue002"
"""In a body: the root of the other script, for the link that switches."""


@dataclass(frozen=True, slots=True)
class PageRef:
    """One page of one site: its kind and, within the kind, its key."""

    kind: str
    site: str
    key: str


@dataclass(slots=True)
class Page:
    """A rendered page.

    ``path`` is relative to the site ("doc/2020/12/index.html"); ``depends`` are the change keys whose change makes it
    stale; ``status`` 410 leaves a notice where a page was.
    """

    path: str
    body: str | bytes
    depends: Collection[str]
    status: int = 200
    both_scripts: bool = True
    search: SearchRecord | None = None
    revision: str = ""


class PageKind(Protocol):
    """One kind of page. ``render`` gets keys in batches, so that a kind can load what it needs in few queries."""

    name: str

    def keys(self, site: str) -> Iterator[str]:
        """The keys of all pages of this kind on a site, without holding them all in memory."""
        ...

    def affected(self, change: str) -> Iterable[PageRef]:
        """Pages that may have to come into being because of ``change``; existing ones are found by ``depends``."""
        ...

    def render(self, site: str, keys: Sequence[str]) -> Iterator[tuple[str, Page | None]]:
        """Each key with its page, or with None when the page must not exist."""
        ...


@dataclass(frozen=True, slots=True)
class PublishedSite:
    """A site the press publishes, and the hosts it answers to."""

    slug: str
    hosts: tuple[str, ...]
    name: str
    default: bool = False
    organ: str = ""
    """Code of the organ whose site it is."""


class Frame(Protocol):
    """What every page of a site carries around its own text; the templates of the public layout read the rest of it."""

    slug: str
    name: str
    organ_id: int
    organ_code: str

    @property
    def depends(self) -> set[str]: ...

    def head(self, path: str, title: str, *, crumbs: Iterable[Crumb] = (), indexed: bool = True) -> Any:
        """The head of a page."""
        ...


class Crumb(NamedTuple):
    """One step of the way to a page; ``url`` empty: the page itself."""

    name: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class ShelfEntry:
    """One line of a shelf: a page of the same site."""

    title: str
    url: str
    day: str = ""
    """ISO day it was published."""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Shelf:
    """What a wing puts onto a block of the statutory column of a site, whose pages are another wing's."""

    heading: str
    entries: tuple[ShelfEntry, ...]
    depends: frozenset[str]
    """Change keys whose change makes the shelf stale."""
    lead: str = ""
    """One sentence before the lines."""


@dataclass(frozen=True, slots=True)
class Tick:
    """Something the worker calls every ``seconds``."""

    name: str
    seconds: float
    call: Callable[[], object]


@dataclass(slots=True)
class Registry:
    kinds: dict[str, PageKind] = field(default_factory=dict)
    sites: Callable[[], Sequence[PublishedSite]] | None = None
    frames: Callable[[str], Frame | None] | None = None
    ticks: dict[str, Tick] = field(default_factory=dict)
    shelves: dict[str, list[Callable[[Frame], Shelf]]] = field(default_factory=dict)

    def published_sites(self) -> Sequence[PublishedSite]:
        return self.sites() if self.sites is not None else ()


registry = Registry()


def register(kind: PageKind) -> None:
    """Declare a kind of page. Two kinds of one name are a fault of the program and refused."""
    if kind.name in registry.kinds:
        raise ValueError(f"the press already has pages of kind {kind.name!r}")
    registry.kinds[kind.name] = kind


def register_sites(source: Callable[[], Sequence[PublishedSite]]) -> None:
    """Declare where the list of sites comes from."""
    if registry.sites is not None:
        raise ValueError("the press already knows where its sites come from")
    registry.sites = source


def register_frames(source: Callable[[str], Frame | None]) -> None:
    """Declare who knows the frame of a site: name, menu, footer. Every wing prints its pages into it."""
    if registry.frames is not None:
        raise ValueError("the press already knows where its frames come from")
    registry.frames = source


def frame(slug: str) -> Frame | None:
    """The frame of a site; None when there is no such site, or it is closed."""
    return registry.frames(slug) if registry.frames is not None else None


def register_shelf(block: str, fill: Callable[[Frame], Shelf]) -> None:
    """Put something onto a block of the statutory column of every site ("guide", "annual_report", …), or its "home" page.

    ``fill`` is asked at each printing; a shelf without entries is not printed, but what it depends on counts.
    """
    registry.shelves.setdefault(block, []).append(fill)


def shelves(block: str, frame: Frame) -> list[Shelf]:
    """What stands on a block of a site."""
    return [fill(frame) for fill in registry.shelves.get(block, ())]


def sites_of(codes: Collection[str]) -> list[str]:
    """The published sites of the organs with these codes."""
    return [site.slug for site in registry.published_sites() if site.organ in codes]


def file_of(url: str) -> str:
    """The file a page is published as: ``/doc/2020/12/`` is ``doc/2020/12/index.html``."""
    return f"{url}index.html".lstrip("/") if url.endswith("/") else url.lstrip("/")


def register_tick(name: str, seconds: float, call: Callable[[], object]) -> None:
    """Have the worker call something regularly."""
    if name in registry.ticks:
        raise ValueError(f"the press already calls {name!r}")
    registry.ticks[name] = Tick(name, seconds, call)
