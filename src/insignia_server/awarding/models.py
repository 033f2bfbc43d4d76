"""Awards and the ways that lead to them: batches and claim links."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from insignia_server.achievements.models import Achievement, AchievementVersion
from insignia_server.awarding.querysets import EXPIRED, UNDONE, VALID, AwardQuerySet
from insignia_server.credentials.models import Credential, CredentialState, VisitorView
from insignia_server.issuers.models import SigningKey
from insignia_server.kit.scopes import Keyed, OrganisationOwned, ScopedManager
from insignia_server.organisations.models import Group

USER = settings.AUTH_USER_MODEL


class BatchState(models.TextChoices):
    """Where a batch stands."""

    READING = "reading", _("being read")
    DRAFT = "draft", _("being prepared")  # file read, columns to be mapped; or it cannot be read
    CHECKING = "checking", _("being checked")
    CHECKED = "checked", _("checked")
    APPROVAL = "approval", _("waiting for a second person")
    HELD = "held", _("waiting to be signed")
    SIGNING = "signing", _("being signed")
    PAUSED = "paused", _("paused while the organisation is suspended")
    DELIVERING = "delivering", _("being delivered")
    DONE = "done", _("done")
    STOPPED = "stopped", _("stopped")
    UNDOING = "undoing", _("being undone")
    UNDONE = "undone", _("undone")
    FAILED = "failed", _("failed")


class Batch(OrganisationOwned):
    """Many awards at once. The counters are kept by each chunk's commit, so progress costs one row."""

    achievement = models.ForeignKey(Achievement, null=True, on_delete=models.PROTECT, related_name="batches")
    version = models.ForeignKey(AchievementVersion, null=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    state = models.CharField(max_length=12, choices=BatchState.choices, default=BatchState.DRAFT)
    source = models.CharField(max_length=200, blank=True)  # storage name of the file as it came
    source_name = models.CharField(max_length=200, blank=True)
    options = models.JSONField(default=dict)  # batches/options.py says which
    headings = models.JSONField(default=list)
    preview = models.JSONField(default=dict)  # batches/reading.py: what the file holds, for the pages
    reading = models.JSONField(
        default=dict
    )  # batches/reading.py: what the next reading does, or why it failed
    summary = models.JSONField(default=dict)  # batches/checking.py: problems by code, the first ones in full
    revision = models.PositiveIntegerField(
        default=0
    )  # of the options; a check of an older one writes nothing
    group = models.ForeignKey(Group, null=True, on_delete=models.SET_NULL, related_name="+")
    rows = models.PositiveIntegerField(default=0)
    good = models.PositiveIntegerField(default=0)
    bad = models.PositiveIntegerField(default=0)
    warned = models.PositiveIntegerField(default=0)  # good rows that somebody should look at
    signed = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)  # rows that could not be signed after all
    skipped = models.PositiveIntegerField(default=0)  # rows whose key was awarded before
    to_send = models.PositiveIntegerField(default=0)  # messages queued
    sent = models.PositiveIntegerField(default=0)
    unsent = models.PositiveIntegerField(default=0)  # messages that could not be sent
    chunk_count = models.PositiveIntegerField(default=0)
    chunks_done = models.PositiveIntegerField(default=0)
    undone = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(USER, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(USER, null=True, on_delete=models.SET_NULL, related_name="+")
    hold_until = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(USER, null=True, on_delete=models.SET_NULL, related_name="+")
    approved_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    failure = models.TextField(blank=True)
    undo_reason = models.TextField(blank=True)  # the learners read it

    class Meta:
        base_manager_name = "plain"
        indexes: ClassVar = [models.Index(fields=["organisation", "-id"])]


class BatchChunk(OrganisationOwned):
    """Up to 500 rows of a batch as compressed JSON lines, and what became of them."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="chunks")
    number = models.PositiveIntegerField()
    rows = models.BinaryField()
    count = models.PositiveIntegerField()
    problems = models.BinaryField(null=True)  # compressed JSON, of the check
    outcomes = models.BinaryField(null=True)  # compressed JSON, of signing: batches/chunks.py
    refused = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, default="waiting")  # waiting | signed | undone

    class Meta:
        base_manager_name = "plain"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "number"], name="chunk_number_once")
        ]


class FileState(models.TextChoices):
    """Where a file stands that a job writes."""

    WORKING = "working", _("being written")
    READY = "ready", _("ready")
    FAILED = "failed", _("failed")


class BatchFile(OrganisationOwned):
    """The file of a batch with its problems or outcomes, written by a job and kept for a few days."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="files")
    what = models.CharField(max_length=8)  # batches/files.py: problems | bad | outcomes
    format = models.CharField(max_length=4)  # csv | xlsx
    language = models.CharField(max_length=10)
    stands = models.CharField(max_length=120)  # where the batch stood: later there is more to tell
    state = models.CharField(max_length=8, choices=FileState.choices, default=FileState.WORKING)
    size = models.PositiveBigIntegerField(default=0)  # bytes
    failure = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        base_manager_name = "plain"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["batch", "what", "format", "language", "stands"], name="batch_file_once"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["created_at"], name="batch_file_age")]

    @property
    def place(self) -> str:
        """Its name in the storage."""
        return f"batch-files/{self.organisation_id}/{self.pk}"


