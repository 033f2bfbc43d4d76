"""Badges that look alike by their perceptual hash: the organisation's own, and public ones of others."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q

from insignia_server.achievements.models import Achievement, AchievementState, AchievementVersion, Picture
from insignia_server.designs.similar import NEAR
from insignia_server.kit import scopes
from insignia_server.organisations.models import OrganisationState

SAME: Final = 1
MOST: Final = 6
_BAND: Final = 16
_CANDIDATES: Final = 2_000
_FLIPPED: Final = sorted({1 << one | 1 << other for one in range(_BAND) for other in range(_BAND)} | {0})


@dataclass(frozen=True)
class Alike:
    """A badge that looks like another one. `address` is its picture where it is public, else empty."""

    achievement: uuid.UUID
    version: int | None
    name: str
    issuer: str
    distance: int
    own: bool
    address: str

    @property
    def same(self) -> bool:
        """Whether nobody could tell them apart."""
        return self.distance <= SAME


def columns(found: int) -> dict[str, int]:
    """The columns of a picture for its hash, 64 bits without a sign."""
    bands = {f"band_{at}": found >> (_BAND * at) & 0xFFFF for at in range(4)}
    return {"hash": found - (1 << 64) if found >> 63 else found, **bands}


def alike(
    achievement: Achievement, picture: Picture | None, *, family: uuid.UUID | None = None
) -> list[Alike]:
    """What looks like this picture, the nearest first, at most MOST; not the achievement itself, nor the
    other badges of its family, which are meant to be alike.

    Runs in the scope of the organisation; those of others by the crossing `similar-pictures`.
    """
    if picture is None or picture.hash is None:
        return []
    own = _versions(Q(achievement__organisation_id=achievement.organisation_id), picture)
    found = [*_nearest(own.exclude(achievement=achievement), picture, family, own=True)]
    with scopes.crossing("similar-pictures"):
        others = _versions(
            Q(number__isnull=False)
            & Q(achievement__state=AchievementState.PUBLISHED)
            & Q(organisation__state=OrganisationState.ACTIVE)
            & ~Q(organisation_id=achievement.organisation_id),
            picture,
        )
        found += _nearest(others, picture, None, own=False)
    return sorted(found, key=lambda one: (one.distance, not one.own, one.name))[:MOST]


def _versions(which: Q, picture: Picture) -> Any:
    """Versions with a picture near this one. Where at most NEAR (10) of 64 bits differ, one of the four
    bands differs in two at most; so each band is looked for with its neighbours, by an index."""
    near = Q()
    for at in range(4):
        band = getattr(picture, f"band_{at}")
        near |= Q(**{f"band_{at}__in": [band ^ flipped for flipped in _FLIPPED]})
    pictures = Picture.objects.filter(near).values_list("pk", "hash").order_by("-pk")[:_CANDIDATES]
    close = [key for key, other in pictures if distance(picture.hash or 0, other or 0) <= NEAR]
    return AchievementVersion.objects.filter(which, picture__in=close).select_related(
        "achievement__issuer", "picture"
    )


def _nearest(
    versions: Iterable[AchievementVersion], picture: Picture, family: uuid.UUID | None, *, own: bool
) -> Iterator[Alike]:
    """One for each achievement: its nearest version."""
    best: dict[uuid.UUID, Alike] = {}
    for one in versions:
        if family is not None and one.family_id == family:
            continue
        row, shown = one.achievement, one.picture
        far = distance(picture.hash or 0, shown.hash or 0) if shown else 64
        known = best.get(row.pk)
        if known is not None and (known.distance, -(known.version or 0)) <= (far, -(one.number or 0)):
            continue
        address = f"{row.issuer.base_url}/achievements/{row.pk}/{one.number}.png" if one.number else ""
        best[row.pk] = Alike(row.pk, one.number, row.name, row.issuer.name, far, own, address)
    yield from best.values()


def distance(one: int, other: int) -> int:
    """Bits that differ between two hashes, stored or not."""
    return ((one ^ other) & (1 << 64) - 1).bit_count()
