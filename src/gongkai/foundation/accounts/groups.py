"""One Django group per role, with the permissions the workbench asks for. The table is the only place they stand."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

from django.apps import AppConfig
from django.apps import apps as installed
from django.apps.registry import Apps
from django.contrib.auth.models import Group, Permission
from django.utils import timezone

from gongkai.foundation.accounts.models import Role, User

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
    # Reviewers draft too, elsewhere; a text under review stands still for everybody.
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
    Role.REGISTRAR: (WORKBENCH, *_FILES),
    Role.HANDLER: (WORKBENCH, *_READ, *_FILES),
    Role.LEGAL_REVIEWER: (WORKBENCH, *_READ),
    Role.DISCLOSURE_HEAD: (WORKBENCH, *_READ),
    Role.ARCHIVIST: (WORKBENCH, *_READ),
    Role.AUDITOR: (WORKBENCH, *_READ),
    Role.OPERATOR: (
        WORKBENCH,
        *_READ,
        "organs.add_organ",
        "organs.change_organ",
        "organs.view_organ",
    ),
}
"""Nobody holds ``publish``: a document goes online by three reviews or by a recorded forced act, never by permission."""


_PREFIX = "role:"


def group_name(role: Role) -> str:
    return f"{_PREFIX}{role.value}"


def sync_groups_of(user: User, on: date | None = None) -> None:
    """Put somebody into the groups of the roles held on a day (today), and out of all other roles' groups.

    Runs when a role is given or ended and at every sign-in, so that a role which begins or ends by itself opens or closes
    the workbench at the next sign-in. Acts do not rely on it: services ask ``User.has_role`` for the day.
    """
    roles = user.assignments.current(on or timezone.localdate()).values_list("role", flat=True)
    wanted = {group_name(Role(role)) for role in roles}
    held = dict(user.groups.filter(name__startswith=_PREFIX).values_list("name", "pk"))
    user.groups.remove(*(pk for name, pk in held.items() if name not in wanted))
    user.groups.add(*(Group.objects.get_or_create(name=name)[0] for name in sorted(wanted - set(held))))


def sync_groups() -> None:
    """Bring every role's group in line with the table."""
    known = {
        f"{app}.{codename}": pk
        for pk, app, codename in Permission.objects.values_list("pk", "content_type__app_label", "codename")
    }
    for role, names in PERMISSIONS.items():
        group, _created = Group.objects.get_or_create(name=group_name(role))
        # Names that are not there belong to floors that are not installed; a test checks them with all installed.
        group.permissions.set(known[name] for name in names if name in known)


def after_migration(app_config: AppConfig, apps: Apps = installed, **_signal: object) -> None:
    """The signal comes once per app; the last one comes when the permissions of all the others exist.

    ``apps`` is what this migration has reached: ``migrate ledger`` in an empty database makes no groups yet.
    """
    with_models = [config for config in installed.get_app_configs() if config.models_module is not None]
    if app_config != with_models[-1]:
        return
    with suppress(LookupError):
        apps.get_model("accounts", "User")
        sync_groups()
