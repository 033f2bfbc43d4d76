"""The append-only log of acts. People are named by a pseudonym whose mapping erasure destroys."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from insignia_server.kit.ids import uuid7
from insignia_server.kit.scopes import Keyed


class Pseudonym(models.Model):
    """Which pseudonym a person has in the log. Deleting the row is the erasure."""

    user_id = models.UUIDField(primary_key=True)
    pseudonym = models.UUIDField(default=uuid7, unique=True)

    objects = models.Manager()


class Entry(Keyed):
    """One act that changed something. Written in the transaction of the act, never changed."""

    organisation_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10)
    actor = models.UUIDField(null=True)  # a pseudonym, or the key of an API client
    action = models.CharField(max_length=60)  # noun.verb: award.revoke
    subject_kind = models.CharField(max_length=40, blank=True)
    subject = models.CharField(max_length=80, blank=True)
    facts = models.JSONField(default=dict)  # no names, no addresses

    objects = models.Manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["organisation_id", "-id"]),
            models.Index(fields=["subject_kind", "subject"]),
        ]
