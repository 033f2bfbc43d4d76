"""Sentences of the library in the reader's language: found again in the table, their values put back."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Final

from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, pgettext
from django.utils.translation import gettext as _

from insignia_server.credentials.report_messages import MESSAGES, NORMS

# What the library writes has at most some hundred characters; what is longer is not looked through.
LIMIT: Final = 1500
_PLACE: Final = re.compile(r"\{(\w+)\}")
_MOMENT: Final = re.compile(r"(\d{1,2}) ([A-Z][a-z]+) (\d{1,4})(?:, (\d\d:\d\d)( UTC)?)?", re.ASCII)
_PROBLEM: Final = re.compile(
    r"(?:at (?P<where>.+?): )?expected (?P<expected>.+?), got (?P<got>.+)", re.DOTALL
)
_DATA_MODEL: Final = re.compile(r"(?P<norm>.+) \(data model (?P<version>[^()]+)\)")
MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
Pattern = tuple[str, re.Pattern[str]]


def _pattern(template: str) -> re.Pattern[str]:
    parts = _PLACE.split(template)
    return re.compile(
        "".join(f"(?P<{part}>.*?)" if place % 2 else re.escape(part) for place, part in enumerate(parts)),
        re.DOTALL,
    )


def _by_beginning() -> dict[str, list[Pattern]]:
    """The templates with values, by the letters that they begin with; the most definite ones first. Those
    whose first value comes earlier stand under the empty string."""
    found: dict[str, list[Pattern]] = {}
    for template in sorted(MESSAGES, key=lambda one: -len(_PLACE.sub("", one))):
        if "{" in template:
            beginning = template.partition("{")[0][:_BEGINNING]
            key = beginning if len(beginning) == _BEGINNING else ""
            found.setdefault(key, []).append((template, _pattern(template)))
    return found


_BEGINNING: Final = 12
_PLAIN: Final = frozenset(one for one in MESSAGES if "{" not in one)
_PATTERNS: Final = _by_beginning()


def find(message: str) -> tuple[str, tuple[tuple[str, str], ...]] | None:
    """The template of a sentence of the library and its values; None when the table lacks it."""
    if message in _PLAIN:
        return message, ()
    if len(message) > LIMIT:
        return None
    for template, pattern in (*_PATTERNS.get(message[:_BEGINNING], ()), *_PATTERNS[""]):
        if match := pattern.fullmatch(message):
            return template, tuple(match.groupdict().items())
    return None


def marked(message: str) -> str:
    """The sentence for HTML: what stays English is marked so, for those who hear the page."""
    return _said(message, _foreign)


def plain(message: str) -> str:
    """The sentence where no markup can stand."""
    return _said(message, str)


def _foreign(text: str) -> str:
    return text if _is_english() else format_html('<span lang="en">{}</span>', text)


def _is_english() -> bool:
    return (get_language() or "en").partition("-")[0] == "en"


def _said(message: str, foreign: Callable[[str], str]) -> str:
    found = find(message) if message else None
    if found is None:
        return foreign(message) if message else ""
    template, values = found
    shown = {name: _value(name, value, foreign) for name, value in values}
    return filled(gettext(template), shown, html=foreign is _foreign)


def filled(template: str, values: Mapping[str, str], *, html: bool) -> str:
    """The template with its values; a string that is safe in HTML as soon as one of them is."""
    if html and any(isinstance(value, SafeString) for value in values.values()):
        return format_html(template, **values)
    return template.format(**values)


def _value(name: str, value: str, foreign: Callable[[str], str]) -> str:
    if name == "message":
        return _said(value, foreign)
    if name == "problem":
        return _problem(value, foreign)
    if name == "when":
        return _moment(value)
    if name == "norm":
        return _norm(value)
    return value


def _problem(text: str, foreign: Callable[[str], str]) -> str:
    """What was expected and found; what was expected is the library's English."""
    match = _PROBLEM.fullmatch(text)
    if match is None:
        return foreign(text)
    values = {"expected": foreign(match["expected"]), "got": foreign(match["got"])}
    template = _("expected {expected}, got {got}")
    if match["where"]:
        values["where"] = match["where"]
        template = _("at {where}: expected {expected}, got {got}")
    return filled(template, values, html=foreign is _foreign)


def _norm(text: str) -> str:
    match = _DATA_MODEL.fullmatch(text)
    if match is None:
        return gettext(text) if text in NORMS else text
    return _("{norm} (data model {version})").format(norm=_norm(match["norm"]), version=match["version"])


def _moment(text: str) -> str:
    """`21 March 2024, 14:56 UTC` as the reader writes it."""
    match = _MOMENT.fullmatch(text)
    if match is None or match[2] not in MONTHS:
        return text
    try:
        day = shown_day(dt.date(int(match[3]), MONTHS.index(match[2]) + 1, int(match[1])))
    except ValueError:
        return text
    if match[4] is None:
        return day
    return (_("{day}, {time} UTC") if match[5] else _("{day}, {time}")).format(day=day, time=match[4])


def shown_day(value: dt.date) -> str:
    """A day in words."""
    return date_format(value, pgettext("date format", "j F Y"), use_l10n=False)
