"""A published tree as the press lays it, made by hand: for the tests of what serves it."""

from __future__ import annotations

import gzip
import io
import json
import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import brotli


@dataclass
class Reply:
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


def request(
    app: Any,
    path: str = "/",
    *,
    method: str = "GET",
    query: str = "",
    host: str = "city.localhost",
    **headers: str,
) -> Reply:
    """One request through a WSGI application. ``path`` is text as a person types it; headers as ``if_none_match=…``."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path.encode("utf-8", "surrogateescape").decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": host,
        "wsgi.input": io.BytesIO(),
        **{f"HTTP_{name.upper()}": value for name, value in headers.items()},
    }
    reply = Reply()

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        assert not reply.status, "answered twice"
        names = [name for name, _value in headers]
        assert len(set(names)) == len(names), f"a header is sent twice: {names}"
        reply.status = int(status[:3])
        reply.headers = dict(headers)

    body = app(environ, start_response)
    try:
        reply.body = b"".join(body)
    finally:
        if hasattr(body, "close"):
            body.close()
    return reply


class PublishedTree:
    """``published/`` with two sites, edu at edu.localhost and the default one, city, at city.localhost."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.number = 0
        self.switch("first")

    @property
    def tree(self) -> Path:
        return (self.root / "current").resolve()

    def switch(self, name: str) -> None:
        """A new, empty tree takes the place of the current one."""
        self.prepare(name)
        self.point_to(name)
        self.advance()

    def prepare(self, name: str) -> Path:
        tree = self.root / "trees" / name
        (tree / "sites" / "city").mkdir(parents=True)
        (tree / "sites" / "edu").mkdir()
        sites = {
            "default": "city",
            "hosts": {"city.localhost": "city", "edu.localhost": "edu"},
            "sites": {"city": {"name": "海口市"}, "edu": {"name": "教育局"}},
        }
        (tree / "sites.json").write_text(json.dumps(sites), encoding="utf-8")
        return tree

    def point_to(self, name: str) -> None:
        aside = self.root / "current.new"
        aside.symlink_to(Path("trees") / name)
        aside.replace(self.root / "current")

    def advance(self) -> None:
        self.number += 1
        path = self.root / "generation"
        if not path.exists():
            path.write_bytes(struct.pack("<Q", 0))
        with path.open("r+b") as file:
            file.write(struct.pack("<Q", self.number))

    def write(self, path: str, content: str | bytes, *, site: str = "city") -> Path:
        """Put a file where it is at once seen by who looks; nobody is told."""
        data = content.encode() if isinstance(content, str) else content
        target = self.tree / "sites" / site / path
        target.parent.mkdir(parents=True, exist_ok=True)
        aside = target.with_name(target.name + ".aside")
        aside.write_bytes(data)
        aside.replace(target)
        return target

    def write_with_sidecars(self, path: str, content: str) -> Path:
        self.write(path + ".gz", gzip.compress(content.encode(), mtime=0))
        self.write(path + ".br", brotli.compress(content.encode()))
        return self.write(path, content)

    def publish(self, path: str, content: str | bytes, *, site: str = "city") -> Path:
        """Put a file and tell the servers."""
        target = self.write(path, content, site=site)
        self.advance()
        return target

    def withdraw(self, path: str) -> None:
        (self.tree / "sites" / "city" / path).unlink()
        self.advance()


class BehindIt:
    """The rest of the house: remembers what reached it."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, environ: Any, start_response: Any) -> list[bytes]:
        self.asked.append(environ["PATH_INFO"])
        start_response("200 OK", [("X-Behind", "yes")])
        return [b"behind"]
