"""Reads the text of a PDF that kit.pdf made, in the order of its content: what a screen reader is given.

ISO 32000-1: ToUnicode CMaps (9.10.3), ReversedChars (14.8.2.5.3). Only what typst writes is understood.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterator

_OBJECT = re.compile(rb"(\d+) 0 obj(.*?)endobj", re.DOTALL)
_STREAM = re.compile(rb"(.*?)>>\s*stream\r?\n(.*)\r?\nendstream", re.DOTALL)
_PLAIN = rb"[^\\()]|\\."
_NESTED = rb"\((?:" + _PLAIN + rb"|\((?:" + _PLAIN + rb")*\))*\)"  # balanced: no escape (7.3.4.2)
_STRING = rb"\((?:" + _PLAIN + rb"|" + _NESTED + rb")*\)|<[0-9A-Fa-f]*>"
_SHOWN = re.compile(_STRING, re.DOTALL)
_TOKEN = re.compile(
    rb"/(ReversedChars) BMC|/(\w+) [\d.]+ Tf|\[((?:" + _STRING + rb"|[-\d.\s]+)*)\]TJ|(" + _STRING + rb")Tj",
    re.DOTALL,
)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def content_text(pdf: bytes) -> str:
    """All words of the page, runs joined."""
    objects = {int(number): body for number, body in _OBJECT.findall(pdf)}
    page = next(body for body in objects.values() if re.search(rb"/Type/Page\b(?!s)", body))
    resources = _part(objects, page, b"Resources")
    fonts = _part(objects, resources, b"Font")
    maps = {
        name: _map(objects, objects[int(number)]) for name, number in re.findall(rb"/(\w+) (\d+) 0 R", fonts)
    }
    content = _stream(objects[int(re.search(rb"/Contents (\d+) 0 R", page)[1])])  # type: ignore[index]
    return "".join(_runs(content, maps))


def _part(objects: dict[int, bytes], body: bytes, name: bytes) -> bytes:
    found = re.search(rb"/" + name + rb"(?: (\d+) 0 R|<<(.*))", body, re.DOTALL)
    assert found, name
    return objects[int(found[1])] if found[1] else found[2]


def _stream(body: bytes) -> bytes:
    found = _STREAM.search(body)
    assert found
    return zlib.decompress(found[2]) if b"FlateDecode" in found[1] else found[2]


def _map(objects: dict[int, bytes], font: bytes) -> dict[str, str]:
    found = re.search(rb"/ToUnicode (\d+) 0 R", font)
    assert found, font[:200]
    cmap = _stream(objects[int(found[1])])
    pairs = re.findall(rb"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]+)>", cmap)
    return {code.decode().upper(): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in pairs}


def _runs(content: bytes, maps: dict[bytes, dict[str, str]]) -> Iterator[str]:
    font, backwards = b"", False
    for turned, name, many, one in _TOKEN.findall(content):
        if turned:
            backwards = True
        elif name:
            font = name
        else:
            codes = b"".join(_bytes(string) for string in _SHOWN.findall(many or one)).hex().upper()
            text = [maps[font][codes[at : at + 4]] for at in range(0, len(codes), 4)]
            yield "".join(reversed(text) if backwards else text)
            backwards = False


def _bytes(string: bytes) -> bytes:
    """A string object (7.3.4): hexadecimal, or literal with escapes."""
    if string.startswith(b"<"):
        return bytes.fromhex(string[1:-1].decode())
    return _ESCAPE.sub(_escaped, string[1:-1])


def _escaped(found: re.Match[bytes]) -> bytes:
    if found[1].isdigit():
        return bytes([int(found[1], 8)])
    return _LETTERS.get(found[1], found[1])


def normal(text: str) -> str:
    """NFC, one space between words, no format characters (they order, join and break; they are not read)."""
    kept = "".join(c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c) != "Cf")
    return " ".join(kept.split())
