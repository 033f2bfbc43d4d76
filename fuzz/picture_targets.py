"""The fuzz targets of baked pictures, PNG and SVG, and of PDF certificates."""

from __future__ import annotations

import zlib

from registry import EXAMPLES, target
from token_targets import TOKENS


def chunk(kind: bytes, content: bytes) -> bytes:
    """One PNG chunk with its CRC."""
    return len(content).to_bytes(4) + kind + content + zlib.crc32(kind + content).to_bytes(4)


def png(*chunks: bytes) -> bytes:
    """A picture of one pixel with these chunks after its header."""
    header = chunk(b"IHDR", bytes.fromhex("00000001000000010800000000"))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (header, *chunks, chunk(b"IDAT", zlib.compress(b"\0\0")), chunk(b"IEND", b""))
    )


PNGS = (
    png(),
    png(chunk(b"iTXt", b"openbadgecredential\0\0\0\0\0" + EXAMPLES[0])),
    png(chunk(b"iTXt", b"openbadgecredential\0\1\0en\0key\0" + zlib.compress(TOKENS[0]))),
    png(chunk(b"tEXt", b"openbadges\0https://a.example/assertion")),
    png(chunk(b"zTXt", b"openbadges\0\0" + zlib.compress(b"x" * 1000))),
)


@target(
    "png", PNGS, [b"iTXt", b"tEXt", b"zTXt", b"IHDR", b"IDAT", b"IEND", b"openbadgecredential\0", b"\0\0\0\0"]
)
def png_picture(data: bytes) -> object:
    """A PNG: what is baked in comes out, and something else can be baked in instead."""
    return picture(b"\x89PNG\r\n\x1a\n" + data.removeprefix(b"\x89PNG\r\n\x1a\n"))


def picture(data: bytes) -> object:
    """Bake, then read back what was baked."""
    from insignia import baking

    baked = baking.bake(data, TOKENS[1])
    assert baking.unbake(baked).content == TOKENS[1]
    return len(baking.unbake(data).content) > 0


OPEN = b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0">'
SVGS = (
    OPEN + b"<circle r='4'/></svg>",
    OPEN + b"<openbadges:credential><![CDATA[" + EXAMPLES[0] + b"]]></openbadges:credential></svg>",
    OPEN + b'<openbadges:credential verify="' + TOKENS[0] + b'"/></svg>',
    b'<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE svg [<!ENTITY a "aaaa">]>' + OPEN + b"&a;</svg>",
)


@target(
    "svg",
    SVGS,
    [
        b"<!DOCTYPE",
        b"<!ENTITY",
        b"&a;",
        b"<![CDATA[",
        b"]]>",
        b"<?xml",
        b"xmlns:",
        b"<svg",
        b"</svg>",
        b"verify=",
    ],
)
def svg_picture(data: bytes) -> object:
    """An SVG, entities and scripts included."""
    return picture(data if data.lstrip()[:1] == b"<" else b"<" + data)


def pdf(content: bytes, dictionary: bytes = b"", length: bytes = b"9 0 R") -> bytes:
    """A PDF of nothing but an attachment, its end included."""
    start = b"%PDF-1.7\n1 0 obj\n<</Length " + length + b"/Type/EmbeddedFile" + dictionary + b">>\nstream\n"
    number = b"9 0 obj\n%d\nendobj\n" % len(content)
    return start + content + b"\nendstream\nendobj\n" + number + b"trailer\n<</Root 2 0 R>>\n%%EOF\n"


PDFS = (
    pdf(b"just text"),
    pdf(EXAMPLES[0], length=b"%d" % len(EXAMPLES[0])),
    pdf(TOKENS[0]),
    pdf(zlib.compress(EXAMPLES[1]), b"/Filter/FlateDecode"),
    pdf(zlib.compress(b"{" + b" " * 10_000), b"/Filter[/FlateDecode]"),
)


@target(
    "pdf",
    PDFS,
    [
        b"/Type/EmbeddedFile",
        b"/Length 9 0 R",
        b"/Length ",
        b"/Filter/FlateDecode",
        b"/Filter[",
        b"/Encrypt 1 0 R",
        b"<<",
        b">>",
        b"1 0 obj",
        b"endobj",
        b"stream\n",
        b"endstream",
        b"%%EOF",
    ],
)
def pdf_certificate(data: bytes) -> object:
    """A PDF: what is found looks like JSON or a JWT."""
    from insignia import baking

    found = baking.unbake(data if data.startswith(b"%PDF-") else b"%PDF-" + data)
    assert found.container is baking.Container.PDF
    assert found.content.lstrip()[:1] in (b"{", b"e")
    return found.format
