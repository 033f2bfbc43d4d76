"""What the first visitor of a new process would otherwise wait for, over half a second: addresses,
translations, templates, and the library's contexts and schemas. Nothing is read from the database."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Final

from django.conf import settings
from django.template.loader import get_template
from django.urls import reverse
from django.utils import translation

from insignia import credential
from insignia.contexts import CREDENTIALS_V2, OPEN_BADGES_3_0_3
from insignia.issuing import IssuerKey, issue
from insignia.issuing.drafting import EXTENSIONS_CONTEXT, SCHEMA_URL
from insignia.keys import KeyType, SecretKey
from insignia.report import Report
from insignia.resolver import OfflineResolver
from insignia.verification import render, verify
from insignia_server.credentials.keys import loader

TEMPLATES: Final = (
    "public/badge.html",
    "public/achievement.html",
    "public/issuer.html",
    "public/home.html",
    *(
        f"kit/parts/{name}.html"
        for name in ("verification_report", "check", "copyable", "copy_button", "footer", "messages")
    ),
    *(f"kit/parts/{name}.html" for name in ("language_switch", "theme_switch", "badge_tile")),
)
SUITE: Final = "eddsa-rdfc-2022"


def warm() -> None:
    """Read and compile it all, once.

    Raises RuntimeError when a badge that is signed here does not verify: such a process must not serve.
    """
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            reverse("home")
            translation.gettext("Verification, made just now")
    for name in TEMPLATES:
        get_template(name)
    report = _verify_one()
    if not report.valid:
        raise RuntimeError(f"a badge signed here does not verify: {render.sentence(report)}")


def _verify_one() -> Report:
    """A badge of an issuer that is forgotten at once: signed, read and verified."""
    now = dt.datetime.now(dt.UTC)
    key = IssuerKey.from_secret(SecretKey.generate(KeyType.ED25519, secrets.token_bytes))
    document = {
        "@context": [CREDENTIALS_V2, OPEN_BADGES_3_0_3, EXTENSIONS_CONTEXT],
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "id": "urn:uuid:5c1e3f7a-9d24-4b60-8e11-0f6a7c2d9b38",
        "name": "Warm",
        "issuer": {"id": key.controller, "type": ["Profile"], "name": "Warm"},
        "validFrom": now.isoformat(timespec="seconds"),
        "credentialSchema": [{"id": SCHEMA_URL, "type": "1EdTechJsonSchemaValidator2019"}],
        "credentialSubject": {
            "id": key.controller,
            "type": ["AchievementSubject"],
            "achievement": {
                "id": "urn:uuid:0f6a7c2d-9b38-4b60-8e11-5c1e3f7a9d24",
                "type": ["Achievement"],
                "name": "Warm",
                "description": "Warm",
                "criteria": {"narrative": "Warm"},
            },
        },
    }
    signed = issue(document, key=key, suite=SUITE, created=now, loader=loader())
    return verify(credential.parse(signed), resolver=OfflineResolver(), now=now)
