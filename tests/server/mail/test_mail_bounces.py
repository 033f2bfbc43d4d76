"""Reports of mail servers: the standard ones, the usual others, and hostile bytes."""

from __future__ import annotations

import base64
import io
import time
import uuid
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from mail_servers import report

from insignia_server.kit.ids import uuid7
from insignia_server.mail import bounces, listener, outcomes, sending
from insignia_server.mail.models import BounceKind, Message, MessageState, Suppression
from insignia_server.mail.replies import kind_of
from insignia_server.mail.services import Outgoing, queue_many
from insignia_server.mail.tokens import read_return_token, return_token, return_tokens_in

KEY = uuid.UUID("0197f3c2-5a10-7c3e-9f5b-2d8c4f6a1b90")
ORGANISATION = uuid.UUID("0197f3c2-0000-7c3e-9f5b-2d8c4f6a1b90")


def ours() -> str:
    return f"bounce+{return_token(KEY)}@badges.example.test"


def message_id() -> str:
    return f"<m.{return_token(KEY)}@badges.example.test>"


def lines(text: str) -> bytes:
    """A mail from a readable text in which OURS and MESSAGE-ID stand for our own."""
    return text.replace("OURS", ours()).replace("MESSAGE-ID", message_id()).replace("\n", "\r\n").encode()


POSTFIX_DELAYED = """From: MAILER-DAEMON@mx.example (Mail Delivery System)
To: OURS
Subject: Delayed Mail (still being retried)
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; ann@elsewhere.example
Action: delayed
Status: 4.4.1
Diagnostic-Code: X-Postfix; connect to elsewhere.example[192.0.2.1]:25: Connection timed out
--b--
"""
EXCHANGE = """From: postmaster@outlook.example
To: OURS
Subject: =?utf-8?B?VW56dXN0ZWxsYmFy?=
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/html; charset=utf-8

<p>Ann wasn't found at elsewhere.example</p>
--b
Content-Type: message/delivery-status

Reporting-MTA: dns;AM0.outlook.example
Received-From-MTA: dns;badges.example.test

Final-Recipient: rfc822;ann@elsewhere.example
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient ann@elsewhere.example not found by
 SMTP address lookup

--b--
"""
FULL_MAILBOX = """From: mailer-daemon@gmail.example
To: OURS
Subject: Delivery Status Notification (Failure)
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; gmail.example

Final-Recipient: rfc822; ann@elsewhere.example
Action: failed
Status: 5.2.2
Diagnostic-Code: smtp; 552-5.2.2 The recipient's inbox is out of storage space.
--b--
"""
DELIVERED = """From: mailer-daemon@mx.example
To: OURS
Subject: Successful Mail Delivery Report
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; ann@elsewhere.example
Action: delivered
Status: 2.0.0
--b
Content-Type: text/plain

550 5.1.1 is only quoted here
--b--
"""
EXIM = """From: Mail Delivery System <Mailer-Daemon@mx.example>
To: someone@badges.example.test
X-Failed-Recipients: ann@elsewhere.example
Auto-Submitted: auto-replied
Subject: Mail delivery failed: returning message to sender

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its recipients. This is a permanent error:

  ann@elsewhere.example
    host mx.elsewhere.example [192.0.2.1]
    SMTP error from remote mail server after RCPT TO:<ann@elsewhere.example>:
    550 No such user

------ This is a copy of the message, including all the headers. ------

Message-ID: MESSAGE-ID
Subject: You earned a badge
"""
QMAIL = """From: MAILER-DAEMON@mx.example
To: OURS
Subject: failure notice

Hi. This is the qmail-send program at mx.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out. Mail delivery failed.

<ann@elsewhere.example>:
Sorry, no mailbox here by that name. (#5.1.1)
"""
DELAYED_IN_WORDS = """From: Mailer-Daemon@mx.example
To: OURS
Subject: Warning: could not send message for past 4 hours: Delivery delayed

The mail delivery will be retried. 451 try again later
"""
HOLIDAY = """From: Ann <ann@elsewhere.example>
To: OURS
Subject: Out of office: delivery failed to reach me
Auto-Submitted: auto-replied

I am away until 550 BC. 5.1.1
"""
PERSON = """From: Ann <ann@elsewhere.example>
To: OURS
Return-Path: <ann@elsewhere.example>
Subject: Thank you

Lovely! Call me: 555-0100
"""
COMPLAINT = """From: feedback@isp.example
To: abuse@badges.example.test
Subject: complaint
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: text/plain

This is an email abuse report.
--b
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: Isp/1.0
Version: 1
--b
Content-Type: message/rfc822

Message-ID: MESSAGE-ID
Subject: You earned a badge

Hello
--b--
"""


