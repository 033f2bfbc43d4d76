"""`{% load links %}`: links to addresses that somebody else wrote."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from insignia_server.kit.links import safe

register = template.Library()


@register.simple_tag
def link_to(address: object, label: object = "") -> SafeString:
    """A link to a stored address, or its label alone where the address is not one to follow."""
    text = label or address or ""
    href = safe(address)
    if not href:
        return format_html("<bdi>{}</bdi>", text)
    return format_html('<a href="{}" rel="nofollow noopener"><bdi>{}</bdi></a>', href, text)
