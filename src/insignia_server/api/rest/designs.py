"""Designs of badges: drawn, kept, mended; families and their restyling; icons; pictures that look alike."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.http import HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import Field

from insignia_server.achievements import designing, pictures, series, services, similar
from insignia_server.achievements.models import Achievement
from insignia_server.api.fitting import Body
from insignia_server.api.guard import ApiRequest, needs
from insignia_server.api.paging import Listed, Paging, listed
from insignia_server.api.rest.achievements import achievement_of
from insignia_server.api.rest.rows import row
from insignia_server.designs import icons, logos
from insignia_server.designs import services as families
from insignia_server.designs.drawing import Design, compose, mend
from insignia_server.designs.families import Family as Look
from insignia_server.designs.families import family_of, fixes
from insignia_server.designs.models import Family, OwnPalette
from insignia_server.designs.starter import describe
from insignia_server.organisations.models import Organisation
from insignia_server.organisations.roles import Permission

achievements = Router(tags=["designs"])
router = Router(tags=["designs"])
family_router = Router(tags=["families"])
palette_router = Router(tags=["palettes"])


class ProblemOut(Schema):
    """What is wrong with a drawing."""

    code: str
    part: str
    message: str


class DesignOut(Schema):
    """A design. `stamp` is what `seen` names when it is put; `drawn` is false for an own picture."""

    design: dict[str, Any]
    stamp: str
    drawn: bool
    family: uuid.UUID | None
    level: str
    problems: list[ProblemOut]
    suggested_alt: str


class DesignIn(Body):
    """The whole design (docs/guides/designing-badges.md). What a family fixes comes from the family.

    `logo.picture` is `issuer`, `organisation` or `organisation-dark` (the logos of the look as they are now),
    or what an answer has there.
    """

    design: dict[str, Any]
    family: uuid.UUID | None = None
    level: str = ""
    seen: str | None = None


class DrawIn(Body):
    """A design to draw; with `mend`, the number of a problem, without that problem."""

    design: dict[str, Any]
    mend: int | None = Field(None, ge=0, le=99)


class DrawnOut(Schema):
    """The drawing as SVG, and the design that was drawn."""

    svg: str
    design: dict[str, Any]
    problems: list[ProblemOut]


class IconOut(Schema):
    """An icon of the bundled set."""

    id: str
    label: str
    tags: list[str]


class IconsOut(Schema):
    """A page of icons, and how many there are in all."""

    total: int
    icons: list[IconOut]


class AlikeOut(Schema):
    """A badge that looks alike: of 64 bits `distance` differ. Others' pictures only where they are public."""

    achievement: uuid.UUID
    version: int | None
    name: str
    issuer: str
    distance: int
    own: bool
    picture: str


class SeriesIn(Body):
    """The levels for which drafts are made: foundation, intermediate, advanced, expert, master."""

    family: uuid.UUID
    levels: list[str] = Field(min_length=1, max_length=5)


class SeriesOut(Schema):
    """The drafts that were made, in the order of the levels."""

    achievements: list[uuid.UUID]


class FamilyIn(Body):
    """A new family, with a document of its own or in the look of a badge."""

    name: str = Field(max_length=200)
    document: dict[str, Any] | None = None
    like: uuid.UUID | None = None


class FamilyChange(Body):
    """What changes. With `seen`, the family's `stamp`, nobody else's change is overwritten."""

    name: str | None = Field(None, max_length=200)
    document: dict[str, Any] | None = None
    archived: bool | None = None
    seen: str | None = None


class FamilyOut(Schema):
    """A family. `document` is what its badges share; `fixes` are the paths of a design's members that come
    from it, whatever is sent for them.
    """

    id: uuid.UUID
    name: str
    document: dict[str, Any]
    fixes: list[str]
    archived: bool
    stamp: str
    created_at: dt.datetime


class PaletteIn(Body):
    """Colours as #rrggbb: shape, rim, field, figure, figure_light, text, accent."""

    name: str = Field(max_length=100)
    colours: dict[str, str]


class PaletteOut(Schema):
    """A palette that the organisation keeps."""

    id: uuid.UUID
    name: str
    colours: dict[str, str]


class MemberOut(Schema):
    """A badge of a family; `changes`: restyling draws its draft anew."""

    achievement: uuid.UUID
    name: str
    version: int | None
    level: str
    changes: bool


