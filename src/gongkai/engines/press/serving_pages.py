"""Files as answers: found safely below one folder, read once, and sent with everything HTTP has to say about them."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from gongkai.engines.press.serving_http import (
    Headers,
    RangeNotSatisfiable,
    accepted_codings,
    byte_range,
    cache_control,
    disposition,
    http_date,
    is_since,
    media_type,
    names_tag,
    security_headers,
)
from gongkai.engines.press.serving_notices import BUSY

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

KEPT: Final = 1 << 20
"""Files up to this many octets are sent from memory; larger ones are read piece by piece while they are sent."""
STREAMS: Final = 16
"""So many large files one process sends at a time: each holds a thread for as long as its reader is slow."""
_PIECE: Final = 1 << 18
_SIDECARS: Final = {"br": ".br", "gzip": ".gz"}
# the last one is what opening a socket gives
_ABSENT: Final = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG, errno.ELOOP, errno.ENXIO})
_LONGEST_PATH: Final = 2000
_LONGEST_NAME: Final = 250  # octets; with a sidecar's ending still a name
_OK: Final = "200 OK"
_STATUS_BY_NAME: Final = {"404.html": "404 Not Found", "410.html": "410 Gone"}

_streams = threading.BoundedSemaphore(STREAMS)


class BadPath(ValueError):
    """The address cannot be the name of anything: not UTF-8, or a NUL in it."""

    code = "bad_path"


class Outdated(Exception):
    """The file is no longer the one this answer describes; whoever kept the answer has to read it afresh."""

    code = "outdated"


@dataclass(frozen=True, slots=True)
class Answer:
    """One file in one coding, ready to send. ``body`` is None when the file is too large to be kept."""

    path: Path
    stamp: tuple[int, int, int]
    size: int
    modified: int
    body: bytes | None
    status: str
    tag: str
    headers: Headers
    unchanged: Headers
    """What of the headers goes with 304 (§15.4.5)."""


class Page:
    """One address: its file and, where the press made them, the file's compressed sidecars."""

    __slots__ = ("_by_header", "answers", "weight")

    def __init__(self, answers: dict[str, Answer]) -> None:
        self.answers = answers  # by coding; "" is the file itself
        self.weight = 2048 + sum(len(answer.body or b"") for answer in answers.values())
        self._by_header: dict[str, Answer] = {}

    def in_coding(self, accept: str) -> Answer:
        """The answer for this ``Accept-Encoding``, remembered for the few headers that browsers really send."""
        answer = self._by_header.get(accept)
        if answer is None:
            coding = next((coding for coding in accepted_codings(accept) if coding in self.answers), "")
            answer = self.answers[coding]
            if len(accept) < 64 and len(self._by_header) < 16:
                self._by_header[accept] = answer
        return answer

    def is_current(self) -> bool:
        """Is the file on disk still the one that was read?"""
        plain = self.answers[""]
        try:
            return _stamp(plain.path.stat()) == plain.stamp
        except FileNotFoundError:
            return False


@dataclass(frozen=True, slots=True)
class Moved:
    """The address is that of a folder, without its last slash; ``path`` is the right one, percent-encoded."""

    path: str


# -- Finding ------------------------------------------------------------------------------------------
def names_of(path_info: str) -> list[str] | None:
    """The names along a request's path, "" last for a folder; None when no published file can be meant.

    The server has undone percent-encoding, once; nothing here undoes it again. Names that begin with a dot (``..``
    among them), empty ones and such with a backslash are never followed. Raises ``BadPath``.
    """
    try:
        path = path_info.encode("latin-1").decode("utf-8")
    except UnicodeError as error:
        raise BadPath(path_info) from error
    if "\0" in path:
        raise BadPath(path_info)
    before, *names = path.split("/")
    if before or not names or "\\" in path or "" in names[:-1] or len(path_info) > _LONGEST_PATH:
        return None
    if any(name.startswith(".") or len(name.encode()) > _LONGEST_NAME for name in names):
        return None
    return names


def find(root: Path, names: list[str]) -> Page | Moved | None:
    """What stands at this address below ``root`` (a real path): a page, its right address, or nothing.

    A folder shows its ``index.html`` or, when it was withdrawn, its ``410.html``.
    """
    target = root.joinpath(*names)
    if names[-1] == "":
        return read(root, target / "index.html") or read(root, target / "410.html")
    page = read(root, target)
    if page is None and ((target / "index.html").is_file() or (target / "410.html").is_file()):
        return Moved(quote("/".join(["", *names, ""])))
    return page


def read(root: Path, path: Path) -> Page | None:
    """The page of one file and its sidecars; None when there is no such file, or it really lies outside ``root``.

    A file the press is still writing (``.new``) is nobody's page yet, and a sidecar is only another form of one.
    Raises OSError for what is there and cannot be read: a fault of the installation, not of the reader.
    """
    if path.suffix == ".new" or (path.suffix in _SIDECARS.values() and path.with_suffix("").is_file()):
        return None
    if not Path(os.path.realpath(path)).is_relative_to(root):
        return None
    files = {"": _read(path)}
    if files[""] is None:
        return None
    files |= {coding: _read(_sidecar(path, coding), os.O_NOFOLLOW) for coding in _SIDECARS}
    found = {coding: file for coding, file in files.items() if file}
    described = _described(path.name, varies=len(found) > 1)
    status = _STATUS_BY_NAME.get(path.name, _OK)
    return Page(
        {
            coding: _answer(_sidecar(path, coding), coding, status, described, *file)
            for coding, file in found.items()
        }
    )


