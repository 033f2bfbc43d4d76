"""The link that saves a badge to Google Wallet: a signed JWT with a generic object (Google Wallet API)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.utils.translation import gettext as _

from insignia.jose.compact import sign
from insignia.keys import KeyType, PublicKey
from insignia_server.kit.errors import NotHere
from insignia_server.passes.content import Pass
from insignia_server.passes.operator import GoogleWallet

SAVE: Final = "https://pay.google.com/gp/v/save/"
_CLASS: Final = "insignia_badge"


@dataclass(frozen=True, slots=True)
class _ServiceAccount:
    """A signer with Google's key of a service account, which is RSA."""

    key: rsa.RSAPrivateKey = field(repr=False)

    @property
    def public_key(self) -> PublicKey:
        spki = self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return PublicKey(KeyType.RSA, spki, "RS256")

    def sign(self, data: bytes, algorithm: str) -> bytes:
        return self.key.sign(data, padding.PKCS1v15(), SHA256())


def save_link(shown: Pass, wallet: GoogleWallet | None, *, now: dt.datetime) -> str:
    """The address of the link. Raises NotHere where the operator has set up no wallet."""
    if wallet is None:
        raise NotHere
    token = sign({"alg": "RS256", "typ": "JWT"}, claims(shown, wallet, now=now), _ServiceAccount(wallet.key))
    return f"{SAVE}{token}"


def claims(shown: Pass, wallet: GoogleWallet, *, now: dt.datetime) -> dict[str, Any]:
    """The claims of the JWT: its class and its object are made by Google when the link is used first."""
    return {
        "iss": wallet.email,
        "aud": "google",
        "typ": "savetowallet",
        "iat": int(now.timestamp()),
        "origins": [f"{urlsplit(settings.PUBLIC_URL).scheme}://{urlsplit(settings.PUBLIC_URL).netloc}"],
        "payload": {
            "genericClasses": [{"id": f"{wallet.issuer}.{_CLASS}"}],
            "genericObjects": [_object(shown, wallet, now)],
        },
    }


def _object(shown: Pass, wallet: GoogleWallet, now: dt.datetime) -> dict[str, Any]:
    def said(text: str) -> dict[str, Any]:
        return {"defaultValue": {"language": shown.language, "value": text}}

    made: dict[str, Any] = {
        "id": f"{wallet.issuer}.{shown.key}",
        "classId": f"{wallet.issuer}.{_CLASS}",
        "state": _state(shown, now),
        "cardTitle": said(shown.issuer),
        "header": said(shown.name),
        "logo": {"sourceUri": {"uri": shown.picture}, "contentDescription": said(shown.name)},
        "hexBackgroundColor": "#faf8f5",
        "barcode": {"type": "QR_CODE", "value": shown.page, "alternateText": _("Scan to verify")},
        "linksModuleData": {
            "uris": [{"id": "page", "uri": shown.page, "description": _("Verify this badge")}]
        },
        "validTimeInterval": {"start": {"date": _moment(shown.valid_from)}},
    }
    if shown.person:
        made["subheader"] = said(_("Awarded to {name}").format(name=shown.person))
    if shown.valid_until is not None:
        made["validTimeInterval"]["end"] = {"date": _moment(shown.valid_until)}
    return made


def _state(shown: Pass, now: dt.datetime) -> str:
    if shown.void:
        return "INACTIVE"
    return "EXPIRED" if shown.valid_until is not None and shown.valid_until <= now else "ACTIVE"


def _moment(value: dt.datetime) -> str:
    return value.strftime("%Y-%m-%dT%H:%M:%SZ")
