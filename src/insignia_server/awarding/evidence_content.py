"""What a file of evidence really is: told by its content, decoded where it is a picture."""

from __future__ import annotations

import io
import re
import struct
import warnings
import zlib
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from PIL import Image

SUFFIXES: Final = {
    "application/pdf": (".pdf",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/webp": (".webp",),
    "text/plain": (".txt", ".md"),
}
NAMES: Final[dict[str, Promise | str]] = {
    "application/pdf": _("PDF document"),
    "image/png": _("PNG picture"),
    "image/jpeg": _("JPEG picture"),
    "image/webp": _("WebP picture"),
    "text/plain": _("Text"),
}
MAX_PIXELS: Final = 40_000_000  # a decoded picture takes four bytes for each
MAX_SIDE: Final = 16_000
_STARTS: Final = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)
_FORMATS: Final = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP"}
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_PDF_HEAD: Final = re.compile(rb"%PDF-[12]\.\d")
_PDF_END: Final = re.compile(rb"startxref\s+(\d{1,10})\s+%%EOF\s*\Z")  # ISO 32000-1, section 7.5.5
_PDF_TAIL: Final = 2048
# What Pillow's decoders raise for bytes that make no sense.
_DEFECTS: Final = (
    *(OSError, ValueError, SyntaxError, EOFError, TypeError, KeyError, IndexError, OverflowError),
    *(AttributeError, struct.error, zlib.error),
)


class Damaged(Exception):
    """It begins as a file of this kind, and is none: what was expected, and what was there."""

    def __init__(self, expected: str, got: str) -> None:
        super().__init__(got)
        self.expected, self.got = expected, got


def media_type_of(content: bytes) -> str:
    """What the content claims to be by its first bytes, whatever its name says; empty: nothing that is
    taken."""
    for start, kind in _STARTS:
        if content.startswith(start):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return ""
    return "" if _CONTROL.search(text) or not text.strip() else "text/plain"


def examine(content: bytes, media_type: str) -> None:
    """Decode a picture within limits, look at the structure of a PDF.

    Raises:
        Damaged: it cannot be decoded, has too many pixels, or is no whole PDF.
    """
    if media_type == "application/pdf":
        _whole_pdf(content)
    elif media_type in _FORMATS:
        _decoded(content, _FORMATS[media_type])


def _whole_pdf(content: bytes) -> None:
    if not _PDF_HEAD.match(content):
        raise Damaged("%PDF-1.0 … %PDF-2.0", content[:12].decode("latin-1"))
    end = _PDF_END.search(content, max(0, len(content) - _PDF_TAIL))
    if end is None or b" obj" not in content or int(end[1]) >= len(content):
        raise Damaged(str(_("a whole PDF, with its table of contents at the end")), str(_("no such end")))


def _decoded(content: bytes, form: str) -> None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(content), formats=[form])
        width, height = image.size
        if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
            most = _("at most {side} pixels a side and {pixels} in all")
            raise Damaged(str(most).format(side=MAX_SIDE, pixels=MAX_PIXELS), f"{width} × {height}")
        image.load()
    except Image.DecompressionBombError as error:
        raise Damaged(str(_("fewer pixels")), str(error)[:100]) from error
    except _DEFECTS as error:
        whole = str(_("a whole picture ({form})")).format(form=form)
        raise Damaged(whole, str(error)[:100] or type(error).__name__) from error
