"""What each role may do. This table is the only place that says so; tests and the help page read it."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Permission(StrEnum):
    """One act."""

    READ = "read"  # see everything of the organisation
    MANAGE = "organisation.manage"  # settings, members, domains, API clients, webhooks
    ISSUERS = "issuers.manage"  # issuer profiles and keys
    AUTHOR = "achievements.write"  # make and change drafts
    PUBLISH = "achievements.publish"  # publish and archive
    AWARD = "awards.write"  # award, correct, deliver, claim links
    REVOKE = "awards.revoke"  # revoke, suspend, undo a batch
    APPROVE = "awards.approve"  # approve batches and claims
    GROUPS = "groups.write"
    AUDIT = "audit.read"


class Role(StrEnum):
    """A role of a member."""

    OWNER = "owner"
    AUTHOR = "author"
    AWARDER = "awarder"
    APPROVER = "approver"
    AUDITOR = "auditor"


ROLE_NAMES = {
    Role.OWNER: _("Owner"),
    Role.AUTHOR: _("Author"),
    Role.AWARDER: _("Awarder"),
    Role.APPROVER: _("Approver"),
    Role.AUDITOR: _("Auditor"),
}
ROLE_TEXTS = {
    Role.OWNER: _("Everything, including members, issuer profiles and keys."),
    Role.AUTHOR: _("Writes and publishes achievements."),
    Role.AWARDER: _("Awards to learners, follows delivery, corrects and revokes."),
    Role.APPROVER: _("Approves batches and claims that others started."),
    Role.AUDITOR: _("Reads everything, the audit log too, and changes nothing."),
}
GRANTS: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.AUTHOR: frozenset({Permission.READ, Permission.AUTHOR, Permission.PUBLISH}),
    Role.AWARDER: frozenset({Permission.READ, Permission.AWARD, Permission.REVOKE, Permission.GROUPS}),
    Role.APPROVER: frozenset({Permission.READ, Permission.APPROVE}),
    Role.AUDITOR: frozenset({Permission.READ, Permission.AUDIT}),
}


def granted(roles: Iterable[str]) -> frozenset[Permission]:
    """What someone with these roles may do."""
    return frozenset().union(*(GRANTS[Role(role)] for role in roles))
