"""Designs of certificates, what has them, a preview, and ZIP files of many certificates."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Literal
from urllib.parse import quote

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpResponse
from django.utils import timezone
from ninja import File, Query, Router, Schema, Status, UploadedFile
from pydantic import Field

from insignia_server.achievements.models import Achievement
from insignia_server.api.fitting import Body
from insignia_server.api.guard import ApiRequest, needs
from insignia_server.api.paging import Listed, Paging, listed
from insignia_server.api.rest.rows import row
from insignia_server.api.rest.uploads import content_of
from insignia_server.awarding.models import Award, Batch
from insignia_server.certificates import designs, packs, rendering, services
from insignia_server.certificates.models import CertificateDesign, CertificatePack
from insignia_server.issuers.models import Issuer
from insignia_server.kit.errors import NotHere
from insignia_server.kit.pdf import BLOCKS
from insignia_server.organisations.models import Organisation
from insignia_server.organisations.roles import Permission

router = Router(tags=["certificates"])
files = Router(tags=["certificates"])
Slot = Literal["logo", "signature-1", "signature-2"]


class Signer(Body):
    """Who signs; the handwriting is uploaded as the picture `signature-1` or `signature-2`."""

    name: str
    function: str = ""


class Texts(Body):
    """Own words in one language; what is empty is said as usual. `{name}`, `{achievement}`, `{issuer}`,
    `{organisation}`, `{date}`, `{valid_until}` and `{result}` are filled in."""

    kicker: str = ""
    before: str = ""
    after: str = ""
    closing: str = ""


class DesignIn(Body):
    """A whole design. `accent` empty: the organisation's colour; `blocks`: what is shown; `wording` by
    language."""

    name: str
    layout: str = "classic"
    paper: str = "a4"
    orientation: str = "portrait"
    accent: str = ""
    second: str = ""
    ornament: str = "none"
    blocks: list[str] = Field(default=list(BLOCKS))
    signatures: list[Signer] = Field(default=[])
    wording: dict[str, Texts] = Field(default={})


class DesignOut(Schema):
    """A design. `pictures` names those that it has; `default`: it is the organisation's."""

    id: uuid.UUID
    name: str
    layout: str
    paper: str
    orientation: str
    accent: str
    second: str
    ornament: str
    blocks: list[str]
    signatures: list[dict[str, str]]
    wording: dict[str, dict[str, str]]
    pictures: list[str]
    default: bool
    issuers: list[uuid.UUID]
    achievements: list[uuid.UUID]
    created_at: dt.datetime
    updated_at: dt.datetime


class UsesIn(Body):
    """All issuers and achievements that have this design, and no others."""

    issuers: list[uuid.UUID] = Field(default=[])
    achievements: list[uuid.UUID] = Field(default=[])


class PreviewIn(DesignIn):
    """A design that need not exist. `design`: whose pictures are shown; `award`: empty, an invented one."""

    name: str = "Preview"
    design: uuid.UUID | None = None
    award: uuid.UUID | None = None
    language: str = "en"
    width: int = Field(default=900, ge=200, le=1600)


class PackIn(Body):
    """One of the three. `language` of labels and dates: empty, each learner's."""

    batch: uuid.UUID | None = None
    achievement: uuid.UUID | None = None
    awards: list[uuid.UUID] = Field(default=[])
    language: str = ""


class PartOut(Schema):
    """A ZIP file that is ready: `GET /certificate-files/{key}/{number}`."""

    number: int
    size: int
    count: int


class FailureOut(Schema):
    """An award whose certificate could not be made."""

    award: uuid.UUID
    why: str


class PackOut(Schema):
    """How far it is: `running`, `done`, `failed` (`failure` says why) or `expired`. `failures`: certificates
    that could not be made, the first hundred of `failed`; they are counted in `left_out` too."""

    id: uuid.UUID
    batch: uuid.UUID | None
    achievement: uuid.UUID | None
    state: str
    total: int
    packed: int
    left_out: int
    failed: int
    failures: list[FailureOut]
    failure: str
    percent: int
    files: list[PartOut]
    created_at: dt.datetime
    finished_at: dt.datetime | None
    expires_at: dt.datetime


def _shown(one: CertificateDesign) -> dict[str, Any]:
    uses = services.uses_of(one)
    return {
        **designs.Values.from_json(one.values).to_json(),
        **{name: getattr(one, name) for name in ("id", "name", "created_at", "updated_at")},
        "pictures": sorted(one.pictures),
        "default": one.is_default,
        "issuers": [row.pk for row in uses.issuers],
        "achievements": [row.pk for row in uses.achievements],
    }


