"""What the layout of mails needs: styles moved into the elements, and whose mail it is."""

from __future__ import annotations

from functools import cache
from typing import Any

import css_inline
from django import template
from django.template.base import NodeList, Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe

from insignia_server.mail import branding

register = template.Library()


@cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(
        keep_style_tags=False,
        keep_at_rules=True,
        load_remote_stylesheets=False,
        remove_inlined_selectors=True,
    )


class InlinedNode(template.Node):
    """Renders what it holds and moves its style sheet into `style` attributes; rules for dark mode stay."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        return mark_safe(_inliner().inline(self.nodelist.render(context)))  # noqa: S308 (rendered by Django)


@register.tag
def inlined(parser: Parser, token: Token) -> InlinedNode:
    """`{% inlined %}` an HTML document `{% endinlined %}`: mail programs read little more than attributes."""
    nodelist = parser.parse(("endinlined",))
    parser.delete_first_token()
    return InlinedNode(nodelist)


@register.simple_tag(takes_context=True)
def mail_branding(context: Context) -> branding.Branding:
    """The branding given to the template, or the instance's own (for the mails of allauth)."""
    given: Any = context.get("branding")
    return given if isinstance(given, branding.Branding) else branding.of(None)
