"""Small tags of the achievement pages."""

from __future__ import annotations

from collections.abc import Collection

from django import template
from django.http import QueryDict
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from insignia_server.achievements.frameworks import FRAMEWORKS, Framework

register = template.Library()


@register.filter(name="is")
def equals(value: object, other: object) -> bool:
    """Whether two values are equal, as an argument of a tag."""
    return value == other


@register.simple_tag
def page_styles() -> SafeString:
    """The stylesheet of these pages."""
    return format_html('<link rel="stylesheet" href="{}">', static("console/achievements/pages.css"))


@register.simple_tag
def page_link(query: str, name: str, cursor: str) -> str:
    """The address of a neighbouring page of a list with the same filters."""
    found = QueryDict(query, mutable=True)
    found[name] = cursor
    return f"?{found.urlencode()}"


@register.simple_tag
def frameworks() -> Collection[Framework]:
    """Every template for achievements."""
    return FRAMEWORKS.values()