def _packed(one: CertificatePack) -> dict[str, Any]:
    counted = ("total", "packed", "left_out", "failed", "failures", "failure", "percent")
    return {
        **{name: getattr(one, name) for name in ("id", "state", *counted)},
        **{name: getattr(one, name) for name in ("created_at", "finished_at", "expires_at")},
        "batch": one.batch_id,
        "achievement": one.achievement_id,
        "files": [
            {"number": number, "size": part["size"], "count": part["count"]}
            for number, part in enumerate(one.parts, start=1)
        ],
    }


def _values(given: DesignIn) -> designs.Values:
    known = given.dict(include=set(DesignIn.model_fields) - {"name", "signatures", "blocks"})
    return designs.Values(
        **known,
        blocks=tuple(given.blocks),
        signatures=tuple(designs.Signer(name=one.name, function=one.function) for one in given.signatures),
    )


def _design(key: uuid.UUID) -> CertificateDesign:
    found: CertificateDesign = row(CertificateDesign.objects, key)
    return found


@router.get("", response=Listed[DesignOut], **needs(Permission.READ), summary="List designs")
def list_designs(request: ApiRequest, response: HttpResponse, asked: Query[Paging]) -> dict[str, Any]:
    """Newest first."""
    return listed(request, response, CertificateDesign.objects, asked, _shown)


@router.post("", response={201: DesignOut}, **needs(Permission.AUTHOR), summary="Create a design")
def create_design(request: ApiRequest, design: DesignIn) -> Status[dict[str, Any]]:
    """The first one becomes the organisation's."""
    made = services.create_design(by=request.actor, name=design.name, values=_values(design))
    return Status(201, _shown(made))


@router.post("/preview", **needs(Permission.AUTHOR), summary="Preview a design")
def preview_design(request: ApiRequest, design: PreviewIn) -> HttpResponse:
    """The page as a PNG; nothing is kept. With an `award` the key must read too. `X-Undrawable` has the
    characters that no font can draw, quoted as in an address."""
    organisation = Organisation.objects.get(pk=request.client.organisation_id)
    pictures = designs.pictures_of(_design(design.design)) if design.design else {}
    language = design.language if design.language in dict(settings.LANGUAGES) else "en"
    look = rendering.draft_look(_values(design), pictures, organisation, language=language)
    if design.award:
        request.actor.require(Permission.READ)
        rows = Award.objects.select_related(
            "credential", "version__picture", "achievement__issuer", "achievement__organisation"
        )
        data = rendering.data_for(row(rows, design.award), language=language)
    else:
        data = rendering.example(organisation, language=language, today=request.now.date())
    png, strange = rendering.picture_of_page(data, look, width=design.width)
    response = HttpResponse(png, content_type="image/png")
    if strange:
        response["X-Undrawable"] = quote(strange[:100])
    return response


@router.get("/{key}", response=DesignOut, **needs(Permission.READ), summary="Get a design")
def get_design(request: ApiRequest, key: uuid.UUID) -> dict[str, Any]:
    """With what has it."""
    return _shown(_design(key))


@router.put("/{key}", response=DesignOut, **needs(Permission.AUTHOR), summary="Change a design")
def change_design(request: ApiRequest, key: uuid.UUID, design: DesignIn) -> dict[str, Any]:
    """Certificates that are downloaded from now on look like this, those of old awards too."""
    found = _design(key)
    changed = services.change_design(by=request.actor, design=found, name=design.name, values=_values(design))
    return _shown(changed)


@router.delete("/{key}", response={204: None}, **needs(Permission.AUTHOR), summary="Remove a design")
def remove_design(request: ApiRequest, key: uuid.UUID) -> Status[None]:
    """What has it takes the organisation's design, or the plain one."""
    services.remove_design(by=request.actor, design=_design(key))
    return Status(204, None)


@router.post(
    "/{key}/pictures/{slot}", response=DesignOut, **needs(Permission.AUTHOR), summary="Upload a picture"
)
def set_picture(request: ApiRequest, key: uuid.UUID, slot: Slot, file: File[UploadedFile]) -> dict[str, Any]:
    """The logo or a signature: PNG, JPEG or SVG, as `file` of a multipart form."""
    design = _design(key)
    content = content_of(file, most=settings.MAX_PICTURE_BYTES)
    return _shown(_pictured(request, design, slot, designs.read_drawing(content, "file")))


