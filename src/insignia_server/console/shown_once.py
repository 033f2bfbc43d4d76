"""A secret that was just made, shown on the next page and then gone: it waits sealed in the session."""

from __future__ import annotations

import base64

from django.http import HttpRequest

from insignia_server.kit.sealing import seal, unseal


def put(request: HttpRequest, name: str, secret: str) -> None:
    """Keep a secret for the next page. `name` says whose it is, such as `client:<key>`."""
    sealed = seal(secret.encode(), context=f"shown-once:{name}")
    request.session[f"shown-once:{name}"] = base64.b64encode(sealed).decode()


def take(request: HttpRequest, name: str) -> str:
    """The secret, the first time; afterwards, and where there is none, an empty text."""
    kept = request.session.pop(f"shown-once:{name}", "")
    return unseal(base64.b64decode(kept), context=f"shown-once:{name}").decode() if kept else ""
