"""oEmbed (https://oembed.com, 1.0): what another site shows for an address of ours. Nothing is fetched."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from insignia_server.awarding import embeds
from insignia_server.kit.errors import Gone, NotHere
from insignia_server.kit.public_files import missing, open_to_all
from insignia_server.public import showing
from insignia_server.public.credential_files import file_view
from insignia_server.public.finding import find_version

_UUID: Final = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_PATH: Final = re.compile(
    rf"/(?P<kind>badges|achievements)/(?P<key>{_UUID})/(?:(?P<number>[1-9][0-9]{{0,6}})/)?", re.ASCII
)
_FORMATS: Final = {"json": "application/json", "xml": "text/xml"}
_SIZE: Final = re.compile(r"[1-9][0-9]{0,5}", re.ASCII)
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
PICTURE: Final = 512
SHOWN: Final = 240  # pixels, where the site asks for no other size
FIVE_MINUTES: Final = 300


@dataclass(frozen=True)
class Problem(Exception):
    """An answer that is none: 400, 401, 404 or 501, with a sentence."""

    status: int
    sentence: str


@file_view
def oembed(request: HttpRequest) -> HttpResponse:
    """`/oembed?url=…&maxwidth=…&maxheight=…&format=json|xml`."""
    try:
        media = _FORMATS.get(request.GET.get("format") or "json")
        if media is None:
            raise Problem(501, "The format must be json or xml.")
        room = min(_room(request, "maxwidth"), _room(request, "maxheight"))
        content = answer_to(request.GET.get("url", ""), room)
    except Problem as problem:
        return missing(problem.sentence, status=problem.status)
    body = json.dumps(content, ensure_ascii=False) if media == _FORMATS["json"] else as_xml(content)
    response = HttpResponse(body.encode(), content_type=f"{media}; charset=utf-8")
    response["Cache-Control"] = f"public, max-age={FIVE_MINUTES}"
    return open_to_all(response)


def _room(request: HttpRequest, name: str) -> int:
    """2.2: 'this parameter must be respected'. Raises Problem for what is no number of pixels."""
    given = request.GET.get(name)
    if given is None or given == "":
        return 1_000_000
    if not _SIZE.fullmatch(given):
        raise Problem(400, f"{name} must be a number of pixels, 1 or more.")
    return int(given)


def answer_to(url: str, room: int) -> dict[str, Any]:
    """The members of the answer for a page of ours, within `room` pixels.

    A badge that may not be seen and one that never was get the same answer. Raises Problem: 401, 404.
    """
    match = _PATH.fullmatch(path_of(url))
    if match is None or (match["kind"] == "badges" and match["number"]):
        raise Problem(404, "The url must be a page of a badge or an achievement of this instance.")
    key = uuid.UUID(match["key"])
    if match["kind"] == "badges":
        try:
            return _badge(_subject_of_badge(key), room)
        except (NotHere, Gone):
            raise Problem(401, "This page is private, or there is none.") from None
    try:
        return _achievement(_subject_of_achievement(key, int(match["number"] or 0) or None), room)
    except NotHere:
        raise Problem(404, "There is no such achievement here.") from None


def path_of(url: str) -> str:
    """The path of an address of this instance, "" for every other text. Query and fragment say nothing."""
    start = f"{settings.PUBLIC_URL}/"
    if len(url) > 2000 or not url.startswith(start):
        return ""
    return re.split(r"[?#]", url[len(start) - 1 :], maxsplit=1)[0]


def _subject_of_badge(key: uuid.UUID) -> embeds.Subject:
    """As a stranger sees it: other sites bring no session of the reader."""
    award = showing.find_award(key, None)
    return embeds.subject_of(award.version, award.achievement, key)


def _subject_of_achievement(key: uuid.UUID, number: int | None) -> embeds.Subject:
    version = find_version(key, number)[0]
    return embeds.subject_of(version, version.achievement, key)


def _badge(subject: embeds.Subject, room: int) -> dict[str, Any]:
    """2.3.4.4: 'rich HTML content that does not fall under one of the other categories'."""
    size = min(SHOWN, room)
    html = str(embeds.html(subject, size=size))
    return {"type": "rich", "html": html, "width": size, "height": size, **_common(subject, room)}


def _achievement(subject: embeds.Subject, room: int) -> dict[str, Any]:
    """2.3.4.1, photo."""
    size = min(PICTURE, room)
    return {"type": "photo", "url": subject.picture, "width": size, "height": size, **_common(subject, room)}


def _common(subject: embeds.Subject, room: int) -> dict[str, Any]:
    """2.3.4; a thumbnail 'must respect any maxwidth and maxheight parameters'."""
    made: dict[str, Any] = {
        "version": "1.0",
        "title": subject.name,
        "author_name": subject.issuer,
        "author_url": subject.issuer_page,
        "provider_name": settings.INSTANCE_NAME,
        "provider_url": f"{settings.PUBLIC_URL}/",
        "cache_age": FIVE_MINUTES,
    }
    pixels = embeds.SMALL_PIXELS
    if room >= pixels:
        made |= {
            "thumbnail_url": subject.small_picture,
            "thumbnail_width": pixels,
            "thumbnail_height": pixels,
        }
    return made


def as_xml(content: Mapping[str, Any]) -> str:
    """2.3.2: elements of the same names in `oembed`."""
    lines = (
        f"  <{name}>{escape(_NOT_XML.sub('', str(value)))}</{name}>\n" for name, value in content.items()
    )
    return f'<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n<oembed>\n{"".join(lines)}</oembed>\n'


def discovery(page: str) -> list[tuple[str, str]]:
    """4: type and address for the `<link rel="alternate">` of a page."""
    endpoint = f"{settings.PUBLIC_URL}/oembed"
    return [
        (f"{media}+oembed", f"{endpoint}?{urlencode({'url': page, 'format': name})}")
        for name, media in _FORMATS.items()
    ]
