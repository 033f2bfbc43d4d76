"""The REST API put together: its resources, its document, its parser."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import NinjaAPI
from ninja.errors import HttpError
from ninja.parser import Parser

from insignia import __version__, strict_json
from insignia.errors import ParseError
from insignia_server.api import problems
from insignia_server.api.fitting import StrictApi, only_known
from insignia_server.api.rest import (
    achievements,
    audit,
    awards,
    batches,
    bulk,
    certificates,
    claims,
    clients,
    credentials,
    designs,
    domains,
    erasures,
    evidence,
    groups,
    issuers,
    keys,
    mail_texts,
    members,
    organisation,
    reissues,
    verifications,
    webhooks,
)

DESCRIPTION = gettext_lazy(
    "Everything that the console can do. Send the key of an API client: `Authorization: Bearer insignia_…`. "
    "Its scopes decide what it may do. Send `Idempotency-Key` with each POST: the same request again gets "
    "the same answer for 24 hours. Lists come in pages: `next` is the cursor for `after`. What fails is "
    "answered with problem details (RFC 9457); `errors` say which field, what was expected, what was there."
)


class StrictParser(Parser):
    """JSON without duplicate members, lone surrogates or numbers that no double holds."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body. Raises HttpError 400 with the place."""
        try:
            return strict_json.loads(request.body)
        except ParseError as error:
            raise HttpError(400, _("The body is no JSON: {problem}.").format(problem=error)) from error


def build() -> NinjaAPI:
    """The API with all its resources."""
    made = StrictApi(
        title="Insignia",
        version=__version__,
        description=str(DESCRIPTION),
        docs_url=None,
        openapi_url=None,
        urls_namespace="api",
        parser=StrictParser(),
    )
    problems.install(made)
    made.add_decorator(only_known, mode="view")
    for path, router in (
        ("organisation", organisation.router),
        ("mail-texts", mail_texts.router),
        ("members", members.router),
        ("invitations", members.invitations),
        ("groups", groups.router),
        ("domains", domains.router),
        ("clients", clients.router),
        ("issuers", issuers.router),
        ("issuers", keys.router),
        ("issuers", reissues.keys),
        ("reissues", reissues.router),
        ("achievements", achievements.router),
        ("achievements", designs.achievements),
        ("designs", designs.router),
        ("families", designs.family_router),
        ("palettes", designs.palette_router),
        ("awards", bulk.router),
        ("awards", awards.router),
        ("erasures", erasures.router),
        ("evidence", evidence.router),
        ("batches", batches.router),
        ("certificate-designs", certificates.router),
        ("certificate-files", certificates.files),
        ("claim-links", claims.links),
        ("claims", claims.router),
        ("credentials", credentials.router),
        ("webhooks", webhooks.router),
        ("audit", audit.router),
        ("verifications", verifications.router),
    ):
        made.add_router(path, router)
    return made


api = build()
