"""Small tags of the console's own pages."""

from __future__ import annotations

from typing import Any

from django import template
from django.http import HttpRequest
from django.template import Context
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def console_styles() -> SafeString:
    """The stylesheet of the console's own pages, beside the design system."""
    return format_html('<link rel="stylesheet" href="{}">', static("console/console.css"))


@register.simple_tag(takes_context=True)
def address_of(context: Context, name: str, *arguments: Any) -> str:
    """A page of this organisation's console; empty where this instance does not have it."""
    try:
        return reverse(f"console:{name}", args=[context["organisation"].slug, *arguments])
    except NoReverseMatch:
        return ""


@register.simple_tag(takes_context=True)
def award_link(context: Context, award: Any, label: str) -> SafeString:
    """The label, as a link to the award's page where there is one."""
    found = address_of(context, "awards:detail", award.pk)
    return format_html('<a href="{}">{}</a>', found, label) if found else format_html("{}", label)


@register.simple_tag(takes_context=True)
def page_with(context: Context, **changes: Any) -> str:
    """The query string of this page with some values changed; empty ones are taken out."""
    request: HttpRequest = context["request"]
    query = request.GET.copy()
    for name in ("after", "before"):
        query.pop(name, None)
    for name, value in changes.items():
        query[name] = str(value or "")
        if not value:
            del query[name]
    return f"?{query.urlencode()}"
