"""What can be done with achievements. A published version never changes; a change is a new version."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from insignia_server.achievements import catalogue, document, earning, pictures
from insignia_server.achievements.definition import Definition, problems
from insignia_server.achievements.designing import design_of, drawn_later
from insignia_server.achievements.frameworks import FRAMEWORKS
from insignia_server.achievements.models import Achievement, AchievementState, AchievementVersion, Picture
from insignia_server.achievements.versions import (
    LOOK,
    archived,
    awardable,
    current,
    draft_of,
    look_of,
    newest,
    next_number,
    published,
    stamp,
)
from insignia_server.audit import services as audit
from insignia_server.issuers.models import Issuer
from insignia_server.issuers.services import pin
from insignia_server.kit.errors import Forbidden, NotHere, Refusal, Refused
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.roles import Permission
from insignia_server.webhooks import services as webhooks

__all__ = [
    "archive",
    "awardable",
    "clone",
    "create",
    "current",
    "discard_draft",
    "draft_of",
    "may_clone",
    "newest",
    "next_number",
    "publish",
    "published",
    "remove_picture",
    "save_draft",
    "set_picture",
    "share",
    "stamp",
    "unarchive",
]

DRAWN_AFTER: Final = dt.timedelta(seconds=10)  # first what somebody waits for


def create(
    *, by: Actor, issuer: Issuer, definition: Definition, framework: str = "", earn_url: str = ""
) -> Achievement:
    """A new achievement with a draft. The definition may be unfinished, even empty.

    Raises:
        Refused: an issuer of the archive, a framework that is not known, or no https address.
    """
    by.require(Permission.AUTHOR)
    _known_framework(framework)
    _usable_issuer(by, issuer)
    _stored(definition)
    with transaction.atomic():
        achievement: Achievement = Achievement.objects.create(
            organisation_id=by.organisation_id,
            issuer=issuer,
            framework=framework,
            earn_url=earning.checked(earn_url),
            created_by_id=by.user_id,
            **_names(definition),
        )
        _new_draft(achievement, definition, None)
        audit.record(by=by, action="achievement.create", subject=achievement, framework=framework)
        drawn_later(achievement)
    return achievement


@transaction.atomic
def save_draft(
    *,
    by: Actor,
    achievement: Achievement,
    definition: Definition,
    framework: str | None = None,
    issuer: Issuer | None = None,
    seen: str | None = None,
) -> AchievementVersion:
    """Keep what was written, finished or not, as the draft; one is begun where something changed.

    `framework` and `issuer` change with it (the issuer only before the first publication). `seen` is
    `stamp()` of the draft that the person has before them.

    Raises:
        Refused: in the archive; somebody else saved since (`conflict`); a new issuer after publication.
    """
    by.require(Permission.AUTHOR)
    locked = _locked(by, achievement)
    _not_archived(locked)
    draft = draft_of(locked)
    if seen is not None and seen != stamp(draft):
        raise Refused(_conflict())
    moved = _set(by, locked, framework, issuer)
    before = published(locked)
    if draft is None and before is not None and before.definition == definition:
        draft = before  # nothing was changed: no draft is begun
    elif draft is None:
        draft, moved = _new_draft(locked, definition, before), True
    elif draft.definition != definition:
        draft.content, moved = _stored(definition), True
        draft.save(update_fields=["content", "updated_at"])
    if moved:
        if locked.state == AchievementState.DRAFT:
            _rename(locked, definition)
        locked.save()
        audit.record(by=by, action="achievement.draft", subject=locked)
        drawn_later(locked)
    _follow(achievement, locked)
    return draft


def set_picture(*, by: Actor, achievement: Achievement, content: bytes) -> Picture:
    """The picture of the draft (one is begun when there is none), from the bytes of a PNG, JPEG, WebP or SVG.

    Raises:
        Refused: it is no picture, damaged or too large; or the achievement is in the archive.
    """
    by.require(Permission.AUTHOR)
    _ours(by, achievement)
    _not_archived(achievement)
    picture = pictures.store_picture(achievement, content)
    with transaction.atomic():
        _put_picture(_locked(by, achievement), picture)
        audit.record(
            by=by, action="achievement.picture", subject=achievement, digest=bytes(picture.digest).hex()
        )
    return picture


@transaction.atomic
def remove_picture(*, by: Actor, achievement: Achievement) -> None:
    """Back to the badge that is drawn from the name."""
    by.require(Permission.AUTHOR)
    locked = _locked(by, achievement)
    _not_archived(locked)
    _put_picture(locked, None)
    audit.record(by=by, action="achievement.picture", subject=locked, digest="")
    drawn_later(locked)


def publish(
    *, by: Actor, achievement: Achievement, note: str = "", now: dt.datetime | None = None
) -> AchievementVersion:
    """Freeze the draft as the next version. Its document is what credentials hold from now on.

    Raises:
        Refused: every problem of the definition at once, with its path; there is no draft (`no-draft`);
            somebody saved it just now (`conflict`); the issuer's own domain does not answer yet.
    """
    from insignia_server.achievements.jobs import draw_picture

    by.require(Permission.PUBLISH)
    _ours(by, achievement)
    _not_archived(achievement)
    draft = _complete_draft(achievement)
    seen = stamp(draft)
    design = design_of(achievement, draft)  # drawn here where no picture was made or sent before
    picture = draft.picture or pictures.draw(achievement, design)
    with transaction.atomic():
        locked = _locked(by, achievement)
        _not_archived(locked)
        draft = _complete_draft(locked)
        if stamp(draft) != seen:
            raise Refused(_conflict())
        pin(locked.issuer, now=now)  # the document holds the issuer's addresses, so they stay from here on
        draft.number = next_number(locked)
        draft.document = document.achievement_document(draft, locked.issuer)
        _valid(draft)
        if draft.picture is None:
            draft.picture, draft.design = picture, design.to_json()
        draft.note = note.strip()[:500]
        draft.published_at, draft.published_by_id = now or timezone.now(), by.user_id
        draft.save()
        locked.state = AchievementState.PUBLISHED
        _rename(locked, draft.definition)
        locked.save()
        catalogue.enter(locked, draft)
        audit.record(by=by, action="achievement.publish", subject=locked, number=draft.number)
        draw_picture.enqueue(
            after=timezone.now() + DRAWN_AFTER,
            organisation=str(locked.organisation_id),
            picture=str(draft.picture_id),
        )
        webhooks.publish(
            organisation_id=locked.organisation_id, type="achievement.published", data=_told(locked, draft)
        )
    _follow(achievement, locked)
    return draft


@transaction.atomic
def discard_draft(*, by: Actor, achievement: Achievement) -> bool:
    """Throw the draft away. An achievement that was never published goes with it; then the answer is True."""
    by.require(Permission.AUTHOR)
    locked = _locked(by, achievement)
    _not_archived(locked)
    gone = published(locked) is None
    AchievementVersion.objects.drafts().filter(achievement=locked).delete()
    audit.record(by=by, action="achievement.discard", subject=locked, whole=gone)
    if gone:
        locked.delete()
    return gone


@transaction.atomic
def archive(*, by: Actor, achievement: Achievement, now: dt.datetime | None = None) -> None:
    """Award it no more. What was awarded stays valid, its pages stay where they are."""
    by.require(Permission.PUBLISH)
    locked = _locked(by, achievement)
    if locked.state != AchievementState.ARCHIVED:
        locked.state, locked.archived_at = AchievementState.ARCHIVED, now or timezone.now()
        locked.save()
        catalogue.leave(locked)
        audit.record(by=by, action="achievement.archive", subject=locked)
    _follow(achievement, locked)


@transaction.atomic
def unarchive(*, by: Actor, achievement: Achievement) -> None:
    """Take it out of the archive, as published or as a draft, whichever it was."""
    by.require(Permission.PUBLISH)
    locked = _locked(by, achievement)
    if locked.state == AchievementState.ARCHIVED:
        version = published(locked)
        locked.state = AchievementState.PUBLISHED if version else AchievementState.DRAFT
        locked.archived_at = None
        locked.save()
        if version is not None:
            catalogue.enter(locked, version)
        audit.record(by=by, action="achievement.unarchive", subject=locked)
    _follow(achievement, locked)


@transaction.atomic
def clone(*, by: Actor, achievement: Achievement, issuer: Issuer | None = None) -> Achievement:
    """A new draft with the texts and the picture of another achievement, under the same or another issuer.

    Raises:
        Forbidden: it is not shared, somebody else made it, and the actor does not manage the organisation.
    """
    by.require(Permission.AUTHOR)
    _ours(by, achievement)
    if not may_clone(by, achievement):
        raise Forbidden(_("This achievement is not shared. Ask whoever made it to share it."))
    source = newest(achievement)
    definition = source.definition
    copied = dataclasses.replace(
        definition, name=_("%(name)s (copy)") % {"name": definition.name}, human_code=""
    )
    made = create(
        by=by,
        issuer=issuer or achievement.issuer,
        definition=copied,
        framework=achievement.framework,
        earn_url=achievement.earn_url,
    )
    if source.designed or (source.picture is not None and not source.picture.drawn):
        AchievementVersion.objects.drafts().filter(achievement=made).update(**look_of(source))
    audit.record(by=by, action="achievement.clone", subject=made, source=str(achievement.pk))
    return made


def may_clone(by: Actor, achievement: Achievement) -> bool:
    """Shared achievements can be cloned by every author, others by whoever made them and by owners."""
    mine = by.user_id is not None and achievement.created_by_id == by.user_id
    return by.may(Permission.AUTHOR) and (achievement.shared or mine or by.may(Permission.MANAGE))


@transaction.atomic
def share(*, by: Actor, achievement: Achievement, shared: bool) -> None:
    """Let every author of the organisation clone it, or no longer."""
    by.require(Permission.AUTHOR)
    locked = _locked(by, achievement)
    locked.shared = shared
    locked.save(update_fields=["shared", "updated_at"])
    _follow(achievement, locked)
    audit.record(by=by, action="achievement.share", subject=locked, shared=shared)


# Steps


def _ours(by: Actor, achievement: Achievement) -> None:
    if achievement.organisation_id != by.organisation_id:
        raise NotHere


def _locked(by: Actor, achievement: Achievement) -> Achievement:
    """The row as it is now, held until the transaction ends."""
    _ours(by, achievement)
    row: Achievement | None = (
        Achievement.objects.select_for_update(of=("self",))
        .select_related("issuer")
        .filter(pk=achievement.pk)
        .first()
    )
    if row is None:
        raise NotHere
    return row


def _set(by: Actor, row: Achievement, framework: str | None, issuer: Issuer | None) -> bool:
    """Another template, another issuer; whether either is new."""
    moved = False
    if framework is not None and framework != row.framework:
        _known_framework(framework)
        row.framework, moved = framework, True
    if issuer is not None and issuer.pk != row.issuer_id:
        _usable_issuer(by, issuer)
        if published(row) is not None:
            message = _(
                "The issuer of a published achievement stays. Clone it to issue it under another profile."
            )
            raise Refused(Refusal(message, "issuer", "pinned"))
        row.issuer, moved = issuer, True
    return moved


def _follow(achievement: Achievement, row: Achievement) -> None:
    """The caller's object shows what was written."""
    for name in ("state", "archived_at", "shared", "name", "code", "framework", "issuer_id", "updated_at"):
        setattr(achievement, name, getattr(row, name))


