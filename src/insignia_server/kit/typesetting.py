"""The one typst compiler of a process: templates of ours, values of others as data files beside them.

Values never become markup: a template reads them with `json("data.json")` and `read(...)`.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Final, Literal

import typst

from insignia_server.kit.fonts import FOLDER

Standard = Literal["1.7", "a-3a", "a-3b", "ua-1"]
_lock: Final = Lock()


def typeset(
    template: Path,
    data: Mapping[str, object],
    *,
    format: Literal["pdf", "png", "svg"],
    files: Mapping[str, bytes] | None = None,
    standards: tuple[Standard, ...] = (),
    timestamp: datetime | None = None,
    ppi: float = 72.0,
) -> bytes:
    """One page or document of a template of this package, with `data` as `data.json` and `files` beside it.

    The compiler takes text files only: a PNG goes in as `framed(png, ...)`.
    Raises typst.TypstError: a defect of the template, or a picture in `files` that cannot be decoded.
    """
    world: dict[str, bytes] = {
        **(files or {}),
        "main.typ": _source(template),
        "data.json": json.dumps(data, ensure_ascii=False).encode(),
    }
    with _lock:
        pages: object = _compiler().compile(
            input=world,  # type: ignore[type-var]
            format=format,
            ppi=ppi if format == "png" else None,
            pdf_standards=list(standards) if format == "pdf" else None,
            timestamp=timestamp if format == "pdf" else None,
        )
    if not isinstance(pages, bytes):
        raise TypeError("expected one page or one document, got several pages")
    return pages


def framed(picture: bytes, width: int, height: int, media_type: str = "image/png") -> bytes:
    """A PNG or JPEG as an SVG that holds it."""
    data = base64.b64encode(picture).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
        f'<image width="{width}" height="{height}" href="data:{media_type};base64,{data}"/></svg>'
    ).encode()


@cache
def _compiler() -> typst.Compiler:
    return typst.Compiler(font_paths=[FOLDER], ignore_system_fonts=True)


@cache
def _source(template: Path) -> bytes:
    return template.read_bytes()
