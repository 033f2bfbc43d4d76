"""Achievements: drafts, versions, pictures."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Final

from django.conf import settings
from django.db.models import Prefetch
from django.http import HttpResponse
from ninja import File, Query, Router, Schema, Status, UploadedFile
from pydantic import Field

from insignia_server.achievements import earning, pictures, services
from insignia_server.achievements.definition import Definition
from insignia_server.achievements.frameworks import completeness
from insignia_server.achievements.models import Achievement, AchievementState, AchievementVersion
from insignia_server.api.fitting import Body, sent_as
from insignia_server.api.guard import ApiRequest, needs
from insignia_server.api.paging import Listed, Paging, listed, one_of
from insignia_server.api.rest.issuers import issuer_of
from insignia_server.api.rest.rows import row
from insignia_server.api.rest.uploads import content_of
from insignia_server.organisations.roles import Permission

router = Router(tags=["achievements"])
# What a definition is refused for lies in the member `definition`; these names stand beside it.
_BESIDE: Final = {name: name for name in ("issuer", "framework", "achievement", "earn_url")}


_EARN: Final = "Where it can be earned: the https address of its course, or empty."


class AchievementIn(Body):
    """A new draft. `definition` may be unfinished; docs/achievement-fields.md lists its members."""

    issuer: uuid.UUID
    framework: str = ""
    earn_url: str = Field("", max_length=2000, description=_EARN)
    definition: dict[str, Any] = Field(default={})


class DraftIn(Body):
    """The whole definition. With `seen`, the draft's `stamp`, nobody else's change is overwritten."""

    definition: dict[str, Any]
    framework: str | None = None
    issuer: uuid.UUID | None = None
    seen: str | None = None


class PublishIn(Body):
    """What changed, for people."""

    note: str = Field("", max_length=500)


class CloneIn(Body):
    """Under another issuer, or the same."""

    issuer: uuid.UUID | None = None


class ShareIn(Body):
    """Whether colleagues may clone it."""

    shared: bool


class EarnIn(Body):
    """Where it can be earned."""

    earn_url: str = Field(max_length=2000, description=_EARN)


class VersionOut(Schema):
    """What an achievement says. `number` is null in a draft; `document` is as Open Badges 3.0 has it."""

    number: int | None
    definition: dict[str, Any]
    document: dict[str, Any] | None
    note: str
    stamp: str
    picture_remarks: list[str] = Field([], description="What to know of the size and shape of the picture.")
    published_at: dt.datetime | None


class AchievementOut(Schema):
    """What can be earned."""

    id: uuid.UUID
    issuer: uuid.UUID
    name: str
    code: str
    state: str
    framework: str
    shared: bool
    earn_url: str = Field("", description=_EARN)
    version: int | None = Field(None, description="Number of the newest published version.")
    has_draft: bool
    page: str
    created_at: dt.datetime
    updated_at: dt.datetime


class AchievementDetail(AchievementOut):
    """With what it says, and how complete the draft is by its framework."""

    current: VersionOut | None
    draft: VersionOut | None
    completeness: int
    missing: list[str]


def _all() -> Any:
    light = AchievementVersion.objects.only("achievement_id", "number", "organisation_id")
    return Achievement.objects.select_related("issuer").prefetch_related(
        Prefetch("versions", queryset=light, to_attr="numbers")
    )


def _shown(one: Achievement) -> dict[str, Any]:
    same = ("id", "name", "code", "state", "framework", "shared", "earn_url", "created_at", "updated_at")
    numbers = [version.number for version in one.numbers]  # type: ignore[attr-defined]
    return {
        **{name: getattr(one, name) for name in same},
        "issuer": one.issuer_id,
        "version": max((number for number in numbers if number), default=None),
        "has_draft": None in numbers,
        "page": f"{one.issuer.base_url}/achievements/{one.pk}/",
    }


def _version(one: AchievementVersion | None) -> dict[str, Any] | None:
    if one is None:
        return None
    same = {name: getattr(one, name) for name in ("number", "document", "note", "published_at")}
    remarks = pictures.remarks(one.picture) if one.picture else []
    return {**same, "definition": one.content, "stamp": services.stamp(one), "picture_remarks": remarks}


def achievement_of(key: uuid.UUID, *, field: str = "") -> Achievement:
    """The achievement of this key in the client's organisation; `field` and what is raised as in `row`."""
    found: Achievement = row(_all(), key, field=field)
    return found


def _detail(key: uuid.UUID) -> dict[str, Any]:
    one = achievement_of(key)
    draft, current = services.draft_of(one), services.published(one)
    newest = draft or current
    how = completeness(newest.definition if newest else Definition(), one.framework)
    return {
        **_shown(one),
        "draft": _version(draft),
        "current": _version(current),
        "completeness": how.percent,
        "missing": [gap.path for gap in how.missing],
    }


@router.get("", response=Listed[AchievementOut], **needs(Permission.READ), summary="List achievements")
def list_achievements(
    request: ApiRequest, response: HttpResponse, asked: Query[Paging], state: str = "", search: str = ""
) -> dict[str, Any]:
    """`state`: draft, published, archived or all (empty: all but the archived); `search` by name and code."""
    one_of("state", state, (*AchievementState.values, "all"))
    rows = _all().in_state(state).matching(search)
    return listed(request, response, rows, asked, _shown)


