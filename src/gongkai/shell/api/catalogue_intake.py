"""A directory handed in by a program: what it would change, and, when told so, the change itself."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema

from gongkai.engines.exchange.faults import FileUnreadable
from gongkai.foundation.accounts.models import User
from gongkai.foundation.files.services import store
from gongkai.foundation.organs.models import Organ
from gongkai.shell.api.faults import STAFF_FAULTS
from gongkai.shell.api.uploads import LARGEST, judged
from gongkai.shell.api.words import LARGEST_ID, Words
from gongkai.wings.disclosure.catalogue.errors import CatalogueRefused
from gongkai.wings.disclosure.catalogue.importing import import_catalogue
from gongkai.wings.disclosure.catalogue.services import KEEPERS, require

router = Router(tags=["catalogue"])


class Directory(Schema):
    """A directory in base64. Without ``apply`` nothing is changed."""

    name: str = Field(pattern=r"^[^/\\\x00-\x1f]{1,195}\.(?:[xX][lL][sS][xX]|[cC][sS][vV]|[jJ][sS][oO][nN])$")
    content: str = Field(max_length=LARGEST)
    organ: Words | None = Field(
        None, max_length=40, description="duty holder of rows whose own is not in the register"
    )
    field: Words = Field("", max_length=60, description="field of rows that name none")
    edition: Words = Field("", max_length=60)
    valid_from: date | None = Field(None, description="the day new rows hold from")
    keep_absent: bool = Field(False, description="retire no row the file no longer has")
    renames: list[int] = Field(
        [], max_length=5000, description="`id` of rows in `perhaps_renamed` that go on under their new titles"
    )
    apply: bool = False


class DirectoryOutcome(Schema):
    """What the file changes. With faults it changes nothing; ``applied`` says whether it was done."""

    read: int
    added: int
    amended: list[dict[str, Any]]
    retired: list[str]
    perhaps_renamed: list[dict[str, Any]]
    unchanged: int
    applied: bool
    refused: int
    unread_limits: int
    carried_from_above: int
    faults: list[dict[str, Any]]
    notes: list[dict[str, Any]]
    ignored: list[dict[str, Any]]
    unknown_headings: list[str]


@router.post("/import", response={200: DirectoryOutcome, **STAFF_FAULTS})
def take_in(request: HttpRequest, directory: Directory) -> Any:
    """Look at a directory (XLSX, CSV, JSON), or take it in: as ``gongkai import catalogue`` and the workbench do."""
    user = request.auth  # type: ignore[attr-defined]  # set by the bearer token
    assert isinstance(user, User)
    organ = get_object_or_404(Organ, code=directory.organ) if directory.organ else None
    if organ is not None:
        require(user, organ, KEEPERS)
    elif not (user.is_superuser or any(user.has_role(role) for role in KEEPERS)):
        raise CatalogueRefused("role", _("This act is for other roles."))
    try:
        plan = import_catalogue(
            path=_stored(directory, user),
            today=timezone.localdate(),
            user=user,
            organ=organ,
            field=directory.field,
            edition=directory.edition,
            valid_from=directory.valid_from,
            keep_absent=directory.keep_absent,
            check_only=not directory.apply,
            renames={number for number in directory.renames if 0 < number <= LARGEST_ID},
        )
    except FileUnreadable as refusal:
        raise ValidationError({"content": [f"{refusal.message}{refusal.mend}"]}) from refusal
    return plan.as_json()


def _stored(directory: Directory, user: User) -> Path:
    # JSON is text; the store knows no ending of its own for it.
    name = f"{directory.name}.txt" if directory.name.lower().endswith(".json") else directory.name
    kept = judged(store, name=name, content=directory.content, user=user, field="content")
    return Path(kept.path)
