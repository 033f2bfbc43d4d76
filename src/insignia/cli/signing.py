"""The options with which `issue` and `status` sign, and what follows from them."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from insignia.cli import keyfile
from insignia.cli.boundary import UsageError
from insignia.cli.session import Session

if TYPE_CHECKING:
    from insignia.cryptosuites import Cryptosuite
    from insignia.issuing import IssuerKey
    from insignia.keys import KeyType

SELECTIVE = "ecdsa-sd-2023"
COSE = "vc-cose"
SUITES = (
    "eddsa-rdfc-2022",
    "eddsa-jcs-2022",
    "ecdsa-rdfc-2019",
    "ecdsa-jcs-2019",
    SELECTIVE,
    "Ed25519Signature2020",
    "ob-jwt",
    "vc-jwt",
    "vc-sd-jwt",
    "dc-sd-jwt",
    COSE,
)
PARTS = (SELECTIVE, "vc-sd-jwt", "dc-sd-jwt")


def arguments(parser: argparse.ArgumentParser, *, required: bool = True) -> None:
    """Declare --key, --did and --suite."""
    parser.add_argument("--key", metavar="KEY", required=required, help="the secret key file to sign with")
    parser.add_argument(
        "--did",
        metavar="DID",
        help="issue as this DID, DID URL or https URL (default: the one in the key file)",
    )
    parser.add_argument(
        "--suite",
        choices=SUITES,
        metavar="SUITE",
        help="how to sign: eddsa-rdfc-2022 (default with Ed25519), eddsa-jcs-2022, ecdsa-rdfc-2019 (default "
        "with P-256 and P-384), ecdsa-jcs-2019, ecdsa-sd-2023 (P-256; its holder can show parts of it), "
        "Ed25519Signature2020, ob-jwt (default with RSA), vc-jwt, vc-sd-jwt (its holder can show parts), "
        "dc-sd-jwt (the same as SD-JWT VC: claims of its own, for wallets), vc-cose (binary)",
    )


def key_of(options: argparse.Namespace, session: Session) -> IssuerKey:
    """The key that --key and --did name. Raises CommandError."""
    from insignia.issuing import IssuerKey

    key = keyfile.load(options.key, session, controller=options.did)
    return IssuerKey(key.secret, key.verification_method)


def suite_of(options: argparse.Namespace, key: IssuerKey) -> str:
    """The suite that was asked for, or the usual one for the type of the key."""
    from insignia.keys import KeyType

    usual: dict[KeyType, str] = {
        KeyType.ED25519: "eddsa-rdfc-2022",
        KeyType.P256: "ecdsa-rdfc-2019",
        KeyType.P384: "ecdsa-rdfc-2019",
    }
    return str(options.suite or usual.get(key.signer.public_key.key_type, "ob-jwt"))


def chosen_suite(
    options: argparse.Namespace, key: IssuerKey, document: Mapping[str, Any], session: Session
) -> str | Cryptosuite:
    """The suite to sign this document with; for ecdsa-sd-2023 with what is always shown."""
    suite = suite_of(options, key)
    pointers = getattr(options, "mandatory", None)
    if suite != SELECTIVE:
        if pointers:
            raise UsageError("--mandatory goes with --suite ecdsa-sd-2023 only")
        return suite
    from insignia.cryptosuites import ecdsa_sd_2023

    if (
        pointers
        and "credentialStatus" in document
        and not any(p in ("", "/credentialStatus") for p in pointers)
    ):
        raise UsageError(
            "what is always shown lacks /credentialStatus, so a holder could hide that it was revoked",
            advice="add --mandatory /credentialStatus",
        )
    return ecdsa_sd_2023.base(pointers or ecdsa_sd_2023.usual_pointers(document), random=session.random)


def loader() -> Callable[[str], Any]:
    """Contexts for signing come from the package and never from the network."""
    from insignia import jsonld
    from insignia.resolver import OfflineResolver

    return jsonld.bundled_loader(OfflineResolver())


def moment(text: str | None, option: str) -> datetime | None:
    """The time that an option gives. Raises UsageError."""
    if text is None:
        return None
    from insignia.credential import instant

    found = instant(f"{text}T00:00:00Z" if len(text) == 10 else text)
    if found is None:
        raise UsageError(
            f"{option} {text!r} is not a time",
            advice="write a day such as 2026-01-31, or a time with its zone such as 2026-01-31T09:30:00Z",
        )
    return found
