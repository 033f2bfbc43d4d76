"""What the templates of every face know about the person: navigation, organisation, menus."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from insignia_server.console import navigation as places
from insignia_server.organisations.services import memberships
from insignia_server.people.models import User

OPERATOR_PAGES = "/operator/"


def navigation(request: HttpRequest) -> dict[str, Any]:
    """`nav`, `organisation`, `member`, `organisations` in the console; `PUBLIC_NAV`, `USER_NAV` everywhere.

    All of it is made only when a template asks for it, so a page without these menus costs no query.
    """
    user = getattr(request, "user", None)
    context: dict[str, Any] = {
        "PUBLIC_NAV": SimpleLazyObject(_public),
        "USER_NAV": SimpleLazyObject(lambda: _own(user)),
    }
    member = getattr(request, "member", None)
    if member is not None:
        organisation = member.organisation
        context |= {
            "organisation": organisation,
            "member": member,
            "nav": SimpleLazyObject(
                lambda: places.of_console(member.actor(), organisation.slug, request.path)
            ),
            "organisations": SimpleLazyObject(lambda: _organisations(member.user, organisation.pk)),
        }
    elif request.path.startswith(OPERATOR_PAGES):
        context["nav"] = SimpleLazyObject(lambda: places.of_operator(request.path))
    return context


def _public() -> list[tuple[str, str]]:
    return [(_("Catalogue"), "/catalogue/"), (_("Verify a badge"), "/verify/")]


def _own(user: Any) -> list[tuple[str, str, str]]:
    if not isinstance(user, User) and not getattr(user, "is_authenticated", False):
        return []
    entries = [
        (_("Organisations"), reverse("console:organisations"), "building-2"),
        (_("My badges"), "/me/", "award"),
        (_("Profile"), reverse("console:profile"), "user"),
    ]
    if user.is_staff:
        entries.insert(1, (_("Operator"), reverse("console:operator:home"), "shield"))
    return entries


def _organisations(user: User, current: Any) -> list[tuple[str, str, bool]]:
    rows = [one.organisation for one in memberships(user)]
    return [(row.name, reverse("console:home", args=[row.slug]), row.pk == current) for row in rows]
