"""Files of badges and achievements: the badge baked into PNG and SVG, the certificate, the card."""

from __future__ import annotations

import base64
import uuid

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse
from django.utils.text import slugify
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from insignia import baking
from insignia_server.achievements import pictures, renderings
from insignia_server.achievements.definition import Definition
from insignia_server.achievements.models import AchievementVersion
from insignia_server.certificates import services as certificates
from insignia_server.kit import scopes
from insignia_server.kit.errors import NotHere
from insignia_server.kit.pictures import SVG, preview_card
from insignia_server.kit.public_files import HOUR, WEEK, answer, file_view, missing, same_in_every_language
from insignia_server.public import finding, showing
from insignia_server.public.pages import visitor


def _version(key: uuid.UUID, number: int) -> AchievementVersion:
    return finding.find_version(key, number)[0]


@same_in_every_language
@file_view
def achievement_json(request: HttpRequest, key: uuid.UUID, number: int) -> HttpResponse:
    """The Achievement object; its address is the achievement's `id`."""
    try:
        version = _version(key, number)
    except NotHere:
        return missing("There is no such achievement here.")
    return answer(request, showing.document_bytes(version), caching=HOUR)


@same_in_every_language
@file_view
def achievement_picture(request: HttpRequest, key: uuid.UUID, number: int) -> HttpResponse:
    """The picture of a version as PNG."""
    return answer(request, png_of(_version(key, number)), media_type="image/png", caching=WEEK)


@same_in_every_language
@file_view
def achievement_rendering(
    request: HttpRequest, key: uuid.UUID, number: int, file: tuple[int, str]
) -> HttpResponse:
    """The picture of a version in another size or format."""
    version, (size, format) = _version(key, number), file
    if version.picture is None:
        raise NotHere
    content = renderings.rendering(version.picture, size, format)
    return answer(request, content, media_type=renderings.FORMATS[format], caching=WEEK)


@same_in_every_language
@file_view
def achievement_card(request: HttpRequest, key: uuid.UUID, number: int) -> HttpResponse:
    """The picture that other sites show for a link. Drawn once for each version, then kept."""
    version = _version(key, number)
    name = f"cards/{version.pk}.png"
    if default_storage.exists(name):
        return answer(request, pictures.read(name), media_type="image/png", caching=WEEK)
    issuer = version.achievement.issuer
    accent = version.achievement.organisation.accent
    definition = version.definition
    content = preview_card(
        badge_png=png_of(version),
        title=definition.name,
        issuer=issuer.name,
        language=definition.in_language,
        **({"accent": accent} if accent else {}),
    )
    default_storage.save(name, ContentFile(content))
    return answer(request, content, media_type="image/png", caching=WEEK)


def png_of(version: AchievementVersion) -> bytes:
    """The PNG of a version's picture.

    Raises:
        NotHere: it has none.
    """
    if version.picture is None:
        raise NotHere
    return pictures.read(version.picture.png)


@require_safe
def baked_png(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The badge inside its picture (Open Badges 3.0, 5.3.1)."""
    award = showing.find_award(key, visitor(request))
    content = baking.bake(png_of(award.version), bytes(award.credential.content))
    return download(content, "image/png", name_of(award.version, "png"))


@require_safe
def baked_svg(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The badge inside its picture as SVG (5.3.2); a picture that is none is wrapped into one."""
    award = showing.find_award(key, visitor(request))
    content = baking.bake(svg_of(award.version), bytes(award.credential.content))
    return download(content, "image/svg+xml", name_of(award.version, "svg"))


def svg_of(version: AchievementVersion) -> bytes:
    """The picture as SVG."""
    if version.picture is not None and version.picture.media_type == SVG:
        return pictures.read(version.picture.source)
    data = base64.b64encode(png_of(version)).decode()
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512" width="512" height="512">'
        f'<image width="512" height="512" href="data:image/png;base64,{data}"/></svg>'
    ).encode()


@require_safe
def certificate_pdf(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The certificate in the design that was chosen, with a QR code; the signed credential is attached."""
    award = showing.find_award(key, visitor(request))
    with scopes.crossing("public-pages"):
        content = certificates.render(award, language=(get_language() or "en").partition("-")[0])
    return download(content, "application/pdf", name_of(award.version, "pdf"))


def name_of(version: AchievementVersion, suffix: str) -> str:
    """A file name that says what it is, in plain ASCII."""
    stem = slugify(Definition.from_json(version.content).name)[:60] or "badge"
    return f"{stem}.{suffix}"


def download(content: bytes, media_type: str, name: str) -> HttpResponse:
    """A file to keep; it never runs as a page."""
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-cache"
    response["X-Robots-Tag"] = "noindex"
    return response
