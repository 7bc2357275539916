"""What HTTP says about files (RFC 9110): media types, codings, conditions, ranges. Pure rules, no files opened."""

from __future__ import annotations

import re
from email.utils import formatdate, parsedate_to_datetime
from typing import Final
from urllib.parse import quote

Headers = list[tuple[str, str]]

MEDIA_TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".geojson": "application/geo+json",
    ".xml": "application/xml; charset=utf-8",
    ".atom": "application/atom+xml; charset=utf-8",
    ".rss": "application/rss+xml; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".ico": "image/x-icon",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".webm": "video/webm",
    ".vtt": "text/vtt; charset=utf-8",
    ".pdf": "application/pdf",
    ".ofd": "application/ofd",
    ".doc": "application/msword",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xls": "application/vnd.ms-excel",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".ppt": "application/vnd.ms-powerpoint",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".zip": "application/zip",
    ".gz": "application/gzip",
}
_SAVED = frozenset(
    {".csv", ".doc", ".docx", ".gz", ".ofd", ".ppt", ".pptx", ".rar", ".wps", ".xls", ".xlsx", ".zip", ".7z"}
)

_PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
    "media-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# A drawing opened by itself is a document of this site: whatever it says, it may run nothing and load nothing.
_DRAWING_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
NO_SNIFFING: Final = ("X-Content-Type-Options", "nosniff")
PAGE_SECURITY: Final = (
    ("Content-Security-Policy", _PAGE_POLICY),
    NO_SNIFFING,
    ("Referrer-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)

FOR_EVER: Final = "public, max-age=31536000, immutable"
ASK_AGAIN: Final = "no-cache"
"""A page may be withdrawn at any second, so a browser keeps its copy but asks each time (and mostly gets 304)."""

# Only names that a build stamps with a hash of the content: "site.3fa9c1d2.css", "han-1b2c3d4e5f60.woff2". Pictures
# and documents are left out, for a date in a name ("20200122") looks just like such a stamp.
_STAMPED = re.compile(r"[.-][0-9a-f]{8,64}\.(?:css|js|mjs|woff2?)$")


def suffix_of(name: str) -> str:
    dot = name.rfind(".")
    return "" if dot < 1 else name[dot:].lower()


def media_type(name: str) -> str:
    """The type a file of this name is declared as; what is unknown is only a row of octets."""
    return MEDIA_TYPES.get(suffix_of(name), "application/octet-stream")


def is_page(type_: str) -> bool:
    """True for what a browser shows as a document of its own and so needs the full policy."""
    return type_.startswith("text/html") or "xml; charset" in type_


def security_headers(type_: str) -> Headers:
    if is_page(type_):
        return [*PAGE_SECURITY]
    if type_ == "image/svg+xml":
        return [("Content-Security-Policy", _DRAWING_POLICY), NO_SNIFFING]
    return [NO_SNIFFING]


def cache_control(name: str) -> str:
    return FOR_EVER if _STAMPED.search(name) else ASK_AGAIN


def disposition(name: str) -> str | None:
    """Office files, tables and archives are saved under their own name; pages, pictures and PDF are shown."""
    return f"attachment; filename*=UTF-8''{quote(name)}" if suffix_of(name) in _SAVED else None


# -- Codings ------------------------------------------------------------------------------------------
CODINGS: Final = ("br", "gzip")
"""In our order of preference among those a client likes equally well."""


def accepted_codings(header: str) -> tuple[str, ...]:
    """Which of our codings to try, best first, for an ``Accept-Encoding`` (§12.5.3).

    A coding with ``q=0``, or liked less than an ``identity`` that is named, is not tried. A missing or empty header
    asks for nothing, so it gets none. What cannot be read is passed over.
    """
    quality: dict[str, float] = {}
    for item in header.lower().split(","):
        name, _, parameters = item.partition(";")
        name = name.strip()
        weight = 1.0
        for parameter in parameters.split(";"):
            key, _, value = parameter.partition("=")
            if key.strip() == "q":
                weight = _weight(value.strip())
        if name:
            quality["gzip" if name == "x-gzip" else name] = weight
    others = quality.get("*", 0.0)
    plain = quality.get("identity", 0.0)
    liked = [(quality.get(coding, others), coding) for coding in CODINGS]
    # sorted() is stable: equal weights keep the order of CODINGS
    ranked = sorted(liked, key=lambda pair: -pair[0])
    return tuple(coding for weight, coding in ranked if weight > 0 and weight >= plain)


def _weight(text: str) -> float:
    return float(text) if re.fullmatch(r"0(\.[0-9]{0,3})?|1(\.0{0,3})?", text) else 0.0


# -- Conditions ---------------------------------------------------------------------------------------
_TAG = re.compile(r'(?:W/)?("[^"]*")')


def names_tag(header: str, tag: str) -> bool:
    """Does ``If-None-Match`` name this entity tag? Weak comparison (§13.1.2)."""
    return header.strip() == "*" or tag in _TAG.findall(header)


def http_date(seconds: float) -> str:
    return formatdate(int(seconds), usegmt=True)


def is_since(header: str, modified: int) -> bool:
    """Is ``If-Modified-Since`` at or after ``modified`` (whole seconds)? A date that cannot be read counts as absent."""
    try:
        return parsedate_to_datetime(header).timestamp() >= modified
    except (ValueError, TypeError, IndexError, OverflowError):
        return False


# -- Ranges -------------------------------------------------------------------------------------------
class RangeNotSatisfiable(ValueError):
    """Nothing of the file lies in the range asked for (§15.5.17)."""

    code = "range_not_satisfiable"


_RANGE = re.compile(r"bytes\s*=\s*([0-9]{0,18})\s*-\s*([0-9]{0,18})\s*", re.IGNORECASE)


def byte_range(header: str, size: int) -> tuple[int, int] | None:
    """First octet and the one after the last, for a ``Range`` over ``size`` octets (§14.2).

    None means: answer with the whole file. So it is for units other than bytes, for several ranges at once and for
    what makes no sense. Raises ``RangeNotSatisfiable``.
    """
    match = _RANGE.fullmatch(header.strip())
    if match is None or match.group(1) == match.group(2) == "":
        return None
    if match.group(1) == "":
        last = int(match.group(2))
        if last == 0 or size == 0:
            raise RangeNotSatisfiable(header)
        return max(0, size - last), size
    first = int(match.group(1))
    end = int(match.group(2)) + 1 if match.group(2) else size
    if match.group(2) and end <= first:
        return None
    if first >= size:
        raise RangeNotSatisfiable(header)
    return first, min(end, size)
