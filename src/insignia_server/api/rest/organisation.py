"""The organisation of the key: what it is, and its settings."""

from __future__ import annotations

import datetime as dt
import re
import uuid
import zoneinfo
from typing import Any, Literal

from django.conf import settings
from django.utils.translation import gettext as _
from ninja import File, Router, Schema, UploadedFile
from pydantic import Field

from insignia_server.api.fitting import Body, sent_as
from insignia_server.api.guard import ApiRequest, needs
from insignia_server.awarding.evidence import used_bytes
from insignia_server.kit.errors import Refusal, Refused
from insignia_server.organisations import look, services
from insignia_server.organisations.models import Organisation
from insignia_server.organisations.roles import Permission

router = Router(tags=["organisation"])


class OrganisationOut(Schema):
    """A tenant."""

    id: uuid.UUID
    name: str
    slug: str
    state: str
    language: str
    time_zone: str
    day_first: bool | None
    accent: str
    second_colour: str
    public_theme: str
    logo: str = Field(description="Address of the picture; empty without one. Also `logo_dark` and `cover`.")
    logo_dark: str
    cover: str
    reply_to: str
    hold_minutes: int
    approval_from: int | None
    quota_awards_a_month: int | None
    quota_evidence_bytes: int | None
    evidence_bytes: int = Field(description="Bytes of the files of evidence that are kept.")

    @staticmethod
    def resolve_logo(row: Organisation) -> str:
        """Absolute."""
        return _address(row, "logo")

    @staticmethod
    def resolve_logo_dark(row: Organisation) -> str:
        """Absolute."""
        return _address(row, "logo_dark")

    @staticmethod
    def resolve_cover(row: Organisation) -> str:
        """Absolute."""
        return _address(row, "cover")

    @staticmethod
    def resolve_evidence_bytes(row: Organisation) -> int:
        """Counted when it is asked for."""
        return used_bytes(row.pk)

    created_at: dt.datetime


class OrganisationChange(Body):
    """What to change; members that are left out stay as they are."""

    name: str | None = Field(None, min_length=1, max_length=200)
    language: str | None = Field(None, max_length=16)
    time_zone: str | None = Field(None, max_length=64)
    day_first: bool | None = None
    accent: str | None = Field(None, pattern=r"^(#[0-9a-fA-F]{6})?$")
    second_colour: str | None = Field(None, pattern=r"^(#[0-9a-fA-F]{6})?$")
    public_theme: Literal["auto", "light", "dark"] | None = None
    reply_to: str | None = Field(None, max_length=254)
    hold_minutes: int | None = Field(None, ge=0, le=10_080)
    approval_from: int | None = Field(None, ge=1, le=1_000_000)


def _address(row: Organisation, place: str) -> str:
    path = look.of(row).address(place)
    return f"{settings.PUBLIC_URL}{path}" if path else ""


def _own(request: ApiRequest) -> Organisation:
    found: Organisation = Organisation.objects.get(pk=request.client.organisation_id)
    return found


@router.get("", response=OrganisationOut, **needs(Permission.READ), summary="The organisation of this key")
def read_organisation(request: ApiRequest) -> Organisation:
    """Name, address and settings."""
    return _own(request)


@router.patch("", response=OrganisationOut, **needs(Permission.MANAGE), summary="Change the settings")
def change_organisation(request: ApiRequest, change: OrganisationChange) -> Organisation:
    """Only the members that are sent change. `day_first` and `approval_from` may be null."""
    values = change.dict(exclude_unset=True)
    _check(values)
    return services.update_settings(by=request.actor, organisation=_own(request), values=values)


@router.post(
    "/{place}",
    response=OrganisationOut,
    **needs(Permission.MANAGE),
    summary="Upload the logo or the cover",
)
def set_look_picture(request: ApiRequest, place: look.Place, file: File[UploadedFile]) -> Organisation:
    """PNG, JPEG, WebP or SVG, as `file` of a multipart form; `place` is logo, logo_dark or cover."""
    content = file.read()
    if not content:
        raise Refused(Refusal(_("The file is empty. Choose another one."), "file", "empty"))
    with sent_as(**{place: "file"}):
        return look.set_picture(by=request.actor, organisation=_own(request), place=place, content=content)


@router.delete(
    "/{place}",
    response=OrganisationOut,
    **needs(Permission.MANAGE),
    summary="Remove the logo or the cover",
)
def remove_look_picture(request: ApiRequest, place: look.Place) -> Organisation:
    """Pages show the name instead."""
    return look.set_picture(by=request.actor, organisation=_own(request), place=place, content=b"")


def _check(values: dict[str, Any]) -> None:
    """What the types do not say."""
    languages = [code for code, _name in settings.LANGUAGES]
    problems = [
        Refusal(_("This may not be empty."), name, "required")
        for name in values
        if values[name] is None and name not in ("day_first", "approval_from")
    ]
    if isinstance(values.get("name"), str) and not values["name"].strip():
        problems.append(Refusal(_("Give the organisation a name."), "name", "required"))
    language = values.get("language")
    if language is not None and language not in languages:
        known = ", ".join(languages)
        problems.append(
            Refusal(_("Choose one of: {known}.").format(known=known), "language", "choice", known, language)
        )
    zone = values.get("time_zone")
    if zone is not None and zone not in zoneinfo.available_timezones():
        problems.append(Refusal(_("There is no such time zone."), "time_zone", "choice", "Europe/Oslo", zone))
    address = values.get("reply_to")
    if address and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", address):
        problems.append(
            Refusal(_("This is no email address."), "reply_to", "email", "office@example.edu", address)
        )
    if problems:
        raise Refused(*problems)
