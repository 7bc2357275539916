"""Printing a template of the public side; what the press then makes of the text is its own affair."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.template import engines
from jinja2 import Template


@cache
def _template(name: str) -> Template:
    template: Template = engines["public"].env.get_template(name)  # type: ignore[attr-defined]
    return template


def printed(template: str, /, **context: Any) -> str:
    """A public template with what it shows."""
    return _template(template).render(context)