class ColumnMemory(OrganisationOwned):
    """Which heading was which field the last time."""

    heading = models.CharField(max_length=200)
    field = models.CharField(max_length=100)

    class Meta:
        base_manager_name = "plain"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "heading"], name="heading_once")
        ]


class AwardState(models.TextChoices):
    """What became of the act."""

    ISSUED = "issued", _("issued")
    UNDONE = "undone", _("undone")


class DeliveryState(models.TextChoices):
    """Where the message to the learner is."""

    NONE = "none", _("not to be sent")
    QUEUED = "queued", _("queued")
    SENT = "sent", _("sent")
    OPENED = "opened", _("opened the link")
    BOUNCED = "bounced", _("bounced")
    FAILED = "failed", _("could not be sent")
    WITHHELD = "withheld", _("not sent, since the badge changed")
    CLAIMED = "claimed", _("claimed")


class AwardSource(models.TextChoices):
    """Which way it came."""

    MANUAL = "manual", _("by hand")
    BULK = "bulk", _("batch")
    CLAIM = "claim", _("claim")
    API = "api", _("API")
    CORRECTION = "correction", _("correction")
    REISSUE = "reissue", _("issued again")


class Award(OrganisationOwned):
    """The act: who got what, when, by whom. The signed credential stands beside it, with the same key."""

    PERSON_PATH: ClassVar[str | None] = "person_id"

    objects: ClassVar[Any] = ScopedManager.from_queryset(AwardQuerySet)()

    # Every index costs each of a hundred million rows: those of Meta are all that a query uses. What a whole
    # batch has in common is not checked again for each row: docs/adr/0014-lean-rows.md.
    organisation = models.ForeignKey(
        "organisations.Organisation",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    version = models.ForeignKey(
        AchievementVersion,
        on_delete=models.PROTECT,
        related_name="awards",
        db_index=False,
        db_constraint=False,
    )
    achievement = models.ForeignKey(
        Achievement, on_delete=models.PROTECT, related_name="awards", db_index=False, db_constraint=False
    )
    credential = models.OneToOneField(Credential, on_delete=models.PROTECT, related_name="award")
    idempotency_key = models.CharField(max_length=200)
    source = models.CharField(max_length=10, choices=AwardSource.choices)
    batch = models.ForeignKey(
        Batch,
        null=True,
        on_delete=models.PROTECT,
        related_name="awards",
        db_index=False,
        db_constraint=False,
    )
    line = models.PositiveIntegerField(null=True)  # of the batch's file
    state = models.CharField(max_length=8, choices=AwardState.choices, default=AwardState.ISSUED)
    # What lists go by (standing.py keeps it): the credential's state, `expired` or `undone`.
    shown = models.CharField(max_length=10, default=VALID, db_default=VALID)
    valid_until = models.DateTimeField(null=True)  # the credential's, to find what has expired
    identifier_kind = models.CharField(max_length=40, default="emailAddress")
    identifier = models.CharField(max_length=2000)  # as awarded: address, DID, number
    blind_index = models.BinaryField(max_length=32)
    email = models.CharField(max_length=254, blank=True)  # where mail goes; may be corrected without revoking
    name = models.CharField(max_length=300, blank=True)
    name_key = models.CharField(max_length=64, blank=True)  # querysets.name_key
    language = models.CharField(max_length=16, blank=True)
    details = models.JSONField(default=dict)  # facts.Facts as JSON: what a correction starts from
    person = models.ForeignKey(
        USER, null=True, on_delete=models.SET_NULL, related_name="awards", db_index=False
    )
    claimed_at = models.DateTimeField(null=True)
    visibility = models.CharField(max_length=8, choices=VisitorView.choices, default=VisitorView.UNLISTED)
    delivery = models.CharField(max_length=8, choices=DeliveryState.choices, default=DeliveryState.NONE)
    delivered_at = models.DateTimeField(null=True)
    message_id = models.UUIDField(null=True)  # the newest message that brings it; older ones change nothing
    created_by = models.ForeignKey(
        USER, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False, db_constraint=False
    )
    created_at = models.DateTimeField()

    class Meta:
        base_manager_name = "plain"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "idempotency_key"], name="award_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "shown", "-id"], name="award_shown"),
            models.Index(fields=["achievement", "shown", "-id"], name="award_achievement"),
            models.Index(
                fields=["organisation", "delivery", "-id", "shown"],
                name="award_delivery",
                condition=~models.Q(shown=UNDONE),
            ),
            models.Index(fields=["organisation", "name_key", "-id"], name="award_name"),
            models.Index(fields=["blind_index"]),
            models.Index(
                fields=["valid_until"],
                name="award_ends",
                condition=models.Q(shown=VALID, valid_until__isnull=False),
            ),
            # Said so, since SQLite does not see that NOT (x IS NULL) holds for what equals a value.
            models.Index(
                fields=["organisation", "batch", "-id"],
                name="award_batch",
                condition=models.Q(batch__isnull=False),
            ),
            models.Index(
                fields=["person", "-id"], name="award_person", condition=models.Q(person__isnull=False)
            ),
        ]

    @property
    def erased(self) -> bool:
        """Whether its learner was erased (erasing.py): nothing of the person is left, the act is."""
        return not self.identifier

    @property
    def learner(self) -> str:
        """Who got it, as lists call the person."""
        return self.name or self.identifier or gettext("erased learner")

    def shown_state(self, *, now: dt.datetime) -> str:
        """The state as people see it (a name of kit.statuses): dates count, and `undone` comes first."""
        if self.state == AwardState.UNDONE:
            return UNDONE
        credential = self.credential
        over = credential.valid_until is not None and credential.valid_until <= now
        return EXPIRED if over and credential.state == CredentialState.VALID else str(credential.state)


