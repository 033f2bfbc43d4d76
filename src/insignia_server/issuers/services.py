"""Use cases of issuer profiles and their keys.

Each is one transaction, checks the permission and is audited.
"""

from __future__ import annotations

import datetime as dt
import os
import uuid
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from insignia.cryptosuites import timestamps
from insignia.errors import DidError
from insignia.keys import SecretKey
from insignia_server.audit import services as audit
from insignia_server.issuers import addresses, fields, keylog, signing, slugs
from insignia_server.issuers.models import Issuer, KeyState, SigningKey
from insignia_server.issuers.pictures import set_issuer_picture
from insignia_server.issuers.signing import ALGORITHMS, ED25519, P256, Random, locked, log_key, pin, touch
from insignia_server.kit import scopes
from insignia_server.kit.errors import Forbidden, NotHere, Refusal, Refused
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.domains import held
from insignia_server.organisations.models import Domain, DomainState
from insignia_server.organisations.roles import Permission

__all__ = [
    "add_key",
    "archive_issuer",
    "ask_document_check",
    "create_issuer",
    "pin",
    "proved_domains",
    "report_compromised",
    "rotate_key",
    "set_issuer_picture",
    "unarchive_issuer",
    "update_issuer",
    "use_instance_domain",
    "use_own_domain",
]


@transaction.atomic
def create_issuer(
    *,
    by: Actor,
    name: str,
    slug: str | None = None,
    description: str = "",
    url: str = "",
    email: str = "",
    phone: str = "",
    parent: Issuer | None = None,
    identifiers: Sequence[Mapping[str, str]] = (),
    languages: Mapping[str, Mapping[str, str]] | None = None,
    kms: Mapping[str, str] | None = None,
    now: dt.datetime | None = None,
    random: Random = os.urandom,
) -> Issuer:
    """A new issuer profile with an Ed25519 and a P-256 key and the log that begins with them.

    Without `slug` one is made of the name; it is part of the DID and never changes. `identifiers`: `[{"type":
    "linkedin" | "ror" | "ctid" | …, "value": …}]`. `kms`: algorithm -> `scheme:reference`, for the operator.
    Raises Forbidden, Refused (with each field), KeyUnavailable.
    """
    by.require(Permission.ISSUERS)
    values: dict[str, Any] = {
        "name": name,
        "description": description,
        "url": url,
        "email": email,
        "phone": phone,
    }
    values |= {"identifiers": identifiers, "languages": languages or {}}
    done: dict[str, Any] = {}
    refusals: list[Refusal] = []
    try:
        done = fields.cleaned(values)
    except Refused as refused:
        refusals += refused.refusals
    try:
        chosen = slugs.free(name) if slug is None else slugs.new(slug)
    except Refused as refused:
        refusals += refused.refusals
    if refusals:
        raise Refused(*refusals)
    _check_parent(by, None, parent)
    now = now or timezone.now()
    issuer = _write_issuer(by, chosen, parent, done)
    places = kms or {}
    _check_places(by, *places.values())
    first = signing.create_key(issuer, ED25519, by=by, now=now, kms=places.get(ED25519, ""), random=random)
    signing.create_key(issuer, P256, by=by, now=now, signed_by=first, kms=places.get(P256, ""), random=random)
    audit.record(by=by, action="issuer.create", subject=issuer, slug=issuer.slug)
    return issuer


@transaction.atomic
def update_issuer(*, by: Actor, issuer: Issuer, **values: Any) -> Issuer:
    """Change name, description, url, email, phone, parent, identifiers or languages; `issuer` is brought up
    to date.

    Credentials that were signed keep what they say. Raises Forbidden, NotHere, Refused with each field.
    """
    _check_owner(by, issuer)
    changes = dict(values)
    has_parent, parent = "parent" in changes, changes.pop("parent", None)
    done = fields.cleaned(changes)
    if has_parent:
        _check_parent(by, issuer, parent)
        done["parent"] = parent
    for name, value in done.items():
        setattr(issuer, name, value)
    touch(issuer, *done)
    audit.record(by=by, action="issuer.update", subject=issuer, fields=sorted(done))
    return issuer


