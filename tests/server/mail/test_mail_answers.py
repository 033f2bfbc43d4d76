"""A mail that says 'answer this mail' can be answered, and one that cannot does not say so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from mail_rows import SHARED, award
from mail_servers import Elsewhere

from insignia_server.kit.ids import uuid7
from insignia_server.mail import branding, sending
from insignia_server.mail.branding import Branding
from insignia_server.mail.services import queue_many

pytestmark = pytest.mark.django_db(transaction=True)
ASKED = "answer this mail"
OFFICE, ISSUER = "office@nordhaven.example", "arts@nordhaven.example"


@pytest.fixture(params=[OFFICE, "", "büro@nordhaven.example"])
def organisation_reply(request: pytest.FixtureRequest) -> Iterator[str]:
    """What the organisation says where answers go; the last one no mail server takes."""
    branding.provide(lambda key: Branding("Nordhaven", reply_to=request.param))
    yield request.param
    branding._sources.clear()


@pytest.mark.parametrize("kind", ["award_revoked", "claim_declined"])
@pytest.mark.parametrize("issuer", [ISSUER, "", "büro@nordhaven.example"])
def test_answers_go_to_the_organisation_or_the_issuer_or_are_not_asked_for(
    server: Elsewhere, organisation_reply: str, issuer: str, kind: str
) -> None:
    shared = {**SHARED, "answers_to": issuer}
    queue_many([award(kind=kind, shared=shared, organisation_id=uuid7())])
    sending.send_due()
    mail = server.taken[0].parsed
    expected = next((one for one in (organisation_reply, issuer) if one and one.isascii()), None)
    assert mail["Reply-To"] == expected
    texts = [str(part.get_payload(decode=True), "utf-8") for part in mail.get_payload()]  # type: ignore[union-attr,arg-type]
    assert [ASKED in " ".join(text.split()) for text in texts] == [expected is not None] * 2
