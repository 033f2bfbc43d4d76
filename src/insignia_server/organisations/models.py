"""Tenants, their members, groups, proved domains and API clients; what the operator keeps of them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from insignia_server.kit.scopes import Keyed, OrganisationOwned, ScopedManager
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.roles import ROLE_NAMES, Role, granted

USER = settings.AUTH_USER_MODEL


class OrganisationState(models.TextChoices):
    """Whether a tenant may work."""

    PENDING = "pending", _("waiting for the operator")
    ACTIVE = "active", _("active")
    SUSPENDED = "suspended", pgettext_lazy("organisation", "suspended")


class PublicTheme(models.TextChoices):
    """Light or dark ground of an organisation's public pages, where the visitor has chosen none."""

    AUTO = "auto", _("light or dark, as the device is set")
    LIGHT = "light", _("light")
    DARK = "dark", _("dark")


class Organisation(Keyed):
    """A tenant. Scoped by its own key."""

    ORGANISATION_PATH: ClassVar[str] = "id"
    PERSON_PATH: ClassVar[str | None] = "members__user_id"

    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(_("address"), max_length=60, unique=True)
    state = models.CharField(
        max_length=12, choices=OrganisationState.choices, default=OrganisationState.ACTIVE
    )
    state_reason = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(USER, null=True, on_delete=models.SET_NULL, related_name="+")
    language = models.CharField(_("language of mails"), max_length=16, default="en")
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    day_first = models.BooleanField(_("dates like 03/04/2025 begin with the day"), null=True)
    accent = models.CharField(_("colour"), max_length=7, blank=True)
    second_colour = models.CharField(_("second colour"), max_length=7, blank=True)
    public_theme = models.CharField(
        _("public pages are"), max_length=5, choices=PublicTheme.choices, default=PublicTheme.AUTO
    )
    # Storage names of what organisations/look.py draws
    logo = models.CharField(max_length=200, blank=True)
    logo_width = models.PositiveIntegerField(default=0)
    logo_height = models.PositiveIntegerField(default=0)
    logo_dark = models.CharField(max_length=200, blank=True)
    cover = models.CharField(max_length=200, blank=True)
    reply_to = models.EmailField(_("answers to mails go to"), blank=True)
    hold_minutes = models.PositiveIntegerField(_("minutes between confirming and signing"), default=10)
    approval_from = models.PositiveIntegerField(
        _("a second person approves batches from this many rows"), null=True, blank=True
    )
    quota_awards_a_month = models.PositiveIntegerField(null=True, blank=True)
    quota_evidence_bytes = models.PositiveBigIntegerField(null=True, blank=True)

    objects = ScopedManager()
    plain = models.Manager()

    class Meta:
        base_manager_name = "plain"

    def __str__(self) -> str:
        return self.name


class Member(OrganisationOwned):
    """A person's roles in an organisation."""

    PERSON_PATH: ClassVar[str | None] = "user_id"

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(USER, on_delete=models.CASCADE, related_name="memberships")
    roles = models.JSONField(default=list)
    joined_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        base_manager_name = "plain"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "user"], name="one_membership")
        ]

    def actor(self) -> Actor:
        """This member as the one who acts."""
        return Actor(
            "member", self.organisation_id, granted(self.roles), user_id=self.user_id, label=str(self.user)
        )

    @property
    def role_names(self) -> list[str]:
        """The roles in the reader's language."""
        return [str(ROLE_NAMES[Role(role)]) for role in self.roles]


class Invitation(OrganisationOwned):
    """An invitation by email. Only a hash of its token is kept."""

    email = models.EmailField()
    roles = models.JSONField(default=list)
    token_hash = models.BinaryField(max_length=32, unique=True)
    invited_by = models.ForeignKey(USER, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)


