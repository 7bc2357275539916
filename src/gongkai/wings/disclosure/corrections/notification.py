"""What the applicant is told of the correction of a record beyond what every request tells."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from gongkai.engines.casework.registry import Done
from gongkai.wings.disclosure.requests.notification import tell, template

TEMPLATES: Final = (
    template(
        "evidence",
        _("Please hand in evidence for {number}"),
        _(
            "Dear {name}, {organ} asks for evidence for your application {number} to correct a record, by {due}. "
            "What is needed: {url}"
        ),
        _("{organ}: please hand in evidence for {number}: {url}"),
    ),
)


def follow(done: Done) -> None:
    if done.event.action == "ask_evidence":
        tell(done.case, "evidence", key=f"{done.event.seq}", actor=done.event.actor)
