"""How achievements look: the design of a draft, drawn once and kept as its picture."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from insignia_server.achievements import pictures, versions
from insignia_server.achievements.models import Achievement, AchievementState, AchievementVersion, Picture
from insignia_server.achievements.versions import begin_draft, draft_of, newest
from insignia_server.audit import services as audit
from insignia_server.designs import logos
from insignia_server.designs import services as families
from insignia_server.designs.drawing import Design
from insignia_server.designs.families import LEVEL_NAMES
from insignia_server.designs.models import Family
from insignia_server.kit.errors import NotHere, Refusal, Refused
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.roles import Permission


def stamp(version: AchievementVersion | None) -> str:
    """What tells whether the design was changed since; empty where there is none."""
    if version is None or version.design is None:
        return ""
    said = json.dumps([version.design, str(version.family_id), version.family_level], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:20]


def design_of(achievement: Achievement, version: AchievementVersion | None = None) -> Design:
    """The design of the newest version, or the starter where its picture was sent or is not drawn yet."""
    version = version or newest(achievement)
    if version.design is not None:
        return Design.from_json(version.design)
    return pictures.starter_of(achievement, version.definition)


def set_design(
    *,
    by: Actor,
    achievement: Achievement,
    design: Design,
    seen: str | None = None,
    family: Family | None = None,
    level: str = "",
) -> AchievementVersion:
    """Draw a design and keep it as the picture of the draft; a draft is begun where there is none.

    What the family fixes comes from it; the organisation's logo is kept as it is now. The alternative text
    goes into the definition. `seen` is `stamp()` of the draft that the person has before them.

    Raises:
        Refused: in the archive; the design was changed since (`conflict`); a level or a logo that is not
            known.
    """
    by.require(Permission.AUTHOR)
    ours(by, achievement)
    usable(by, achievement, family, level)
    if family is not None:
        design = families.applied(family, design, level)
    design = logos.pinned(design, achievement.issuer.organisation)
    picture = pictures.draw(achievement, design)
    with transaction.atomic():
        row = locked(achievement)
        draft = draft_of(row)
        if seen is not None and seen != stamp(draft or newest(row)):
            message = _("Somebody else changed the design in the meantime.")
            raise Refused(Refusal(message, "", "conflict"))
        draft = draft or begin_draft(row)
        _put(draft, design, picture, designed=True)
        draft.family, draft.family_level = family, level if family is not None else ""
        draft.save(update_fields=["design", "designed", "picture", "family", "family_level"])
        _say(draft, design)
        audit.record(
            by=by, action="achievement.design", subject=achievement, digest=bytes(picture.digest).hex()
        )
    return draft


def follow_name(achievement: Achievement) -> None:
    """Draw the starter of a draft whose design nobody chose, when its name, type or issuer is new.

    Called after the commit that made or changed the draft.
    """
    draft = draft_of(achievement)
    if draft is None or draft.designed or (draft.picture is not None and not draft.picture.drawn):
        return
    design = pictures.starter_of(achievement, draft.definition)
    if draft.design == design.to_json() and draft.picture is not None:
        return
    picture = pictures.draw(achievement, design)
    AchievementVersion.objects.drafts().filter(pk=draft.pk, designed=False).update(
        design=design.to_json(), picture=picture
    )


def drawn_later(achievement: Achievement) -> None:
    """`follow_name` after the commit; a picture that cannot be drawn now is drawn when it is published."""
    transaction.on_commit(partial(follow_name, achievement), robust=True)


# Steps


def _put(draft: AchievementVersion, design: Design, picture: Picture, *, designed: bool) -> None:
    draft.design, draft.picture, draft.designed = design.to_json(), picture, designed


def _say(draft: AchievementVersion, design: Design) -> None:
    """The alternative text that was written in the design page is the one of the definition."""
    if design.alt and design.alt != draft.definition.image_alt:
        draft.content = dataclasses.replace(draft.definition, image_alt=design.alt).to_json()
        draft.save(update_fields=["content", "updated_at"])


def usable(by: Actor, achievement: Achievement, family: Family | None, level: str) -> None:
    """Raises Refused in the archive or for a level that is not known, NotHere for a foreign family."""
    if not is_open(achievement):
        raise Refused(versions.archived())
    if family is not None and family.organisation_id != by.organisation_id:
        raise NotHere
    if level and level not in LEVEL_NAMES:
        raise Refused(
            Refusal(_("There is no such level."), "level", "term", ", ".join(LEVEL_NAMES), level[:40])
        )


def is_open(achievement: Achievement) -> bool:
    """Whether its draft may be changed."""
    return bool(achievement.state != AchievementState.ARCHIVED)


def ours(by: Actor, achievement: Achievement) -> None:
    """Raises NotHere for an achievement of another organisation."""
    if achievement.organisation_id != by.organisation_id:
        raise NotHere


def locked(achievement: Achievement) -> Achievement:
    """The row as it is now, held until the transaction ends."""
    row: Achievement | None = (
        Achievement.objects.select_for_update(of=("self",))
        .select_related("issuer")
        .filter(pk=achievement.pk)
        .first()
    )
    if row is None:
        raise NotHere
    return row