def _sidecar(path: Path, coding: str) -> Path:
    return path.with_name(path.name + _SIDECARS[coding]) if coding else path


def _read(path: Path, flags: int = 0) -> tuple[os.stat_result, bytes | None] | None:
    """The file's particulars and, when it is small enough to keep, its octets. None unless it is a plain file."""
    try:
        # non-blocking, so that a pipe somebody put there cannot hold a thread
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | flags)
    except OSError as error:
        if error.errno in _ABSENT:
            return None
        raise
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            return None
        return found, os.pread(descriptor, KEPT, 0) if found.st_size <= KEPT else None
    finally:
        os.close(descriptor)


def _described(name: str, *, varies: bool) -> Headers:
    type_ = media_type(name)
    headers = [("Content-Type", type_), ("Cache-Control", cache_control(name)), *security_headers(type_)]
    if varies:
        headers.append(("Vary", "Accept-Encoding"))
    if saved_as := disposition(name):
        headers.append(("Content-Disposition", saved_as))
    return headers


def _answer(
    path: Path, coding: str, status: str, described: Headers, found: os.stat_result, body: bytes | None
) -> Answer:
    size = found.st_size if body is None else len(body)
    # Both are strong: one file's octets never change under the same inode time, for the press replaces files whole.
    tag = f"{size:x}-{found.st_mtime_ns:x}" if body is None else hashlib.sha256(body).hexdigest()[:20]
    modified = int(found.st_mtime)
    headers = [*described, ("Content-Length", str(size))]
    if coding:
        headers.append(("Content-Encoding", coding))
    if status == _OK:
        headers += [("ETag", f'"{tag}"'), ("Last-Modified", http_date(modified))]
    return Answer(
        path=path,
        stamp=_stamp(found),
        size=size,
        modified=modified,
        body=body,
        status=status,
        tag=f'"{tag}"',
        headers=headers,
        unchanged=[header for header in headers if header[0] in {"Cache-Control", "ETag", "Vary"}],
    )


def _stamp(found: os.stat_result) -> tuple[int, int, int]:
    return found.st_ino, found.st_mtime_ns, found.st_size


# -- Sending ------------------------------------------------------------------------------------------
def send(page: Page, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer a GET or HEAD with this page: whole, a part of it, or the word that it has not changed.

    Raises ``Outdated`` before anything is sent when a large file was replaced since the page was read.
    """
    answer = page.in_coding(environ.get("HTTP_ACCEPT_ENCODING", ""))
    if answer.status == _OK and _is_unchanged(answer, environ):
        start_response("304 Not Modified", answer.unchanged.copy())
        return []
    if environ["REQUEST_METHOD"] == "HEAD":
        start_response(answer.status, answer.headers.copy())
        return []
    try:
        part = _part_asked_for(answer, environ)
    except RangeNotSatisfiable:
        start_response(
            "416 Range Not Satisfiable",
            [("Content-Range", f"bytes */{answer.size}"), ("Content-Length", "0"), *_without_length(answer)],
        )
        return []
    begin, end = part or (0, answer.size)
    if answer.body is not None:
        pieces: Iterable[bytes] = [answer.body[begin:end]]
    else:
        if not _streams.acquire(blocking=False):
            return BUSY(environ, start_response)
        pieces = _Stream(answer, begin, end)
    if part is None:
        start_response(answer.status, answer.headers.copy())
    else:
        start_response(
            "206 Partial Content",
            [
                ("Content-Range", f"bytes {begin}-{end - 1}/{answer.size}"),
                ("Content-Length", str(end - begin)),
                *_without_length(answer),
            ],
        )
    return pieces


def _without_length(answer: Answer) -> Headers:
    return [header for header in answer.headers if header[0] != "Content-Length"]


def _is_unchanged(answer: Answer, environ: WSGIEnvironment) -> bool:
    """§13.2.2: the entity tag decides where one is given, the date only where none is."""
    tags = environ.get("HTTP_IF_NONE_MATCH")
    if tags is not None:
        return names_tag(tags, answer.tag)
    since = environ.get("HTTP_IF_MODIFIED_SINCE")
    return since is not None and is_since(since, answer.modified)


def _part_asked_for(answer: Answer, environ: WSGIEnvironment) -> tuple[int, int] | None:
    wanted = environ.get("HTTP_RANGE")
    if wanted is None or answer.status != _OK:
        return None
    only_if = environ.get("HTTP_IF_RANGE")
    if only_if is not None and only_if not in (answer.tag, http_date(answer.modified)):
        return None  # it began to download another version: it gets this one whole
    return byte_range(wanted, answer.size)


class _Stream:
    """The octets of a large file, piece by piece. Holds one of ``STREAMS`` until it is closed."""

    def __init__(self, answer: Answer, begin: int, end: int) -> None:
        self._at, self._end = begin, end
        try:
            self._file = answer.path.open("rb", buffering=0)
        except FileNotFoundError as error:
            _streams.release()
            raise Outdated(answer.path) from error
        if _stamp(os.fstat(self._file.fileno())) != answer.stamp:
            self.close()
            raise Outdated(answer.path)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        piece = os.pread(self._file.fileno(), min(_PIECE, self._end - self._at), self._at)
        if not piece:
            raise StopIteration
        self._at += len(piece)
        return piece

    def close(self) -> None:
        if not self._file.closed:
            self._file.close()
            _streams.release()
