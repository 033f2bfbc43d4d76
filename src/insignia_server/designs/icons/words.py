"""Common subjects of courses in German, French and Spanish, as English words that icons are tagged with."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_FILE: Final = Path(__file__).with_name("words.txt")


def _turned() -> dict[str, tuple[str, ...]]:
    out: dict[str, tuple[str, ...]] = {}
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        english, _, others = line.partition(":")
        for word in others.split():
            out[word] = (*out.get(word, ()), english)
    return out


ENGLISH_OF: Final = _turned()
