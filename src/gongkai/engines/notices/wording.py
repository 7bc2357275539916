"""What notices say: one template per occasion, with named places, checked when it is registered."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter
from typing import TYPE_CHECKING, Final, Literal

from gongkai.foundation.hanzi import personal_data, to_traditional

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Text = str | _StrPromise

Script = Literal["hans", "hant"]

NAME: Final = "name"
"""Filled by the engine with the recipient's name; not allowed in an SMS, where it would be read on a locked screen."""
SMS_SAFE: Final[Mapping[str, re.Pattern[str]]] = {
    "number": re.compile(r"[\w〔〕\[\]()（）\-]{1,40}"),
    "organ": re.compile(r"[\w()（）·、\- ]{2,60}"),
    "days": re.compile(r"[0-9]{1,4}"),
    "url": re.compile(r"https?://[\x21-\x7e]{1,200}"),
    "code": re.compile(r"[A-Za-z0-9\-]{4,20}"),
}
"""The only places an SMS may have, each with the shape its value must have."""
SMS_LONGEST: Final = 300
"""Characters; a gateway cuts what is longer into parts of 67."""
VALUE_LONGEST: Final = 500
_PARTS: Final = ("title", "inbox", "email_subject", "email", "sms")


class TemplateFault(ValueError):
    """A template or its values will not do. Codes: duplicate, place, line, sms, incomplete, unknown, values."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class UnsafeText(ValueError):
    """An SMS would show what may not stand in one."""

    code = "unsafe"


@dataclass(frozen=True, kw_only=True)
class Template:
    """The words for one occasion, in Simplified Chinese (or lazily translated), with ``{places}``.

    ``email`` or ``sms`` may be empty: then nothing goes that way. ``urgent`` passes the quiet hours.
    """

    code: str
    title: Text
    inbox: Text
    email_subject: Text
    email: Text
    sms: Text
    urgent: bool = False

    @property
    def variables(self) -> frozenset[str]:
        """Every place the template has, in whatever part, without the recipient's name."""
        return frozenset().union(*(places(str(getattr(self, part))) for part in _PARTS)) - {NAME}


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """Whom to tell: ``party`` ("user:3", "party:17") is the inbox; ``script`` what they read."""

    party: str
    name: str
    email: str = ""
    phone: str = ""
    script: Script = "hans"


@dataclass(frozen=True, slots=True)
class Texts:
    """A template filled in for one person. ``sms`` is None when its values are not fit for an SMS."""

    title: str
    inbox: str
    email_subject: str
    email: str
    sms: str | None


_templates: dict[str, Template] = {}


def register(template: Template) -> None:
    """Take a template in, at start-up. Raises ``TemplateFault`` with what is wrong."""
    check(template)
    if template.code in _templates:
        raise TemplateFault("duplicate", f"there already is a notice template {template.code!r}")
    _templates[template.code] = template


def templates() -> tuple[Template, ...]:
    return tuple(_templates.values())


def template_of(code: str) -> Template:
    try:
        return _templates[code]
    except KeyError:
        raise TemplateFault("unknown", f"there is no notice template {code!r}") from None


def places(text: str) -> frozenset[str]:
    """The names of the places in ``text``. Raises ``TemplateFault`` for anything but plain ``{name}``:
    attributes and indexes would reach into objects."""
    try:
        parsed = list(Formatter().parse(text))
    except ValueError as error:
        raise TemplateFault("place", f"{text!r}: {error}") from error
    names = set()
    for _literal, name, spec, conversion in parsed:
        if name is None:
            continue
        if spec or conversion or not name.isidentifier():
            raise TemplateFault("place", f"{text!r}: a place is a plain name in braces, not {{{name}}}")
        names.add(name)
    return frozenset(names)


def check(template: Template) -> None:
    """Everything that can be known of a template before it is used."""
    where = f"notice template {template.code!r}"
    if not re.fullmatch(r"[a-z][a-z0-9_.\-]{1,59}", template.code):
        raise TemplateFault("place", f"{where}: a code is small letters, digits, dots and hyphens")
    texts = {part: str(getattr(template, part)) for part in _PARTS}
    for text in texts.values():
        places(text)
    lines = [part for part in ("title", "email_subject", "sms") if len(texts[part].splitlines()) > 1]
    if lines:
        raise TemplateFault("line", f"{where}: a line break stands in {', '.join(lines)}")
    missing = [part for part in ("title", "inbox") if not texts[part].strip()]
    if bool(texts["email"].strip()) != bool(texts["email_subject"].strip()):
        missing.append("email" if texts["email_subject"].strip() else "email_subject")
    if missing:
        raise TemplateFault("incomplete", f"{where} has no {', '.join(missing)}")
    strangers = places(texts["sms"]) - SMS_SAFE.keys()
    if strangers:
        raise TemplateFault(
            "sms",
            f"{where}: an SMS may not show {', '.join(sorted(strangers))}, only {', '.join(sorted(SMS_SAFE))}",
        )
    if personal_data(texts["sms"]):
        raise TemplateFault("sms", f"{where}: a personal number stands in the SMS")


def clean(value: str) -> str:
    """One line, without control characters and those that turn the direction of writing; at most 500 characters.

    Names come from forms that anybody fills in: a line break would start a new header of an e-mail.
    """
    kept = (" " if character.isspace() else character for character in value)
    visible = "".join(one for one in kept if unicodedata.category(one) not in ("Cc", "Cf", "Cs", "Zl", "Zp"))
    return " ".join(visible.split())[:VALUE_LONGEST]


def fill(template: Template, values: Mapping[str, str], *, name: str, script: Script = "hans") -> Texts:
    """The template for one person. Raises ``TemplateFault`` when a value is missing; superfluous ones do no harm.

    In the Traditional script everything is converted but the name: 于 and 於 are two families.
    """
    missing = template.variables - values.keys()
    if missing:
        raise TemplateFault("values", f"{template.code}: no value for {', '.join(sorted(missing))}")
    traditional = script == "hant"
    given = {key: clean(str(value)) for key, value in values.items() if key in template.variables}
    shown = {key: to_traditional(value) if traditional else value for key, value in given.items()}
    shown[NAME] = clean(name)

    def written(text: Text) -> str:
        words = str(text)
        return (to_traditional(words) if traditional else words).format_map(shown)

    try:
        check_sms_values({key: value for key, value in given.items() if key in places(str(template.sms))})
        sms: str | None = written(template.sms)
        _check_sms_text(sms or "")
    except UnsafeText:
        sms = None
    return Texts(
        title=written(template.title),
        inbox=written(template.inbox),
        email_subject=written(template.email_subject),
        email=written(template.email),
        sms=sms,
    )


def check_sms_values(values: Mapping[str, str]) -> None:
    """Raises ``UnsafeText`` for a value that has not the shape of its place."""
    for key, value in values.items():
        if not SMS_SAFE[key].fullmatch(value):
            raise UnsafeText(key)


def _check_sms_text(text: str) -> None:
    if len(text) > SMS_LONGEST:
        raise UnsafeText("length")
    if any(match.kind in ("id_card", "mobile") for match in personal_data(text)):
        raise UnsafeText("personal number")