def _conflict() -> Refusal:
    return Refusal(_("Somebody else saved this achievement in the meantime."), "", "conflict")


def _not_archived(achievement: Achievement) -> None:
    if achievement.state == AchievementState.ARCHIVED:
        raise Refused(archived())


def _known_framework(name: str) -> None:
    if name and name not in FRAMEWORKS:
        raise Refused(
            Refusal(_("There is no such framework."), "framework", "term", ", ".join(FRAMEWORKS), name)
        )


def _usable_issuer(by: Actor, issuer: Issuer) -> None:
    if issuer.organisation_id != by.organisation_id:
        raise NotHere
    if issuer.archived_at is not None:
        raise Refused(
            Refusal(_("This issuer profile is in the archive. Choose another one."), "issuer", "archived")
        )


def _names(definition: Definition) -> dict[str, str]:
    return {"name": " ".join(definition.name.split())[:300], "code": definition.human_code.strip()[:100]}


def _rename(achievement: Achievement, definition: Definition) -> None:
    for field, value in _names(definition).items():
        setattr(achievement, field, value)


def _stored(definition: Definition) -> dict[str, Any]:
    """The definition as JSON that can be read again: what it may hold is checked before it is kept."""
    content = definition.to_json()
    Definition.from_json(content)
    return content


