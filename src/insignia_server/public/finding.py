"""What the public pages of issuers and achievements read, in queries whose SQL is written once."""

from __future__ import annotations

import uuid
from typing import Final

from django.db.models import Max

from insignia_server.achievements.models import Achievement, AchievementState, AchievementVersion
from insignia_server.issuers.models import Issuer
from insignia_server.kit import scopes
from insignia_server.kit.compiled import Compiled
from insignia_server.kit.errors import NotHere
from insignia_server.organisations.domains import held
from insignia_server.organisations.models import Domain


def find_version(key: uuid.UUID, number: int | None) -> tuple[AchievementVersion, int]:
    """A published version of an achievement, the newest where none is named, and the newest number there is;
    two queries, however many versions there are.

    Raises:
        NotHere: no such version was published.
    """
    with scopes.crossing("public-pages"):
        numbers = dict(_NUMBERS.all(key))
        chosen = max(numbers, default=0) if number is None else number
        version = _VERSION.first(numbers[chosen]) if chosen in numbers else None
    if version is None:
        raise NotHere
    return version, max(numbers)


_NUMBERS: Final = Compiled[tuple[int, uuid.UUID]](
    lambda key: AchievementVersion.objects.filter(achievement_id=key, number__isnull=False).values_list(
        "number", "pk"
    )
)
_VERSION: Final = Compiled[AchievementVersion](
    lambda key: AchievementVersion.objects.filter(pk=key).select_related(
        "picture", "achievement__issuer", "achievement__organisation"
    )
)


def find_issuer(slug: str) -> Issuer:
    """The issuer with its organisation and parent; one query. Raises NotHere."""
    row = _ISSUER.first(slug)
    if row is None:
        raise NotHere
    return row


def published_by(issuer: Issuer) -> list[Achievement]:
    """What can be earned of an issuer, by name, the first 24, with the number of the `newest` version."""
    return _PUBLISHED.all(issuer.pk)


_ISSUER: Final = Compiled[Issuer](
    lambda slug: Issuer.objects.filter(slug=slug).select_related("organisation", "parent"), kind=str
)
_PUBLISHED: Final = Compiled[Achievement](
    lambda key: (
        Achievement.objects.filter(issuer=key, state=AchievementState.PUBLISHED)
        .annotate(newest=Max("versions__number"))
        .order_by("name")[:24]
    )
)


def proved_domains(issuer: Issuer) -> list[str]:
    """The domains that the issuer's organisation has proved; one query."""
    return [name.encode().decode("idna") for name in _DOMAINS.all(issuer.organisation_id)]


_DOMAINS: Final = Compiled[str](
    lambda organisation: (
        Domain.objects.filter(held(), organisation_id=organisation)
        .order_by("name")
        .values_list("name", flat=True)
    )
)
