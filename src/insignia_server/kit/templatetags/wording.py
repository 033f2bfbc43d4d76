"""`kit/wording.py` in templates; plain text too."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.template.defaultfilters import stringfilter

from insignia_server.kit import wording

register = template.Library()


@register.filter(is_safe=True)
@stringfilter
def colon(label: str) -> str:
    """`{{ label|colon }} {{ value }}`"""
    return wording.with_colon(label)


@register.filter
def listed(values: Iterable[object]) -> str:
    """`{{ roles|listed }}`: one after another, with the comma of the language."""
    return wording.listed(values)


@register.filter
def whole(number: int | None) -> str:
    """A count with its thousands set apart; nothing for none."""
    return "" if number is None else wording.whole(number)
