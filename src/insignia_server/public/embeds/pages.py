"""The page that gives a badge's snippets: with previews, ready to copy, without a script too."""

from __future__ import annotations

import uuid
from typing import Any, Final
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from insignia_server.awarding import embeds
from insignia_server.awarding.models import Award
from insignia_server.public import showing
from insignia_server.public.pages import visitor

SIZES: Final = {"card": _("Card"), "compact": _("One line"), "image": _("Picture only")}
THEMES: Final = {"auto": _("As the website"), "light": _("Light"), "dark": _("Dark")}


@require_safe
def share(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """ "Share and embed", for whoever may see the badge page."""
    award = showing.find_award(key, visitor(request))
    size = _one_of(request.GET.get("size"), embeds.SIZES)
    theme = _one_of(request.GET.get("theme"), embeds.THEMES)
    subject = embeds.subject_of(award.version, award.achievement, key)
    context: dict[str, Any] = {
        "award": award,
        "pages_look": showing.look_of(award.achievement.issuer, award.achievement.organisation),
        "subject": subject,
        "snippets": embeds.snippets(subject, size=size, theme=theme),
        "links": embeds.share_links(subject),
        "sizes": SIZES.items(),
        "themes": THEMES.items(),
        "size": size,
        "theme": theme,
        "signature": embeds.SMALL,
    }
    response = render(request, "public/share.html", context)
    response["Cache-Control"] = "private, no-cache"
    response["X-Robots-Tag"] = "noindex"
    _let_verify(response, award)
    return response


def _one_of(given: str | None, choices: tuple[str, ...]) -> str:
    return given if given in choices else choices[0]


def _let_verify(response: HttpResponse, award: Award) -> None:
    """The preview asks the issuer's own domain for its keys, and the host that its badges name for lists."""
    issuer = award.achievement.issuer
    hosts = [f"https://{issuer.own_domain}"] if issuer.own_domain else []
    base = urlsplit(issuer.base_url)
    if base.netloc:
        hosts.append(f"{base.scheme}://{base.netloc}")
    response._csp_update = {"connect-src": hosts}  # type: ignore[attr-defined]
