"""What browsers and crawlers ask of every host, whether a page names it or not."""

from __future__ import annotations

import struct
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from insignia_server.kit.pictures import read_picture, render_png

DAY: Final = "public, max-age=86400"
# Pages of learners are not listed: a crawler has to read their `noindex`, and may not where it is kept out.
KEPT_OUT: Final = (
    *("/accounts/", "/api/", "/claim/", "/console/", "/language/", "/me/", "/operator/", "/report/"),
    *("/start/", "/vc-api/", "/verify/"),
)
_SIZE: Final = 48
_SOURCE: Final = Path(__file__).parent / "static" / "kit" / "favicon.svg"


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """`/robots.txt`: what is only for people who sign in, and what works for each visitor."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in KEPT_OUT)]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain", headers={"Cache-Control": DAY})


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """`/favicon.ico`, for programs that take no SVG."""
    return HttpResponse(_icon(), content_type="image/x-icon", headers={"Cache-Control": DAY})


@lru_cache(maxsize=1)
def _icon() -> bytes:
    """One PNG in an ICO: header, one entry of the directory, the picture."""
    png = render_png(read_picture(_SOURCE.read_bytes()), _SIZE)
    header = struct.pack("<HHH", 0, 1, 1)
    entry = struct.pack("<BBBBHHII", _SIZE, _SIZE, 0, 0, 1, 32, len(png), len(header) + 16)
    return header + entry + png
