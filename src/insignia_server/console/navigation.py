"""What stands in the navigation: only what the roles of the person allow."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from insignia_server.organisations.actors import Actor
from insignia_server.organisations.roles import Permission

Entry = tuple[str, str, str, bool]  # label, address, icon, whether it is the page itself
Section = tuple[str, list[Entry]]


@dataclass(frozen=True)
class Place:
    """One entry before it is known who looks: label, name of the address, icon, permission that it needs."""

    label: str | Promise
    name: str
    icon: str
    permission: Permission | None = None


CONSOLE: tuple[tuple[str | Promise, tuple[Place, ...]], ...] = (
    ("", (Place(_("Home"), "home", "layout-dashboard"),)),
    (
        _("Credentials"),
        (
            Place(_("Achievements"), "achievements:list", "award"),
            Place(_("Families"), "designs:families", "layers"),
            Place(_("Awards"), "awards:list", "badge-check"),
            Place(_("Batches"), "batches:list", "list"),
            Place(_("Claim links"), "claims:list", "qr-code"),
            Place(_("Certificates"), "certificates:list", "file-text"),
            Place(_("Delivery"), "delivery:list", "mail"),
            Place(_("Groups"), "groups:list", "graduation-cap"),
        ),
    ),
    (
        _("Organisation"),
        (
            Place(_("Issuer profiles"), "issuers:list", "building-2"),
            Place(_("Members"), "members:list", "users"),
            Place(_("Domains"), "domains:list", "globe"),
            Place(_("Settings"), "settings", "settings", Permission.MANAGE),
            Place(_("API keys"), "clients:list", "key-round", Permission.MANAGE),
            Place(_("Webhooks"), "webhooks:list", "webhook", Permission.MANAGE),
            Place(_("Audit log"), "audit:list", "history", Permission.AUDIT),
        ),
    ),
)
OPERATOR: tuple[Place, ...] = (
    Place(_("Overview"), "operator:home", "layout-dashboard"),
    Place(_("Organisations"), "operator:organisations", "building-2"),
    Place(_("Invitations"), "operator:invitations", "mail"),
    Place(_("Domains"), "operator:domains", "globe"),
    Place(_("Reports"), "operator:reports", "triangle-alert"),
    Place(_("Failed jobs"), "operator:jobs", "circle-alert"),
    Place(_("API keys"), "operator:keys", "key-round"),
)


def of_console(actor: Actor, slug: str, path: str) -> list[Section]:
    """The navigation of an organisation's console for someone who is at `path`."""
    home = reverse("console:home", args=[slug])
    made = []
    for title, places in CONSOLE:
        allowed = [one for one in places if one.permission is None or actor.may(one.permission)]
        entries = [entry for one in allowed if (entry := _entry(one, [slug], path, home))]
        made.append((str(title), entries))
    return [section for section in made if section[1]]


def of_operator(path: str) -> list[Section]:
    """The navigation of the operator's pages."""
    home = reverse("console:operator:home")
    return [("", [entry for one in OPERATOR if (entry := _entry(one, [], path, home))])]


def _entry(place: Place, arguments: list[str], path: str, home: str) -> Entry | None:
    """None for a package of the console that this instance does not have."""
    try:
        address = reverse(f"console:{place.name}", args=arguments)
    except NoReverseMatch:
        return None
    return (
        str(place.label),
        address,
        place.icon,
        path == address or (address != home and path.startswith(address)),
    )
