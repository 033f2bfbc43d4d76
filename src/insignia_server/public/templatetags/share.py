"""`{% load share %}`: what other sites read in the head of a public page."""

from __future__ import annotations

from typing import Final

from django import template
from django.utils.text import Truncator
from django.utils.translation import get_language

from insignia_server.public.embeds.oembed import discovery

register = template.Library()
_DESCRIPTION: Final = 300
# Open Graph wants language and territory; a language alone is ignored by some.
_TERRITORIES: Final = {"en": "US"}


@register.simple_tag
def og_locale() -> str:
    """The language of the page as Open Graph writes it: `de_DE`."""
    language, _hyphen, territory = (get_language() or "en").partition("-")
    return f"{language}_{territory.upper() or _TERRITORIES.get(language, language.upper())}"


@register.filter
def one_line(text: object) -> str:
    """A description without line ends, at most 300 characters."""
    return Truncator(" ".join(str(text).split())).chars(_DESCRIPTION)


@register.simple_tag
def oembed_links(page: str) -> list[tuple[str, str]]:
    """Type and address of the page's oEmbed answers."""
    return discovery(page)
