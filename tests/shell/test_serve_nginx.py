"""The sample configuration for nginx, run by nginx: it must show the same sites as our own server."""

from __future__ import annotations

import gzip
import http.client
import os
import re
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from gongkai.engines.press.serving_http import PAGE_SECURITY
from gongkai.wings.disclosure.annual.reading import MOST_BYTES
from gongkai.wings.disclosure.apply.drafts import LARGEST_FILE, MOST_FILES
from tests.published_tree import PublishedTree

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "deploy" / "nginx"
NOTICES = ROOT / "src" / "gongkai" / "shell" / "static" / "notices"
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed: apt-get install nginx-light")


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("nginx")
    for parent in (folder, *folder.parents[:2]):
        parent.chmod(0o755)  # its workers run as another user when the tests run as root
    tree = PublishedTree(folder / "data" / "published")
    tree.write_with_sidecars("index.html", "公开" * 300)
    tree.write("doc/1/index.html", "page")
    tree.write("doc/2/410.html", "gone")
    tree.write("empty/x.txt", "x")
    tree.write("404.html", "missing")
    tree.write("hant/404.html", "missing, traditional")
    tree.write("search/index.html", "form")
    tree.write("index.html", "edu", site="edu")
    tree.write("site.0123abcd.css", "a{}")
    tree.write("feed.atom", "<feed/>")
    tree.write("a.ofd", "ofd")
    (folder / "data" / "static").mkdir()
    (folder / "data" / "static" / "a.css").write_text("a{}")
    shutil.copytree(NOTICES, folder / "data" / "static" / "notices")
    port, behind = _free_port(), _free_port()
    changes = {
        "/var/lib/gongkai": str(folder / "data"),
        "/etc/nginx/gongkai-": f"{folder}/gongkai-",
        "listen 80 default_server;": f"listen 127.0.0.1:{_free_port()};",
        "listen 443 ssl http2 default_server;": f"listen 127.0.0.1:{port};",
        "ssl_certificate ": "# ",
        "ssl_certificate_key ": "# ",
        "server 127.0.0.1:8000;": f"server 127.0.0.1:{behind};",
        "edu.example.gov.cn": "edu.localhost",
    }
    for sample in SAMPLES.iterdir():
        text = sample.read_text()
        for old, new in changes.items():
            text = text.replace(old, new)
        (folder / sample.name).write_text(text)
    temporary = "".join(
        f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{}}\n"
        f"http {{ access_log off; {temporary} include /etc/nginx/mime.types; include {folder}/gongkai.conf;\n"
        f"server {{ listen 127.0.0.1:{behind}; client_max_body_size 2000m;\n"
        f'location /report-check/ {{ return 444; }} location / {{ return 200 "behind $http_x_forwarded_for $uri"; }} }} }}\n'
    )
    process = subprocess.Popen([str(NGINX), "-c", str(folder / "nginx.conf")], stderr=subprocess.PIPE)
    try:
        while True:
            assert process.poll() is None, process.communicate()[1].decode()
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.02)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def get(
    address: str, path: str, *, method: str = "GET", body: bytes | None = None, **headers: str
) -> tuple[int, dict[str, str], bytes]:
    asked = urllib.request.Request(address + path, method=method, data=body)
    for name, value in headers.items():
        asked.add_header(name.replace("_", "-"), value)
    try:
        with urllib.request.build_opener(_Stay).open(asked) as reply:
            return reply.status, dict(reply.headers), reply.read()
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), error.read()


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        ("/doc/1/", 200, b"page"),
        ("/doc/2/", 410, b"gone"),
        ("/empty/", 404, b"missing"),
        ("/nowhere", 404, b"missing"),
        ("/nowhere/", 404, b"missing"),
        ("/hant/nowhere", 404, b"missing, traditional"),
        ("/index.html.gz", 404, b"missing"),
        ("/index.html.br", 404, b"missing"),
        ("/doc/1/index.html.77.new", 404, b"missing"),
        ("/.git/config", 404, b"missing"),
        ("/search/", 200, b"form"),
        ("/search/?q=x", 200, b"behind 127.0.0.1 /search/"),
        ("/workbench/", 200, b"behind 127.0.0.1 /workbench/"),
        ("/workbench", 200, b"behind 127.0.0.1 /workbench"),
        ("/accounts/login/", 200, b"behind 127.0.0.1 /accounts/login/"),
        ("/api/v1/x", 200, b"behind 127.0.0.1 /api/v1/x"),
        ("/request/status/", 200, b"behind 127.0.0.1 /request/status/"),
        ("/hant/request/", 200, b"behind 127.0.0.1 /hant/request/"),
        ("/healthz", 200, b"behind 127.0.0.1 /healthz"),
        ("/search/suggest?q=x", 200, b"behind 127.0.0.1 /search/suggest"),
        ("/hant/search/suggest?q=x", 200, b"behind 127.0.0.1 /hant/search/suggest"),
        ("/static/a.css", 200, b"a{}"),
        ("/-gongkai/workbench/", 404, b"missing"),
    ],
)
def test_nginx_answers_as_our_own_server_does(address: str, path: str, status: int, body: bytes) -> None:
    assert get(address, path, X_Forwarded_For="6.6.6.6")[::2] == (status, body)


