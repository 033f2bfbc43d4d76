"""What the pages of awards, batches and claims have in common."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from insignia_server.kit.paging import Page
from insignia_server.kit.templatetags.kit import tab
from insignia_server.kit.wording import whole

register = template.Library()


@register.simple_tag
def cursor_pager(page: Page[Any], query: str = "") -> SafeString | str:
    """Links to the neighbouring pages; nothing where there are none. `query`: the filters, encoded."""
    if not (page.newer or page.older):
        return ""
    kept = f"{query}&" if query else ""
    newer = f"?{kept}{urlencode({'before': page.newer})}" if page.newer else ""
    older = f"?{kept}{urlencode({'after': page.older})}" if page.older else ""
    note = _("Not everything was looked through for this page: go on.") if page.short else ""
    return render_to_string("kit/parts/pager.html", {"newer": newer, "older": older, "note": note})


@register.simple_tag
def tab_link(label: str, address: str, value: str, count: int, current: str) -> SafeString:
    """A tab that filters by state; more than a thousand are not counted further."""
    shown = whole(count, 1_000)
    return tab(str(label).capitalize(), f"{address}?{urlencode({'state': value})}", value == current, shown)