@transaction.atomic
def archive_issuer(*, by: Actor, issuer: Issuer, now: dt.datetime | None = None) -> Issuer:
    """Nothing new is awarded in this issuer's name; everything that was stays where it is and verifies."""
    _check_owner(by, issuer)
    if issuer.archived_at is None:
        issuer.archived_at = now or timezone.now()
        touch(issuer, "archived_at")
        audit.record(by=by, action="issuer.archive", subject=issuer)
    return issuer


@transaction.atomic
def unarchive_issuer(*, by: Actor, issuer: Issuer) -> Issuer:
    """The issuer awards again."""
    _check_owner(by, issuer)
    if issuer.archived_at is not None:
        issuer.archived_at = None
        touch(issuer, "archived_at")
        audit.record(by=by, action="issuer.unarchive", subject=issuer)
    return issuer


@transaction.atomic
def use_own_domain(*, by: Actor, issuer: Issuer, domain: Domain, now: dt.datetime | None = None) -> Issuer:
    """`did:web:<domain>` from now on; only before the first signature (see `pin`).

    The DID document must then be answered by the domain (`own_domain.placement` says what to place). Raises
    Refused: after the first signature, for a domain that is not proved or that another issuer profile uses.
    """
    _check_owner(by, issuer)
    if domain.organisation_id != issuer.organisation_id:
        raise NotHere
    if domain.state not in (DomainState.PROVED, DomainState.CHECKING) or domain.proved_at is None:
        message = _("Prove that {domain} is yours first.").format(domain=domain.name)
        raise Refused(Refusal(message, "domain", "not-proved", DomainState.PROVED, domain.state))
    with scopes.crossing("addresses"):  # one DID, one issuer, whoever's
        used = Issuer.objects.filter(own_domain=domain.name).exclude(pk=issuer.pk).exists()
    if used:
        raise Refused(_domain_taken(domain.name))
    return _move(by, issuer, domain.name, now)


@transaction.atomic
def use_instance_domain(*, by: Actor, issuer: Issuer, now: dt.datetime | None = None) -> Issuer:
    """Back to the DID on the instance's domain; only before the first signature."""
    _check_owner(by, issuer)
    return _move(by, issuer, "", now)


@transaction.atomic
def ask_document_check(*, by: Actor, issuer: Issuer) -> None:
    """Have a job look whether the own domain answers the DID document; the page polls `document_seen_at`."""
    _check_owner(by, issuer)
    _look_later(issuer)


def add_key(
    *,
    by: Actor,
    issuer: Issuer,
    algorithm: str,
    kms: str = "",
    now: dt.datetime | None = None,
    random: Random = os.urandom,
) -> SigningKey:
    """A key of an algorithm that the issuer has no active key of. It is made before the transaction begins.

    Raises Forbidden, Refused, KeyUnavailable.
    """
    _check_owner(by, issuer)
    _check_places(by, kms)
    if algorithm not in ALGORITHMS:
        message = _("Choose one of {algorithms}.").format(algorithms=", ".join(ALGORITHMS))
        raise Refused(Refusal(message, "algorithm", "unknown", "", str(algorithm)[:40]))
    _require_no_key(issuer, algorithm)
    made = _made(algorithm, kms, random)
    with transaction.atomic():
        row = locked(issuer)
        _require_no_key(row, algorithm)
        return signing.create_key(
            row,
            algorithm,
            by=by,
            now=now or timezone.now(),
            signed_by=log_key(row),
            kms=kms,
            random=random,
            made=made,
        )