@router.delete(
    "/{key}/pictures/{slot}", response=DesignOut, **needs(Permission.AUTHOR), summary="Remove a picture"
)
def remove_picture(request: ApiRequest, key: uuid.UUID, slot: Slot) -> dict[str, Any]:
    """The issuer's name stands in place of the logo; for a signature there is room."""
    return _shown(_pictured(request, _design(key), slot, None))


def _pictured(request: ApiRequest, design: CertificateDesign, slot: str, picture: Any) -> CertificateDesign:
    return services.change_design(
        by=request.actor,
        design=design,
        name=design.name,
        values=designs.Values.from_json(design.values),
        pictures={slot: picture},
    )


@router.post(
    "/{key}/default", response=DesignOut, **needs(Permission.AUTHOR), summary="Make it the organisation's"
)
def make_default(request: ApiRequest, key: uuid.UUID) -> dict[str, Any]:
    """Everything without a design of its own has it."""
    return _shown(services.set_default(by=request.actor, design=_design(key)))


@router.put("/{key}/uses", response=DesignOut, **needs(Permission.AUTHOR), summary="Choose what has a design")
def set_uses(request: ApiRequest, key: uuid.UUID, uses: UsesIn) -> dict[str, Any]:
    """Those that had it and are not named have the organisation's again."""
    design = _design(key)
    wanted: set[Issuer | Achievement] = {row(Issuer.objects, one) for one in uses.issuers}
    wanted |= {row(Achievement.objects, one) for one in uses.achievements}
    before = services.uses_of(design)
    had: set[Issuer | Achievement] = {*before.issuers, *before.achievements}
    for one in wanted - had:
        services.choose(by=request.actor, design=design, of=one)
    for one in had - wanted:
        services.choose(by=request.actor, design=None, of=one)
    return _shown(design)


@files.get("", response=Listed[PackOut], **needs(Permission.AWARD), summary="List ZIP files")
def list_packs(request: ApiRequest, response: HttpResponse, asked: Query[Paging]) -> dict[str, Any]:
    """Newest first."""
    return listed(request, response, CertificatePack.objects, asked, _packed)


@files.post("", response={202: PackOut}, **needs(Permission.AWARD), summary="Ask for certificates as ZIP")
def request_pack(request: ApiRequest, asked: PackIn) -> Status[dict[str, Any]]:
    """By a job: poll `GET /certificate-files/{key}`. The same asked for again while it runs is given back."""
    made = packs.request_pack(
        by=request.actor,
        batch=row(Batch.objects, asked.batch, field="batch") if asked.batch else None,
        achievement=row(Achievement.objects, asked.achievement, field="achievement")
        if asked.achievement
        else None,
        awards=[row(Award.objects.only("pk"), one).pk for one in asked.awards],
        language=asked.language,
        now=request.now,
    )
    return Status(202, _packed(made))


@files.get("/{key}", response=PackOut, **needs(Permission.AWARD), summary="Get ZIP files")
def get_pack(request: ApiRequest, key: uuid.UUID) -> dict[str, Any]:
    """How far it is; cheap, so poll it."""
    return _packed(row(CertificatePack.objects, key))


@files.post(
    "/{key}/again", response={202: PackOut}, **needs(Permission.AWARD), summary="Make ZIP files again"
)
def make_again(request: ApiRequest, key: uuid.UUID) -> Status[dict[str, Any]]:
    """One that failed goes on after its last whole file; of any other the same is asked for anew."""
    made = packs.again(by=request.actor, pack=row(CertificatePack.objects, key), now=request.now)
    return Status(202, _packed(made))


@files.get("/{key}/{number}", **needs(Permission.AWARD), summary="Download a ZIP file")
def download_pack(request: ApiRequest, key: uuid.UUID, number: int) -> FileResponse:
    """A file that is ready, counted from 1. 404 where there is none, or it is not kept any more."""
    name, shown = packs.part_of(row(CertificatePack.objects, key), number, now=timezone.now())
    if not default_storage.exists(name):
        raise NotHere
    return FileResponse(
        default_storage.open(name), as_attachment=True, filename=shown, content_type="application/zip"
    )


@files.delete("/{key}", response={204: None}, **needs(Permission.AWARD), summary="Delete ZIP files")
def remove_pack(request: ApiRequest, key: uuid.UUID) -> Status[None]:
    """Now, not after seven days."""
    packs.remove_pack(by=request.actor, pack=row(CertificatePack.objects, key))
    return Status(204, None)
