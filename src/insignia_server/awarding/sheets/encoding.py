"""From bytes to text: the encodings in which spreadsheet programs save CSV."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Final

from insignia_server.awarding.sheets.model import SheetError

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins like UTF-16, so it comes first
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OTHER_FILES: Final = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!")
_MARKUP: Final = re.compile(r"\s*<(?:!doctype|html|table|\?xml|meta|head)\b", re.IGNORECASE)
_SEQUENCE: Final = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH: Final = re.compile(rb"[\x80-\xff]")
_ONE_BYTE: Final = ("cp1252", "mac-roman", "cp850")
_LETTERS: Final = frozenset("äöüÄÖÜßéèêëáàâãåíìîïóòôõúùûçñøæœÉÈÊÁÀÂÅÍÓÔÚÇÑØÆŠšŽž’“”„–—€«»°§ýÿ")
_NAMES: Final = {
    **{"utf-8": "UTF-8", "utf-16": "UTF-16", "utf-16-le": "UTF-16 LE", "utf-16-be": "UTF-16 BE"},
    **{"cp1252": "Windows-1252", "mac-roman": "Mac Roman"},
}
_UTF16: Final = re.compile(r"utf[-_ ]?(?:16|32)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text; `guessed` when the bytes do not prove the encoding; `damaged` when it holds U+FFFD for
    bytes that could not be read."""

    text: str
    encoding: str
    guessed: bool = False
    damaged: bool = False


def shown(encoding: str) -> str:
    """The name that people know an encoding by."""
    return _NAMES.get(encoding, encoding)


def decode(content: bytes, encoding: str | None = None) -> Decoded:
    """The text of a CSV file. With `encoding` nothing is guessed.

    Raises SheetError: sheet.encoding (not text in the encoding that was asked for), sheet.format (no text).
    """
    if encoding is not None:
        return _decode_as(content, encoding)
    for mark, name in _BOMS:
        if content.startswith(mark):
            return _decode_as(content, name)
    if content.startswith(_OTHER_FILES):
        raise SheetError.of("sheet.format", _kind_of(content))
    wide = _wide(content[:4096])
    if wide is not None:
        return _decode_as(content, wide)
    if content[:65536].count(0) * 50 > len(content[:65536]):
        raise SheetError.of("sheet.format", _kind_of(content))
    decoded = _narrow(content)
    if _MARKUP.match(decoded.text):
        raise SheetError.of("sheet.format", decoded.text.strip()[:40])
    return decoded


def _decode_as(content: bytes, encoding: str) -> Decoded:
    """With the byte order mark left out, whichever of its kind it is."""
    try:
        info = codecs.lookup(encoding)
        if not info._is_text_encoding:
            raise LookupError(encoding)
        text = content.decode(encoding)
    except (LookupError, UnicodeError, ValueError) as error:
        got = str(error) if isinstance(error, UnicodeError) else encoding
        raise SheetError.of("sheet.encoding", got[:200], encoding=shown(encoding)) from None
    return Decoded(text.removeprefix("\ufeff"), info.name)


def _kind_of(content: bytes) -> str:
    return f"bytes {content[:4].hex(' ')} …"


def _wide(start: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of Latin text is zero."""
    half = len(start) // 2
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if half and odd * 10 > half * 4 and even * 10 < half:
        return "utf-16-le"
    if half and even * 10 > half * 4 and odd * 10 < half:
        return "utf-16-be"
    return None


def _narrow(content: bytes) -> Decoded:
    try:
        return Decoded(content.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        pass
    sequences = _SEQUENCE.findall(content)
    lost = len(_HIGH.findall(content)) - sum(map(len, sequences))
    if len(sequences) >= 3 * lost:  # UTF-8 into which a few lines of another encoding were pasted
        return Decoded(content.decode("utf-8", "replace"), "utf-8", damaged=True)
    best = max(_ONE_BYTE, key=lambda name: _likeness(content, name))
    text = content.decode(best, "replace")
    return Decoded(text, best, guessed=True, damaged="\ufffd" in text)


def _likeness(content: bytes, encoding: str) -> int:
    """How many of the characters above ASCII are letters that European names are made of."""
    high = b"".join(_HIGH.findall(content[:1_000_000])[:5000])
    text = high.decode(encoding, "replace")
    worth = sum(2 if c.islower() else 1 for c in text if c in _LETTERS)  # names have few capitals
    return worth - 2 * text.count("\ufffd")