def rotate_key(
    *, by: Actor, key: SigningKey, kms: str = "", now: dt.datetime | None = None, random: Random = os.urandom
) -> SigningKey:
    """A new key in the place of an active one, which signs that in the log; what the old one signed stays
    valid.

    Raises Forbidden, NotHere, Refused for a key that is not active, or that lives elsewhere and would come
    here.
    """
    issuer = _issuer_of(by, key)
    _check_places(by, kms)
    _require_rotatable(key, kms)
    made, now = _made(key.algorithm, kms, random), now or timezone.now()
    with transaction.atomic():
        row = locked(issuer)
        old: SigningKey = SigningKey.objects.get(pk=key.pk)
        _require_rotatable(old, kms)
        voucher = old if old.algorithm in signing.LOG_SIGNERS else log_key(row)
        old.state, old.retired_at = KeyState.RETIRED, now
        old.save(update_fields=["state", "retired_at"])
        new = signing.create_key(
            row,
            old.algorithm,
            by=by,
            now=now,
            event=keylog.ROTATED,
            replaces=old,
            signed_by=voucher,
            kms=kms,
            random=random,
            made=made,
        )
        _forget_later(old.pk)
    return new


def report_compromised(
    *,
    by: Actor,
    key: SigningKey,
    since: dt.datetime,
    kms: str = "",
    now: dt.datetime | None = None,
    random: Random = os.urandom,
) -> SigningKey:
    """The key gets `revoked` and leaves `assertionMethod`; returns the key that signs in its place.

    `since`: from when on others may have had it. A second report may only move it earlier. A surviving key
    signs the entry of the log. Raises Forbidden, NotHere, Refused.
    """
    issuer = _issuer_of(by, key)
    _check_places(by, kms)
    now = now or timezone.now()
    made = _made(key.algorithm, kms, random) if key.state == KeyState.ACTIVE else None
    with transaction.atomic():
        row = locked(issuer)
        bad: SigningKey = SigningKey.objects.get(pk=key.pk)
        _check_since(bad, since, now)
        survivor = log_key(row, other_than=bad)
        was_active = bad.state == KeyState.ACTIVE
        bad.state, bad.compromised_since, bad.revoked_at = KeyState.COMPROMISED, since, bad.revoked_at or now
        bad.save(update_fields=["state", "compromised_since", "revoked_at"])
        members = {"key": f"#{bad.fragment}", "since": timestamps.write(since)}
        signing.append_log(row, keylog.Line(keylog.COMPROMISED, now, members), signed_by=survivor)
        touch(row)
        facts = {"fragment": bad.fragment, "since": members["since"]}
        audit.record(by=by, action="key.compromised", subject=bad, **facts)
        _forget_later(bad.pk)
        if not was_active:
            return signing.active_key(row, bad.algorithm)
        return signing.create_key(
            row,
            bad.algorithm,
            by=by,
            now=now,
            replaces=bad,
            signed_by=survivor,
            kms=kms,
            random=random,
            made=made,
        )


def proved_domains(issuer: Issuer) -> list[Domain]:
    """The domains that the issuer's organisation has proved, as the issuer page and the profile name them."""
    rows = Domain.objects.filter(held(), organisation_id=issuer.organisation_id)
    return list(rows.order_by("name"))


def _made(algorithm: str, kms: str, random: Random) -> SecretKey | None:
    """A key that is made before the transaction; None where it lives elsewhere."""
    return None if kms else signing.generate(algorithm, random)


def _require_no_key(issuer: Issuer, algorithm: str) -> None:
    if SigningKey.objects.filter(issuer_id=issuer.pk, algorithm=algorithm, state=KeyState.ACTIVE).exists():
        message = _("There is an active {algorithm} key. Rotate it instead.").format(algorithm=algorithm)
        raise Refused(Refusal(message, "algorithm", "exists", "", algorithm))


def _require_rotatable(key: SigningKey, kms: str) -> None:
    if key.state != KeyState.ACTIVE:
        raise Refused(Refusal(_("Only a key that signs can be rotated."), "key", "not-active", "", key.state))
    if key.kms and not kms:
        message = _("This key lives outside of the database. The operator names the one that follows it.")
        raise Refused(Refusal(message, "key", "elsewhere", "", key.kms.partition(":")[0]))


