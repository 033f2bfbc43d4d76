"""How the certificates of an organisation look, what uses which design, and ZIP files of many."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from insignia_server.achievements.models import Achievement
from insignia_server.awarding.models import Batch
from insignia_server.issuers.models import Issuer
from insignia_server.kit.scopes import OrganisationOwned

USER = settings.AUTH_USER_MODEL


class CertificateDesign(OrganisationOwned):
    """A design of certificates. `values` is designs.Values as JSON; `pictures` names the stored pictures:
    `logo`, `signature-1`, `signature-2`, each with name, media type, width and height."""

    name = models.CharField(_("name"), max_length=120)
    values = models.JSONField(default=dict)
    pictures = models.JSONField(default=dict)
    is_default = models.BooleanField(default=False)
    created_by = models.ForeignKey(USER, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        base_manager_name = "plain"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation"], condition=models.Q(is_default=True), name="one_default_design"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DesignUse(OrganisationOwned):
    """An issuer or an achievement whose certificates have a design other than the organisation's."""

    design = models.ForeignKey(CertificateDesign, on_delete=models.CASCADE, related_name="uses")
    issuer = models.ForeignKey(Issuer, null=True, on_delete=models.CASCADE, related_name="+")
    achievement = models.ForeignKey(Achievement, null=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        base_manager_name = "plain"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["issuer"], name="design_once_an_issuer"),
            models.UniqueConstraint(fields=["achievement"], name="design_once_an_achievement"),
            models.CheckConstraint(
                condition=models.Q(issuer=None) | models.Q(achievement=None), name="design_for_one_thing"
            ),
        ]


class PackState(models.TextChoices):
    """How far the ZIP files are."""

    RUNNING = "running", _("being made")
    DONE = "done", _("ready")
    FAILED = "failed", _("failed")
    EXPIRED = "expired", _("deleted")


class CertificatePack(OrganisationOwned):
    """Certificates of many awards in ZIP files, kept for some days.

    What is packed: a batch, an achievement, or the awards in `chosen`. `parts` are the files that are done:
    storage name, size in bytes, certificates. `failures`: award and why, of the first hundred certificates
    that could not be made, which are counted in `left_out` too. `failure`: why the job was given up.
    """

    batch = models.ForeignKey(Batch, null=True, on_delete=models.CASCADE, related_name="+")
    achievement = models.ForeignKey(Achievement, null=True, on_delete=models.CASCADE, related_name="+")
    chosen = models.JSONField(default=list)
    language = models.CharField(max_length=16, blank=True)  # empty: each learner's
    state = models.CharField(max_length=8, choices=PackState.choices, default=PackState.RUNNING)
    total = models.PositiveIntegerField(default=0)
    packed = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)  # awards without a certificate: manifest.csv says why
    failed = models.PositiveIntegerField(default=0)
    failures = models.JSONField(default=list)
    failure = models.TextField(blank=True)
    parts = models.JSONField(default=list)
    cursor = models.UUIDField(null=True)  # the last award of the last whole part
    created_by = models.ForeignKey(USER, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()

    class Meta:
        base_manager_name = "plain"
        indexes: ClassVar = [
            models.Index(fields=["organisation", "-id"], name="pack_newest"),
            models.Index(
                fields=["expires_at"], name="pack_ends", condition=~models.Q(state=PackState.EXPIRED)
            ),
        ]

    @property
    def percent(self) -> int:
        """How far it is, in hundredths."""
        if self.state == PackState.DONE or not self.total:
            return 100
        return min(99, 100 * (self.packed + self.left_out) // self.total)

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(part["size"] for part in self.parts)