class RestyleIn(Body):
    """Published achievements for which a new draft is begun; drafts follow anyway."""

    also: list[uuid.UUID] = Field(default=[], max_length=200)


class RestyledOut(Schema):
    """How many drafts get the new look."""

    count: int


def _problems(found: Any) -> list[dict[str, str]]:
    return [{"code": one.code, "part": one.part, "message": one.message} for one in found]


def _design(achievement: Achievement) -> dict[str, Any]:
    version = services.newest(achievement)
    design = designing.design_of(achievement, version)
    drawing = compose(design, logo=pictures.logo_of(achievement, design))
    return {
        "design": design.to_json(),
        "stamp": designing.stamp(version),
        "drawn": version.picture is None or version.picture.drawn,
        "family": version.family_id,
        "level": version.family_level,
        "problems": _problems(drawing.problems),
        "suggested_alt": describe(design, achievement_name=version.definition.name),
    }


def _family(one: Family) -> dict[str, Any]:
    same = {name: getattr(one, name) for name in ("id", "name", "document", "created_at")}
    fixed = list(fixes(families.look_of(one)))
    return same | {"fixes": fixed, "archived": one.archived_at is not None, "stamp": families.stamp(one)}


def family_of_key(key: uuid.UUID) -> Family:
    """The family of this key in the client's organisation. Raises NotHere."""
    found: Family = row(Family.objects.all(), key)
    return found


@achievements.get("/{key}/design", response=DesignOut, **needs(Permission.READ), summary="Get the design")
def get_design(request: ApiRequest, key: uuid.UUID) -> dict[str, Any]:
    """Of the newest version; the starter where its picture was sent."""
    return _design(achievement_of(key))


@achievements.put("/{key}/design", response=DesignOut, **needs(Permission.AUTHOR), summary="Set the design")
def set_design(request: ApiRequest, key: uuid.UUID, sent: DesignIn) -> dict[str, Any]:
    """It is drawn and becomes the picture of the draft; one is begun where there is none."""
    achievement = achievement_of(key)
    designing.set_design(
        by=request.actor,
        achievement=achievement,
        design=Design.from_json(sent.design),
        family=family_of_key(sent.family) if sent.family else None,
        level=sent.level,
        seen=sent.seen,
    )
    return _design(achievement)


@achievements.post(
    "/{key}/series", response={201: SeriesOut}, **needs(Permission.AUTHOR), summary="Make a series"
)
def make_series(request: ApiRequest, key: uuid.UUID, wanted: SeriesIn) -> Status[dict[str, Any]]:
    """A draft for each level after this achievement, in the look of the family."""
    made = series.make_series(
        by=request.actor,
        family=family_of_key(wanted.family),
        achievement=achievement_of(key),
        levels=wanted.levels,
    )
    return Status(201, {"achievements": [one.pk for one in made]})


@achievements.get(
    "/{key}/similar", response=list[AlikeOut], **needs(Permission.READ), summary="Badges that look alike"
)
def list_similar(request: ApiRequest, key: uuid.UUID) -> list[dict[str, Any]]:
    """The organisation's own and public ones of others, the nearest first."""
    achievement = achievement_of(key)
    version = services.newest(achievement)
    found = similar.alike(achievement, version.picture, family=version.family_id)
    same = ("achievement", "version", "name", "issuer", "distance", "own")
    return [{name: getattr(one, name) for name in same} | {"picture": one.address} for one in found]


@router.post("/draw", response=DrawnOut, **needs(Permission.AUTHOR), summary="Draw a design")
def draw(request: ApiRequest, sent: DrawIn) -> dict[str, Any]:
    """Nothing is kept."""
    organisation = Organisation.objects.get(pk=request.client.organisation_id)
    design = logos.pinned(Design.from_json(sent.design), organisation)
    logo = logos.picture_of(design, organisation)
    drawing = compose(design, logo=logo)
    if sent.mend is not None and sent.mend < len(drawing.problems):
        design = mend(design, drawing.problems[sent.mend])
        drawing = compose(design, logo=logo)
    return {
        "svg": drawing.svg.decode(),
        "design": design.to_json(),
        "problems": _problems(drawing.problems),
    }


