"""A `.pkpass`: pass.json, pictures, manifest and signature in a ZIP (Apple, Wallet Passes).

A pass is a copy of what was true when it was made: it says so and leads to the badge page by its QR code.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from typing import Any, Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from django.utils.translation import gettext as _

from insignia_server.kit.errors import NotHere
from insignia_server.passes.content import Pass, sizes
from insignia_server.passes.operator import AppleWallet

MEDIA_TYPE: Final = "application/vnd.apple.pkpass"
_ICON: Final = 29  # points; files for one, two and three pixels a point
_THUMBNAIL: Final = 90
_OPTIONS: Final = (pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary)
_WHEN: Final = (1980, 1, 1, 0, 0, 0)  # the same files make the same ZIP


def pkpass(shown: Pass, wallet: AppleWallet | None) -> bytes:
    """The file. Raises NotHere where the operator has set up no wallet."""
    if wallet is None:
        raise NotHere
    files = {"pass.json": json.dumps(pass_json(shown, wallet), ensure_ascii=False, indent=1).encode()}
    for name, points in (("icon", _ICON), ("thumbnail", _THUMBNAIL)):
        pictures = sizes(shown.png, [points, points * 2, points * 3])
        for ending, picture in zip(("", "@2x", "@3x"), pictures, strict=True):
            files[f"{name}{ending}.png"] = picture
    # The format wants SHA-1 here; the signature over the manifest uses SHA-256.
    digests = {name: hashlib.sha1(one, usedforsecurity=False).hexdigest() for name, one in files.items()}
    files["manifest.json"] = json.dumps(digests, indent=1).encode()
    files["signature"] = signature(files["manifest.json"], wallet)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _WHEN), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def signature(manifest: bytes, wallet: AppleWallet) -> bytes:
    """A detached PKCS #7 signature in DER, with both certificates and the time in it."""
    builder = pkcs7.PKCS7SignatureBuilder().set_data(manifest)
    builder = builder.add_signer(wallet.certificate, wallet.key, hashes.SHA256())
    return builder.add_certificate(wallet.intermediate).sign(Encoding.DER, _OPTIONS)


def pass_json(shown: Pass, wallet: AppleWallet) -> dict[str, Any]:
    """The style `generic`, with the badge as its thumbnail."""
    content: dict[str, Any] = {
        "formatVersion": 1,
        "passTypeIdentifier": wallet.pass_type,
        "teamIdentifier": wallet.team,
        "serialNumber": str(shown.key),
        "organizationName": shown.issuer,
        "description": _("Badge: {name}, issued by {issuer}").format(name=shown.name, issuer=shown.issuer),
        "logoText": shown.issuer,
        "backgroundColor": "rgb(250, 248, 245)",
        "foregroundColor": "rgb(34, 31, 27)",
        "labelColor": "rgb(98, 91, 82)",
        "generic": _fields(shown),
        "barcodes": [
            {
                "format": "PKBarcodeFormatQR",
                "message": shown.page,
                "messageEncoding": "iso-8859-1",
                "altText": _("Scan to verify"),
            }
        ],
    }
    if shown.valid_until is not None:
        content["expirationDate"] = shown.valid_until.strftime("%Y-%m-%dT%H:%M:%SZ")
    if shown.void:
        content["voided"] = True
    return content


def _fields(shown: Pass) -> dict[str, Any]:
    day = {"dateStyle": "PKDateStyleMedium", "ignoresTimeZone": True}
    dates = [{"key": "from", "label": _("Issued"), "value": _moment(shown.valid_from), **day}]
    if shown.valid_until is not None:
        dates.append({"key": "until", "label": _("Valid until"), "value": _moment(shown.valid_until), **day})
    person = [{"key": "person", "label": _("Awarded to"), "value": shown.person}] if shown.person else []
    back = [
        {"key": "about", "label": _("About this badge"), "value": shown.description},
        {"key": "page", "label": _("Verify this badge"), "value": shown.page},
        {
            "key": "copy",
            "label": _("This pass is a copy"),
            "value": _("It says what was true when it was made. Scan the code for what is true now."),
        },
    ]
    return {
        "primaryFields": [{"key": "name", "label": _("Badge"), "value": shown.name}],
        "secondaryFields": person,
        "auxiliaryFields": dates,
        "backFields": back,
    }


def _moment(value: Any) -> str:
    return str(value.strftime("%Y-%m-%dT%H:%M:%SZ"))
