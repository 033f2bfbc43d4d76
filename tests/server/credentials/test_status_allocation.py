"""A place is only taken in a list that a verifier will believe."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.server.credentials.conftest import NOW

from insignia import credential
from insignia.verification import STRICT, verify
from insignia_server.credentials import status
from insignia_server.credentials.models import StatusList
from insignia_server.issuers import services as issuers
from insignia_server.issuers.models import Issuer, SigningKey
from insignia_server.issuers.resolver import LocalResolver
from insignia_server.organisations.actors import Actor

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(minutes=5)


def _published(place: status.Place) -> bool:
    content = (status.published(place.list_id) or (b"", ""))[0]
    return verify(credential.parse(content), resolver=LocalResolver(), now=LATER, policy=STRICT).valid


def test_a_list_of_a_compromised_key_is_signed_again_before_its_next_place(
    issuer: Issuer, owner: Actor
) -> None:
    """Controlled Identifiers 1.0, 2.2: no proof is to be verified at or after the time of revocation."""
    first = status.allocate(issuer, "revocation", 1, now=NOW)[0]
    status.set_bits({first.list_id: [(first.index, 1)]}, now=NOW, publish=False)
    bad = SigningKey.objects.get(pk=StatusList.objects.get().key_id)
    issuers.report_compromised(by=owner, key=bad, since=NOW, now=LATER)
    assert not _published(first)
    second = status.allocate(issuer, "revocation", 1, now=LATER)[0]
    assert second.list_id == first.list_id
    assert second.index != first.index
    assert _published(second)
    row = StatusList.objects.get()
    assert row.key_id != bad.pk
    assert (row.taken, row.changed_at) == (2, None)  # the bit that waited went out too


def test_a_list_that_was_never_published_is(issuer: Issuer) -> None:
    place = status.allocate(issuer, "revocation", 1, now=NOW)[0]
    StatusList.objects.update(published=None, etag="", key=None)
    assert _published(status.allocate(issuer, "revocation", 1, now=LATER)[0])
    assert StatusList.objects.get().pk == place.list_id


def test_a_sound_list_is_not_signed_again(issuer: Issuer) -> None:
    status.allocate(issuer, "revocation", 1, now=NOW)
    before = StatusList.objects.get().etag
    with CaptureQueriesContext(
        connection,
    ) as queries:
        status.allocate(issuer, "revocation", 3, now=LATER)
    assert StatusList.objects.get().etag == before
    assert len(queries) == 2
