"""One Django group per role, with the permissions the workbench asks for. The table is the only place they stand."""

from __future__ import annotations

from collections.abc import Collection

from django.contrib.auth.models import Group, Permission
from django.db.models import Q

from gongkai.foundation.accounts.models import Role

WORKBENCH = "wagtailadmin.access_admin"
_LIBRARY = ("documents.add_document", "documents.change_document", "documents.view_document")
_READ = ("documents.view_document", "sites.view_site", "sites.view_column", "sites.view_topic")
_FILES = ("files.add_storedfile", "files.view_storedfile", "files.change_storedfile")
_SITES = tuple(
    f"sites.{act}_{model}"
    for model in ("site", "column", "topic", "placement")
    for act in ("add", "change", "view")
)

PERMISSIONS: dict[Role, tuple[str, ...]] = {
    Role.DRAFTER: (WORKBENCH, *_LIBRARY, *_FILES, "documents.view_series"),
    # A reviewer may open the text to correct it; an edit takes the earlier approvals back.
    Role.REVIEWER_1: (WORKBENCH, *_LIBRARY, *_FILES),
    Role.REVIEWER_2: (WORKBENCH, *_LIBRARY, *_FILES),
    Role.REVIEWER_3: (WORKBENCH, *_LIBRARY, *_FILES),
    Role.COLUMN_EDITOR: (WORKBENCH, *_READ, "sites.add_placement", "sites.change_placement"),
    Role.SITE_MANAGER: (
        WORKBENCH,
        *_READ,
        *_SITES,
        "documents.add_series",
        "documents.change_series",
        "documents.view_series",
    ),
    Role.SECRECY_OFFICER: (WORKBENCH, *_READ),
    Role.DISCLOSURE_OFFICER: (WORKBENCH, *_READ),
    Role.AUDITOR: (WORKBENCH, *_READ),
    Role.OPERATOR: (
        WORKBENCH,
        *_READ,
        "organs.add_organ",
        "organs.change_organ",
        "organs.view_organ",
        "accounts.add_user",
        "accounts.change_user",
        "accounts.view_user",
    ),
}
"""Nobody holds ``publish``: a document goes online by three reviews or by a recorded forced act, never by permission."""


def group_name(role: Role) -> str:
    return f"role:{role.value}"


def groups_for(roles: Collection[str]) -> list[Group]:
    return [Group.objects.get_or_create(name=group_name(Role(role)))[0] for role in sorted(roles)]


def sync_groups(**_signal: object) -> None:
    """Bring every role's group in line with the table; runs after each migration."""
    for role, names in PERMISSIONS.items():
        group, _created = Group.objects.get_or_create(name=group_name(role))
        wanted = Q(pk__in=[])
        for name in names:
            app, codename = name.split(".")
            wanted |= Q(content_type__app_label=app, codename=codename)
        group.permissions.set(Permission.objects.filter(wanted))
