"""Forms of members and invitations."""

from __future__ import annotations

from django import forms
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from insignia_server.organisations.roles import GRANTS, ROLE_NAMES, ROLE_TEXTS, Permission, Role

ACTS: dict[Permission, str | Promise] = {
    Permission.READ: _("See everything of the organisation"),
    Permission.AUTHOR: _("Write achievements"),
    Permission.PUBLISH: _("Publish and archive achievements"),
    Permission.AWARD: _("Award, correct, deliver, make claim links"),
    Permission.REVOKE: _("Revoke, suspend, undo batches"),
    Permission.APPROVE: _("Approve batches and claims"),
    Permission.GROUPS: _("Keep groups and their rosters"),
    Permission.ISSUERS: _("Change issuer profiles and keys"),
    Permission.MANAGE: _("Change settings, members, domains, API keys, webhooks"),
    Permission.AUDIT: _("Read the audit log"),
}


def role_choices() -> list[tuple[str, SafeString]]:
    """Each role with what it is for."""
    return [
        (
            role.value,
            format_html('<span>{}<span class="sub">{}</span></span>', ROLE_NAMES[role], ROLE_TEXTS[role]),
        )
        for role in Role
    ]


def table() -> list[tuple[str | Promise, list[bool]]]:
    """What each role may do: one line an act, one column a role."""
    return [(text, [act in GRANTS[role] for role in Role]) for act, text in ACTS.items()]


class RolesForm(forms.Form):
    """Roles, as many as wanted."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=role_choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one role.")},
    )


class InviteForm(RolesForm):
    """Who, and as what."""

    field_order = ("email", "roles")
    email = forms.EmailField(
        label=_("Email address"),
        error_messages={"required": _("Give the address of the person to invite.")},
    )
