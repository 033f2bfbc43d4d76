"""Every way out of the two scopes, with its reason. A crossing that is not listed here does not open."""

from __future__ import annotations

CROSSINGS: dict[str, str] = {
    "public-pages": "badge, achievement and issuer pages and the JSON behind them belong to the public",
    "verification": "a verifier asks for status lists, keys and credentials whose issuer it does not know",
    "sign-in": "a person's memberships in all organisations, to choose one of them",
    "invitation": "who was invited by a token is not yet a member",
    "api-client": "a client's key names the organisation; before it is read there is no scope",
    "claim": "a claim link names the organisation; before it is read there is no scope",
    "identity-proved": "awards to an address that a person has just proved become that person's",
    "mail-outcome": "a bounce or an opened link names a message, whose organisation comes with it",
    "jobs": "a job finds its row by key and then works in the scope of the row's organisation",
    "founding": "an organisation that is being founded has no scope yet",
    "addresses": "a slug, a domain or an id is there once an instance, whoever has it",
    "expiry": "what is over in any organisation is marked for its lists, by one job",
    "mail": "a mail is sent in the name of its organisation, by a job that sends for all",
    "webhooks": "what is due to be told goes to the endpoints of all organisations, by one job",
    "migration": "a new column is filled in the rows of every organisation, once",
    "operator": "the operator of the instance looks after tenants, reports and quotas",
    "vc-api-open": "the tenant of an open test instance is looked up by its slug, and made at first use",
    "similar-pictures": "a new badge is held against the public pictures of others, so that none is copied",
    "pictures": "pictures of any organisation that have no perceptual hash get one, by one job",
    "backup": "a backup holds every tenant",
    "demo": "the demo seeds several organisations",
    "key-rotation": "the key-encryption key of the instance seals the keys of all issuers",
    "did-resolution": "a DID of this instance is answered from its own database",
    "erasure": "what is erased of a person lies in many organisations",
}
