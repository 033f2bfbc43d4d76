"""Style sheets of an SVG, turned into attributes: the clean drawing has no CSS left.

Understood are rules whose selectors are a name, classes and an id in one piece (`.a`, `path.b`, `#c`, `*`),
which is what drawing programs write. Everything else is left out and named in the notes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from insignia_server.kit.pictures.svg_rules import PROPERTIES, harmless

MAX_RULES: Final = 2000
_COMMENT: Final = re.compile(r"/\*.*?(?:\*/|\Z)|<!--|-->", re.DOTALL)
_SELECTOR: Final = re.compile(r"(\*|[A-Za-z][\w-]*)?((?:[.#][A-Za-z_][\w-]*)*)", re.ASCII)
_PART: Final = re.compile(r"([.#])([\w-]+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Rule:
    """One selector with its declarations; `rank` is specificity, then place."""

    rank: tuple[int, int, int, int]
    element: str | None
    identifier: str | None
    classes: frozenset[str]
    declarations: tuple[tuple[str, str], ...]

    def matches(self, element: str, identifier: str | None, classes: frozenset[str]) -> bool:
        """Whether an element with this name, id and classes is meant."""
        named = self.element is None or self.element == element
        return (
            named and (self.identifier is None or self.identifier == identifier) and self.classes <= classes
        )


def read_sheet(text: str) -> tuple[list[Rule], list[str]]:
    """The rules in the order of their rank, and the parts that were left out (the first 60 characters)."""
    rules: list[Rule] = []
    dropped: list[str] = []
    for prelude, body in _blocks(_COMMENT.sub(" ", text)):
        if body is None or prelude.startswith("@") or len(rules) >= MAX_RULES:
            dropped.append(prelude[:60])
            continue
        declarations = tuple(read_declarations(body))
        for selector in prelude.split(","):
            rule = _rule(selector.strip(), declarations, len(rules))
            if rule is None:
                dropped.append(selector.strip()[:60])
            else:
                rules.append(rule)
    return sorted(rules, key=lambda rule: rule.rank), dropped


def read_declarations(text: str) -> Iterator[tuple[str, str]]:
    """The properties of a style attribute or a rule that are allowed and harmless."""
    for declaration in _COMMENT.sub(" ", text).split(";"):
        name, colon, value = declaration.partition(":")
        name, value = name.strip().lower(), re.sub(r"\s*!\s*important\s*$", "", value.strip())
        clean = harmless(name, value) if colon and value and name in PROPERTIES else None
        if clean is not None:
            yield name, clean


def _blocks(text: str) -> Iterator[tuple[str, str | None]]:
    """Pairs of prelude and body; nested blocks (as of @media) and statements (@import) have no body."""
    position = 0
    while position < len(text):
        brace, semicolon = text.find("{", position), text.find(";", position)
        if semicolon != -1 and (brace == -1 or semicolon < brace):
            yield text[position:semicolon].strip(), None
            position = semicolon + 1
            continue
        if brace == -1:
            if text[position:].strip():
                yield text[position:].strip(), None
            return
        end, nested = _block_end(text, brace)
        yield text[position:brace].strip(), None if nested else text[brace + 1 : end - 1]
        position = end


def _block_end(text: str, brace: int) -> tuple[int, bool]:
    depth, nested = 0, False
    for found in re.finditer(r"[{}]", text[brace:]):
        depth += 1 if found[0] == "{" else -1
        nested = nested or depth > 1
        if depth == 0:
            return brace + found.end(), nested
    return len(text) + 1, nested


def _rule(selector: str, declarations: tuple[tuple[str, str], ...], place: int) -> Rule | None:
    match = _SELECTOR.fullmatch(selector)
    if match is None or not selector:
        return None
    element = None if match[1] in (None, "*") else match[1]
    parts = _PART.findall(match[2])
    ids = [name for kind, name in parts if kind == "#"]
    classes = frozenset(name for kind, name in parts if kind == ".")
    if len(ids) > 1:
        return None
    rank = (len(ids), len(classes), int(element is not None), place)
    return Rule(rank, element, ids[0] if ids else None, classes, declarations)
