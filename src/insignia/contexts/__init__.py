"""Frozen JSON-LD contexts and JSON Schemas, by the URL under which the world knows them."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from types import MappingProxyType

_OB3 = "https://purl.imsglobal.org/spec/ob/v3p0/"
CREDENTIALS_V1 = "https://www.w3.org/2018/credentials/v1"
CREDENTIALS_V2 = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES_3_0_3 = _OB3 + "context-3.0.3.json"
_CLR = "https://purl.imsglobal.org/spec/clr/v2p0/"
CLR_2_0_1 = _CLR + "context-2.0.1.json"

CONTEXTS = MappingProxyType(
    {
        CREDENTIALS_V1: "credentials-v1.json",
        CREDENTIALS_V2: "credentials-v2.json",
        "https://www.w3.org/ns/credentials/examples/v2": "credentials-examples-v2.json",
        "https://www.w3.org/ns/credentials/status/v1": "bitstring-status-list-v1.json",
        "https://www.w3.org/ns/did/v1": "did-v1.json",
        "https://w3id.org/security/data-integrity/v1": "data-integrity-v1.json",
        "https://w3id.org/security/data-integrity/v2": "data-integrity-v2.json",
        "https://w3id.org/security/multikey/v1": "multikey-v1.json",
        "https://w3id.org/security/suites/ed25519-2020/v1": "ed25519-2020-v1.json",
        "https://w3id.org/security/suites/x25519-2020/v1": "x25519-2020-v1.json",
        "https://w3id.org/vc/status-list/2021/v1": "vc-status-list-v1.json",
        _OB3 + "context.json": "ob-3.0.json",
        _OB3 + "context-3.0.1.json": "ob-3.0.1.json",
        _OB3 + "context-3.0.2.json": "ob-3.0.2.json",
        OPEN_BADGES_3_0_3: "ob-3.0.3.json",
        _OB3 + "extensions.json": "ob-3-extensions.json",
        _CLR + "context.json": "clr-2.0.json",
        CLR_2_0_1: "clr-2.0.1.json",
        "https://w3id.org/openbadges/v1": "ob-1.1.json",
        "https://w3id.org/openbadges/legacy-v1": "ob-1.1-legacy.json",
        "https://w3id.org/openbadges/v2": "ob-2.0.json",
    }
)

_OB3_SCHEMAS = {
    "achievementcredential": "achievement-credential-any.json",
    "anyachievementcredential": "achievement-credential-any.json",
    "endorsementcredential": "endorsement-credential-any.json",
    "anyendorsementcredential": "endorsement-credential-any.json",
    "profile": "profile.json",
}
# Our own schemas of the same classes; one URL has named that of the data model 1.1 and then that of 2.0.
SCHEMAS = MappingProxyType(
    {
        f"{_OB3}schema/{folder}/ob_v3p0_{name}_schema.json": file
        for folder in ("json", "json-ld")
        for name, file in _OB3_SCHEMAS.items()
    }
    | {
        f"{_CLR}schema/{folder}/clr_v2p0_clrcredential_schema.json": "clr-credential-any.json"
        for folder in ("json", "json-ld")
    }
)


@cache
def bundled(url: str) -> bytes | None:
    """The bytes of a bundled context or schema, or None when that URL is not bundled."""
    if name := CONTEXTS.get(url):
        return files(__name__).joinpath("documents", name).read_bytes()
    if name := SCHEMAS.get(url):
        return files(__name__).joinpath("schemas", name).read_bytes()
    return None
