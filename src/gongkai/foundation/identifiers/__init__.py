"""Identifiers of people, organisations, documents and services: parse, check, format, mask. Knows nothing of Django.

Every kind is a frozen dataclass with ``parse`` (raises ``IdentifierError``), ``format``, ``mask`` and ``facts``;
``identify`` says which kinds a value is.
"""

from .cards import BankCard
from .contacts import LandlinePhone, MobilePhone
from .documents import DocumentNumber, IndexNumber
from .errors import IdentifierError
from .identification import KINDS, Identification, Identifier, identify
from .items import ItemCode
from .organisations import CreditCode, OrganisationCode
from .people import ResidentId
from .sites import SiteCode

__all__ = [
    "KINDS",
    "BankCard",
    "CreditCode",
    "DocumentNumber",
    "Identification",
    "Identifier",
    "IdentifierError",
    "IndexNumber",
    "ItemCode",
    "LandlinePhone",
    "MobilePhone",
    "OrganisationCode",
    "ResidentId",
    "SiteCode",
    "identify",
]
