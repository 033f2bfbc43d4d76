"""The small language of an organisation's own texts: {name} stands for a value, {{ and }} for a brace."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from insignia_server.kit import markdown
from insignia_server.kit.errors import Refusal, Refused

_PIECE: Final = re.compile(r"\{\{|\}\}|\{(?P<word>[^{}\n]{0,60})\}|[{}]")
_LINK: Final = re.compile(r'href="([^"]*)"')
_STAND_IN: Final = "zqvalue{}qz"  # letters only, so that Markdown leaves it alone


def check(text: str, *, known: Collection[str], field: str) -> None:
    """See that a text names only values that there are, and that its braces pair.

    Raises:
        Refused: for `field`, listing every wrong placeholder and all known ones.
    """
    allowed = ", ".join(f"{{{word}}}" for word in known)
    problems = []
    for piece, word in _pieces(text):
        if piece in ("{", "}"):
            place = text[max(0, text.find(piece) - 20) :][:40]
            problems.append(
                Refusal(
                    _(
                        "A single brace near “{place}” closes or opens nothing. Write {braces} for a brace."
                    ).format(place=place.strip(), braces=piece * 2),
                    field=field,
                    code="brace",
                    got=piece,
                )
            )
        elif word is not None and word not in known:
            problems.append(
                Refusal(
                    _("There is no placeholder {{{word}}} here. Known are: {allowed}.").format(
                        word=word, allowed=allowed
                    ),
                    field=field,
                    code="placeholder",
                    expected=allowed,
                    got=f"{{{word}}}",
                )
            )
    if problems:
        raise Refused(*problems)


def check_links(text: str, *, known: Collection[str], field: str) -> None:
    """See that every link of a Markdown text is absolute and holds no placeholder.

    Raises:
        Refused: for `field`, naming the first such link.
    """
    html, stand_ins = _rendered(text, {word: f"{{{word}}}" for word in known})
    for address in _LINK.findall(html):
        shown = address
        for stand_in, word in stand_ins.items():
            shown = shown.replace(stand_in, word)
        if shown != address or not re.match(r"https?://[^/]|mailto:[^@]+@", address):
            message = _("The link “{address}” must be a whole one: https:// first, and no braces in it.")
            raise Refused(
                Refusal(
                    message.format(address=shown),
                    field=field,
                    code="link",
                    expected="https://…",
                    got=shown,
                )
            )


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its values, as plain text. A word without a value stays as it was written."""
    parts = []
    end = 0
    for found in _PIECE.finditer(text):
        parts += [text[end : found.start()], _plain(found, values)]
        end = found.end()
    return "".join([*parts, text[end:]])


def fill_markdown(text: str, values: Mapping[str, str]) -> SafeString:
    """The Markdown text as HTML. Values are neither Markdown nor HTML: they show as they are."""
    html, stand_ins = _rendered(text, values)
    for stand_in, value in stand_ins.items():
        html = html.replace(stand_in, escape(value))
    return mark_safe(html)  # noqa: S308 (kit.markdown made it safe; the values are escaped)


def fill_letter(text: str, values: Mapping[str, str]) -> str:
    """The Markdown text as a mail without HTML has it. Values are no Markdown: they show as they are."""
    words, stand_ins = _stand_ins(values)
    letter = markdown.letter(fill(text.replace("zqvalue", ""), words))
    for stand_in, value in stand_ins.items():
        letter = letter.replace(stand_in, value)
    return letter


def _rendered(text: str, values: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    words, stand_ins = _stand_ins(values)
    return str(markdown.render(fill(text.replace("zqvalue", ""), words))), stand_ins


def _stand_ins(values: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """A stand-in for each word, and the value of each stand-in."""
    stand_ins: dict[str, str] = {}
    words: dict[str, str] = {}
    for number, (word, value) in enumerate(values.items()):
        words[word] = _STAND_IN.format(_letters(number))
        stand_ins[words[word]] = value
    return words, stand_ins


def _letters(number: int) -> str:
    return "abcdefghij"[number // 10 % 10] + "abcdefghij"[number % 10]


def _plain(found: re.Match[str], values: Mapping[str, str]) -> str:
    if found[0] in ("{{", "}}"):
        return found[0][0]
    return values.get(found["word"], found[0]) if found["word"] is not None else found[0]


def _pieces(text: str) -> Iterator[tuple[str, str | None]]:
    return ((found[0], found["word"]) for found in _PIECE.finditer(text))
