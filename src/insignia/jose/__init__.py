"""Credentials and presentations as JSON Web Tokens: two forms that are never one token.

The Open Badges profile (`typ: JWT`, Open Badges 3.0, section 8.2) and Securing Verifiable Credentials using
JOSE (`typ: vc+jwt` and `vp+jwt`); tokens of the data model 1.1 (a `vc` or `vp` claim) are read.
"""

from insignia.jose.claims import check_claims, check_times, sign_ob, sign_vc
from insignia.jose.compact import ParsedJwt, parse, verify_signature
from insignia.jose.envelope import check_envelopes, from_data_url, to_data_url

__all__ = [
    "ParsedJwt",
    "check_claims",
    "check_envelopes",
    "check_times",
    "from_data_url",
    "parse",
    "sign_ob",
    "sign_vc",
    "to_data_url",
    "verify_signature",
]
