"""Laws and other instruments as dated data, the provisions that rules cite, and the statutory lists. Without Django.

Citations come out in Chinese (``Provision.cite``); rules are annotated with ``str(provision)``, for example
``条例 Art. 33 ¶2``, which ``parse_reference`` reads.
"""

from .disclosure import (
    DisclosureItem,
    Exemption,
    LocalSubject,
    disclosure_item,
    disclosure_items,
    exemption,
    exemptions,
    local_subjects,
)
from .errors import StatuteError
from .instruments import Instrument, in_force, instrument, instruments, versions
from .numerals import from_chinese, to_chinese
from .provisions import Provision, provision, provisions
from .references import parse_reference
from .subjects import Subject, SubjectPath, parse_subject, subjects

__all__ = [
    "DisclosureItem",
    "Exemption",
    "Instrument",
    "LocalSubject",
    "Provision",
    "StatuteError",
    "Subject",
    "SubjectPath",
    "disclosure_item",
    "disclosure_items",
    "exemption",
    "exemptions",
    "from_chinese",
    "in_force",
    "instrument",
    "instruments",
    "local_subjects",
    "parse_reference",
    "parse_subject",
    "provision",
    "provisions",
    "subjects",
    "to_chinese",
    "versions",
]
