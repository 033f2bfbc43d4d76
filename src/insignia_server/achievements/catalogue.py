"""The public catalogue: which published achievements there are, found by words and filters."""

from __future__ import annotations

import unicodedata
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q, QuerySet

from insignia_server.achievements.definition import Definition
from insignia_server.achievements.models import Achievement, AchievementVersion, CatalogueEntry
from insignia_server.kit.paging import key_of

SORTS: Final = ("name", "newest")
# Hours of workload: from, below.
WORKLOADS: Final[dict[str, tuple[float | None, float | None]]] = {
    "day": (None, 8.0001),
    "week": (8.0001, 40.0001),
    "month": (40.0001, 160.0001),
    "more": (160.0001, None),
}
MOST_WORDS: Final = 10
MOST_CHARACTERS: Final = 20_000


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What somebody looks for; empty means all. `issuer` is a slug, `level` one of the EQF."""

    words: str = ""
    issuer: str = ""
    type: str = ""
    level: str = ""
    language: str = ""
    workload: str = ""
    skill: str = ""
    sort: str = "name"

    @property
    def filtered(self) -> bool:
        """Whether it leaves anything out, the issuer aside."""
        return any((self.words, self.type, self.level, self.language, self.workload, self.skill))


@dataclass(frozen=True)
class CataloguePage:
    """Some entries, and the cursors of the pages before and after, or None."""

    rows: Sequence[CatalogueEntry]
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Choices:
    """What the filters offer: what there is. Issuers are slugs with names."""

    issuers: Sequence[tuple[str, str]]
    types: Sequence[str]
    levels: Sequence[int]
    languages: Sequence[str]


def fold(text: str) -> str:
    """Small letters without accents and with single spaces: `École d'été` and `ecole d'ete` are the same."""
    plain = text.replace("\0", " ")
    for _again in range(2):  # small letters of what was taken apart may have to be taken apart themselves
        spread = unicodedata.normalize("NFKD", plain).casefold()
        plain = "".join(one for one in spread if not unicodedata.combining(one))
    return " ".join(plain.split())


def enter(achievement: Achievement, version: AchievementVersion) -> None:
    """It stands in the catalogue as this published version says it. Raises ValueError for a draft."""
    if version.number is None or version.published_at is None:
        raise ValueError("expected a published version, got a draft")
    CatalogueEntry.objects.update_or_create(
        achievement=achievement,
        defaults={
            "organisation_id": achievement.organisation_id,
            "issuer_id": achievement.issuer_id,
            "number": version.number,
            "published_at": version.published_at,
            **facts(version.definition),
        },
    )


def leave(achievement: Achievement) -> None:
    """It stands there no more."""
    CatalogueEntry.objects.filter(achievement=achievement).delete()


def facts(definition: Definition) -> dict[str, Any]:
    """The columns that are made of the definition."""
    skills = [one.target_name for one in definition.alignments if one.target_name.strip()]
    names = [one.name for one in definition.translations]
    texts = [one.description for one in definition.translations]
    said = (definition.name, definition.human_code, *names, *definition.tags, *skills, definition.description)
    codes = (definition.in_language, *(one.language for one in definition.translations))
    return {
        "sort": fold(definition.name)[:300],
        "words": fold("\n".join((*said, *texts)))[:MOST_CHARACTERS],
        "skills": _listed([fold(one) for one in (*skills, *definition.tags)])[:MOST_CHARACTERS],
        "type": definition.achievement_type[:100],
        "level": definition.eqf_level,
        "languages": _listed([one.partition("-")[0].lower() for one in codes if one])[:400],
        "hours": definition.workload_hours,
    }


def find(wanted: Wanted) -> QuerySet[CatalogueEntry]:
    """What fits, of issuers that issue. In a crossing: of every organisation."""
    found = CatalogueEntry.objects.filter(issuer__archived_at=None, organisation__state="active")
    if wanted.issuer:
        found = found.filter(issuer__slug=wanted.issuer)
    for word in fold(wanted.words).split()[:MOST_WORDS]:
        found = found.filter(words__contains=word)
    if wanted.type:
        found = found.filter(type=wanted.type)
    if wanted.level:
        found = found.filter(level=int(wanted.level)) if wanted.level in tuple("12345678") else found.none()
    if wanted.language:
        found = found.filter(languages__contains=f"|{wanted.language.lower().partition('-')[0]}|")
    if wanted.skill:
        found = found.filter(skills__contains=fold(wanted.skill))
    return _of_workload(found, wanted.workload)


def page(
    found: QuerySet[CatalogueEntry], *, sort: str = "name", after: str = "", before: str = "", size: int = 24
) -> CataloguePage:
    """A page of it, by name or the newest first. `after` and `before` are keys of entries; one that is there
    no more begins at the start. At most three queries."""
    column, falling = ("published_at", True) if sort == "newest" else ("sort", False)
    start = _place(after or before, column)
    back = bool(before) and not after and start is not None
    ordered = _ordered(found, column, falling != back)
    if start is not None:
        ordered = ordered.filter(_beyond(column, start, falling != back))
    rows = list(ordered.select_related("achievement", "issuer")[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    if back:
        rows.reverse()
        return CataloguePage(rows, _key(rows, 0) if more else None, _key(rows, -1))
    return CataloguePage(rows, _key(rows, 0) if start is not None else None, _key(rows, -1) if more else None)


def choices(issuer: str = "") -> Choices:
    """What the filters offer; one query."""
    rows = find(Wanted(issuer=issuer)).order_by()
    names = ("issuer__slug", "issuer__name", "type", "level", "languages")
    found = list(rows.values_list(*names).distinct()[:2000])
    codes = {code for row in found for code in row[4].split("|") if code}
    return Choices(
        issuers=sorted({(row[0], row[1]) for row in found}, key=lambda one: fold(one[1])),
        types=sorted({row[2] for row in found if row[2]}),
        levels=sorted({row[3] for row in found if row[3] is not None}),
        languages=sorted(codes),
    )


def _of_workload(found: QuerySet[CatalogueEntry], name: str) -> QuerySet[CatalogueEntry]:
    if not name:
        return found
    if name not in WORKLOADS:
        return found.none()
    low, high = WORKLOADS[name]
    found = found.filter(hours__isnull=False)
    found = found if low is None else found.filter(hours__gte=low)
    return found if high is None else found.filter(hours__lt=high)


def _place(cursor: str, column: str) -> tuple[Any, uuid.UUID] | None:
    """Where the entry of a cursor stands in the order."""
    key = key_of(cursor)
    if key is None:
        return None
    place: tuple[Any, uuid.UUID] | None = (
        CatalogueEntry.objects.filter(pk=key).values_list(column, "pk").first()
    )
    return place


def _ordered(found: QuerySet[CatalogueEntry], column: str, falling: bool) -> QuerySet[CatalogueEntry]:
    sign = "-" if falling else ""
    return found.order_by(f"{sign}{column}", f"{sign}pk")


def _beyond(column: str, place: tuple[Any, uuid.UUID], falling: bool) -> Q:
    way = "lt" if falling else "gt"
    value, key = place
    return Q(**{f"{column}__{way}": value}) | Q(**{column: value, f"pk__{way}": key})


def _key(rows: Sequence[CatalogueEntry], index: int) -> str | None:
    return str(rows[index].pk) if rows else None


def _listed(items: Sequence[str]) -> str:
    unique = dict.fromkeys(one.replace("|", " ") for one in items if one)
    return f"|{'|'.join(unique)}|" if unique else ""
