"""Groups (cohorts, classes) and their rosters."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from insignia_server.audit import services as audit
from insignia_server.kit.blind import normal_email
from insignia_server.kit.errors import Refusal, Refused
from insignia_server.kit.portions import portion
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Group, GroupMember
from insignia_server.organisations.roles import Permission

_PEOPLE_SQLITE: Final = 100  # in a transaction: 20 to 50 ms where all of them are renamed
_RENAMED: Final = 100  # in a statement, which compares each row with all of them
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True)
class RosterLine:
    """A line of a roster: where it stood, the address, the name."""

    line: int
    email: str
    name: str = ""


@dataclass(frozen=True)
class RosterResult:
    """What an import did. `problems`: nothing is imported from these lines."""

    added: int
    renamed: int
    unchanged: int
    problems: tuple[Refusal, ...]


def _name(name: str) -> str:
    if not name.strip():
        raise Refused(Refusal(_("Give the group a name."), "name", "required"))
    return name.strip()


@transaction.atomic
def create_group(*, by: Actor, name: str) -> Group:
    """A new, empty group."""
    by.require(Permission.GROUPS)
    try:
        with transaction.atomic():
            group: Group = Group.objects.create(organisation_id=by.organisation_id, name=_name(name))
    except IntegrityError:
        raise Refused(
            Refusal(_("There is a group of this name already."), "name", "taken", "", name)
        ) from None
    audit.record(by=by, action="group.create", subject=group)
    return group


@transaction.atomic
def rename_group(*, by: Actor, group: Group, name: str) -> Group:
    """Another name."""
    by.require(Permission.GROUPS)
    group.name = _name(name)
    try:
        with transaction.atomic():
            group.save(update_fields=["name"])
    except IntegrityError:
        raise Refused(
            Refusal(_("There is a group of this name already."), "name", "taken", "", name)
        ) from None
    audit.record(by=by, action="group.rename", subject=group)
    return group


@transaction.atomic
def archive_group(*, by: Actor, group: Group, now: dt.datetime | None) -> Group:
    """Put a group away, or with None take it back."""
    by.require(Permission.GROUPS)
    group.archived_at = now
    group.save(update_fields=["archived_at"])
    audit.record(by=by, action="group.archive" if now else "group.unarchive", subject=group)
    return group


def import_roster(*, by: Actor, group: Group, lines: Iterable[RosterLine]) -> RosterResult:
    """Add people to a group; who is on it gets the new name. Wrong lines are listed, the others kept.

    Written in portions, each with its entry in the audit log: the same lines again go on after an error.
    Raises Refused: the group is in the archive.
    """
    by.require(Permission.GROUPS)
    if group.archived_at is not None:
        message = _("This group is in the archive. Take it out of the archive first.")
        raise Refused(Refusal(message, "", "archived"))
    present = {normal_email(row.email): row for row in GroupMember.objects.filter(group=group)}
    added: dict[str, GroupMember] = {}
    renamed: dict[str, GroupMember] = {}
    problems: list[Refusal] = []
    unchanged = 0
    for line in lines:
        address = normal_email(line.email)
        problem = _wrong(line, address)
        row = present.get(address)
        if problem is not None:
            problems.append(problem)
        elif row is None:
            made = GroupMember(
                organisation_id=by.organisation_id, group=group, email=address, name=line.name[:300]
            )
            added.setdefault(address, made)
        elif line.name and row.name != line.name:
            row.name = line.name[:300]
            renamed[address] = row
        else:
            unchanged += 1
    _write(by, group, list(added.values()), list(renamed.values()))
    return RosterResult(len(added), len(renamed), unchanged, tuple(problems))


def _wrong(line: RosterLine, address: str) -> Refusal | None:
    """What is wrong with a line of a roster."""
    try:
        validate_email(address)
    except ValidationError:
        message = _("Line {line}: “{email}” is no email address.").format(
            line=line.line, email=line.email[:100]
        )
        return Refusal(message, str(line.line), "email", _("an email address"), line.email[:100])
    if not _CONTROL.search(line.name):
        return None
    message = _("Line {line}: the name holds a control character. Type it again in one line.").format(
        line=line.line
    )
    got = _CONTROL.sub("␣", line.name[:100])
    return Refusal(message, str(line.line), "name.control", _("a name in one line"), got)


def _write(by: Actor, group: Group, added: list[GroupMember], renamed: list[GroupMember]) -> None:
    size = portion(len(added) + len(renamed) + 1, sqlite=_PEOPLE_SQLITE)
    for start in range(0, max(len(added), len(renamed), 1), size):
        new, other = added[start : start + size], renamed[start : start + size]
        with transaction.atomic():
            GroupMember.objects.bulk_create(new, batch_size=500)
            GroupMember.objects.bulk_update(other, ["name"], batch_size=_RENAMED)
            audit.record(by=by, action="group.import", subject=group, added=len(new), renamed=len(other))


@transaction.atomic
def remove_from_group(*, by: Actor, person: GroupMember) -> None:
    """Take somebody off the roster; awards stay."""
    by.require(Permission.GROUPS)
    audit.record(by=by, action="group.remove", subject=person.group)
    person.delete()
