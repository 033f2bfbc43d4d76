"""A verification that somebody asked for. It is kept for a day, under an address that cannot be guessed."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from insignia_server.kit.scopes import Keyed


class VerificationState(models.TextChoices):
    """How far it is."""

    WAITING = "waiting", _("waiting")
    DONE = "done", _("done")
    FAILED = "failed", _("could not be read")


class Verification(Keyed):
    """What was given (bytes or an address), and the report."""

    source = models.CharField(max_length=500)  # a file name or an address, to show
    address = models.CharField(max_length=2000, blank=True)
    content = models.BinaryField(null=True)
    recipient = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=8, choices=VerificationState, default=VerificationState.WAITING)
    report = models.JSONField(null=True)  # insignia.verification.render.tree
    receipt = models.TextField(blank=True)
    problem = models.JSONField(null=True)  # {"sentence", "advice", "detail"}
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    objects = models.Manager()
