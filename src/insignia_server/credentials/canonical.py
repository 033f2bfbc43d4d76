"""What was signed of a credential, in a form that a browser can verify without JSON-LD.

The canonical texts of document and proof configuration as N-Quads (as JSON, for the JCS suites), or the
token. Pure over the stored bytes. A browser hashes the texts itself, so nothing here has to be believed.
"""

from __future__ import annotations

import json
from functools import lru_cache

from insignia.credential import Form, parse
from insignia.errors import InsigniaError
from insignia.proof import signed_form
from insignia_server.credentials.keys import loader


@lru_cache(maxsize=256)
def canonical(content: bytes) -> bytes:
    """JSON: `{cryptosuite, document, proof, proofValue}`, or `{jwt}`; `{}` for what is secured otherwise,
    such as by ecdsa-sd-2023, by several proofs, or on a curve other than P-256."""
    return json.dumps(_parts(content), ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _parts(content: bytes) -> dict[str, str]:
    try:
        secured = parse(content)
        if secured.form in (Form.JWT_OB, Form.JWT_VC_JOSE):
            return {"jwt": content.decode().strip()}
        form = signed_form(secured.document, loader=loader())
    except InsigniaError:
        return {}
    return {
        "cryptosuite": form.suite,
        "document": form.document.decode(),
        "proof": form.configuration.decode(),
        "proofValue": form.proof_value,
    }
