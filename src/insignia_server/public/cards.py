"""The pictures that other sites show for a link to an issuer or the catalogue: newest badges and a name."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any, Final

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from insignia_server.achievements import catalogue, pictures
from insignia_server.achievements.models import AchievementVersion, CatalogueEntry
from insignia_server.kit import scopes
from insignia_server.kit.pictures import collection_card
from insignia_server.kit.public_files import HOUR, answer
from insignia_server.public import finding

BADGES: Final = 4
_DRAWING: Final = 1  # a change of the drawing makes all cards anew


@require_safe
def catalogue_card(request: HttpRequest) -> HttpResponse:
    """Of everything that can be earned here; the front page shows it too."""
    with scopes.crossing("public-pages"):
        badges = _newest(catalogue.find(catalogue.Wanted()))
    return _card(request, "catalogue", badges, title=settings.INSTANCE_NAME, footer=settings.PUBLIC_HOST)


@require_safe
def issuer_card(request: HttpRequest, slug: str) -> HttpResponse:
    """Of an issuer; its own picture, where nothing is published yet."""
    with scopes.crossing("public-pages"):
        issuer = finding.find_issuer(slug)
        badges = _newest(CatalogueEntry.objects.filter(issuer=issuer))
        domains = finding.proved_domains(issuer)
    badges = badges or ([issuer.picture] if issuer.picture else [])
    accent = issuer.organisation.accent
    return _card(
        request,
        f"issuers/{issuer.pk}",
        badges,
        title=issuer.name,
        footer=domains[0] if domains else settings.PUBLIC_HOST,
        **({"accent": accent} if accent else {}),
    )


def _newest(entries: QuerySet[CatalogueEntry]) -> list[str]:
    """The stored pictures of the newest of these; two queries."""
    keys = list(entries.order_by("-published_at", "-pk").values_list("achievement_id", flat=True)[:BADGES])
    rows = AchievementVersion.objects.filter(
        achievement__in=keys, number=F("achievement__entry__number"), picture__isnull=False
    )
    found = dict(rows.values_list("achievement_id", "picture__png"))
    return [found[key] for key in keys if key in found]


def _card(request: HttpRequest, place: str, badges: Sequence[str], **words: Any) -> HttpResponse:
    """Drawn once for what it shows, then kept; the one before goes."""
    told = json.dumps([_DRAWING, *badges, words], sort_keys=True)
    folder, file = f"cards/{place}", f"{hashlib.sha256(told.encode()).hexdigest()[:32]}.png"
    if default_storage.exists(f"{folder}/{file}"):
        content = pictures.read(f"{folder}/{file}")
    else:
        content = collection_card(badges=[pictures.read(one) for one in badges], **words)
        _forget(folder)
        default_storage.save(f"{folder}/{file}", ContentFile(content))
    return answer(request, content, media_type="image/png", caching=HOUR)


def _forget(folder: str) -> None:
    try:
        _folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for one in files:
        default_storage.delete(f"{folder}/{one}")
