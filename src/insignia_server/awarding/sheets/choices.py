"""Cells that name something the database knows: an achievement, a group, a language; and keys of rows."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable
from typing import Final

from insignia_server.awarding.sheets.characters import trim
from insignia_server.awarding.sheets.context import AchievementChoice, State
from insignia_server.awarding.sheets.exports import formula
from insignia_server.awarding.sheets.model import Finding, finding, visible

_TAG: Final = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8}){0,4}", re.IGNORECASE)
_COMPARED: Final = 50

Answer = tuple[str, tuple[Finding, ...]]


def _fold(text: str) -> str:
    return " ".join(text.casefold().split())


class AchievementCheck:
    """Finds the achievement that a cell names by its id, code or name."""

    def __init__(self, choices: Iterable[AchievementChoice]) -> None:
        self._by: dict[str, list[AchievementChoice]] = {}
        self._names: dict[str, str] = {}
        self._compared = 0
        for choice in choices:
            for key in {_fold(choice.id), _fold(choice.code), _fold(choice.name)} - {""}:
                self._by.setdefault(key, []).append(choice)
            self._names[_fold(choice.name)] = choice.name

    def __call__(self, text: str) -> Answer:
        """The id of the achievement (empty when it is not told for sure), and the findings."""
        bare = trim(text)
        if not bare:
            return "", ()
        shown = visible(text)
        found = self._by.get(_fold(bare), [])
        published = [choice for choice in found if choice.state is State.PUBLISHED]
        if len(published) == 1:
            return published[0].id, ()
        if published:
            choices = ", ".join(sorted(choice.code or choice.id for choice in published))
            return "", (finding("achievement.ambiguous", shown, choices=choices),)
        if found:
            archived = any(choice.state is State.ARCHIVED for choice in found)
            return "", (finding("achievement.archived" if archived else "achievement.draft", shown),)
        return "", (finding("achievement.unknown", shown, self._nearest(_fold(bare))),)

    def _nearest(self, name: str) -> str:
        """The name that was probably meant. Comparing is slow, so only the first are compared."""
        self._compared += 1
        if self._compared > _COMPARED:
            return ""
        near = difflib.get_close_matches(name[:200], self._names, 1, 0.8)
        return self._names[near[0]] if near else ""


class GroupCheck:
    """Checks one cell with the name of a group."""

    def __init__(self, known: Collection[str] | None) -> None:
        self._known = None if known is None else {_fold(name): name for name in known}

    def __call__(self, text: str) -> Answer:
        """The group as it is called, or as typed where there is none yet."""
        bare = trim(text)
        if not bare or self._known is None:
            return bare, ()
        name = self._known.get(_fold(bare))
        if name is not None:
            return name, ()
        names = ", ".join(list(self._known.values())[:20])
        return bare, (finding("group.unknown", visible(text), names=names),)


class LocaleCheck:
    """Checks one cell with a language tag (BCP 47); `de_AT` is read as `de-AT`."""

    def __init__(self, known: Collection[str] | None) -> None:
        self._known = None if known is None else {tag.lower(): tag for tag in known}

    def __call__(self, text: str) -> Answer:
        """The tag; of the known ones the nearest; empty for what is none."""
        tag = trim(text).replace("_", "-")
        if not tag:
            return "", ()
        if _TAG.fullmatch(tag):
            if self._known is None:
                return tag, ()
            near = self._known.get(tag.lower()) or self._known.get(tag.partition("-")[0].lower())
            if near:
                return near, ()
        names = ", ".join(list(self._known.values())[:20]) if self._known else "de, en, fr, es, …"
        return "", (finding("locale.unknown", visible(text), names=names),)


class KeyCheck:
    """Checks one cell with the caller's own key of the row."""

    def __init__(self, limit: int) -> None:
        self._limit = limit

    def __call__(self, text: str) -> Answer:
        """The key without spaces around it."""
        bare = trim(text)
        if len(bare) > self._limit:
            return bare, (finding("external.too-long", visible(bare, 120), limit=self._limit),)
        if bare and bare[0] in "=+-@" and formula(bare):
            return bare, (finding("cell.formula", visible(bare)),)
        return bare, ()
