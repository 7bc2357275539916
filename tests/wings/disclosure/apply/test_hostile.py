"""Ten thousand applications nobody means well with: refused with reasons, or kept harmlessly."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from gongkai.engines.casework.models import Party
from gongkai.wings.disclosure.apply import drafts
from gongkai.wings.disclosure.apply.printing import own
from gongkai.wings.disclosure.apply.steps import ORDER, cleaned, fields_of, unreadable
from gongkai.wings.disclosure.requests.models import Request
from gongkai.wings.disclosure.requests.services import by_query_code
from tests.factories_disclosure import Office
from tests.wings.disclosure.apply.conftest import ANSWERS, Visitor

NUMBER = 10_000
KEPT = 60
"""So many of those that pass go all the way."""
WILD = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "'; DROP TABLE requests_request; --",
    "' OR '1'='1",
    '" onfocus="alert(1)" autofocus="',
    "</textarea><script>1</script>",
    "{{ 7*7 }}{% raw %}${7*7}#{7*7}",
    "%s%n%(x)s%d {name} {0.__class__}",
    '=HYPERLINK("http://x")',
    "../../../../etc/passwd\x00.pdf",
    "\u202e\u2066\u200b\ufeff\u00ad",
    "\ue000\ue001\ue002",
    "\ud800",
    "\x00\x01\x07\x1b[31m",
    "Z\u0351\u036b\u0343" * 20,
    "𠮷野家🏛️" * 5,
    "\r\nSet-Cookie: a=b\r\n\r\n",
    "\ufffd\ufffd",
    "ﷺ" * 30,
    "后" * 400,
    "x" * 25_000,
    "&lt;b&gt;&#60;&amp;",
    "\t\n \u3000\u00a0",
    "NULL",
    "true",
    "-1e999",
)


class Tags(HTMLParser):
    """Collects every tag and attribute a browser would see."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def hostile(chance: random.Random) -> dict[str, dict[str, str]]:
    """A complete application with something wild in some of its fields."""
    given = {slug: {name: str(value) for name, value in values.items()} for slug, values in ANSWERS.items()}
    given["agent"]["agent_name"] = ""
    given["contact"]["postcode"] = ""
    for values in given.values():
        for name in values:
            if chance.random() < 0.2:
                wild = chance.choice(WILD)
                values[name] = chance.choice((wild, values[name] + wild, wild + values[name]))
    return given


def contents(at: Office) -> Iterator[tuple[drafts.Content, dict[str, list[str]]]]:
    chance = random.Random(711)
    for _number in range(NUMBER):
        content = drafts.Content(organ=at.organ.code)
        faults: dict[str, list[str]] = {}
        for slug, values in hostile(chance).items():
            found = cleaned(slug, values, content.values)
            faults |= unreadable(found)
            content.values |= found
        yield content, faults


@pytest.mark.once
def test_ten_thousand_hostile_applications_are_refused_or_kept_harmlessly(at: Office) -> None:
    limits = {
        name: Party._meta.get_field(name).max_length
        for name in ("name", "contact_name", "phone", "email", "address", "postcode")
    }
    limits |= {"document_hint": 300, "agent_name": 60}
    now = timezone.now()
    passed, refused, sent = 0, 0, []
    draft = drafts.begin(drafts.Content(organ=at.organ.code), now=now)
    looked_at: set[str] = set()
    for content, faults in contents(at):
        for text in set(content.values.values()) - looked_at:
            looked_at.add(text)
            assert not any(
                unicodedata.category(sign) in ("Cc", "Cf", "Co", "Cs") for sign in text.replace("\n", "")
            )
            shown = Tags()
            shown.feed(f"<p>{own(text)}</p>")
            assert shown.found == ["p"]
            assert shown.text == text
        try:
            drafts.check(draft, content, at.organ)
        except ValidationError as refusal:
            refused += 1
            assert all(messages for messages in refusal.message_dict.values())
            continue
        if faults:
            refused += 1
            continue
        passed += 1
        kept_of_it = content.application()
        assert [name for name, most in limits.items() if len(getattr(kept_of_it, name)) > (most or 0)] == []
        if len(sent) < KEPT:
            sent.append(content)
    assert passed + refused == NUMBER
    assert passed > 500
    assert refused > 500
    for content in sent:
        made = drafts.send(drafts.begin(content, now=now), organ=at.organ, now=now)
        kept = Request.objects.select_related("case__applicant").get(pk=made.pk)
        assert kept.description == content.values["description"]
        assert kept.case.applicant is not None
        assert kept.case.applicant.name == content.values["name"]
    assert Request.objects.count() == KEPT


def test_what_was_kept_of_them_is_shown_as_text(at: Office) -> None:
    somebody = Visitor()
    for wild in WILD[:12]:
        number, code = somebody.apply(
            at.organ.code, information={"description": f"预算{wild}", "document_hint": wild[:200]}
        )
        assert by_query_code(number=number, code=code) is not None
        reader = Visitor()
        reader.post("/request/status/", number=number, code=code)
        page = reader.get("/request/status/own/").content.decode()
        shown = Tags()
        shown.feed(page)
        assert "img" not in shown.found
        assert shown.found.count("script") == 2  # ours, by address


def test_every_page_bears_every_wild_thing(at: Office) -> None:
    for wild in (wild for wild in WILD if wild != "\ud800"):  # no browser can send half a character
        somebody = Visitor()
        somebody.begin(at.organ.code)
        for slug in ORDER:
            names = [field.name for field in fields_of(slug, {"applicant_kind": "natural"})]
            answer = somebody.post(f"/request/apply/{slug}/", **dict.fromkeys(names, wild))
            assert answer.status_code in (303, 422), (slug, wild)
            somebody.post(f"/request/apply/{slug}/", **ANSWERS[slug])
        assert somebody.get("/request/apply/check/").status_code == 200
