"""Where events are told to other systems (Standard Webhooks), and what they answered."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from insignia_server.kit.scopes import Keyed


class Endpoint(Keyed):
    """An address of an organisation that hears events. The secret is sealed."""

    organisation_id = models.UUIDField(db_index=True)
    url = models.URLField(max_length=500)
    events = models.JSONField(default=list)  # empty: all
    sealed_secret = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)
    disabled_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)

    objects = models.Manager()


class Event(Keyed):
    """Something that happened, as it is told: the body is stored once and sent as these bytes."""

    organisation_id = models.UUIDField(db_index=True)
    type = models.CharField(max_length=60)
    body = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)

    objects = models.Manager()


class Delivery(Keyed):
    """One event for one endpoint, with the last answer."""

    organisation_id = models.UUIDField()
    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="deliveries")
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="deliveries")
    state = models.CharField(max_length=10, default="waiting")  # waiting | delivered | failed
    attempts = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField()
    status = models.PositiveIntegerField(null=True)
    answer = models.TextField(blank=True)
    delivered_at = models.DateTimeField(null=True)

    objects = models.Manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["state", "due_at"]),
            models.Index(fields=["endpoint", "-id"]),
        ]
