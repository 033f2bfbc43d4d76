"""From a kind of message and its values to a subject, a text and HTML. Pure but for the language in force."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template import Context, engines
from django.utils import translation
from django.utils.functional import Promise

from insignia_server.mail import placeholders
from insignia_server.mail.branding import Branding
from insignia_server.mail.kinds import check_context, kind_named
from insignia_server.mail.words import isolated, one_line, paragraphs

LONG = frozenset({"reason", "note", "answer"})  # may have line breaks; everything else is one line
ADDRESSES = frozenset({"url", "picture"})


@dataclass(frozen=True)
class Composed:
    """One mail, ready but for its headers. `subject` is one line."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class OwnText:
    """What an organisation says instead of the standard subject and introduction; empty: the standard one."""

    subject: str = ""
    intro: str = ""


def compose(
    template: str,
    *,
    context: Mapping[str, Any],
    language: str,
    branding: Branding,
    name: str = "",
    own: OwnText | None = None,
    answered: bool = True,
) -> Composed:
    """The mail of the kind `template` in `language` (another one when there is no such translation).

    `answered`: whether somebody reads the answers. `name` is the reader's, or empty. `own`, where
    given, has been checked by `texts.check`.

    Raises:
        LookupError: no such kind.
        ValueError: the context lacks something, has something unknown, or an address in it is not absolute.
    """
    check_context(template, context)
    with translation.override(supported(language)):
        values = _values(template, context, name)
        words = {word: str(values.get(word, "")) for word in known_words(template)}
        own = own or OwnText()
        values |= {
            "branding": branding,
            "kind": template,
            "answered": answered,
            "instance_name": settings.INSTANCE_NAME,
            "instance_url": settings.PUBLIC_URL,
            "intro_text": placeholders.fill_letter(own.intro, words) if own.intro else "",
            "own_heading": one_line(placeholders.fill(own.subject, words), limit=200),
            "intro_html": placeholders.fill_markdown(own.intro, words) if own.intro else "",
        }
        subject = placeholders.fill(own.subject, words) or _render(
            f"mail/{template}/subject.txt", values, html=False
        )
        values["subject"] = one_line(subject, limit=200)
        return Composed(
            subject=values["subject"],
            text=_tidy(
                _render(f"mail/{template}/words.html", values | {"layout": "mail/base.txt"}, html=False)
            ),
            html=_render(f"mail/{template}/words.html", values | {"layout": "mail/base.html"}, html=True),
        )


def supported(language: str) -> str:
    """The nearest language that the instance speaks: `de-AT` is `de`, an unknown one the instance's own."""
    try:
        return translation.get_supported_language_variant(language)
    except LookupError:
        return settings.LANGUAGE_CODE


def known_words(template: str) -> tuple[str, ...]:
    """The placeholders that an organisation's text for this kind may use."""
    kind = kind_named(template)
    return (*(("name",) if kind.greets else ()), *kind.words)


def _values(template: str, context: Mapping[str, Any], name: str) -> dict[str, Any]:
    kind = kind_named(template)
    values = {one: _clean(one, context.get(one, "")) for one in (*kind.needs, *kind.may)}
    for one in ADDRESSES & set(values):
        address = str(values[one])
        if address and not address.startswith(("https://", "http://")):
            raise ValueError(
                f"{one} of a message {template!r} must begin with https://; there is {address!r}."
            )
    if kind.sober:
        values["picture"] = ""
    return values | {"name": isolated(one_line(name)) if kind.greets else ""}


def _clean(name: str, value: Any) -> Any:
    if isinstance(value, (str, Promise)):
        if name in ADDRESSES:
            return one_line(str(value), limit=4000)
        return paragraphs(str(value)) if name in LONG else isolated(one_line(str(value)))
    if isinstance(value, (list, tuple)):
        return [_clean(name, one) for one in value]
    if value is None or isinstance(value, (bool, int, dt.date)):
        return "" if value is None else value
    raise ValueError(
        f"{name} is a {type(value).__name__}; texts, whole numbers, dates and lists of them are known."
    )


def _render(name: str, values: Mapping[str, Any], *, html: bool) -> str:
    template: Any = engines["django"].get_template(name)
    return str(template.template.render(Context(dict(values), autoescape=html)))


def _tidy(text: str) -> str:
    """At most one empty line in a row, none at the ends."""
    lines: list[str] = []
    for line in text.splitlines():
        if line.strip() or (lines and lines[-1]):
            lines.append("-- " if line.strip() == "--" else line.strip())  # RFC 3676, 4.3
    return "\n".join(lines).strip() + "\n"
