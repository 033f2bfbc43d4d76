"""Leases of running jobs, and the clock of those that come round."""

from __future__ import annotations

from django.db import models


class Lease(models.Model):
    """Which worker runs a job, until when, and under which fencing token (kit/jobs.py)."""

    task_id = models.UUIDField(primary_key=True)
    token = models.PositiveIntegerField(default=0)
    worker = models.CharField(max_length=64)
    expires_at = models.DateTimeField(db_index=True)

    objects = models.Manager()


class Schedule(models.Model):
    """When a job that comes round is due next."""

    name = models.CharField(primary_key=True, max_length=200)
    due_at = models.DateTimeField()

    objects = models.Manager()