@pytest.mark.parametrize(
    ("text", "kind", "status", "final"),
    [
        (POSTFIX_DELAYED, "soft", "4.4.1", False),
        (EXCHANGE, "hard", "5.1.10", True),
        (FULL_MAILBOX, "soft", "5.2.2", True),
        (EXIM, "hard", "", True),
        (QMAIL, "hard", "5.1.1", True),
        (DELAYED_IN_WORDS, "soft", "", False),
    ],
)
def test_reports_as_they_come(text: str, kind: str, status: str, final: bool) -> None:
    found = bounces.read(lines(text))
    assert found is not None
    assert (found.message_id, found.kind, found.status, found.final) == (KEY, kind, status, final)
    assert not found.complaint
    assert found.text
    assert "\n" not in found.text


def test_the_fields_of_a_standard_report_are_read() -> None:
    """RFC 3464, 2.3: 'Final-Recipient', 'Action', 'Status', 'Diagnostic-Code'."""
    found = bounces.read(report(sender=ours()))
    assert found == bounces.Bounce(
        message_id=KEY,
        kind=BounceKind.HARD,
        text="550 5.1.1 <ann@elsewhere.example>: Recipient address rejected: User unknown",
        status="5.1.1",
        recipient="ann@elsewhere.example",
    )


def test_a_complaint_is_read() -> None:
    """RFC 5965, 7.3: 'abuse: unsolicited email or some other kind of email abuse'."""
    found = bounces.read(lines(COMPLAINT))
    assert found is not None
    assert (found.message_id, found.complaint, found.text) == (KEY, True, "Complaint: abuse")
    assert bounces.read(lines(COMPLAINT.replace("Type: abuse", "Type: not-spam"))) is None
    assert bounces.read(lines(COMPLAINT.replace("Feedback-Type", "Something"))) is None


@pytest.mark.parametrize(
    "text",
    [DELIVERED, HOLIDAY, PERSON, "", "Subject: x\n\nOURS", POSTFIX_DELAYED.replace("delayed", "relayed")],
)
def test_other_mail_reports_nothing(text: str) -> None:
    assert bounces.read(lines(text), recipient=ours()) is None


def test_a_report_about_anothers_mail_is_not_ours() -> None:
    assert bounces.read(report(sender="someone@else.example")) is None
    forged = ours().replace("bounce+a", "bounce+b") if "bounce+a" in ours() else "bounce+a" + ours()[8:]
    assert bounces.read(report(sender=forged)) is None


def test_the_envelope_counts_before_what_the_mail_says() -> None:
    other = uuid7()
    found = bounces.read(report(sender=ours()), recipient=f"bounce+{return_token(other)}@badges.example.test")
    assert found is not None
    assert found.message_id == other


@pytest.mark.parametrize(
    ("status", "text", "kind"),
    [
        ("5.1.1", "", "hard"),
        ("5.1.2", "", "hard"),
        ("5.1.7", "Bad sender's mailbox address", "soft"),
        ("5.1.8", "", "soft"),
        ("5.2.1", "", "hard"),
        ("5.2.2", "mailbox full", "soft"),
        ("5.3.4", "Message too big for system", "soft"),
        ("5.4.4", "Unable to route", "hard"),
        ("5.7.1", "Delivery not authorized: user unknown", "soft"),
        ("5.0.0", "User unknown", "hard"),
        ("5.0.0", "Rejected", "soft"),
        ("5.5.0", "550 mailbox unavailable", "hard"),
        ("4.1.1", "User unknown", "soft"),
        ("", "550 no such user", "hard"),
        ("", "550 go away", "soft"),
        ("not a status", "unknown recipient", "hard"),
    ],
)
def test_hard_means_that_the_address_is_at_fault(status: str, text: str, kind: str) -> None:
    """RFC 3463, 3.2 'X.1.X Addressing Status', 3.3 'X.2.X Mailbox Status'."""
    assert kind_of(status, text) == kind


