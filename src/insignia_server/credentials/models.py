"""Signed credentials as bytes, their status lists, and the log that anchors what was issued when."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from insignia_server.achievements.models import AchievementVersion
from insignia_server.issuers.models import Issuer, SigningKey
from insignia_server.kit.scopes import OrganisationOwned


class StatusPurpose(models.TextChoices):
    """What a list tells (Bitstring Status List 1.0, 2.2)."""

    REVOCATION = "revocation", _("revocation")
    SUSPENSION = "suspension", _("suspension")
    MESSAGE = "message", _("message: valid, suspended or revoked")


class StatusList(OrganisationOwned):
    """A list of 131,072 places; which one is next is a keyed permutation of a counter."""

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="status_lists")
    key = models.ForeignKey(
        SigningKey, null=True, on_delete=models.PROTECT, related_name="+"
    )  # of `published`
    purpose = models.CharField(max_length=12, choices=StatusPurpose.choices)
    size = models.PositiveSmallIntegerField(default=1)  # bits a place
    length = models.PositiveIntegerField(default=131_072)
    taken = models.PositiveIntegerField(default=0)  # the counter; only ever grows
    bits = models.BinaryField()
    changed_at = models.DateTimeField(null=True)  # a bit changed and is not published yet
    published = models.BinaryField(null=True)  # the signed list, served as these bytes
    published_at = models.DateTimeField(null=True)
    etag = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        base_manager_name = "plain"
        indexes: ClassVar = [models.Index(fields=["issuer", "purpose"]), models.Index(fields=["changed_at"])]


class CredentialState(models.TextChoices):
    """What is true of a credential now, dates apart."""

    VALID = "valid", _("valid")
    SUSPENDED = "suspended", _("suspended")
    REVOKED = "revoked", _("revoked")
    SUPERSEDED = "superseded", _("superseded")


class Credential(OrganisationOwned):
    """A signed credential. Its key is the UUID in its `id` (urn:uuid:…) and in its addresses."""

    PERSON_PATH: ClassVar[str | None] = "award__person_id"

    # What a whole batch has in common is not checked again for each row: docs/adr/0014-lean-rows.md.
    organisation = models.ForeignKey(
        "organisations.Organisation",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    issuer = models.ForeignKey(
        Issuer, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    version = models.ForeignKey(
        AchievementVersion,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    key = models.ForeignKey(SigningKey, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    suite = models.CharField(max_length=30)  # a Data Integrity suite, or `ob-jwt`
    content = models.BinaryField()  # what was signed, served as these bytes
    digest = models.BinaryField(max_length=32)
    issued_at = models.DateTimeField()
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)
    status_list = models.ForeignKey(
        StatusList,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    status_index = models.PositiveIntegerField(null=True)
    state = models.CharField(max_length=10, choices=CredentialState.choices, default=CredentialState.VALID)
    state_reason = models.TextField(blank=True)  # the learner reads it
    state_at = models.DateTimeField(null=True)
    # A whole index: SQLite looks here at each insert for who might wait for the new row, and takes no partial
    # one for that.
    superseded_by = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="supersedes")

    class Meta:
        base_manager_name = "plain"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["status_list", "status_index"], name="place_used_once"),
        ]


class IssuanceLog(OrganisationOwned):
    """The end of an issuer's log: moved on by compare-and-set, so that no two entries follow the same one."""

    issuer = models.OneToOneField(Issuer, on_delete=models.PROTECT, related_name="+")
    sequence = models.PositiveBigIntegerField(default=0)  # of the newest entry; 0: there is none yet
    root = models.BinaryField(max_length=32)
    at = models.DateTimeField(null=True)
    count = models.PositiveBigIntegerField(default=0)  # of digests


class IssuanceLogEntry(OrganisationOwned):
    """A link of an issuer's append-only log: which digests existed at this time. It names the one before."""

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="+", db_index=False)
    sequence = models.PositiveBigIntegerField()  # from 1
    digests = models.BinaryField()  # SHA-256 of each credential, 32 bytes each, in order
    previous = models.BinaryField(max_length=32)
    root = models.BinaryField(max_length=32)  # log.py says of what
    at = models.DateTimeField()

    class Meta:
        base_manager_name = "plain"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["issuer", "sequence"], name="issuance_sequence")
        ]
        indexes: ClassVar = [models.Index(fields=["issuer", "at"])]


class VisitorView(models.TextChoices):
    """Who may see a badge page."""

    PUBLIC = "public", _("everyone, search engines too")
    UNLISTED = "unlisted", _("whoever has the link")
    PRIVATE = "private", _("only the learner")
