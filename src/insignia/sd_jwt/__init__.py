"""Selective Disclosure for JWTs (RFC 9901): what the two forms of credentials that use it have in common.

`vc` is SD-JWT VC (`dc+sd-jwt`: claims of its own, no @context), `w3c` a credential of the data model 2.0 that
is secured so (`vc+sd-jwt`, `vp+sd-jwt`). Neither is ever turned into the other without being asked (ADR 18).
"""

from insignia.sd_jwt.disclosures import HASHES, Disclosure
from insignia.sd_jwt.hiding import hide
from insignia.sd_jwt.key_binding import bind, binding_problems, holder_key
from insignia.sd_jwt.presenting import present
from insignia.sd_jwt.token import SdJwt, issue, parse
from insignia.sd_jwt.unpacking import Unpacked, unpack

__all__ = [
    "HASHES",
    "Disclosure",
    "SdJwt",
    "Unpacked",
    "bind",
    "binding_problems",
    "hide",
    "holder_key",
    "issue",
    "parse",
    "present",
    "unpack",
]
