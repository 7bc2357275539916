"""The Jinja2 environment of everything the public reads: one for the press, the search page and previews.

Pages are printed hundreds of thousands of times in one language and converted to the other script character by
character, so a message is looked up once, when the template is compiled, and not once per page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext, override
from jinja2 import Environment, StrictUndefined, TemplateSyntaxError
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from markupsafe import Markup, escape

from gongkai.engines.press import LANG, OTHER, ROOT

SHANGHAI = ZoneInfo("Asia/Shanghai")
_SIZES = ("B", "KB", "MB", "GB")


class FoldedMessages(Extension):
    """Turns ``_("text")`` into the text of the site's language while the template is compiled.

    Only a constant can be folded; anything else between the brackets is a fault of the template and is refused.
    """

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        for token in stream:
            if token.type != "name" or token.value != "_" or stream.current.type != "lparen":
                yield token
                continue
            next(stream)
            message = next(stream)
            closing = next(stream)
            if message.type != "string" or closing.type != "rparen":
                raise TemplateSyntaxError(
                    "_() takes one constant text", token.lineno, stream.name, stream.filename
                )
            with override(settings.LANGUAGE_CODE):
                yield Token(token.lineno, "string", gettext(message.value))


def day(value: date | datetime | None) -> str:
    """A date as ``2020-04-22`` in local time (国办发〔2017〕47号 asks for this form)."""
    if isinstance(value, datetime):
        value = value.astimezone(SHANGHAI)
    return "" if value is None else value.isoformat()[:10]


def minute(value: datetime | None) -> str:
    """A moment as ``2020-04-22 09:30`` in local time, the form of the PubDate page tag."""
    return "" if value is None else value.astimezone(SHANGHAI).isoformat(" ")[:16]


def size(octets: int) -> str:
    """A file size people can judge: ``412 KB``, ``1.3 MB``."""
    amount, unit = float(octets), _SIZES[0]
    for unit in _SIZES:
        if amount < 1024 or unit == _SIZES[-1]:
            break
        amount /= 1024
    return f"{amount:.1f} {unit}" if amount < 10 and unit != "B" else f"{amount:.0f} {unit}"


def meta_tags(tags: Iterable[tuple[str, str]]) -> Markup:
    """Page tags as elements of the head."""
    lines = (f'<meta name="{escape(name)}" content="{escape(content)}">' for name, content in tags)
    return Markup("\n".join(lines))  # noqa: S704  # both parts are escaped


def public_environment(**options: Any) -> Environment:
    """The environment named in ``settings.TEMPLATES``; Django passes its loader and its own few options."""
    del options["autoescape"]
    options.update(
        extensions=[FoldedMessages], undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment = Environment(autoescape=True, cache_size=-1, **options)
    environment.globals.update(root=ROOT, lang=LANG, other_root=OTHER)
    environment.filters.update(day=day, minute=minute, size=size, tags=meta_tags)
    return environment