def test_nginx_sends_a_folder_to_its_address(address: str) -> None:
    status, headers, _ = get(address, "/doc/1")
    assert status == 301
    assert headers["Location"].endswith("/doc/1/")


def test_nginx_shows_each_host_its_site_and_only_reads(address: str) -> None:
    assert get(address, "/", Host="edu.localhost")[2] == b"edu"
    assert get(address, "/", method="POST")[0] == 405


def test_nginx_sends_the_press_own_compressed_form(address: str) -> None:
    _, headers, body = get(address, "/", Accept_Encoding="gzip")
    assert gzip.decompress(body).decode() == "公开" * 300
    assert headers["Content-Encoding"] == "gzip"


def test_nginx_sends_the_same_policies(address: str) -> None:
    for path in ("/doc/1/", "/doc/2/", "/nowhere"):
        headers = get(address, path)[1]
        assert {name: headers.get(name) for name, _ in PAGE_SECURITY} == dict(PAGE_SECURITY)
        assert headers["Cache-Control"] == "no-cache"
    assert "immutable" in get(address, "/site.0123abcd.css")[1]["Cache-Control"]


def test_nginx_declares_the_same_types(address: str) -> None:
    types = {path: get(address, path)[1]["Content-Type"] for path in ("/doc/1/", "/feed.atom", "/a.ofd")}
    assert types == {
        "/doc/1/": "text/html; charset=utf-8",
        "/feed.atom": "application/atom+xml; charset=utf-8",
        "/a.ofd": "application/ofd",
    }


def announced(address: str, path: str, size: int) -> tuple[int, bytes]:
    """What nginx says to somebody who announces ``size`` octets, before any of them is sent."""
    host, port = address.removeprefix("http://").split(":")
    asked = f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {size}\r\nConnection: close\r\n"
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(f"{asked}Expect: 100-continue\r\n\r\n".encode())
        reply = connection.makefile("rb")
        status = int(reply.readline().split()[1])
        headers = http.client.parse_headers(reply)
        return status, reply.read(int(headers["Content-Length"] or 0))


def largest_of(path: str) -> int:
    """What Gongkai itself takes at once, in octets of files."""
    return {
        "/request/": MOST_FILES * LARGEST_FILE,
        "/hant/request/": MOST_FILES * LARGEST_FILE,
        "/report-check/": 2 * MOST_BYTES,
        "/api/v1/requests": settings.DATA_UPLOAD_MAX_MEMORY_SIZE,
        "/workbench/documents/": settings.GONGKAI_VIDEO_LIMIT,
    }[path]


@pytest.mark.parametrize(
    "path", ["/request/", "/hant/request/", "/report-check/", "/api/v1/requests", "/workbench/documents/"]
)
def test_nginx_lets_through_what_gongkai_takes_and_says_in_chinese_when_it_is_more(
    address: str, path: str
) -> None:
    most = largest_of(path) + 500_000  # the other fields of the form
    assert announced(address, path, most)[0] == 100
    status, reply = announced(address, path, 4 * most)
    assert status == 413
    assert "提交的内容过大".encode() in reply


def test_nginx_says_in_chinese_that_the_server_behind_it_does_not_answer(address: str) -> None:
    status, headers, page = get(address, "/report-check/")
    assert status == 502
    assert "暂时无法使用" in page.decode()
    assert headers["Retry-After"] == "60"
    assert headers["Cache-Control"] == "no-cache"
    assert headers["Content-Type"] == "text/html; charset=utf-8"


def test_nginx_says_in_chinese_that_a_page_takes_no_form(address: str) -> None:
    status, _, page = get(address, "/doc/1/", method="POST", body=b"a=b")
    assert status == 405
    assert "只供阅读" in page.decode()


@pytest.mark.parametrize("path", sorted(NOTICES.glob("*.html")), ids=lambda path: path.name)
def test_pages_nginx_answers_with_stand_alone(path: Path) -> None:
    """They are shown when nothing else works: no address of another server, no script, one heading, Chinese."""
    page = path.read_text(encoding="utf-8")
    assert page.startswith('<!doctype html>\n<html lang="zh-Hans">')
    assert page.count("<h1>") == 1
    assert "<script" not in page
    assert re.findall(r'(?:src|href)="([^"]+)"', page) == ["/static/public/site.css", "/"]
    assert path.name in (SAMPLES / "gongkai-locations.conf").read_text(encoding="utf-8")