def _look_later(issuer: Issuer) -> None:
    from insignia_server.issuers.jobs import check_own_domain

    if issuer.own_domain:
        check_own_domain.enqueue(issuer=str(issuer.pk))


def _forget_later(key_id: uuid.UUID) -> None:
    transaction.on_commit(partial(signing.forget, key_id))


def _check_owner(by: Actor, issuer: Issuer) -> None:
    by.require(Permission.ISSUERS)
    if issuer.organisation_id != by.organisation_id:
        raise NotHere


def _issuer_of(by: Actor, key: SigningKey) -> Issuer:
    _check_owner(by, key.issuer)
    return key.issuer


def _check_places(by: Actor, *places: str) -> None:
    """A reference leads to a key of the whole instance: no tenant names one."""
    if any(places) and by.kind not in ("operator", "job"):
        raise Forbidden(_("Only the operator of the instance connects keys that live elsewhere."))


def _check_since(key: SigningKey, since: dt.datetime, now: dt.datetime) -> None:
    if since > now:
        message = _("Give a time that is not in the future.")
        raise Refused(Refusal(message, "since", "future", timestamps.write(now), timestamps.write(since)))
    known = key.compromised_since
    if known is not None and since >= known:
        message = _("This key is known to be compromised since {since}. Only an earlier time changes that.")
        raise Refused(
            Refusal(
                message.format(since=timestamps.write(known)), "since", "known", "", timestamps.write(since)
            )
        )


def _check_parent(by: Actor, issuer: Issuer | None, parent: Issuer | None) -> None:
    """Within the organisation, and never in a circle."""
    if parent is not None and parent.organisation_id != by.organisation_id:
        raise NotHere
    above = parent
    while above is not None:
        if issuer is not None and above.pk == issuer.pk:
            message = _("{parent} belongs to {issuer} already.").format(parent=parent, issuer=issuer)
            raise Refused(Refusal(message, "parent", "circle"))
        above = above.parent


def _domain_taken(name: str) -> Refusal:
    message = _("Another issuer profile uses {domain}. A subdomain of its own would do.").format(domain=name)
    return Refusal(message, "domain", "taken", "", name)


def _write_issuer(by: Actor, slug: str, parent: Issuer | None, values: Mapping[str, Any]) -> Issuer:
    try:
        did = addresses.did_of(settings.PUBLIC_URL, slug)
    except DidError as error:
        raise ImproperlyConfigured(f"PUBLIC_URL has to name a host by its domain name: {error}") from error
    try:
        with transaction.atomic():
            issuer: Issuer = Issuer.objects.create(
                organisation_id=by.organisation_id,
                slug=slug,
                parent=parent,
                base_url=settings.PUBLIC_URL,
                did=did,
                **values,
            )
    except IntegrityError:
        raise Refused(slugs.taken(slug)) from None
    return issuer


def _move(by: Actor, issuer: Issuer, own_domain: str, now: dt.datetime | None) -> Issuer:
    row = locked(issuer)
    if row.pinned_at is not None:
        message = _(
            "The addresses of this issuer are fixed since {day}, when its first achievement was published or "
            "its first credential signed. The DID {did} stays."
        )
        raise Refused(
            Refusal(message.format(day=row.pinned_at.date(), did=row.did), "domain", "pinned", "", own_domain)
        )
    if row.own_domain != own_domain:
        try:
            with transaction.atomic():
                signing.rename(row, base_url=row.base_url, now=now or timezone.now(), own_domain=own_domain)
        except IntegrityError:
            raise Refused(_domain_taken(own_domain)) from None
        audit.record(by=by, action="issuer.domain", subject=row, own=bool(own_domain))
        _look_later(row)
    for name in ("own_domain", "did", "base_url", "document_seen_at", "document_detail", "revision"):
        setattr(issuer, name, getattr(row, name))
    return issuer
