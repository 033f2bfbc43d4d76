"""Small files that are what they say."""

from __future__ import annotations

import io

from PIL import Image


def picture(form: str, size: tuple[int, int] = (3, 2)) -> bytes:
    """A picture of one colour; `form` as Pillow names it."""
    out = io.BytesIO()
    Image.new("RGB", size, (40, 90, 160)).save(out, form)
    return out.getvalue()


def pdf(text: str = "work") -> bytes:
    """An empty PDF with its cross-reference table (ISO 32000-1, section 7.5)."""
    body = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n% " + text.encode() + b"\n"
    table = b"xref\n0 2\n0000000000 65535 f \n0000000009 00000 n \ntrailer\n<< /Size 2 /Root 1 0 R >>\n"
    return body + table + b"startxref\n%d\n%%%%EOF\n" % len(body)


PNG = picture("PNG")
