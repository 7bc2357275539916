"""Cases, their clocks, and what happened to them. Only ``services`` writes these tables."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gongkai.engines.casework.clocks import ClockEntry, ClockFacts, Reckoning, reckon
from gongkai.engines.casework.declarations import ClockRule, Outcome, Procedure, State
from gongkai.engines.casework.registry import procedure
from gongkai.foundation.accounts.models import Role, User
from gongkai.foundation.files.models import StoredFile
from gongkai.foundation.identifiers import IdentifierError, MobilePhone, ResidentId
from gongkai.foundation.organs.models import Organ
from gongkai.foundation.sealing import SealBroken, digest, digests, seal, unseal
from gongkai.foundation.workdays import Calendar, calendar

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

STREAM_OF_ORGAN = "cases:"
"""Ledger streams of cases, before the code of the organ."""
CASE_ROLES = (
    Role.REGISTRAR,
    Role.HANDLER,
    Role.DISCLOSURE_OFFICER,
    Role.DISCLOSURE_HEAD,
    Role.LEGAL_REVIEWER,
    Role.SECRECY_OFFICER,
    Role.ARCHIVIST,
    Role.AUDITOR,
)
"""Who may look into the cases of an organ."""


class PartyKind(models.TextChoices):
    """The six kinds the State's forms count applicants by (国办公开办函〔2021〕30号, table of section 三)."""

    NATURAL = "natural", _("Natural person")  # 自然人
    BUSINESS = "business", _("Business")  # 商业企业
    RESEARCH = "research", _("Research institution")  # 科研机构
    CHARITY = "charity", _("Public welfare organisation")  # 社会公益组织
    LEGAL = "legal", _("Legal service")  # 法律服务机构
    OTHER = "other", _("Other organisation")  # 其他


class PartyQuerySet(models.QuerySet["Party"]):
    def same_as(self, party: Party) -> PartyQuerySet:
        """The same person or organisation, by the number of its identity document; otherwise the one row alone."""
        if not party.identity_digest:
            return self.filter(pk=party.pk)
        try:
            known = {party.identity_digest, *digests(party.identity_number)}
        except SealBroken:
            known = {party.identity_digest}
        return self.filter(identity_digest__in=known)


