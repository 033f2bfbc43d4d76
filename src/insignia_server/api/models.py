"""What the API keeps of requests that must not happen twice."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from insignia_server.credentials.models import Credential
from insignia_server.kit.scopes import OrganisationOwned
from insignia_server.organisations.models import ApiClient


class IdempotentRequest(OrganisationOwned):
    """A POST with an `Idempotency-Key`, and its answer for 24 hours. It is sealed: it may hold a secret."""

    client = models.ForeignKey(ApiClient, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    fingerprint = models.BinaryField(max_length=32)  # of method, address and body
    started_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)  # None: it is running
    headers = models.JSONField(default=dict)
    answer = models.BinaryField(null=True)

    class Meta:
        base_manager_name = "plain"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["client", "key"], name="idempotency_key_once")
        ]
        indexes: ClassVar = [models.Index(fields=["started_at"])]


class IssuedCredential(OrganisationOwned):
    """A credential that was issued over the VC-API, found by the `id` in it; with its places in status lists.

    `credential` is None for the test issuers of VC_API_OPEN, whose keys are no rows.
    """

    credential = models.OneToOneField(Credential, null=True, on_delete=models.CASCADE, related_name="+")
    identifier = models.BinaryField(max_length=32)  # SHA-256 of the `id`
    places = models.JSONField(default=list)  # [{"list", "index", "purpose"}]
    created_at = models.DateTimeField()

    class Meta:
        base_manager_name = "plain"
        indexes: ClassVar = [models.Index(fields=["organisation", "identifier"])]
