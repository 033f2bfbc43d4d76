"""The versions of an achievement: the draft, the newest, the one that an award is pinned to."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext as _

from insignia_server.achievements.models import Achievement, AchievementState, AchievementVersion
from insignia_server.kit.errors import Refusal, Refused

LOOK: Final = ("picture", "design", "designed", "family", "family_level")


def draft_of(achievement: Achievement) -> AchievementVersion | None:
    """The draft, or None when there is nothing unpublished."""
    found: AchievementVersion | None = (
        AchievementVersion.objects.drafts().filter(achievement=achievement).select_related("picture").first()
    )
    return found


def published(achievement: Achievement) -> AchievementVersion | None:
    """The newest published version, or None."""
    found: AchievementVersion | None = (
        AchievementVersion.objects.published()
        .filter(achievement=achievement)
        .select_related("picture")
        .first()
    )
    return found


def current(achievement: Achievement) -> AchievementVersion:
    """The newest published version, of an archived achievement too.

    Raises:
        Refused: nothing was published yet (code `unpublished`).
    """
    version = published(achievement)
    if version is None:
        raise Refused(Refusal(_("Publish the achievement first."), "achievement", "unpublished"))
    return version


def awardable(achievement: Achievement) -> AchievementVersion:
    """The version that an award made now is pinned to.

    Raises:
        Refused: nothing was published yet (`unpublished`), or it is in the archive (`archived`).
    """
    if achievement.state == AchievementState.ARCHIVED:
        raise Refused(archived())
    return current(achievement)


def newest(achievement: Achievement) -> AchievementVersion:
    """The draft if there is one, otherwise the newest published version."""
    return draft_of(achievement) or current(achievement)


def begin_draft(achievement: Achievement) -> AchievementVersion:
    """A draft that says and shows what the newest published version does. Within a transaction that holds
    the achievement.

    Raises:
        Refused: nothing was published yet.
    """
    before = current(achievement)
    draft: AchievementVersion = AchievementVersion.objects.create(
        organisation_id=achievement.organisation_id,
        achievement=achievement,
        content=before.content,
        **look_of(before),
    )
    return draft


def look_of(version: AchievementVersion) -> dict[str, Any]:
    """The columns of a version that say what it looks like."""
    return {name: getattr(version, name) for name in LOOK}


def next_number(achievement: Achievement) -> int:
    """The number that the next published version gets."""
    version = published(achievement)
    return (version.number or 0) + 1 if version else 1


def stamp(version: AchievementVersion | None) -> str:
    """What tells whether a draft was saved since; empty where there is none."""
    return version.updated_at.isoformat() if version is not None and version.is_draft else ""


def archived() -> Refusal:
    """What is said of an achievement in the archive."""
    return Refusal(
        _("This achievement is in the archive. Take it out of the archive first."), "achievement", "archived"
    )
