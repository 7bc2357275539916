"""What people are told when a file cannot be read as a report: what is wrong, and how to mend it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from gongkai.wings.disclosure.annual.reading import MOST_BYTES, NotRead


def told(refusal: NotRead) -> tuple[str, str]:
    """What is wrong, and what mends it."""
    match refusal.code:
        case "empty":
            return _("The file is empty."), _("Check that the right file was chosen.")
        case "big":
            return (
                _("The file is too large, or has too many pages."),
                _("A report has a few dozen pages; the limit is %(size)d MB.")
                % {"size": MOST_BYTES // 1024 // 1024},
            )
        case "heavy":
            return (
                _("Opening the file takes more time or memory than a report may."),
                _("Save the report anew, or hand in another format."),
            )
        case "encrypted":
            return _("The file is protected by a password."), _("Save it without a password.")
        case "no-text":
            return (
                _("The PDF holds no text; it is probably a scan."),
                _(
                    "Export the PDF from the program the report was written in, or hand in DOCX, XLSX or HTML."
                ),
            )
        case "kind":
            return (
                _("This kind of file cannot be read as a report."),
                _(
                    "Hand in JSON, HTML, DOCX, XLSX or a PDF with text; save old DOC and XLS files as DOCX and XLSX."
                ),
            )
        case "no-tables":
            return (
                _("No table of requests (section 三) was found in the file."),
                _(
                    "Check that the whole report is in the file, with its tables as tables and not as pictures."
                ),
            )
        case "no-year":
            return (
                _("The year of the report was not found."),
                _("Give the report its title with the year, or say the year yourself."),
            )
        case "malformed":
            return (
                _("The data is not a report:") + "\n" + refusal.detail,
                _("Correct the places named."),
            )
    detail = f" ({refusal.detail})" if refusal.detail else ""
    return _("The file is damaged and cannot be opened.") + detail, _("Save it anew and try again.")
