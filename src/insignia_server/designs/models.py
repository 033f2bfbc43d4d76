"""What an organisation keeps of its look: families of badges, and palettes of its own."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from insignia_server.kit.scopes import OrganisationOwned


class Family(OrganisationOwned):
    """One design system from which series of badges are made. `document` is families.Family."""

    name = models.CharField(_("name"), max_length=200)
    document = models.JSONField()
    archived_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        base_manager_name = "plain"
        indexes: ClassVar = [models.Index(fields=["organisation", "name"])]

    def __str__(self) -> str:
        return self.name


class OwnPalette(OrganisationOwned):
    """Colours that an organisation keeps for its badges. `colours` is a palette of a Design as JSON."""

    name = models.CharField(_("name"), max_length=100)
    colours = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        base_manager_name = "plain"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "name"], name="palette_once_an_organisation")
        ]

    def __str__(self) -> str:
        return self.name
