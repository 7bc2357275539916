"""What the checks get to judge of a document: its text as it would be published, and what is known around it.

Known are the facts its kind must carry, what stands at addresses of our own sites, and the sites of organs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from django.utils import timezone
from django.utils.translation import gettext as _

from gongkai.engines import checks
from gongkai.engines.checks.citing import unconfirmed
from gongkai.foundation.organs.models import Organ
from gongkai.wings.publishing.documents.kinds import LinkKind
from gongkai.wings.publishing.documents.models import Document
from gongkai.wings.publishing.documents.rules import document_path, required_facts
from gongkai.wings.publishing.documents.services import file_address
from gongkai.wings.publishing.documents.text import body_html, html_text
from gongkai.wings.publishing.sites.models import Site

_FACTS = (
    "kind",
    "summary",
    "keywords",
    "document_number",
    "index_number",
    "subject",
    "disclosure_item",
    "written_on",
    "effective_on",
    "expires_on",
    "attribute",
    "attribute_reason",
    "attribute_provision",
    "source",
    "author",
    "interpretation_form",
    "issue_number",
)
_JUDGED_APART = frozenset({"title", "content"})
"""The title is judged whatever the kind; a text without content is found by the check of empty ones."""
_PAGE = re.compile(r"(?:/hant)?(/doc/\d{4}/(\d{1,18})/)")


def subject_of(text: Document) -> checks.Subject:
    """``text`` may be a revision as object. Two queries for the sites, one for each address of ours it links to."""
    html = body_html(text.body, address=file_address)
    facts = {name: str(value) for name in _FACTS if (value := getattr(text, name)) not in (None, "")}
    interpreted = [link.target.title for link in text.links.all() if link.kind == LinkKind.INTERPRETS]
    if interpreted:
        facts["interpreted_document"] = "\n".join(interpreted)
    sites = list(Site.objects.filter(closed_on__isnull=True).select_related("organ"))
    title_at = _titles(own={host for site in sites for host in (site.host, *site.other_hosts.split())})
    return checks.Subject(
        title=text.title,
        html=html,
        text=html_text(html),
        kind=text.kind,
        facts=facts | {"issuer": text.issuer.name},
        names=fact_names(),
        required=_required(text.kind),
        attachments=tuple(attachment.title for attachment in text.attachments.all()),
        is_dead=lambda address: title_at(address) == "",
        title_at=title_at,
        hosts=_hosts(sites),
    )


def fact_names() -> dict[str, str]:
    """What people call the places a finding can point at."""
    fields = ("title", "issuer", "series", *_FACTS)
    names = {name: str(Document._meta.get_field(name).verbose_name) for name in fields}
    return names | {
        "text": _("Body text"),
        "attachments": _("Attachments"),
        "interpreted_document": _("link to the document it interprets"),
    }


def _required(kind: str) -> dict[str, str]:
    """Facts a document of this kind must carry, with the rule; what is only practice says so."""
    return {
        fact.field: fact.source if fact.confirmed else unconfirmed(fact.source)
        for fact in required_facts()
        if fact.concerns(kind) and fact.field not in _JUDGED_APART
    }


def _titles(own: set[str]) -> Callable[[str], str | None]:
    """The title of what stands at an address: of a document of ours; "" where none is public; None: nothing known."""
    known: dict[str, str | None] = {}

    def title_at(address: str) -> str | None:
        if address not in known:
            known[address] = _title(address, own)
        return known[address]

    return title_at


def _title(address: str, own: set[str]) -> str | None:
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    page = _PAGE.fullmatch(parts.path)
    if page is None or (parts.netloc and parts.netloc.lower() not in own):
        return None
    document = Document.objects.public().filter(pk=int(page[2])).only("title", "published_at").first()
    if document is None or document.published_at is None:
        return ""
    year = timezone.localtime(document.published_at).year
    return document.title if document_path(year, document.pk) == page[1] else ""


def _hosts(sites: Iterable[Site]) -> dict[str, str]:
    """Hosts by every name of the organ whose site it is, and by the name of the site itself."""
    found: dict[str, str] = {}
    organs = Organ.objects.exclude(website="").filter(abolished_on__isnull=True)
    for organ in organs.only("name", "short_name", "website"):
        if host := urlsplit(organ.website).hostname:
            found |= dict.fromkeys((organ.name, organ.short_name), host.removeprefix("www."))
    for site in sites:
        host = site.host.partition(":")[0].removeprefix("www.")
        found |= dict.fromkeys((site.organ.name, site.organ.short_name, site.name), host)
    found.pop("", None)
    return found
