"""What a design is put together from, as small pictures that browsers keep; the search of icons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from insignia import __version__
from insignia_server.console.access import ConsoleRequest, console
from insignia_server.designs import icons
from insignia_server.designs.drawing import FRAMES, LAYOUTS, LEVEL_MARKS, PATTERNS, RIBBONS, RINGS
from insignia_server.designs.thumbnails import thumbnail
from insignia_server.kit.errors import NotHere
from insignia_server.organisations.roles import Permission

ICONS: Final = 60
_DRAWN: Final = "2"  # another number when thumbnails are drawn differently


@dataclass(frozen=True)
class Card:
    """One choice: its value, its name, its picture."""

    value: str
    label: str | Promise
    picture: str


@require_safe
@cache_control(public=True, max_age=31_536_000, immutable=True)
def part(request: HttpRequest, release: str, kind: str, name: str) -> HttpResponse:
    """A thumbnail; the same for everybody, and the address changes with the release."""
    if kind == "palette":
        raise NotHere
    try:
        drawn = thumbnail(kind, name)
    except KeyError as unknown:
        raise NotHere from unknown
    response = HttpResponse(drawn, content_type="image/svg+xml")
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_safe
@console(Permission.READ)
def icon_search(request: ConsoleRequest) -> HttpResponse:
    """Icons for words, as JSON."""
    words, offset = request.GET.get("q", "")[:100], request.GET.get("offset", "0")
    first = int(offset) if offset.isdecimal() and len(offset) < 6 else 0
    found = [
        {"id": one.value, "label": str(one.label), "picture": one.picture} for one in icon_cards(words, first)
    ]
    return JsonResponse({"icons": found, "total": icons.count(words)})


def icon_cards(words: str, offset: int = 0) -> list[Card]:
    """A page of icons for words."""
    found = icons.search(words, ICONS, offset)
    return [Card(one.id, one.label, picture("icon", one.id)) for one in found]


def icon_choice(words: str, chosen: str) -> list[Card]:
    """What is shown before anybody searches: the icon that is chosen, those for words, then others."""
    first = [Card(chosen, icons.icon(chosen).label, picture("icon", chosen))] if icons.known(chosen) else []
    found = {one.value: one for one in (*first, *icon_cards(words), *icon_cards(""))}
    return list(found.values())[:ICONS]


def cards(kind: str) -> list[Card]:
    """All choices of a kind."""
    return [Card(one.id, one.label, picture(kind, one.id)) for one in _REGISTRIES[kind].values()]


def picture(kind: str, name: str) -> str:
    """The address of a thumbnail."""
    return reverse("console:part", args=[f"{__version__}-{_DRAWN}", kind, name])


_REGISTRIES: Final[dict[str, Any]] = {
    "frame": FRAMES,
    "layout": LAYOUTS,
    "pattern": PATTERNS,
    "ring": RINGS,
    "ribbon": RIBBONS,
    "marks": LEVEL_MARKS,
}
