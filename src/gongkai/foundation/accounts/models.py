"""Staff and their roles. A role is held in an organ, and covers everything below it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gongkai.foundation.identifiers import IdentifierError, LandlinePhone, MobilePhone
from gongkai.foundation.organs.models import Organ, OrganQuerySet


class Role(models.TextChoices):
    """What somebody does in an organ. Who reviews is kept apart from who writes."""

    DRAFTER = "drafter", _("Drafter")  # 起草
    REVIEWER_1 = "reviewer_1", _("First reviewer")  # 初审
    REVIEWER_2 = "reviewer_2", _("Second reviewer")  # 复审
    REVIEWER_3 = "reviewer_3", _("Final reviewer")  # 终审
    COLUMN_EDITOR = "column_editor", _("Column editor")  # 栏目编辑
    SITE_MANAGER = "site_manager", _("Site manager")  # 站点管理
    SECRECY_OFFICER = "secrecy_officer", _("Secrecy officer")  # 保密审查
    DISCLOSURE_OFFICER = "disclosure_officer", _("Disclosure officer")  # 政务公开
    REGISTRAR = "registrar", _("Registrar")  # 收件登记
    HANDLER = "handler", _("Handler")  # 承办
    LEGAL_REVIEWER = "legal_reviewer", _("Legal reviewer")  # 合法性审查
    DISCLOSURE_HEAD = "disclosure_head", _("Head of the disclosure office")  # 工作机构负责人（条例 Art. 33）
    ARCHIVIST = "archivist", _("Archivist")  # 档案
    AUDITOR = "auditor", _("Auditor")  # 审计
    OPERATOR = "operator", _("System operator")  # 系统管理


class User(AbstractUser):  # type: ignore[django-manager-missing]  # the stubs lose sight of as_manager()
    """A member of staff. Signs in by user name; MFA is offered to all."""

    last_name = None  # type: ignore[assignment]
    full_name = models.CharField(_("full name"), max_length=40)
    phone = models.CharField(_("work phone"), max_length=40, blank=True)
    must_change_password = models.BooleanField(_("must change the password"), default=False)

    _known: tuple[int, list[tuple[str, str, date, date | None]]] | None = None

    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = _("member of staff")
        verbose_name_plural = _("staff")
        ordering = ["username"]

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name

    @property
    def first_name(self) -> str:  # type: ignore[override]
        """What Wagtail's menu calls the person who is signed in."""
        return self.full_name

    @property
    def ledger_name(self) -> str:
        """How the ledger names this person: a number, never a name."""
        return f"user:{self.pk}"

    @property
    def masked_phone(self) -> str:
        """What lists show: "138****5432"; the full number stands on the person's own page only."""
        for kind in (MobilePhone, LandlinePhone):
            with suppress(IdentifierError):
                return kind.parse(self.phone).mask()
        return "****" if self.phone else ""

    def has_role(self, role: Role | str, organ: Organ | None = None, on: date | None = None) -> bool:
        """Whether the role is held on a day (today), anywhere or over ``organ`` (in it or in an organ above it)."""
        return any(
            name == role and (organ is None or organ.path.startswith(path)) for name, path in self._held(on)
        )

    def roles_in(self, organ: Organ, on: date | None = None) -> set[str]:
        """All roles this person has over ``organ``."""
        return {role for role, path in self._held(on) if organ.path.startswith(path)}

    def organs(self, *roles: Role | str, on: date | None = None) -> OrganQuerySet:
        """The organs this person serves (in one of ``roles``, if any are named), with all below them."""
        branches = Q(pk__in=[])
        for path in {path for role, path in self._held(on) if not roles or role in roles}:
            branches |= Q(path__startswith=path)
        return Organ.objects.filter(branches)

    def _held(self, on: date | None) -> Iterator[tuple[str, str]]:
        """(role, path of its organ) of what is held on a day (today).

        A page asks dozens of times, one for each line of its menu, and the database is asked once for each object: it
        lives as long as a request. What this process gives or ends meanwhile is seen at once.
        """
        day = on or timezone.localdate()
        if self._known is None or self._known[0] != Assignment.changes:
            rows = self.assignments.values_list("role", "organ__path", "since", "until")
            self._known = Assignment.changes, list(rows)
        return (
            (role, path)
            for role, path, since, until in self._known[1]
            if since <= day and (until is None or day <= until)
        )

    def refresh_from_db(self, *arguments: Any, **named: Any) -> None:
        self._known = None
        super().refresh_from_db(*arguments, **named)


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def current(self, on: date) -> AssignmentQuerySet:
        return self.filter(Q(since__lte=on), Q(until__isnull=True) | Q(until__gte=on))


class Assignment(models.Model):
    """A role held in an organ, from a day to a day (inclusive)."""

    changes: ClassVar[int] = 0
    """How often this process has changed one: until then, what a user object knows of its roles holds."""

    user = models.ForeignKey(
        User, models.CASCADE, verbose_name=_("member of staff"), related_name="assignments"
    )
    organ = models.ForeignKey(Organ, models.PROTECT, verbose_name=_("organ"), related_name="assignments")
    role = models.CharField(_("role"), max_length=20, choices=Role)
    since = models.DateField(_("held since"), default=timezone.localdate)
    until = models.DateField(_("held until"), null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("role of a member of staff")
        verbose_name_plural = _("roles of staff")
        ordering = ["user", "organ", "role"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organ", "role"], condition=Q(until__isnull=True), name="accounts_role_once"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=models.F("since")), name="accounts_role_days"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()} · {self.organ}"

    def save(self, *arguments: Any, **named: Any) -> None:
        super().save(*arguments, **named)
        Assignment.changes += 1

    def delete(self, *arguments: Any, **named: Any) -> tuple[int, dict[str, int]]:
        Assignment.changes += 1
        return super().delete(*arguments, **named)


class ApiToken(models.Model):
    """A token for the API; only its hash is kept.

    Not ``api_tokens`` of a user: from 8.0 on, Wagtail keeps tokens of its own under that name.
    """

    user = models.ForeignKey(
        User, models.CASCADE, verbose_name=_("member of staff"), related_name="access_tokens"
    )
    name = models.CharField(_("purpose"), max_length=60)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("issued"), auto_now_add=True)
    last_used_on = models.DateField(_("token last used"), null=True, editable=False)
    expires_on = models.DateField(_("expires on"))

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.name