@router.post(
    "", response={201: AchievementDetail}, **needs(Permission.AUTHOR), summary="Create an achievement"
)
def create_achievement(request: ApiRequest, achievement: AchievementIn) -> Status[dict[str, Any]]:
    """A draft."""
    with sent_as(rest_of="definition", **_BESIDE):
        made = services.create(
            by=request.actor,
            issuer=issuer_of(achievement.issuer),
            definition=Definition.from_json(achievement.definition),
            framework=achievement.framework,
            earn_url=achievement.earn_url,
        )
    return Status(201, _detail(made.pk))


@router.get("/{key}", response=AchievementDetail, **needs(Permission.READ), summary="Get an achievement")
def get_achievement(request: ApiRequest, key: uuid.UUID) -> dict[str, Any]:
    """With its newest published version and its draft."""
    return _detail(key)


@router.put("/{key}/draft", response=AchievementDetail, **needs(Permission.AUTHOR), summary="Save the draft")
def save_draft(request: ApiRequest, key: uuid.UUID, draft: DraftIn) -> dict[str, Any]:
    """Finished or not. One is begun where something differs from the published version."""
    with sent_as(rest_of="definition", **_BESIDE):
        services.save_draft(
            by=request.actor,
            achievement=achievement_of(key),
            definition=Definition.from_json(draft.definition),
            framework=draft.framework,
            issuer=issuer_of(draft.issuer) if draft.issuer else None,
            seen=draft.seen,
        )
    return _detail(key)


@router.delete("/{key}/draft", response={204: None}, **needs(Permission.AUTHOR), summary="Discard the draft")
def discard_draft(request: ApiRequest, key: uuid.UUID) -> Status[None]:
    """What was never published goes with it."""
    services.discard_draft(by=request.actor, achievement=achievement_of(key))
    return Status(204, None)


@router.post(
    "/{key}/picture", response=AchievementDetail, **needs(Permission.AUTHOR), summary="Upload the picture"
)
def set_picture(request: ApiRequest, key: uuid.UUID, file: File[UploadedFile]) -> dict[str, Any]:
    """PNG, JPEG, WebP or SVG, as `file` of a multipart form; it belongs to the draft."""
    content = content_of(file, most=settings.MAX_PICTURE_BYTES)
    with sent_as(picture="file"):
        services.set_picture(by=request.actor, achievement=achievement_of(key), content=content)
    return _detail(key)


@router.delete(
    "/{key}/picture", response=AchievementDetail, **needs(Permission.AUTHOR), summary="Remove the picture"
)
def remove_picture(request: ApiRequest, key: uuid.UUID) -> dict[str, Any]:
    """Back to the badge that is drawn from the name."""
    services.remove_picture(by=request.actor, achievement=achievement_of(key))
    return _detail(key)


@router.post("/{key}/publish", response=AchievementDetail, **needs(Permission.PUBLISH), summary="Publish")
def publish(request: ApiRequest, key: uuid.UUID, published: PublishIn) -> dict[str, Any]:
    """Freeze the draft as the next version; 422 with everything that is missing."""
    with sent_as(rest_of="definition", **_BESIDE):
        services.publish(
            by=request.actor, achievement=achievement_of(key), note=published.note, now=request.now
        )
    return _detail(key)


@router.post("/{key}/archive", response=AchievementDetail, **needs(Permission.PUBLISH), summary="Archive")
def archive(request: ApiRequest, key: uuid.UUID) -> dict[str, Any]:
    """Award it no more; awards stay valid."""
    services.archive(by=request.actor, achievement=achievement_of(key), now=request.now)
    return _detail(key)


@router.post(
    "/{key}/unarchive", response=AchievementDetail, **needs(Permission.PUBLISH), summary="Take it back"
)
def unarchive(request: ApiRequest, key: uuid.UUID) -> dict[str, Any]:
    """Out of the archive."""
    services.unarchive(by=request.actor, achievement=achievement_of(key))
    return _detail(key)


@router.post("/{key}/clone", response={201: AchievementDetail}, **needs(Permission.AUTHOR), summary="Clone")
def clone(request: ApiRequest, key: uuid.UUID, how: CloneIn) -> Status[dict[str, Any]]:
    """A new draft with its texts and picture."""
    issuer = issuer_of(how.issuer) if how.issuer else None
    made = services.clone(by=request.actor, achievement=achievement_of(key), issuer=issuer)
    return Status(201, _detail(made.pk))


@router.post("/{key}/share", response=AchievementDetail, **needs(Permission.AUTHOR), summary="Share")
def share(request: ApiRequest, key: uuid.UUID, how: ShareIn) -> dict[str, Any]:
    """Let every author of the organisation clone it, or no longer."""
    services.share(by=request.actor, achievement=achievement_of(key), shared=how.shared)
    return _detail(key)


@router.put(
    "/{key}/earn-url",
    response=AchievementDetail,
    **needs(Permission.PUBLISH),
    summary="Where it can be earned",
)
def set_earn_url(request: ApiRequest, key: uuid.UUID, where: EarnIn) -> dict[str, Any]:
    """Of every version at once; it is in no credential. Empty takes the address away."""
    earning.set_earn_url(by=request.actor, achievement=achievement_of(key), address=where.earn_url)
    return _detail(key)


@router.get("/{key}/versions", response=list[VersionOut], **needs(Permission.READ), summary="List versions")
def list_versions(request: ApiRequest, key: uuid.UUID) -> list[dict[str, Any] | None]:
    """The published ones, newest first."""
    rows = AchievementVersion.objects.published().filter(achievement=achievement_of(key))
    return [_version(one) for one in rows[:500]]
