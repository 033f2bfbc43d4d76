"""Issuer profiles, their signing keys, and the signed log of what happened to the keys."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from insignia_server.kit.ids import uuid7
from insignia_server.kit.scopes import OrganisationOwned


class Issuer(OrganisationOwned):
    """An issuer profile: a faculty, an academy, the organisation itself."""

    slug = models.SlugField(_("address"), max_length=60, unique=True)  # part of the did:web, never changed
    name = models.CharField(_("name"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    url = models.URLField(_("website"), max_length=500, blank=True)
    email = models.EmailField(_("email"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    picture = models.CharField(max_length=200, blank=True)  # storage name of a rendered PNG
    picture_source = models.CharField(max_length=200, blank=True)  # storage name of the clean original
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="children"
    )
    identifiers = models.JSONField(default=list)  # [{"type": "linkedin" | "ror" | "ctid" | …, "value": …}]
    languages = models.JSONField(default=dict)  # language -> {"name", "description"}
    base_url = models.CharField(
        max_length=200
    )  # origin of every address that verification fetches; pinned at the first signature
    did = models.CharField(max_length=300, unique=True)
    own_domain = models.CharField(
        max_length=253, blank=True
    )  # did:web on this proved domain, else the instance's
    document_seen_at = models.DateTimeField(null=True)  # when the own domain last answered our DID document
    document_detail = models.TextField(blank=True)  # what the last look at the own domain saw
    pinned_at = models.DateTimeField(null=True)
    archived_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    revision = models.UUIDField(
        default=uuid7, editable=False
    )  # new with every change of profile or keys: what caches hold on to

    class Meta:
        base_manager_name = "plain"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["own_domain"], condition=~models.Q(own_domain=""), name="own_domain_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class KeyState(models.TextChoices):
    """What a key may do."""

    ACTIVE = "active", _("signs")
    RETIRED = "retired", _("no longer signs; what it signed stays valid")
    COMPROMISED = "compromised", _("compromised")


class SigningKey(OrganisationOwned):
    """A key pair. The private part is sealed (issuers/sealing.py) and opened only in issuers/signing.py."""

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="keys")
    algorithm = models.CharField(max_length=10)  # Ed25519 | P-256 | RSA
    fragment = models.CharField(
        max_length=120
    )  # after `#` in the DID document; for RSA the name of its https JWK
    public_jwk = models.JSONField()
    public_multikey = models.CharField(max_length=200, blank=True)
    sealed = models.BinaryField(null=True)
    kms = models.CharField(max_length=300, blank=True)  # `scheme:reference` of a key that lives elsewhere
    state = models.CharField(max_length=12, choices=KeyState.choices, default=KeyState.ACTIVE)
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    compromised_since = models.DateTimeField(null=True)

    class Meta:
        base_manager_name = "plain"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["issuer", "fragment"], name="fragment_once"),
            models.UniqueConstraint(
                fields=["issuer", "algorithm"],
                condition=models.Q(state="active"),
                name="one_active_key_an_algorithm",
            ),
        ]


class KeyLogEntry(OrganisationOwned):
    """One entry of the signed key log beside the DID document (issuers/keylog.py)."""

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="key_log")
    sequence = models.PositiveIntegerField()
    content = models.BinaryField()  # the signed JSON, served as these bytes
    digest = models.BinaryField(max_length=32)  # of `content`; the next entry names it
    created_at = models.DateTimeField()

    class Meta:
        base_manager_name = "plain"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["issuer", "sequence"], name="key_log_sequence")
        ]