class FoundingInvitation(Keyed):
    """The operator invites someone to found an organisation (FOUNDING=invitation)."""

    email = models.EmailField()
    token_hash = models.BinaryField(max_length=32, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    objects = models.Manager()


class DomainState(models.TextChoices):
    """How far the proof of a domain has come."""

    PENDING = "pending", _("not proved yet")
    CHECKING = "checking", _("being checked")
    PROVED = "proved", _("proved")
    LOST = "lost", _("no longer proved")


class Domain(OrganisationOwned):
    """A domain that an organisation says is its own; proved by a TXT record or a file on its web server."""

    name = models.CharField(_("domain"), max_length=253)
    token = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=DomainState.choices, default=DomainState.PENDING)
    method = models.CharField(max_length=8, blank=True)  # dns | file
    detail = models.TextField(blank=True)  # what the last check saw
    checked_at = models.DateTimeField(null=True)
    proved_at = models.DateTimeField(null=True)

    class Meta:
        base_manager_name = "plain"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "name"], name="domain_once_an_organisation"),
            models.UniqueConstraint(
                fields=["name"], condition=models.Q(state="proved"), name="domain_proved_once"
            ),
        ]


class PagesHostState(models.TextChoices):
    """What the last check of a host for pages saw."""

    PENDING = "pending", _("not checked yet")
    CHECKING = "checking", _("being checked")
    WORKING = "working", _("works")
    FAILING = "failing", _("does not work")


class PagesHost(OrganisationOwned):
    """A host name of the organisation's own under which its public pages answer too, within a proved domain.

    An alias and nothing else: what is signed, fetched for verification or signed in to stays on PUBLIC_URL.
    """

    domain = models.ForeignKey(Domain, on_delete=models.CASCADE, related_name="pages_hosts")
    host = models.CharField(_("host name"), max_length=253, unique=True)
    token = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=PagesHostState.choices, default=PagesHostState.PENDING)
    detail = models.TextField(blank=True)  # what the last check saw
    checked_at = models.DateTimeField(null=True)
    worked_at = models.DateTimeField(null=True)

    class Meta:
        base_manager_name = "plain"
        constraints: ClassVar = [models.UniqueConstraint(fields=["organisation"], name="one_host_for_pages")]


class Group(OrganisationOwned):
    """A cohort or class."""

    name = models.CharField(_("name"), max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        base_manager_name = "plain"
        constraints: ClassVar = [
            models.UniqueConstraint("organisation", Lower("name"), name="group_name_once")
        ]


class GroupMember(OrganisationOwned):
    """Someone on the roster of a group; need not have an account."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="roster")
    email = models.EmailField()
    name = models.CharField(max_length=300, blank=True)

    class Meta:
        base_manager_name = "plain"
        constraints: ClassVar = [models.UniqueConstraint("group", Lower("email"), name="once_in_a_group")]


class ApiClient(OrganisationOwned):
    """A key to the API: `insignia_<public part>_<secret>`; only a hash of the secret is kept."""

    name = models.CharField(_("name"), max_length=200)
    public_part = models.CharField(max_length=24, unique=True)
    secret_hash = models.BinaryField(max_length=32)
    scopes = models.JSONField(default=list)  # values of roles.Permission
    created_by = models.ForeignKey(USER, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    a_minute = models.PositiveIntegerField(_("requests a minute"), default=600)


class OperatorKey(Keyed):
    """A key with which a program acts as the operator who made it: `insignia-operator_<public>_<secret>`."""

    name = models.CharField(_("name"), max_length=200)
    public_part = models.CharField(max_length=24, unique=True)
    secret_hash = models.BinaryField(max_length=32)
    created_by = models.ForeignKey(USER, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = models.Manager()


class AbuseReport(Keyed):
    """What a visitor reported about a public page; for the operator."""

    address = models.CharField(max_length=500)
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=40)
    text = models.TextField()
    reporter = models.EmailField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True)
    closing_note = models.TextField(blank=True)

    objects = models.Manager()
