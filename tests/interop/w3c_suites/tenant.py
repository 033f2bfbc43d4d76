"""Makes a tenant with an issuer profile and an API client, and prints their DID and key as JSON."""

from __future__ import annotations

import json
import os

import django


def main() -> None:
    """One organisation, one issuer with an Ed25519 and a P-256 key, one client that may do everything."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "insignia_server.config.settings")
    django.setup()

    from insignia_server.issuers import services as issuers
    from insignia_server.kit import scopes
    from insignia_server.organisations import clients
    from insignia_server.organisations import services as organisations
    from insignia_server.organisations.models import Member
    from insignia_server.organisations.roles import Permission
    from insignia_server.people.models import User

    user = User.objects.create_user("suites@interop.example", None, name="Suites")
    organisation = organisations.found(user=user, name="Interoperability")
    with scopes.organisation(organisation.pk):
        actor = Member.objects.get(user=user).actor()
        issuer = issuers.create_issuer(by=actor, name="Interoperability")
        permissions = tuple(Permission)
        _client, key = clients.create_client(
            by=actor, name="W3C suites", scopes_=permissions, a_minute=100_000
        )
    print(json.dumps({"dids": {"Ed25519": issuer.did, "P-256": issuer.did}, "key": key}))


if __name__ == "__main__":
    main()
