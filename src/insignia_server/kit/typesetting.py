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
from typing import Any, Final, Literal, cast

import typst

from insignia_server.kit.fonts import FOLDER


class Pages(ValueError):
    """A picture was asked for, and what was typeset has several pages."""


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
    Raises typst.TypstError: a defect of the template, or a picture in `files` that cannot be decoded;
    Pages: more than one page as a PNG or SVG.
    """
    pages = _compiled(
        template,
        data,
        files,
        format=format,
        ppi=ppi if format == "png" else None,
        pdf_standards=list(standards) if format == "pdf" else None,
        timestamp=timestamp if format == "pdf" else None,
    )
    if not isinstance(pages, bytes):
        raise Pages("expected one page or one document, got several pages")
    return pages


def drawings(template: Path, data: Mapping[str, object]) -> list[bytes]:
    """Each page of a template as an SVG. Raises typst.TypstError: a defect of the template."""
    pages = _compiled(template, data, None, format="svg")
    return [pages] if isinstance(pages, bytes) else cast("list[bytes]", pages)


def _compiled(
    template: Path, data: Mapping[str, object], files: Mapping[str, bytes] | None, **options: Any
) -> object:
    world: dict[str, bytes] = {
        **(files or {}),
        "main.typ": _source(template),
        "data.json": json.dumps(data, ensure_ascii=False).encode(),
    }
    with _lock:
        pages: object = _compiler().compile(input=world, **options)
    return pages


def framed(
    picture: bytes,
    width: int,
    height: int,
    media_type: str = "image/png",
    *,
    crop: tuple[int, int] | None = None,
) -> bytes:
    """A PNG or JPEG as an SVG that holds it. `crop`: only its middle, in these proportions."""
    data = base64.b64encode(picture).decode()
    box = (0.0, 0.0, float(width), float(height))
    if crop is not None:
        scale = min(width / crop[0], height / crop[1])
        inner = crop[0] * scale, crop[1] * scale
        box = (width - inner[0]) / 2, (height - inner[1]) / 2, *inner
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{box[2]:g}" height="{box[3]:g}" '
        f'viewBox="{" ".join(f"{one:g}" for one in box)}">'
        f'<image width="{width}" height="{height}" href="data:{media_type};base64,{data}"/></svg>'
    ).encode()


@cache
def _compiler() -> typst.Compiler:
    return typst.Compiler(font_paths=[FOLDER], ignore_system_fonts=True)


@cache
def _source(template: Path) -> bytes:
    return template.read_bytes()
