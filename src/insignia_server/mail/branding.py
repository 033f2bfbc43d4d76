"""How an organisation's mails look and who they come from. An upper app tells where to find it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.conf import settings

from insignia_server.kit.accent import contrast, parse_colour

ACCENT: Final = "#3547c8"
INK: Final = "#221e1a"
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True)
class Branding:
    """Name, colour (`#rrggbb`), absolute address of a logo, website, address for answers, footer lines."""

    name: str
    accent: str = ""
    logo: str = ""
    url: str = ""
    reply_to: str = ""
    imprint: str = ""

    @property
    def colour(self) -> str:
        """The accent, or the standard one where none or no colour is given."""
        return self.accent.lower() if _COLOUR.fullmatch(self.accent) else ACCENT

    @property
    def on_colour(self) -> str:
        """White or near-black: whichever can be read better on the colour."""
        colour, white, ink = (parse_colour(one) for one in (self.colour, "#ffffff", INK))
        return "#ffffff" if contrast(colour, white) >= contrast(colour, ink) else INK


Source = Callable[[uuid.UUID], Branding | None]
_sources: list[Source] = []


def provide(source: Source) -> None:
    """Tell where an organisation's branding is found (organisations does so in its AppConfig.ready)."""
    _sources[:] = [source]


def of(organisation_id: uuid.UUID | None) -> Branding:
    """The branding of an organisation, or the instance's own."""
    found = _sources[0](organisation_id) if _sources and organisation_id is not None else None
    return found or Branding(settings.INSTANCE_NAME, url=settings.PUBLIC_URL)
