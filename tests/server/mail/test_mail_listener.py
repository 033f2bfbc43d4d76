"""Bounces that come home over real SMTP."""

from __future__ import annotations

import contextlib
import os
import smtplib
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from mail_rows import ORGANISATION, award, only
from mail_servers import Elsewhere, free_port, send_back

from insignia_server.mail import (
    listener,
    sending,
    suppressions,
)
from insignia_server.mail.envelope import return_address
from insignia_server.mail.models import (
    BounceKind,
    Message,
    MessageState,
)
from insignia_server.mail.services import queue_many
from insignia_server.mail.tokens import return_token

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[3]


def test_a_real_bounce_comes_home(server: Elsewhere, told: list[Any], settings: Any) -> None:
    """The issue: 'bounces come from delivery status notifications at a per-message return address'."""
    ours = listener.controller("127.0.0.1", free_port())
    ours.start()
    try:
        keys = queue_many([award(), award("bob@elsewhere.example")])
        sending.send_due()
        assert [message.state for message in Message.plain.all()] == ["sent", "sent"]
        send_back(server.taken[0], to_port=ours.port)
        send_back(server.taken[0], to_port=ours.port)
    finally:
        ours.stop()
    first, second = Message.plain.order_by("pk")
    assert (first.state, first.bounce_kind) == (MessageState.BOUNCED, BounceKind.HARD)
    assert first.bounced_at is not None
    assert "User unknown" in first.bounce_text
    assert second.state == MessageState.SENT
    assert told == [([keys[0]], "sent"), ([keys[1]], "sent"), ([keys[0]], "bounced")]
    assert suppressions.is_suppressed(ORGANISATION, [suppressions.address_index("ann@elsewhere.example")])


def test_the_listener_takes_reports_about_our_mail_only(settings: Any) -> None:
    (key,) = queue_many([award()])
    ours = listener.controller("127.0.0.1", free_port())
    ours.start()
    try:
        with smtplib.SMTP("127.0.0.1", ours.port, timeout=5) as connection:
            connection.helo()
            connection.mail("")
            for address in (
                "postmaster@badges.example.test",
                f"bounce+{'a' * 42}@badges.example.test",
                f"bounce+{return_token(key)}@other.example",
                f"bounce+{return_token(key)}x@badges.example.test",
                f"x{return_address(key)}",
            ):
                assert connection.rcpt(address)[0] == 550, address
            assert connection.rcpt(return_address(key).upper())[0] == 250, "mail servers may change the case"
            assert connection.rcpt(return_address(key))[0] == 452, "one recipient at a time"
            assert connection.data(b"Subject: I am on holiday\r\n\r\nBack on Monday")[0] == 250
            connection.mail("")
            connection.rcpt(return_address(key))
            code, _ = connection.docmd("MAIL FROM:<> SIZE=99999999")
            assert code >= 500, "RFC 1870: too large is refused before it is sent"
    finally:
        ours.stop()
    assert only().state == MessageState.QUEUED


def test_while_the_database_is_away_the_report_waits_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (key,) = queue_many([award()])

    def away(content: bytes, *, recipient: str) -> bool:
        raise OperationalError("the database is away")

    monkeypatch.setattr(listener, "take", away)
    ours = listener.controller("127.0.0.1", free_port())
    ours.start()
    try:
        with smtplib.SMTP("127.0.0.1", ours.port, timeout=5) as connection:
            with pytest.raises(smtplib.SMTPDataError) as caught:
                connection.sendmail("", [return_address(key)], b"x")
            assert caught.value.smtp_code == 451
    finally:
        ours.stop()


def test_the_listener_runs_as_a_process_and_ends_when_told(tmp_path: Path) -> None:
    port = free_port()
    program = (
        "import django; django.setup(); from insignia_server.mail import listener; "
        f"listener.run('127.0.0.1', {port})"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([sys.executable, "-c", program], env=env, cwd=tmp_path)
    try:
        for _ in range(100):
            with contextlib.suppress(OSError), smtplib.SMTP("127.0.0.1", port, timeout=2) as connection:
                assert connection.noop()[0] == 250
                break
            time.sleep(0.1)
        else:
            pytest.fail("it does not listen")
        process.terminate()
        assert process.wait(timeout=10) == 0
    finally:
        process.kill()
        process.wait()
