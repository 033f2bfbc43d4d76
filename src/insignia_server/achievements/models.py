"""Definitions of what can be earned. A published version never changes; awards are pinned to one."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from insignia_server.achievements.definition import Definition
from insignia_server.designs.models import Family
from insignia_server.issuers.models import Issuer
from insignia_server.kit.scopes import OrganisationOwned, ScopedManager


class AchievementState(models.TextChoices):
    """Whether it can be awarded."""

    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    ARCHIVED = "archived", _("archived")


class Picture(OrganisationOwned):
    """A picture: the clean original and a PNG of 512 pixels made from it.

    `hash` is its perceptual hash as a signed number, and `band_0` to `band_3` are its 16 bits each, by which
    near ones are searched.
    """

    media_type = models.CharField(max_length=40)
    source = models.CharField(max_length=200)  # storage names
    png = models.CharField(max_length=200)
    digest = models.BinaryField(max_length=32)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    drawn = models.BooleanField(default=False)  # from a design, not sent
    hash = models.BigIntegerField(null=True)
    band_0 = models.IntegerField(null=True, db_index=True)
    band_1 = models.IntegerField(null=True, db_index=True)
    band_2 = models.IntegerField(null=True, db_index=True)
    band_3 = models.IntegerField(null=True, db_index=True)
    created_at = models.DateTimeField(auto_now_add=True)


class AchievementQuerySet(models.QuerySet["Achievement"]):
    """Lists of achievements."""

    def in_state(self, state: str) -> AchievementQuerySet:
        """Of one state; an empty one stands for all but the archived, `all` for all."""
        if state == "all":
            return self
        return self.filter(state=state) if state else self.exclude(state=AchievementState.ARCHIVED)

    def matching(self, words: str) -> AchievementQuerySet:
        """Whose name or code holds each of the words."""
        found = self
        for word in words.split()[:10]:
            found = found.filter(models.Q(name__icontains=word) | models.Q(code__icontains=word))
        return found

    def awardable(self) -> AchievementQuerySet:
        """Those that can be awarded now."""
        return self.filter(state=AchievementState.PUBLISHED)


class Achievement(OrganisationOwned):
    """What can be earned. What it says stands in its versions."""

    objects: ClassVar[Any] = ScopedManager.from_queryset(AchievementQuerySet)()

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="achievements")
    state = models.CharField(max_length=10, choices=AchievementState.choices, default=AchievementState.DRAFT)
    name = models.CharField(max_length=300)  # of the newest version, to list and search
    code = models.CharField(max_length=100, blank=True)  # humanCode of the newest version
    framework = models.CharField(max_length=40, blank=True)  # achievements/frameworks.py
    shared = models.BooleanField(default=False)  # colleagues of the organisation may clone it
    earn_url = models.CharField(max_length=2000, blank=True)  # achievements/earning.py
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        base_manager_name = "plain"
        indexes: ClassVar = [models.Index(fields=["organisation", "state", "name"])]

    def __str__(self) -> str:
        return self.name


class VersionQuerySet(models.QuerySet["AchievementVersion"]):
    """Versions of achievements."""

    def published(self) -> VersionQuerySet:
        """Those that never change again, the newest first."""
        return self.filter(number__isnull=False).order_by("-number")

    def drafts(self) -> VersionQuerySet:
        """Those that are still being written."""
        return self.filter(number__isnull=True)


class AchievementVersion(OrganisationOwned):
    """What an achievement says. `number` is None while it is a draft; there is at most one draft.

    `content` is achievements.definition.Definition as JSON. `document` is the Open Badges 3.0 Achievement
    object as it goes into credentials and is served at its address, frozen when the version is published.
    `design` is designs.drawing.Design as JSON: what its picture is drawn from, None where it was sent. While
    nobody has chosen it (`designed`), it is the starter and follows the name.
    """

    objects: ClassVar[Any] = ScopedManager.from_queryset(VersionQuerySet)()

    achievement = models.ForeignKey(Achievement, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(null=True)
    content = models.JSONField()
    document = models.JSONField(null=True)
    picture = models.ForeignKey(Picture, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    design = models.JSONField(null=True, blank=True)
    designed = models.BooleanField(default=False)
    family = models.ForeignKey(Family, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    family_level = models.CharField(max_length=20, blank=True)
    note = models.CharField(_("what changed"), max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        base_manager_name = "plain"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["achievement", "number"], name="version_number_once"),
            models.UniqueConstraint(
                fields=["achievement"], condition=models.Q(number=None), name="one_draft"
            ),
        ]

    @property
    def is_draft(self) -> bool:
        """Whether it is still being written."""
        return self.number is None

    @property
    def definition(self) -> Definition:
        """What it says, typed."""
        return Definition.from_json(self.content)


class CatalogueEntry(OrganisationOwned):
    """What the public catalogue searches of the newest version of a published achievement; made from it by
    achievements/catalogue.py. Words are folded: small letters without accents. Lists are `|one|two|`."""

    achievement = models.OneToOneField(Achievement, on_delete=models.CASCADE, related_name="entry")
    issuer = models.ForeignKey(Issuer, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    sort = models.CharField(max_length=300)  # the folded name
    words = models.TextField()  # name, description, tags and skills in every language
    skills = models.TextField(blank=True)
    type = models.CharField(max_length=100, blank=True)
    level = models.PositiveSmallIntegerField(null=True)  # of the EQF
    languages = models.CharField(max_length=400, blank=True)
    hours = models.FloatField(null=True)  # workload
    published_at = models.DateTimeField()

    class Meta:
        base_manager_name = "plain"
        indexes: ClassVar = [
            models.Index(fields=["sort", "id"], name="catalogue_by_name"),
            models.Index(fields=["issuer", "sort", "id"], name="catalogue_of_issuer"),
            models.Index(fields=["published_at", "id"], name="catalogue_by_day"),
        ]