class Party(models.Model):
    """Somebody a case is about or for, with no more than the procedure needs."""

    kind = models.CharField(_("kind of applicant"), max_length=10, choices=PartyKind)
    name = models.CharField(_("name of the applicant"), max_length=120)
    identity_kind = models.CharField(_("kind of identity document"), max_length=20, blank=True)
    identity_sealed = models.TextField(_("identity number"), blank=True, default="", editable=False)
    """Whoever reads the database alone learns nothing from it (``foundation.sealing``)."""
    identity_digest = models.CharField(max_length=64, blank=True, default="", editable=False, db_index=True)
    """Keyed; the same for the same number."""
    contact_name = models.CharField(_("contact person"), max_length=60, blank=True)
    phone = models.CharField(_("phone number"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    address = models.CharField(_("postal address"), max_length=200, blank=True)
    postcode = models.CharField(_("post code"), max_length=10, blank=True)

    objects = PartyQuerySet.as_manager()

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")

    def __str__(self) -> str:
        return self.masked_name

    @property
    def identity_number(self) -> str:
        """The whole number. Who shows it to a person goes through ``services.reveal_identity``. Raises ``SealBroken``."""
        return unseal(self.identity_sealed)

    @identity_number.setter
    def identity_number(self, number: str) -> None:
        self.identity_sealed, self.identity_digest = seal(number), digest(number)

    @property
    def masked_name(self) -> str:
        """张*, 欧阳**; organisations are not persons and keep their names."""
        if self.kind != PartyKind.NATURAL or not self.name:
            return self.name
        return self.name[0] + "*" * max(1, len(self.name) - 1)

    @property
    def masked_identity(self) -> str:
        """What lists show; reading the whole number is an act of its own (``services.reveal_identity``)."""
        try:
            number = self.identity_number
        except SealBroken:
            return "********"
        try:
            return ResidentId.parse(number).mask()
        except IdentifierError:
            return (
                number[:2] + "*" * max(0, len(number) - 4) + number[-2:]
                if len(number) > 4
                else "*" * len(number)
            )

    @property
    def masked_phone(self) -> str:
        try:
            return MobilePhone.parse(self.phone).mask()
        except IdentifierError:
            return self.phone[:3] + "****" if self.phone else ""


class CaseQuerySet(models.QuerySet["Case"]):
    """What worklists, figures and checks ask, by business names. Days are arguments; overdue is never stored."""

    def of(self, *codes: str) -> CaseQuerySet:
        return self.filter(procedure__in=codes)

    def open(self) -> CaseQuerySet:
        return self.filter(closed_on__isnull=True)

    def closed(self) -> CaseQuerySet:
        return self.filter(closed_on__isnull=False)

    def overdue(self, on: dt.date) -> CaseQuerySet:
        """Open, with the statutory day in the past."""
        return self.open().filter(due_on__lt=on)

    def due_by(self, day: dt.date, *, since: dt.date) -> CaseQuerySet:
        """Open, with the statutory day from ``since`` to ``day``."""
        return self.open().filter(due_on__gte=since, due_on__lte=day)

    def waiting(self) -> CaseQuerySet:
        """Open, and somebody else's turn: the applicant's, a third party's, another organ's."""
        return self.open().filter(waiting=True)

    def in_organs(self, organs: models.QuerySet[Organ]) -> CaseQuerySet:
        return self.filter(organ__in=list(organs.values_list("pk", flat=True)))

    def visible_to(self, user: User) -> CaseQuerySet:
        """The cases of the organs somebody serves in a role that has to do with cases."""
        if user.is_superuser:
            return self
        return self.in_organs(user.organs(*CASE_ROLES))


class Case(models.Model):
    """One case: where it is (``state``) and how it ended (``outcome``) are two things.

    ``due_on``, ``internal_due_on``, ``others_due_on`` and ``waiting`` repeat what the clocks and the procedure say, so that
    worklists over a million cases are one index look-up; ``services`` keeps them in step and ``verification`` checks them.
    """

    procedure = models.CharField(_("procedure"), max_length=40)
    number = models.CharField(_("case number"), max_length=80)
    organ = models.ForeignKey(Organ, models.PROTECT, verbose_name=_("organ"), related_name="cases")
    state = models.CharField(_("state of the case"), max_length=40)
    outcome = models.CharField(_("outcome"), max_length=40, blank=True)
    title = models.CharField(_("subject of the case"), max_length=300)
    channel = models.CharField(_("channel"), max_length=20, blank=True)
    received_on = models.DateField(_("received on"))
    opened_at = models.DateTimeField(_("registered at"))
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    handler = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, verbose_name=_("handler"), related_name="cases"
    )
    applicant = models.ForeignKey(
        Party, models.PROTECT, null=True, blank=True, verbose_name=_("applicant"), related_name="cases"
    )
    applicant_kind = models.CharField(max_length=10, choices=PartyKind, blank=True)
    """Repeated from the applicant: it is counted long after personal data have been deleted."""
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("belongs to case"),
        related_name="children",
    )
    due_on = models.DateField(_("due on"), null=True, blank=True)
    due_provisional = models.BooleanField(_("provisional"), default=False)
    internal_due_on = models.DateField(_("internal deadline"), null=True, blank=True)
    waiting = models.BooleanField(_("waits for others"), default=False)
    others_due_on = models.DateField(_("others have until"), null=True, blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)
    """One more with every act: whoever acts on an older one than they saw is told so."""

    objects = CaseQuerySet.as_manager()

    clocks: RelatedManager[Clock]
    events: RelatedManager[Event]
    files: RelatedManager[CaseFile]

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ["-id"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["organ", "procedure", "number"], name="casework_number_once"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="casework_parent_is_another"),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | ~Q(outcome=""), name="casework_closed_with_outcome"
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            # Only open cases are due: these stay small however many years of cases lie beside them.
            models.Index(
                fields=["organ", "due_on", "waiting", "handler", "due_provisional"],
                condition=Q(closed_on__isnull=True),
                name="casework_open_organ",
            ),
            models.Index(
                fields=["due_on", "id"], condition=Q(closed_on__isnull=True), name="casework_open_due"
            ),
            models.Index(
                fields=["handler", "due_on"],
                condition=Q(closed_on__isnull=True),
                name="casework_open_handler",
            ),
            models.Index(fields=["number"], name="casework_by_number"),
            models.Index(fields=["organ", "-received_on", "-id"], name="casework_organ_received"),
            # With the subject, so that words are looked for in the index, without a look at the row of each case.
            models.Index(fields=["-received_on", "-id", "title"], name="casework_received"),
            # Counting reads these alone, never the rows: (procedure, days) picks the year, the rest is broken down by.
            models.Index(
                fields=[
                    "procedure",
                    "closed_on",
                    "organ",
                    "applicant_kind",
                    "outcome",
                    "state",
                    "received_on",
                ],
                name="casework_closed_counts",
            ),
            models.Index(
                fields=["procedure", "received_on", "organ", "applicant_kind", "state", "closed_on"],
                name="casework_received_counts",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def ledger_name(self) -> str:
        return f"case:{self.pk}"

    @property
    def ledger_stream(self) -> str:
        """One chain per organ: its clerks wait for each other, other organs' do not."""
        return f"{STREAM_OF_ORGAN}{self.organ.code}"

    @property
    def rules(self) -> Procedure:
        return procedure(self.procedure)

    @property
    def standing(self) -> State:
        return self.rules.state(self.state)

    @property
    def result(self) -> Outcome | None:
        return self.rules.outcome(self.outcome) if self.outcome else None

    def is_overdue(self, on: dt.date) -> bool:
        return self.closed_on is None and self.due_on is not None and on > self.due_on

    def fact(self, name: str) -> Any:
        """The newest value of a fact, from the acts that have been taken; None when it was never given."""
        for event in self.events.order_by("-seq"):
            if name in event.facts:
                return event.facts[name]
        return None


class Clock(models.Model):
    """A limit of one case. ``entries`` is the whole truth; the other columns repeat what it comes to."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="clocks")
    code = models.CharField(max_length=40)
    entries = models.JSONField(default=list)
    due_on = models.DateField(null=True)
    provisional = models.BooleanField(default=False)
    internal_due_on = models.DateField(null=True)
    standing = models.CharField(max_length=10, default="idle")

    class Meta:
        verbose_name = _("clock")
        verbose_name_plural = _("clocks")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["case", "code"], name="casework_clock_once")
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["id"], condition=Q(standing="running"), name="casework_clock_running"),
            # Whether an end was late is asked of a year's cases at once; the rows with their entries stay unread.
            models.Index(fields=["case", "code", "due_on"], name="casework_clock_due"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.standing}"

    @property
    def rule(self) -> ClockRule:
        return self.case.rules.clock(self.code)

    @property
    def history(self) -> list[ClockEntry]:
        return [ClockEntry.from_json(row) for row in self.entries]

    @property
    def facts(self) -> ClockFacts:
        return self.code, self.entries, self.standing, self.due_on

    def reckoning(self, days: Calendar | None = None) -> Reckoning:
        return reckon(self.history, self.rule.unit, days or calendar())


class Event(models.Model):
    """Something that happened to a case. The ledger holds its digest, so a changed row is found."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    at = models.DateTimeField(_("time"))
    day = models.DateField(_("day"))
    """The legal day of the act, which may be earlier than the moment it was entered."""
    actor = models.CharField(_("actor"), max_length=60)
    action = models.CharField(_("act"), max_length=40)
    from_state = models.CharField(max_length=40, blank=True)
    to_state = models.CharField(max_length=40)
    outcome = models.CharField(max_length=40, blank=True)
    facts = models.JSONField(default=dict)
    note = models.TextField(_("note"), blank=True)
    public = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("act on a case")
        verbose_name_plural = _("acts on cases")
        ordering = ["case", "seq"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["case", "seq"], name="casework_event_once")
        ]
        indexes: ClassVar[list[Any]] = [
            # Whether an act was ever taken, for a year's cases at once.
            models.Index(fields=["case", "action"], name="casework_event_action")
        ]

    def __str__(self) -> str:
        return f"{self.case_id} #{self.seq} {self.action}"


class CaseFile(models.Model):
    """A file that belongs to a case: what came with it, what was found, what was sent."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="files")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    title = models.CharField(_("title of the file"), max_length=200)
    purpose = models.CharField(_("purpose of the file"), max_length=20)
    """"application", "identity", "mandate", "correction", "evidence", "consultation", "letter", "answer", "proof",
    "remedy", "archive"."""
    for_applicant = models.BooleanField(default=False)
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("file of a case")
        verbose_name_plural = _("files of cases")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.title


class CaseLink(models.Model):
    """Two cases that have to do with each other: a duplicate, the same matter, a remedy against an answer."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="links")
    other = models.ForeignKey(Case, models.CASCADE, related_name="linked_from")
    kind = models.CharField(max_length=20)

    class Meta:
        verbose_name = _("link between cases")
        verbose_name_plural = _("links between cases")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["case", "other", "kind"], name="casework_link_once"),
            models.CheckConstraint(condition=~Q(case=F("other")), name="casework_link_to_another"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind} {self.other_id}"
