"""An organisation's own texts, kept and used."""

from __future__ import annotations

from email.header import decode_header, make_header
from typing import Any

import pytest
from mail_rows import ORGANISATION, award
from mail_servers import Elsewhere

from insignia_server.kit.errors import Refused
from insignia_server.kit.ids import uuid7
from insignia_server.mail import (
    branding,
    sending,
    texts,
)
from insignia_server.mail.branding import Branding
from insignia_server.mail.compose import OwnText
from insignia_server.mail.models import (
    MailText,
)
from insignia_server.mail.services import queue_many

pytestmark = pytest.mark.django_db(transaction=True)


class Someone:
    kind, organisation_id, user_id, client_id = "member", ORGANISATION, uuid7(), None


def test_own_texts_are_kept_used_and_taken_back(server: Elsewhere) -> None:
    place: dict[str, Any] = {
        "by": Someone(),
        "organisation_id": ORGANISATION,
        "kind": "award",
        "language": "en",
    }
    texts.set_text(**place, subject="Well done, {name}", intro="")
    texts.set_text(**place, subject="Well done, {name}!", intro="")
    queue_many([award(), award("bob@elsewhere.example", organisation_id=uuid7())])
    sending.send_due()
    found = [str(make_header(decode_header(taken.parsed["Subject"]))) for taken in server.taken]
    assert found == ["Well done, Ann Lee!", "You earned “Data Analysis”"]
    assert texts.preview("award", "en", ORGANISATION).subject == "Well done, Amara Okafor!"
    assert texts.preview("award", "en").subject == "You earned “Data Analysis with Python”"
    assert texts.set_text(**place, subject=" ", intro="\n") is None
    assert texts.set_text(**place, subject="", intro="") is None
    assert not MailText.plain.exists()
    assert texts.own_texts(None) == {}


def test_a_preview_shows_a_draft_that_is_not_kept_and_the_organisations_name() -> None:
    branding.provide(lambda key: Branding("Nordhaven") if key == ORGANISATION else None)
    try:
        draft = texts.preview("invitation", "de", ORGANISATION, draft=OwnText("Join {organisation}"))
        assert draft.subject == "Join Nordhaven"
        assert branding.of(uuid7()).name == "Insignia"
    finally:
        branding._sources.clear()
    with pytest.raises(Refused):
        texts.preview("award", "en", draft=OwnText("{nothing}"))
    with pytest.raises(Refused, match="does not send mails in “it”"):
        texts.set_text(
            by=Someone(), organisation_id=ORGANISATION, kind="award", language="it", subject="x", intro=""
        )
