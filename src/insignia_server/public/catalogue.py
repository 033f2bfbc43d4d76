"""The public catalogue: what can be earned here, or of one issuer, as a page and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from insignia_server.achievements import catalogue
from insignia_server.achievements.catalogue import Wanted
from insignia_server.achievements.definition import Definition, Texts, texts
from insignia_server.achievements.models import AchievementVersion, CatalogueEntry
from insignia_server.achievements.terms import ACHIEVEMENT_TYPES, EQF_LEVELS, label, language_name
from insignia_server.awarding.badge_page import languages, skills
from insignia_server.issuers.models import Issuer
from insignia_server.kit import scopes
from insignia_server.kit.public_files import MINUTES, answer, file_view
from insignia_server.public import finding
from insignia_server.public.earning import Route, routes
from insignia_server.public.showing import look_of

SIZE: Final = 24
MOST: Final = 100  # of a page of JSON
_FILTERS: Final = ("issuer", "type", "level", "language", "workload", "skill")


@dataclass(frozen=True)
class Shown:
    """One achievement of the catalogue."""

    entry: CatalogueEntry
    version: AchievementVersion
    definition: Definition
    texts: Texts
    route: Route


def wanted_of(query: QueryDict, slug: str = "") -> Wanted:
    """What an address asks for; what is too long is cut."""
    asked = {name: query.get(name, "").strip()[:200] for name in _FILTERS}
    sort = query.get("sort", "")
    asked["issuer"] = slug or asked["issuer"]
    words = query.get("q", "").strip()[:200]
    return Wanted(words=words, sort=sort if sort in catalogue.SORTS else "name", **asked)


@require_safe
def page(request: HttpRequest, slug: str = "") -> HttpResponse:
    """The catalogue of the instance, or of one issuer."""
    wanted = wanted_of(request.GET, slug)
    with scopes.crossing("public-pages"):
        issuer = finding.find_issuer(slug) if slug else None
        found = _page(request.GET, wanted, SIZE)
        count = catalogue.find(wanted).count() if found.before or found.after else len(found.rows)
        rows = _shown(found.rows, languages())
        choices = catalogue.choices(slug)
    context: dict[str, Any] = {
        "rows": rows,
        "count": count,
        "titled": titled(issuer),
        "says": says(issuer),
        "issuer": issuer,
        "pages_look": look_of(issuer, issuer.organisation) if issuer else None,
        "wanted": wanted,
        "filtered": wanted.filtered or (bool(wanted.issuer) and not slug),
        "filters": _offered(choices, wanted, slug),
        "sorts": [("name", _("By name")), ("newest", _("Newest first"))],
        "newer": _link(request.GET, "before", found.before),
        "older": _link(request.GET, "after", found.after),
        "here": _address(slug),
        "page": f"{settings.PUBLIC_URL}{_address(slug)}",
        "card": settings.PUBLIC_URL + _card(slug),
        "data": _address(slug, data=True),
    }
    return render(request, "public/catalogue.html", context)


@file_view
def data(request: HttpRequest, slug: str = "") -> HttpResponse:
    """The same as JSON for programs of any site, each in its own language; `next` is an address or null."""
    wanted = wanted_of(request.GET, slug)
    size = request.GET.get("limit", "")
    count = min(int(size), MOST) if size.isascii() and size.isdigit() and 0 < len(size) < 5 else SIZE
    with scopes.crossing("public-pages"):
        if slug:
            finding.find_issuer(slug)
        found = _page(request.GET, wanted, max(count, 1))
        rows = _shown(found.rows, [])
    following = _link(request.GET, "after", found.after)
    base = f"{settings.PUBLIC_URL}{_address(slug, data=True)}"
    content = {"items": [_item(row) for row in rows], "next": f"{base}{following}" if following else None}
    return answer(request, json.dumps(content, ensure_ascii=False).encode(), caching=MINUTES)


def _page(query: QueryDict, wanted: Wanted, size: int) -> catalogue.CataloguePage:
    cursors = {"after": query.get("after", ""), "before": query.get("before", "")}
    return catalogue.page(catalogue.find(wanted), sort=wanted.sort, size=size, **cursors)


def _shown(entries: Sequence[CatalogueEntry], tongues: Sequence[str]) -> list[Shown]:
    """With the texts of their versions in the first of these languages, or their own; two queries."""
    keys = [entry.achievement_id for entry in entries]
    numbers = {entry.achievement_id: entry.number for entry in entries}
    versions = AchievementVersion.objects.filter(achievement__in=keys, number__in=set(numbers.values()))
    there = {row.achievement_id: row for row in versions if numbers[row.achievement_id] == row.number}
    for entry in entries:
        if entry.achievement_id in there:
            there[entry.achievement_id].achievement = entry.achievement
    pairs = [
        (there[entry.achievement_id], entry.issuer) for entry in entries if entry.achievement_id in there
    ]
    ways = routes(pairs, now=timezone.now()) if pairs else {}
    found = []
    for entry in entries:
        if (version := there.get(entry.achievement_id)) is not None:
            definition = version.definition
            way = ways[version.achievement_id]
            found.append(Shown(entry, version, definition, texts(definition, tongues), way))
    return found


def _item(row: Shown) -> dict[str, Any]:
    base, entry, issuer = settings.PUBLIC_URL, row.entry, row.entry.issuer
    place = {"key": entry.achievement_id, "number": entry.number}
    return {
        "id": str(entry.achievement_id),
        "url": base + reverse("achievement", kwargs={"key": entry.achievement_id}),
        "achievement": (row.version.document or {}).get("id"),
        "image": base + reverse("achievement-picture", kwargs=place),
        "name": row.texts.name,
        "description": row.texts.description,
        "language": row.texts.language,
        "type": entry.type or None,
        "eqf_level": entry.level,
        "workload_hours": entry.hours,
        "languages": [one for one in entry.languages.split("|") if one],
        "skills": [one.name for one in skills(row.definition)],
        "tags": list(row.definition.tags),
        "issuer": {
            "name": issuer.name,
            "url": base + reverse("issuer", kwargs={"slug": issuer.slug}),
        },
        "earn": {
            "by": row.route.kind,
            "url": base + row.route.url if row.route.url.startswith("/") else row.route.url,
        },
        "published_at": entry.published_at.isoformat(),
    }


def _address(slug: str, *, data: bool = False) -> str:
    name = ("issuer-catalogue" if slug else "catalogue") + ("-json" if data else "")
    return reverse(name, kwargs={"slug": slug} if slug else {})


def titled(issuer: Issuer | None) -> str:
    """The head of a catalogue."""
    if issuer is None:
        return _("What can be earned here")
    return _("What can be earned from %(name)s") % {"name": issuer.name}


def says(issuer: Issuer | None) -> str:
    """What a catalogue is, in a sentence for search engines and previews."""
    if issuer is None:
        words = _("Micro-credentials and badges on %(name)s, with what each one takes and how to earn it.")
        return words % {"name": settings.INSTANCE_NAME}
    words = _("Micro-credentials and badges of %(name)s, with what each one takes and how to earn it.")
    return words % {"name": issuer.name}


def _card(slug: str) -> str:
    return reverse("issuer-card", kwargs={"slug": slug}) if slug else reverse("catalogue-card")


def _link(query: QueryDict, name: str, key: str | None) -> str:
    """The address of another page with the same filters; empty where there is none."""
    if key is None:
        return ""
    copied = query.copy()
    for one in ("after", "before"):
        copied.pop(one, None)
    copied[name] = key
    return f"?{copied.urlencode()}"


def _offered(choices: catalogue.Choices, wanted: Wanted, slug: str) -> list[dict[str, Any]]:
    """The filters that have something to choose, each with its options."""
    types = sorted(
        ((one, str(label(ACHIEVEMENT_TYPES, one))) for one in choices.types), key=lambda one: one[1]
    )
    found: list[tuple[str, str, str, list[tuple[str, str]]]] = [
        ("issuer", _("Issuer"), _("Every issuer"), [] if slug else list(choices.issuers)),
        ("type", _("Kind"), _("Every kind"), types),
        ("level", _("Level"), _("Every level"), [(str(n), str(EQF_LEVELS[str(n)])) for n in choices.levels]),
        ("language", _("Language"), _("Every language"), [(n, language_name(n)) for n in choices.languages]),
        ("workload", _("Workload"), _("Any workload"), _workloads()),
    ]
    return [
        {"name": name, "label": label, "all": every, "options": options, "value": getattr(wanted, name)}
        for name, label, every, options in found
        if len(options) > 1 or (options and getattr(wanted, name))
    ]


def _workloads() -> list[tuple[str, str]]:
    return [
        ("day", _("Up to a day (8 hours)")),
        ("week", _("Up to a week (40 hours)")),
        ("month", _("Up to a month (160 hours)")),
        ("more", _("More than 160 hours")),
    ]