class ReissueState(models.TextChoices):
    """Where issuing again stands."""

    RUNNING = "running", _("being issued again")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")


class Reissue(OrganisationOwned):
    """What a compromised key signed, issued again in chunks; `cursor`: the last award that was looked at."""

    key = models.ForeignKey(SigningKey, on_delete=models.PROTECT, related_name="+")
    everything = models.BooleanField(default=False)  # also what the log had before the compromise
    reason = models.TextField()  # the learners read it
    send = models.BooleanField(default=True)
    state = models.CharField(max_length=8, choices=ReissueState.choices, default=ReissueState.RUNNING)
    cursor = models.UUIDField(null=True)
    total = models.PositiveIntegerField(default=0)
    reissued = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    refusals = models.JSONField(default=list)  # the first hundred: [{"award", "message"}]
    failure = models.TextField(blank=True)
    created_by = models.ForeignKey(USER, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        base_manager_name = "plain"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["key"], condition=models.Q(state="running"), name="one_reissue_a_key"
            )
        ]

    @property
    def percent(self) -> int:
        """How far it is."""
        if self.state == ReissueState.DONE:
            return 100
        return min(100 * (self.reissued + self.refused) // max(self.total, 1), 99)


class ClaimLink(OrganisationOwned):
    """A link (and QR code) by which learners get an achievement themselves."""

    achievement = models.ForeignKey(Achievement, on_delete=models.PROTECT, related_name="claim_links")
    name = models.CharField(max_length=200)
    token = models.CharField(max_length=40, unique=True)
    limit = models.PositiveIntegerField(null=True, blank=True)
    taken = models.PositiveIntegerField(default=0)
    opens_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    needs_approval = models.BooleanField(default=False)
    domains = models.JSONField(default=list)  # only addresses of these domains; empty: all
    group = models.ForeignKey(
        Group, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )  # only its roster
    in_catalogue = models.BooleanField(default=False)  # the public catalogue leads to it
    closed_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey(USER, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    def standing(self, now: dt.datetime | None = None) -> str:
        """`closed` by somebody or by its date, `not_open` yet, `full`, or `open`."""
        now = now or timezone.now()
        if self.closed_at is not None or (self.closes_at is not None and self.closes_at <= now):
            return "closed"
        if self.opens_at is not None and self.opens_at > now:
            return "not_open"
        return "full" if self.limit is not None and self.taken >= self.limit else "open"


class ClaimState(models.TextChoices):
    """Where a claim stands."""

    UNPROVED = "unproved", _("address not proved yet")
    WAITING = "waiting", _("waiting for approval")
    AWARDED = "awarded", _("awarded")
    DECLINED = "declined", _("declined")


class Claim(OrganisationOwned):
    """One learner's request through a claim link."""

    PERSON_PATH: ClassVar[str | None] = "person_id"

    link = models.ForeignKey(ClaimLink, on_delete=models.CASCADE, related_name="claims")
    email = models.EmailField()
    blind_index = models.BinaryField(max_length=32)
    name = models.CharField(max_length=300)
    evidence = models.URLField(max_length=2000, blank=True)
    note = models.TextField(blank=True)
    person = models.ForeignKey(USER, null=True, on_delete=models.SET_NULL, related_name="claims")
    state = models.CharField(max_length=10, choices=ClaimState.choices, default=ClaimState.UNPROVED)
    proof_hash = models.BinaryField(max_length=32, null=True)
    proof_expires_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(USER, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision = models.TextField(blank=True)
    award = models.ForeignKey(Award, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        base_manager_name = "plain"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["link", "blind_index"], name="one_claim_a_person")
        ]


class EvidenceFile(OrganisationOwned):
    """A file that shows what an award says; its public address is made of the token."""

    token = models.CharField(max_length=43, unique=True)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()  # bytes
    digest = models.BinaryField(max_length=32)  # SHA-256
    stored = models.CharField(max_length=150, blank=True)  # storage name; empty: the content is gone
    used_at = models.DateTimeField(null=True)  # when the first award named it
    created_by = models.ForeignKey(USER, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        base_manager_name = "plain"


class EvidenceUse(OrganisationOwned):
    """An award whose credential names a file. The file is kept as long as one of them was not undone."""

    file = models.ForeignKey(EvidenceFile, on_delete=models.CASCADE, related_name="uses", db_index=False)
    award = models.ForeignKey(Award, on_delete=models.CASCADE, related_name="evidence_uses")

    class Meta:
        base_manager_name = "plain"
        constraints: ClassVar = [models.UniqueConstraint(fields=["file", "award"], name="evidence_use_once")]


class ErasureState(models.TextChoices):
    """Where an erasure stands."""

    RUNNING = "running", _("being erased")
    DONE = "done", _("done")


class Erasure(Keyed):
    """A learner whose data is erased, in one organisation or (none) everywhere; `known` is empty at the end.

    docs/guides/privacy.md says what goes and what stays; erasing_steps.py does the work.
    """

    ORGANISATION_PATH: ClassVar[str] = "organisation_id"
    PERSON_PATH: ClassVar[str | None] = None

    organisation_id = models.UUIDField(null=True)
    revoke = models.BooleanField(default=False)  # the badges too; otherwise their files stay valid
    known = models.JSONField(default=dict)  # erasing.Known: what to look for, until it is done
    step = models.CharField(max_length=12, blank=True)
    cursor = models.UUIDField(null=True)  # within the step: the last row that was looked at
    waits = models.BooleanField(default=False)  # a batch was being signed: it is looked at once more
    counts = models.JSONField(default=dict)  # of each kind of row, how many were erased
    state = models.CharField(max_length=8, choices=ErasureState.choices, default=ErasureState.RUNNING)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    objects: ClassVar[ScopedManager[Any]] = ScopedManager()
    # mypy meets this module twice in its circle of imports, and then takes its own result for another.
    plain: ClassVar[models.Manager[Erasure]] = models.Manager()  # type: ignore[no-redef, unused-ignore]

    class Meta:
        base_manager_name = "plain"
        indexes: ClassVar = [models.Index(fields=["organisation_id", "-id"])]