# Hostile input


@given(st.binary(max_size=3000))
def test_no_bytes_make_it_raise(content: bytes) -> None:
    assert bounces.read(content) is None


@given(st.data())
def test_no_damaged_report_makes_it_raise(data: st.DataObject) -> None:
    content = bytearray(
        lines(data.draw(st.sampled_from([POSTFIX_DELAYED, EXCHANGE, EXIM, QMAIL, COMPLAINT])))
    )
    for _ in range(data.draw(st.integers(1, 12))):
        place = data.draw(st.integers(0, len(content) - 1))
        piece = data.draw(
            st.sampled_from(
                [b"", b"\x00", b"\xff\xfe", b"=?utf-8?B?/?=", b";", b"\r\n", b"--b\r\n", b"(" * 40]
            )
        )
        content[place : place + data.draw(st.integers(0, 4))] = piece
    found = bounces.read(bytes(content))
    assert found is None or found.message_id == KEY


def test_nesting_and_size_are_bounded() -> None:
    deep = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(4000)
    )
    wide = b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n' + b"--b\r\n\r\nx\r\n" * 60_000
    long = report(sender=ours()) + b"x" * 3_000_000
    fields = report(sender=ours(), words="A: " * 80_000)
    started = time.monotonic()
    for content in (deep, wide, long, fields, b"From: " + b"(" * 200_000, b"Subject: " + b"=?q?" * 60_000):
        bounces.read(content)
    assert bounces.read(long) is not None
    assert time.monotonic() - started < 20, "a report must not keep a worker busy"


def test_odd_charsets_and_encodings_are_read_as_far_as_they_go() -> None:
    odd = QMAIL.replace(
        "Subject: failure notice", "Subject: failure notice\nContent-Type: text/plain; charset=klingon"
    )
    found = bounces.read(lines(odd))
    assert found is not None
    assert found.status == "5.1.1"
    coded = base64.encodebytes(lines(EXIM.partition("\n\n")[2])).decode()
    head = EXIM.partition("\n\n")[0] + "\nContent-Transfer-Encoding: base64\nContent-Type: text/plain\n\n"
    found = bounces.read(head.replace("\n", "\r\n").encode() + coded.encode())
    assert found is not None
    assert found.message_id == KEY, "the token stands in the encoded text"
    plain = EXCHANGE.replace(
        "Content-Type: message/delivery-status",
        "Content-Type: message/delivery-status\nContent-Transfer-Encoding: 7bit",
    )
    assert bounces.read(lines(plain)) is not None
    broken = QMAIL.replace("failure notice", "=?utf-8?B?x?= failure notice")
    assert bounces.read(lines(broken)) is not None


def test_a_report_whose_status_part_is_coded_is_read() -> None:
    """RFC 3464, 2.1 has it in plain ASCII; some servers encode it all the same."""
    head, _, rest = report(sender=ours()).decode().partition("Content-Type: message/delivery-status\r\n\r\n")
    fields, _, tail = rest.partition("\r\n--=_b")
    coded = base64.encodebytes(fields.encode()).decode().replace("\n", "\r\n")
    kind = "Content-Type: message/global-delivery-status\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    found = bounces.read(f"{head}{kind}{coded}\r\n--=_b{tail}".encode())
    assert found is not None
    assert (found.status, found.recipient) == ("5.1.1", "ann@elsewhere.example")


def test_without_words_of_the_server_the_status_is_the_text() -> None:
    found = bounces.read(report(sender=ours(), words="").replace(b"Diagnostic-Code: smtp; \r\n", b""))
    assert found is not None
    assert found.text == "failed 5.1.1"
    silent = EXIM.replace("550 No such user", "").replace("SMTP error", "Error")
    found = bounces.read(lines(silent))
    assert found is not None
    assert found.recipient == "ann@elsewhere.example", "X-Failed-Recipients is enough"
    mute = QMAIL.replace("(#5.1.1)", "")
    assert bounces.read(lines(mute)) is None, "no code, no bounce"


