"""Families at work: their members, restyling their drafts, and series of drafts for their levels."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from insignia_server.achievements import pictures, services
from insignia_server.achievements.definition import Definition
from insignia_server.achievements.designing import design_of, is_open, locked, ours, set_design, usable
from insignia_server.achievements.models import Achievement, AchievementState, AchievementVersion
from insignia_server.achievements.versions import begin_draft, draft_of, newest
from insignia_server.audit import services as audit
from insignia_server.designs import services as families
from insignia_server.designs.families import LEVEL_NAMES
from insignia_server.designs.models import Family
from insignia_server.kit.errors import NotHere, Refusal, Refused
from insignia_server.kit.jobs import JOBS
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.roles import Permission

AT_ONCE: Final = 12
"""Drafts that a restyling draws in the request; more are drawn by a job."""

RESTYLE: Final = "insignia_server.achievements.jobs.restyle_drafts"


@dataclass(frozen=True)
class Member:
    """An achievement of a family, and what restyling does with it: its draft is drawn anew, or nothing is,
    since only published versions have the look."""

    achievement: Achievement
    version: AchievementVersion
    changes: bool


def members(family: Family) -> list[Member]:
    """The newest version of each achievement that has the look of this family."""
    rows = AchievementVersion.objects.filter(family=family).select_related(
        "achievement__issuer", "picture", "family"
    )
    best: dict[uuid.UUID, AchievementVersion] = {}
    for one in rows:
        known = best.get(one.achievement_id)
        if known is None or (one.number is None, one.number or 0) > (known.number is None, known.number or 0):
            best[one.achievement_id] = one
    found = [Member(one.achievement, one, one.is_draft and is_open(one.achievement)) for one in best.values()]
    return sorted(found, key=lambda one: (_rank(one.version.family_level), one.achievement.name))


def restyle(*, by: Actor, family: Family, also: Iterable[Achievement] = ()) -> int:
    """Draw all drafts of a family anew after it; how many. Published and awarded versions stay as they are:
    for those named in `also`, a new draft is begun. Many drafts are drawn by a job.

    Raises:
        Refused: an achievement of `also` is in the archive or has not this family.
    """
    by.require(Permission.AUTHOR)
    if family.organisation_id != by.organisation_id:
        raise NotHere
    for achievement in also:
        _begin_for(by, achievement, family)
    keys = drafts_of(family)
    with transaction.atomic():
        audit.record(by=by, action="family.restyle", subject=family, count=len(keys))
        if len(keys) > AT_ONCE:
            JOBS[RESTYLE].enqueue(organisation=str(by.organisation_id), family=str(family.pk))
    if len(keys) <= AT_ONCE:
        for key in keys:
            draw_anew(key)
    return len(keys)


def drafts_of(family: Family) -> list[uuid.UUID]:
    """Keys of the drafts that a restyling draws anew."""
    rows = AchievementVersion.objects.drafts().filter(family=family)
    open_rows = rows.exclude(achievement__state=AchievementState.ARCHIVED)
    return list(open_rows.order_by("pk").values_list("pk", flat=True))


def draw_anew(key: uuid.UUID) -> None:
    """One draft after its family; what is no draft any more is left alone."""
    draft: AchievementVersion | None = (
        AchievementVersion.objects.drafts()
        .filter(pk=key, family__isnull=False)
        .select_related("achievement__issuer", "family")
        .first()
    )
    if draft is None or draft.family is None:
        return
    design = design_of(draft.achievement, draft)
    design = families.applied(draft.family, design, draft.family_level)
    picture = pictures.draw(draft.achievement, design)
    AchievementVersion.objects.drafts().filter(pk=key).update(
        design=design.to_json(), picture=picture, designed=True
    )


def make_series(
    *, by: Actor, family: Family, achievement: Achievement, levels: Sequence[str]
) -> list[Achievement]:
    """A draft for each of these levels after an achievement: its texts, the level in name and design.

    The achievement itself stays as it is.

    Raises:
        Refused: no level, one that is not known or stands twice.
    """
    by.require(Permission.AUTHOR)
    ours(by, achievement)
    if not levels or len(set(levels)) != len(levels) or not set(levels) <= set(LEVEL_NAMES):
        raise Refused(
            Refusal(
                _("Choose levels, each once."),
                "levels",
                "term",
                ", ".join(LEVEL_NAMES),
                ", ".join(levels)[:200],
            )
        )
    source = newest(achievement)
    design = design_of(achievement, source)
    made: list[Achievement] = []
    for level in levels:
        label = families.level_label(level)
        definition = _levelled(source.definition, label)
        one = services.create(
            by=by, issuer=achievement.issuer, definition=definition, framework=achievement.framework
        )
        set_design(
            by=by,
            achievement=one,
            design=families.retitled(design, definition.name),
            family=family,
            level=level,
        )
        made.append(one)
    audit.record(by=by, action="achievement.series", subject=achievement, levels=list(levels))
    return made


# Steps


def _levelled(definition: Definition, label: str) -> Definition:
    name = _("%(name)s: %(level)s") % {"name": definition.name, "level": label}
    return dataclasses.replace(definition, name=name, human_code="", image_alt="")


def _begin_for(by: Actor, achievement: Achievement, family: Family) -> None:
    ours(by, achievement)
    if newest(achievement).family_id != family.pk:
        raise Refused(Refusal(_("This achievement has another look."), "also", "reference"))
    usable(by, achievement, None, "")
    with transaction.atomic():
        row = locked(achievement)
        if draft_of(row) is None:
            begin_draft(row)


def _rank(level: str) -> int:
    return LEVEL_NAMES.index(level) if level in LEVEL_NAMES else -1