@router.get("/icons", response=IconsOut, **needs(Permission.READ), summary="Search icons")
def search_icons(request: ApiRequest, search: str = "", limit: int = 60, offset: int = 0) -> dict[str, Any]:
    """By English words, and by common subjects in German, French and Spanish; at most 200 at once."""
    words = search[:100]
    found = icons.search(words, limit, offset)
    return {
        "total": icons.count(words),
        "icons": [{"id": one.id, "label": one.label, "tags": list(one.tags)} for one in found],
    }


@family_router.get("", response=Listed[FamilyOut], **needs(Permission.READ), summary="List families")
def list_families(
    request: ApiRequest, response: HttpResponse, asked: Query[Paging], archived: bool = False
) -> dict[str, Any]:
    """Those in use, or those that were put away."""
    rows = Family.objects.filter(archived_at__isnull=not archived)
    return listed(request, response, rows, asked, _family)


@family_router.post("", response={201: FamilyOut}, **needs(Permission.AUTHOR), summary="Make a family")
def create_family(request: ApiRequest, sent: FamilyIn) -> Status[dict[str, Any]]:
    """From a document, or from the badge `like`."""
    look = Look() if sent.document is None else Look.from_json(sent.document)
    if sent.like is not None:
        look = family_of(designing.design_of(achievement_of(sent.like)))
    made = families.create_family(by=request.actor, name=sent.name, look=look)
    return Status(201, _family(made))


@family_router.get("/{key}", response=FamilyOut, **needs(Permission.READ), summary="Get a family")
def get_family(request: ApiRequest, key: uuid.UUID) -> dict[str, Any]:
    """With what its badges share."""
    return _family(family_of_key(key))


@family_router.patch("/{key}", response=FamilyOut, **needs(Permission.AUTHOR), summary="Change a family")
def change_family(request: ApiRequest, key: uuid.UUID, change: FamilyChange) -> dict[str, Any]:
    """Its badges follow when it is restyled."""
    family = family_of_key(key)
    look = None if change.document is None else Look.from_json(change.document)
    families.change_family(by=request.actor, family=family, name=change.name, look=look, seen=change.seen)
    if change.archived is not None:
        families.archive_family(by=request.actor, family=family, archived=change.archived, now=request.now)
    return _family(family_of_key(key))


@family_router.get(
    "/{key}/members", response=list[MemberOut], **needs(Permission.READ), summary="Badges of a family"
)
def list_members(request: ApiRequest, key: uuid.UUID) -> list[dict[str, Any]]:
    """By level and name, and what restyling does with each."""
    return [
        {
            "achievement": one.achievement.pk,
            "name": one.achievement.name,
            "version": one.version.number,
            "level": one.version.family_level,
            "changes": one.changes,
        }
        for one in series.members(family_of_key(key))
    ]


@family_router.post(
    "/{key}/restyle", response=RestyledOut, **needs(Permission.AUTHOR), summary="Restyle a family"
)
def restyle(request: ApiRequest, key: uuid.UUID, how: RestyleIn) -> dict[str, int]:
    """Drafts are drawn anew, many of them by a job. What was published never changes."""
    also = [achievement_of(one) for one in how.also]
    return {"count": series.restyle(by=request.actor, family=family_of_key(key), also=also)}


@palette_router.get("", response=list[PaletteOut], **needs(Permission.READ), summary="List own palettes")
def list_palettes(request: ApiRequest) -> list[OwnPalette]:
    """By name; an organisation keeps at most 24."""
    return families.palettes()


@palette_router.post("", response={201: PaletteOut}, **needs(Permission.AUTHOR), summary="Keep a palette")
def keep_palette(request: ApiRequest, sent: PaletteIn) -> Status[OwnPalette]:
    """The same name again replaces its colours."""
    design = Design.from_json({"design": 1, "palette": {"id": "", **sent.colours}})
    return Status(201, families.keep_palette(by=request.actor, name=sent.name, colours=design.palette))


@palette_router.delete("/{key}", response={204: None}, **needs(Permission.AUTHOR), summary="Remove a palette")
def remove_palette(request: ApiRequest, key: uuid.UUID) -> Status[None]:
    """Badges that have it stay as they are."""
    families.remove_palette(by=request.actor, palette=row(OwnPalette.objects.all(), key))
    return Status(204, None)
