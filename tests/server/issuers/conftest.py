"""An issuer of Nordhaven University, and credentials in its name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from insignia_server.issuers import services
from insignia_server.issuers.models import Issuer
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Organisation

NOW = dt.datetime(2026, 11, 25, 12, 0, tzinfo=dt.UTC)


@pytest.fixture
def issuer(scoped: Organisation, owner: Actor) -> Issuer:
    """The Faculty of Arts."""
    return services.create_issuer(
        by=owner, name="Faculty of Arts", url="https://arts.nordhaven.example", now=NOW
    )


@pytest.fixture
def draft() -> Callable[..., dict[str, Any]]:
    """`draft(profile)`: an unsigned credential of this issuer."""

    def make(profile: dict[str, Any], **more: Any) -> dict[str, Any]:
        return {
            "@context": [
                "https://www.w3.org/ns/credentials/v2",
                "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
            ],
            "id": "urn:uuid:0195a7c2-2b1e-7c3a-9d54-3f6e2a1b0c9d",
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "name": "Drawing",
            "issuer": profile,
            "validFrom": "2026-11-25T12:00:00Z",
            "credentialSubject": {
                "id": "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
                "type": ["AchievementSubject"],
                "achievement": {
                    "id": "https://badges.example.test/achievements/1/1.json",
                    "type": ["Achievement"],
                    "name": "Drawing",
                    "description": "Draws from life.",
                    "criteria": {"narrative": "Ten drawings."},
                },
            },
            **more,
        }

    return make