@given(st.uuids())
def test_tokens_come_back(key: uuid.UUID) -> None:
    token = return_token(key)
    assert read_return_token(token) == key
    assert read_return_token(token.upper()) == key
    assert list(return_tokens_in(f"x <bounce+{token}@a.example> <m.{token}@b.example> m.{'a' * 42}@c")) == [
        key,
        key,
    ]


@given(st.uuids(), st.integers(0, 41), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_a_changed_token_is_refused(key: uuid.UUID, place: int, letter: str) -> None:
    token = return_token(key)
    changed = token[:place] + letter + token[place + 1 :]
    assert (read_return_token(changed) == key) == (changed == token) or place == 41
    assert read_return_token(token[:-1]) is None
    assert read_return_token(token + "a") is None


# Recording


def queued(**more: Any) -> uuid.UUID:
    values: dict[str, Any] = {
        "kind": "award",
        "to": "ann@elsewhere.example",
        "name": "Ann",
        "language": "en",
        "context": {"achievement": "A", "issuer": "I", "url": "https://badges.example.test/badges/1/"},
        "organisation_id": ORGANISATION,
    }
    return queue_many([Outgoing(**(values | more))])[0]


@pytest.fixture
def sent(db: None) -> uuid.UUID:
    key = queued()
    sending.send_due()
    assert Message.plain.get().state == MessageState.SENT
    return key


def address(key: uuid.UUID) -> str:
    return f"bounce+{return_token(key)}@badges.example.test"


def test_one_mail_from_standard_input(sent: uuid.UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    content = report(sender=address(sent))
    assert listener.read_stdin(stream=io.BytesIO(content)) == 0
    assert Message.plain.get().state == MessageState.BOUNCED
    assert listener.take(content, recipient="") is False, "the same report twice changes nothing"
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"nothing")))
    assert listener.read_stdin(address(sent)) == 0, "a holiday note must not be sent back"


def test_while_the_database_is_away_the_pipe_asks_for_it_again(
    sent: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """sysexits.h: EX_TEMPFAIL is 75; mail servers keep what they could not hand over."""

    def away(*args: object, **options: object) -> bool:
        raise OperationalError("away")

    monkeypatch.setattr(outcomes, "bounced", away)
    assert listener.read_stdin(stream=io.BytesIO(report(sender=address(sent)))) == 75


def test_a_delay_is_noted_and_changes_nothing(sent: uuid.UUID) -> None:
    assert (
        listener.take(report(action="delayed", status="4.4.1", words="later"), recipient=address(sent))
        is False
    )
    message = Message.plain.get()
    assert (message.state, message.last_error) == (MessageState.SENT, "later")


def test_a_complaint_counts_even_after_the_link_was_followed(sent: uuid.UUID) -> None:
    outcomes.opened(sent, now=timezone.now())
    assert bounces.record(bounces.Bounce(sent, BounceKind.SOFT, "abuse", complaint=True)) is True
    assert Message.plain.get().state == MessageState.COMPLAINED
    assert Suppression.plain.get().reason == "complained"
    assert outcomes.opened(sent, now=timezone.now()) == sent
    assert Message.plain.get().state == MessageState.COMPLAINED


def test_who_followed_the_link_has_the_mail_whatever_bounces_later(sent: uuid.UUID) -> None:
    outcomes.opened(sent, now=timezone.now())
    assert listener.take(report(), recipient=address(sent)) is False
    assert Message.plain.get().state == MessageState.OPENED


def test_a_soft_bounce_leaves_the_address_alone(sent: uuid.UUID) -> None:
    listener.take(report(status="5.2.2", words="552 5.2.2 mailbox full"), recipient=address(sent))
    message = Message.plain.get()
    assert (message.state, message.bounce_kind) == (MessageState.BOUNCED, BounceKind.SOFT)
    assert message.explanation == "the address may take mail another time"
    assert not Suppression.plain.exists()


def test_an_outcome_that_comes_before_the_send_is_written_down_wins(db: None) -> None:
    key = queued()
    now = timezone.now()
    held = sending._claim(1, ids=None, now=now)[0]
    assert outcomes.bounced(key, BounceKind.HARD, text="550", now=now)
    assert outcomes.sent(held, provider_message_id="p", now=now) is False
    message = Message.plain.get()
    assert (message.state, message.sent_at, message.provider_message_id) == (MessageState.BOUNCED, now, "p")
