"""The mail as another server receives it: addresses and headers."""

from __future__ import annotations

from email.header import decode_header, make_header

import pytest
from mail_rows import SHARED, award, only
from mail_servers import Elsewhere

from insignia_server.kit.ids import uuid7
from insignia_server.mail import (
    branding,
    listener,
    sending,
)
from insignia_server.mail.branding import Branding
from insignia_server.mail.envelope import Unsendable, ascii_address, return_address
from insignia_server.mail.models import (
    Failure,
    Message,
    MessageState,
    Suppression,
    SuppressionReason,
)
from insignia_server.mail.services import queue_many
from insignia_server.mail.tokens import return_token

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_mail_has_the_headers_of_an_automatic_one(server: Elsewhere) -> None:
    branding.provide(lambda key: Branding("Universität Nordhaven, e.V.", reply_to="badges@nordhaven.example"))
    try:
        (key,) = queue_many([award(name="Lee, Ann")])
        sending.send_due()
    finally:
        branding._sources.clear()
    taken = server.taken[0]
    mail = taken.parsed
    assert taken.sender == return_address(key) == f"bounce+{return_token(key)}@badges.example.test"
    assert len(taken.sender.partition("@")[0]) <= 64, "RFC 5321, 4.5.3.1.1: 'local-part is 64 octets'"
    assert mail["Message-ID"] == f"<m.{return_token(key)}@badges.example.test>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Reply-To"] == "badges@nordhaven.example"
    assert str(make_header(decode_header(mail["From"]))).startswith("Universität Nordhaven, e.V. <badges@")
    assert mail["To"] == '"Lee, Ann" <ann@elsewhere.example>'
    assert mail["List-Unsubscribe"] is None, "a badge is not a newsletter"
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.get_payload()] == ["text/plain", "text/html"]  # type: ignore[union-attr]


def test_a_reminder_can_be_turned_off(server: Elsewhere) -> None:
    (key,) = queue_many([award(kind="award_reminder", reply_to="dean@nordhaven.example")])
    sending.send_due()
    mail = server.taken[0].parsed
    assert mail["Reply-To"] == "dean@nordhaven.example"
    address = f"unsubscribe+{return_token(key)}@badges.example.test"
    assert (
        mail["List-Unsubscribe"].replace("\r\n ", "").replace("\n ", "")
        == f"<mailto:{address}?subject=unsubscribe>"
    )
    assert listener.take(b"", recipient=address) is True
    queue_many([award(kind="award_reminder"), award()])
    sending.send_due()
    assert [message.state for message in Message.plain.order_by("pk")] == ["sent", "failed", "sent"]
    assert Suppression.plain.get().reason == SuppressionReason.UNSUBSCRIBED
    assert listener.take(b"", recipient=f"unsubscribe+{return_token(uuid7())}@badges.example.test") is False


@pytest.mark.parametrize(
    "bad", ["Ann\r\nBcc: all@example.org", "Ann\nX-Evil: 1\n\nbody", "Ann\x00\u2028Bcc: x@y.example"]
)
def test_no_name_makes_a_header(server: Elsewhere, bad: str) -> None:
    values = SHARED | {"achievement": bad, "issuer": bad}
    branding.provide(lambda key: Branding(bad))
    try:
        queue_many([award(name=bad, shared=values)])
        sending.send_due()
    finally:
        branding._sources.clear()
    assert only().state == MessageState.SENT
    mail = server.taken[0].parsed
    assert mail["Bcc"] is None
    assert mail["X-Evil"] is None
    assert server.taken[0].recipient == "ann@elsewhere.example"
    assert len(server.taken) == 1
    assert "\n" not in str(
        make_header(decode_header(mail["Subject"].replace("\r\n ", " ").replace("\n ", " ")))
    )


def test_a_name_typed_by_a_stranger_is_in_no_header(server: Elsewhere) -> None:
    queue_many([award(kind="claim_confirm", name="Win at https://evil.example")])
    sending.send_due()
    assert server.taken[0].parsed["To"] == "ann@elsewhere.example"
    assert b"evil.example" not in server.taken[0].content


def test_an_international_domain_is_written_to_in_its_ascii_form(server: Elsewhere) -> None:
    """RFC 5891: 'xn--' A-labels go over the wire; the domain of bücher.example is xn--bcher-kva.example."""
    queue_many([award("sara@bücher.example", name="سارة")])
    sending.send_due()
    assert server.taken[0].recipient == "sara@xn--bcher-kva.example"
    assert "سارة" in str(make_header(decode_header(server.taken[0].parsed["To"])))


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ann",
        "ann@",
        "@x.example",
        "änn@x.example",
        "a b@x.example",
        "ann@x..example",
        "ann@x.example\r\nRCPT TO:<b@x>",
        "a@b@x.example",
        "ann@[127.0.0.1",
        f"ann@{'x' * 70}.example",
        "ann@x.example, bob@x.example",
        "Ann <ann@x.example>",
    ],
)
def test_an_address_that_cannot_be_written_to_fails_with_the_reason(server: Elsewhere, address: str) -> None:
    with pytest.raises(Unsendable):
        ascii_address(address)
    queue_many([award(address)])
    sending.send_due()
    message = only()
    assert (message.state, message.failure) == (MessageState.FAILED, Failure.ADDRESS)
    assert message.last_error
    assert message.explanation == "This address cannot be written to. Check its spelling."
    assert not server.taken


def test_without_an_address_there_is_no_button(server: Elsewhere) -> None:
    queue_many([award(context={"url": ""})])
    sending.send_due()
    assert b"See your badge" not in server.taken[0].content
    assert b"?m=" not in server.taken[0].content
