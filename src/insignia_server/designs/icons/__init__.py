"""Some thousands of drawings under open licences (LICENSES.txt), found by what they show."""

from __future__ import annotations

import gzip
import json
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from insignia_server.designs.icons.bounds import bounds
from insignia_server.designs.icons.words import ENGLISH_OF

_FILE: Final = Path(__file__).with_name("icons.json.gz")
MAX_FOUND: Final = 200
_WORD: Final = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class IconPath:
    """Path data in the icon's box. `tone` is the lighter plane of two tones; `stroke` the width of a line,
    0 where the path is filled."""

    d: str
    tone: bool = False
    stroke: float = 0.0


@dataclass(frozen=True, slots=True)
class Icon:
    """A drawing in a square box. `style` is solid (with two tones too) or line."""

    id: str
    label: str
    tags: tuple[str, ...]
    style: str
    box: float
    paths: tuple[IconPath, ...] = field(repr=False)
    two_tones: tuple[IconPath, ...] = field(default=(), repr=False)


@lru_cache(maxsize=512)
def extent(id: str) -> tuple[float, float, float, float]:
    """Middle (x, y), width and height of what an icon draws, in units of its box."""
    drawn = icon(id)
    halves = [one.stroke / 2 for one in drawn.paths]
    boxes = [bounds(one.d) for one in drawn.paths]
    left = min(box[0] - half for box, half in zip(boxes, halves, strict=True))
    top = min(box[1] - half for box, half in zip(boxes, halves, strict=True))
    right = max(box[2] + half for box, half in zip(boxes, halves, strict=True))
    bottom = max(box[3] + half for box, half in zip(boxes, halves, strict=True))
    return (left + right) / 2, (top + bottom) / 2, right - left, bottom - top


def icon(id: str) -> Icon:
    """The icon of an id such as ph:atom. Raises KeyError."""
    return _icon(_rows()[id])


def known(id: str) -> bool:
    """Whether there is such an icon."""
    return id in _rows()


def search(words: str, limit: int = 60, offset: int = 0) -> list[Icon]:
    """The icons that show what the words say, the nearest first; all of them, by name, for no words.

    Words may be English, or common German, French and Spanish names of subjects; beginnings count.
    """
    ids = _found(" ".join(plain_words(words)[:8]))
    return [icon(id) for id in ids[max(0, offset) : max(0, offset) + max(0, min(MAX_FOUND, limit))]]


def count(words: str) -> int:
    """How many icons `search` would find in all."""
    return len(_found(" ".join(plain_words(words)[:8])))


def plain_words(text: str) -> list[str]:
    """Small letters without accents."""
    bare = unicodedata.normalize("NFKD", text.replace("ß", "ss").casefold())
    return _WORD.findall("".join(c for c in bare if not unicodedata.combining(c)))


@lru_cache(maxsize=256)
def _found(words: str) -> tuple[str, ...]:
    rows = _rows()
    if not words:
        return tuple(rows)
    scores: dict[str, float] | None = None
    for word in words.split():
        found = _scores(word)
        if scores is None:
            scores = found
        else:
            both = {id: scores[id] + found[id] for id in scores.keys() & found.keys()}
            scores = both or {id: max(scores.get(id, 0), found.get(id, 0)) / 2 for id in scores | found}
    assert scores is not None
    return tuple(sorted(scores, key=lambda id: (-scores[id], len(id), id)))


def _scores(word: str) -> dict[str, float]:
    """Icons for a word: its name counts more than its tags, whole words more than beginnings."""
    out: dict[str, float] = defaultdict(float)
    names, tags = _index()
    for one in (word, *ENGLISH_OF.get(word, ())):
        for table, whole, begun in ((names, 10.0, 5.0), (tags, 6.5, 2.5)):
            for known_word, ids in table.items():
                weight = whole if known_word == one else begun if known_word.startswith(one) else 0.0
                for id in ids if weight else ():
                    out[id] = max(
                        out[id], weight - 0.4 * id.count("-") + (0.5 if id.startswith("ph:") else 0)
                    )
    return dict(out)


@cache
def _index() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    names: dict[str, list[str]] = defaultdict(list)
    tags: dict[str, list[str]] = defaultdict(list)
    for id, row in _rows().items():
        for word in id[3:].split("-"):
            names[word].append(id)
        for word in dict.fromkeys(plain_words(row[1])):
            tags[word].append(id)
    return dict(names), dict(tags)


@cache
def _rows() -> dict[str, list[str]]:
    rows: list[list[str]] = json.loads(gzip.decompress(_FILE.read_bytes()))
    return {row[0]: row for row in rows}


def _icon(row: list[str]) -> Icon:
    label = row[0][3:].replace("-", " ").capitalize()
    tags = tuple(dict.fromkeys(plain_words(row[1])))
    if len(row) == 3:
        return Icon(row[0], label, tags, "line", 24.0, (IconPath(row[2], stroke=2.0),))
    filled, plane, line = row[2:]
    tones = (IconPath(plane, tone=True), IconPath(line)) if plane else ()
    return Icon(row[0], label, tags, "solid", 256.0, (IconPath(filled),), tones)
