"""A badge full of hostile texts, and where it shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

import insignia_server
from insignia_server.achievements.models import AchievementVersion
from insignia_server.awarding.models import Award
from insignia_server.credentials.services import issue_one
from insignia_server.credentials.subject import Evidence, Subject
from insignia_server.kit import blind
from insignia_server.kit.ids import uuid7

PACKAGE = Path(insignia_server.__file__).parent
SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">'
    b'<circle cx="32" cy="32" r="30" fill="#0f6b57"/></svg>'
)
ATTACK = "\"><script>alert(1)</script><img src=x onerror=alert(2)>'{{7*7}}"


def award_of(version: AchievementVersion, *, name: str) -> Award:
    now = timezone.now()
    subject = Subject(
        credential_id=uuid7(),
        identifier="ann@example.org",
        salt="s" * 16,
        name=name,
        valid_from=now - dt.timedelta(days=1),
        evidence=(
            Evidence(url="javascript:alert(5)", name=f"Evidence {ATTACK}", description=ATTACK),
            Evidence(url="https://portfolio.example/ann", name="Portfolio"),
        ),
        narrative=f"Narrative {ATTACK}",
    )
    credential = issue_one(version=version, subject=subject, now=now)
    row: Award = Award.objects.create(
        id=credential.pk,
        organisation_id=version.organisation_id,
        version=version,
        achievement_id=version.achievement_id,
        credential=credential,
        idempotency_key=str(credential.pk),
        source="manual",
        identifier="ann@example.org",
        blind_index=blind.index("emailAddress", "ann@example.org"),
        email="ann@example.org",
        name=name,
        created_at=now,
    )
    return row


def public_pages(award: Award) -> list[str]:
    return [
        "/",
        f"/badges/{award.credential_id}/",
        f"/achievements/{award.achievement_id}/",
        f"/achievements/{award.achievement_id}/1/",
        "/issuers/hostile/",
        "/report/?page=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
        "/verify/?url=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
        "/accounts/login/?next=%22%3E%3Cscript%3E",
        "/accounts/signup/",
        "/accounts/password/reset/",
        "/design/",
        "/nothing-here/",
    ]


def views(patterns: Any = None, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for one in patterns if patterns is not None else get_resolver().url_patterns:
        place = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from views(one.url_patterns, place)
        elif isinstance(one, URLPattern):
            yield place, one.callback


FORMS: dict[str, dict[str, str]] = {
    "/verify/": {"text": "{}", "recipient": "ann@example.org"},
    "/report/": {"address": "x", "reason": "other", "text": "y"},
    "/accounts/login/": {"login": "ann@example.org", "password": "correct horse battery"},
    "/accounts/signup/": {
        "email": "new@example.org",
        "name": "New",
        "password1": "correct horse battery",
        "password2": "correct horse battery",
    },
    "/accounts/password/reset/": {"email": "ann@example.org"},
    "/theme/": {"theme": "dark", "next": "/"},
    "/language/setlang/": {"language": "de", "next": "/"},
}
