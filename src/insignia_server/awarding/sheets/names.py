"""Names: kept as they are typed; what looks odd is pointed out."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from insignia_server.awarding.sheets.characters import CONTROL, INVISIBLE, JOINERS, trim
from insignia_server.awarding.sheets.exports import formula
from insignia_server.awarding.sheets.fields import looks_like_address
from insignia_server.awarding.sheets.model import Finding, finding, visible

_PLAIN: Final = re.compile(r"[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]+(?:[ '-][A-ZÀ-ÖØ-Þ]?[a-zß-öø-ÿ]+){0,8}")
_SUFFIX: Final = re.compile(
    r"(?:jr|sr|phd|ph d|md|dds|esq|msc|bsc|ma|ba|mba|mag|dr|dipl|llm|rn|i{1,3}|iv|cpa|pmp|frcp)\b.*", re.I
)
_PARTICLES: Final = frozenset(
    [
        "von",
        "van",
        "der",
        "den",
        "de",
        "del",
        "della",
        "di",
        "da",
        "dos",
        "du",
        "la",
        "le",
        "zu",
        "zur",
        "zum",
    ]
)
_MOJIBAKE: Final = re.compile(
    "[ÂÃÅÄÐÑ×ØÎ][\u0080-\u00bf\u0152-\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]|â€"
)


class NameCheck:
    """Checks one cell with a name; `whole` for full names, in which a comma means that they are swapped."""

    def __init__(self, limit: int, *, whole: bool) -> None:
        self._limit = limit
        self._whole = whole

    def __call__(self, text: str) -> tuple[str, tuple[Finding, ...]]:
        """The name, and what is to be said about it."""
        if len(text) <= self._limit and _PLAIN.fullmatch(text):
            return text, ()
        name = trim(text)
        if not name:
            return "", ()
        if len(name) > self._limit:
            code = finding("name.too-long", visible(text), limit=self._limit, length=len(name))
            return name, (code,)
        found = []
        if CONTROL.search(name):
            name = re.sub(r"\s+", " ", CONTROL.sub(" ", name))
            found.append(finding("name.control", visible(text), name))
        return name, (*found, *self._remarks(name))

    def _remarks(self, name: str) -> list[Finding]:
        found = []
        shown = visible(name)
        if INVISIBLE.search(name) or _stray_joiner(name):
            cleaned = INVISIBLE.sub("", name)
            found.append(
                finding(
                    "name.invisible", shown, JOINERS.sub("", cleaned) if _stray_joiner(cleaned) else cleaned
                )
            )
        repaired = _repaired(name)
        if repaired:
            found.append(finding("name.mojibake", shown, repaired))
        if formula(name):
            found.append(finding("cell.formula", shown))
        elif looks_like_address(name):
            found.append(finding("name.address", shown))
        elif self._whole and _swapped(name):
            found.append(finding("name.swapped", shown, _swapped(name)))
        elif name.isupper() and sum(map(str.isalpha, name)) > 3:
            found.append(finding("name.capitals", shown, _capitalised(name)))
        elif _is_one_letter(name):
            found.append(finding("name.one-letter", shown))
        return found


def _stray_joiner(name: str) -> bool:
    """A joiner between Latin letters does nothing that a reader could see."""
    return any(
        name[m.start() - 1 : m.start()].isascii() or name[m.end() : m.end() + 1].isascii()
        for m in JOINERS.finditer(name)
    )


def _repaired(name: str) -> str:
    """UTF-8 that was read as Windows-1252 (`JosÃ©`), read right; empty when it is not that."""
    if not _MOJIBAKE.search(name):
        return ""
    try:
        return name.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return ""


def _swapped(name: str) -> str:
    family, comma, given = (part.strip() for part in name.partition(","))
    plain = given.replace(".", "")
    if not comma or not family or not plain or "," in given or _SUFFIX.fullmatch(plain):
        return ""
    return f"{given} {family}"


def _capitalised(name: str) -> str:
    words = [_word(word) for word in name.lower().split(" ")]
    return " ".join(
        word.lower() if place and word.lower() in _PARTICLES else word for place, word in enumerate(words)
    )


def _word(word: str) -> str:
    parts = [part[:1].upper() + part[1:] for part in re.split(r"([-'’.])", word)]
    word = "".join(parts)
    return word[:2] + word[2:3].upper() + word[3:] if word.startswith("Mc") and len(word) > 4 else word


def _is_one_letter(name: str) -> bool:
    """One letter of an alphabet; one ideograph or syllable can be a whole name."""
    letters = [c for c in name if unicodedata.category(c)[0] in "LN"]
    return len(letters) <= 1 and not (letters and unicodedata.category(letters[0]) == "Lo")
