"""Why redaction refuses, in words for people and codes for machines."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _


class RedactionRefused(PermissionDenied):
    """An act is not allowed now. Codes: role, state, marks, repeats, same-person, changed, unproven, not-released."""

    def __init__(self, code: str, message: str, reasons: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.reasons = list(reasons)


def unreadable(code: str) -> ValidationError:
    """What is wrong with a document, and how to mend it. Codes as in ``sources.Unreadable``, and heavy."""
    messages = {
        "encrypted": _("The PDF is locked by a password. Save it without a password and take that file."),
        "broken": _("The file cannot be read; it is damaged. Export it again, or print and scan it."),
        "empty": _("The PDF has no pages."),
        "pages": _("The PDF has more than 300 pages. Split it and work on the parts."),
        "page-size": _(
            "A page is too large (more than A0) or has no size. Print it to a usual size as PDF first."
        ),
        "picture-size": _("The picture has more than 64 million pixels. Scan it at 200 dots per inch."),
        "kind": _(
            "Only PDF, PNG and JPEG can be redacted. Open the document in its program, choose “Save as PDF”,"
            " and take that PDF."
        ),
        "page": _("The document has no such page."),
        "heavy": _("The file takes too much memory or time. Print it to a new PDF, or split it."),
    }
    return ValidationError(messages.get(code, messages["broken"]), code=code)
