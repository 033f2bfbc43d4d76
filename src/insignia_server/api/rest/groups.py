"""Groups (cohorts, classes) and their rosters."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.http import HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import Field

from insignia_server.api.fitting import Body
from insignia_server.api.guard import ApiRequest, needs
from insignia_server.api.paging import Listed, Paging, listed
from insignia_server.api.problems import told
from insignia_server.api.rest.rows import row
from insignia_server.awarding import rosters
from insignia_server.kit.errors import Refusal
from insignia_server.organisations import groups
from insignia_server.organisations.models import Group, GroupMember
from insignia_server.organisations.roles import Permission

router = Router(tags=["groups"])


class GroupOut(Schema):
    """A cohort or class."""

    id: uuid.UUID
    name: str
    created_at: dt.datetime
    archived_at: dt.datetime | None


class GroupIn(Body):
    """A new group."""

    name: str = Field(max_length=200)


class GroupChange(Body):
    """What to change."""

    name: str | None = Field(None, max_length=200)
    archived: bool | None = None


class PersonOut(Schema):
    """Somebody on a roster."""

    id: uuid.UUID
    email: str
    name: str


class PersonIn(Body):
    """Somebody for a roster."""

    email: str
    name: str = Field("", max_length=300)


class RosterIn(Body):
    """People to add; who is there gets the new name."""

    people: list[PersonIn] = Field(max_length=5_000)


class RosterOut(Schema):
    """What became of a roster. `field` of an error or warning is the number of the person, from 1. Warnings
    (mistyped domains, the same person twice) are about people who are on it now."""

    added: int
    renamed: int
    unchanged: int
    errors: list[dict[str, str]]
    warnings: list[dict[str, str]]


@router.get("", response=Listed[GroupOut], **needs(Permission.READ), summary="List groups")
def list_groups(
    request: ApiRequest, response: HttpResponse, asked: Query[Paging], archived: bool = False
) -> dict[str, Any]:
    """Those in use, or with `archived=true` the others; newest first."""
    rows = Group.objects.filter(archived_at__isnull=not archived)
    return listed(request, response, rows, asked, lambda one: one)


@router.post("", response={201: GroupOut}, **needs(Permission.GROUPS), summary="Create a group")
def create_group(request: ApiRequest, group: GroupIn) -> Status[Group]:
    """Empty at first."""
    return Status(201, groups.create_group(by=request.actor, name=group.name))


@router.get("/{key}", response=GroupOut, **needs(Permission.READ), summary="Get a group")
def get_group(request: ApiRequest, key: uuid.UUID) -> Group:
    """Without its roster."""
    found: Group = row(Group.objects, key)
    return found


@router.patch("/{key}", response=GroupOut, **needs(Permission.GROUPS), summary="Rename, archive")
def change_group(request: ApiRequest, key: uuid.UUID, change: GroupChange) -> Group:
    """Only what is sent changes."""
    group: Group = row(Group.objects, key)
    if change.name is not None:
        group = groups.rename_group(by=request.actor, group=group, name=change.name)
    if change.archived is not None:
        group = groups.archive_group(
            by=request.actor, group=group, now=request.now if change.archived else None
        )
    return group


@router.get("/{key}/people", response=Listed[PersonOut], **needs(Permission.READ), summary="List a roster")
def list_people(
    request: ApiRequest, response: HttpResponse, key: uuid.UUID, asked: Query[Paging]
) -> dict[str, Any]:
    """Newest first."""
    rows = GroupMember.objects.filter(group=row(Group.objects, key))
    return listed(request, response, rows, asked, lambda one: one)


@router.post("/{key}/people", response=RosterOut, **needs(Permission.GROUPS), summary="Add to a roster")
def add_people(request: ApiRequest, key: uuid.UUID, roster: RosterIn) -> dict[str, Any]:
    """Wrong ones are listed, the others are added."""
    lines = [
        groups.RosterLine(number, one.email, one.name) for number, one in enumerate(roster.people, start=1)
    ]
    done = groups.import_roster(by=request.actor, group=row(Group.objects, key), lines=lines)
    counts = {"added": done.added, "renamed": done.renamed, "unchanged": done.unchanged}
    wrong = {one.field for one in done.problems}
    warnings = [
        Refusal(one.message, str(one.line), one.code, one.suggestion or one.expected, one.got)
        for one in rosters.remarks(lines)
        if str(one.line) not in wrong
    ]
    return {**counts, "errors": told(done.problems), "warnings": told(warnings)}


@router.delete(
    "/{key}/people/{person}",
    response={204: None},
    **needs(Permission.GROUPS),
    summary="Take off a roster",
)
def remove_person(request: ApiRequest, key: uuid.UUID, person: uuid.UUID) -> Status[None]:
    """Awards stay."""
    roster = GroupMember.objects.select_related("group").filter(group_id=key)
    groups.remove_from_group(by=request.actor, person=row(roster, person))
    return Status(204, None)