def _new_draft(
    achievement: Achievement, definition: Definition, before: AchievementVersion | None
) -> AchievementVersion:
    """A draft with the look of the version before, unless that was drawn from the name it had."""
    keeps = before is not None and (
        before.designed or (before.picture is not None and not before.picture.drawn)
    )
    draft: AchievementVersion = AchievementVersion.objects.create(
        organisation_id=achievement.organisation_id,
        achievement=achievement,
        content=_stored(definition),
        **(look_of(before) if before is not None and keeps else {}),
    )
    return draft


def _put_picture(achievement: Achievement, picture: Picture | None) -> None:
    draft = draft_of(achievement)
    if draft is None:
        before = current(achievement)
        draft = _new_draft(achievement, before.definition, before)
    draft.picture, draft.design, draft.designed, draft.family, draft.family_level = (
        picture,
        None,
        False,
        None,
        "",
    )
    draft.save(update_fields=[*LOOK, "updated_at"])


def _complete_draft(achievement: Achievement) -> AchievementVersion:
    draft = draft_of(achievement)
    if draft is None:
        raise Refused(Refusal(_("There is nothing to publish: no draft."), "", "no-draft"))
    if achievement.issuer.archived_at is not None:
        raise Refused(
            Refusal(_("This issuer profile is in the archive. Choose another one."), "issuer", "archived")
        )
    found = problems(draft.definition, achievement.framework)
    if found:
        raise Refused(*found)
    return draft


def _valid(draft: AchievementVersion) -> None:
    """The schema is the second net below checks.py: what it refuses is shown, not signed."""
    refusals = [
        Refusal(_("Open Badges 3.0 does not allow this."), one.where, one.code, one.expected, one.got)
        for one in document.check(draft.document or {})
    ]
    if refusals:
        raise Refused(*refusals)


def _told(achievement: Achievement, version: AchievementVersion) -> dict[str, Any]:
    """What a webhook says of a published version."""
    return {
        "achievement": str(achievement.pk),
        "version": version.number,
        "name": achievement.name,
        "address": (version.document or {})["id"],
    }
