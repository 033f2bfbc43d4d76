"""What an achievement is about and how far it goes, from the words of its name."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from insignia_server.designs.icons import plain_words

_FILE: Final = Path(__file__).with_name("subjects.txt")
_KINDS: Final = (
    ("degree", ("graduation-cap", "student", "books")),
    ("diploma", ("graduation-cap", "scroll", "books")),
    ("certif", ("seal-check", "certificate", "scroll")),
    ("licen", ("identification-card", "seal-check", "key")),
    ("course", ("book-open", "books", "notebook")),
    ("program", ("path", "books", "compass")),
    ("compet", ("target", "star-four", "puzzle-piece")),
    ("assess", ("exam", "list-checks", "target")),
    ("member", ("users-three", "identification-badge", "handshake")),
    ("service", ("hand-heart", "handshake", "users-three")),
    ("award", ("trophy", "medal", "crown-simple")),
    ("micro", ("lightbulb", "star-four", "puzzle-piece")),
)
_ABSTRACT: Final = (
    "star-four",
    "compass",
    "lightbulb",
    "feather",
    "mountains",
    "key",
    "sparkle",
    "puzzle-piece",
    "flag-banner",
    "crown-simple",
    "target",
    "path",
)
_LEVELS: Final = (
    (5, "master meister champion maestro maitre mastery"),
    (4, "expert experte expertin experto specialist spezialist specialiste especialista professional profi"),
    (3, "advanced fortgeschritten fortgeschrittene avance avancee avanzado avanzada upper"),
    (2, "intermediate mittelstufe aufbau intermediaire intermedio intermedia practitioner aufbaukurs"),
    (
        1,
        "foundation foundations basic basics beginner "
        "introduction introductory grundlagen grundkurs einfuhrung "
        "anfanger bases debutant initiation basico "
        "basica introduccion fundamentos principiante elementary starter",
    ),
)
_CEFR: Final = {"a1": 1, "a2": 2, "b1": 3, "b2": 4, "c1": 5, "c2": 5}
_ROMAN: Final = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5}
_NUMBERED: Final = re.compile(r"\b(?:level|stufe|niveau|nivel|grade|stage)\s*([1-8]|iii|ii|iv|i|v)\b")


def _read() -> tuple[tuple[tuple[str, ...], frozenset[str]], ...]:
    out = []
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    for line in (one for one in lines if not one.startswith("#")):
        left, _, right = line.partition(" : ")
        out.append((tuple(left.split()), frozenset(right.split())))
    return tuple(out)


_SUBJECTS: Final = _read()


def icons_for(name: str, kind: str = "") -> list[str]:
    """Ids of icons that fit a name, the best first; by the type of the achievement where no word is known."""
    words = plain_words(name)
    scored: list[tuple[float, int, tuple[str, ...]]] = []
    for place, (drawn, known) in enumerate(_SUBJECTS):
        score = max((_match(word, known) - 0.15 * i for i, word in enumerate(words)), default=0.0)
        if score > 2:
            scored.append((-score, place, drawn))
    found = [f"ph:{icon}" for _, _, drawn in sorted(scored) for icon in drawn]
    low = kind.casefold()
    for part, drawn in _KINDS:
        if part in low:
            found += [f"ph:{icon}" for icon in drawn]
    return list(dict.fromkeys([*found, *(f"ph:{icon}" for icon in _ABSTRACT)]))


def is_known(name: str) -> bool:
    """Whether a word of the name is a subject that has an icon."""
    words = plain_words(name)
    return any(_match(word, known) > 2 for word in words for _, known in _SUBJECTS)


def level_of(*texts: str) -> int:
    """The level from 0 (none said) to 5 that a text names: words, A1 to C2, EQF and plain numbers."""
    for text in texts:
        low = " ".join(plain_words(text))
        if low.isdigit() and 1 <= int(low) <= 5:
            return int(low)
        eqf = re.search(r"\b(?:eqf|dqr|eqr|nqf|cec|mec)\s*(?:level\s*)?([1-8])\b", low)
        if eqf:
            return max(1, round(int(eqf[1]) * 5 / 8))
        words = low.split()
        for word in words:
            if word in _CEFR:
                return _CEFR[word]
        numbered = _NUMBERED.search(low)
        if numbered:
            value = numbered[1]
            return min(5, _ROMAN.get(value) or int(value))
        for level, names in _LEVELS:
            if set(words) & set(names.split()):
                return level
    return 0


def _match(word: str, known: frozenset[str]) -> float:
    """How surely a word is one of the known ones: whole, its beginning, or within a compound."""
    if word in known:
        return 6.0 + len(word) / 20
    best = 0.0
    for one in known:
        if len(one) >= 4 and word.startswith(one):
            best = max(best, (5.0 if len(word) - len(one) <= 4 else 4.2) + len(one) / 20)
        elif len(one) >= 5 and one in word:
            best = max(best, 3.5 + len(one) / 20)
    return best
