"""Killed in the middle of issuing again, and run again: every badge has one successor, every learner gets one
mail. Real worker processes, on the database of the test run."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable

import pytest
from django.utils import timezone
from tests.server.awarding.test_worker_killed import start_worker, time_passes

from insignia_server.achievements.models import Achievement
from insignia_server.awarding import batches, reissuing
from insignia_server.awarding.models import Award, Reissue
from insignia_server.credentials import log
from insignia_server.credentials.models import Credential
from insignia_server.issuers import services as issuers
from insignia_server.issuers.models import SigningKey
from insignia_server.kit.worker import run_pending
from insignia_server.mail.models import Message
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Organisation

ROWS = 4_000
PATIENCE = 120.0
assert start_worker  # the fixture


def until(row: Reissue, enough: int) -> None:
    """Poll until so many are issued again, or it is done."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        row.refresh_from_db()
        assert row.state != "failed", row.failure
        if row.state == "done" or row.reissued >= enough:
            return
        time.sleep(0.02)
    raise AssertionError(f"it stands at {row.reissued}")


@pytest.mark.django_db(transaction=True)
def test_killed_workers_issue_each_badge_again_once(
    owner: Actor,
    achievement: Achievement,
    scoped: Organisation,
    start_worker: Callable[[], subprocess.Popen[bytes]],
) -> None:
    Organisation.plain.filter(pk=scoped.pk).update(hold_minutes=0)
    lines = ["Email,Name", *(f"learner{i}@uni.example,Learner {i}" for i in range(ROWS))]
    batch = batches.start_bulk(
        by=owner, achievement=achievement, name="B", content="\n".join(lines).encode(), file_name="l.csv"
    )
    batches.set_options(by=owner, batch=batch, send=False)
    run_pending()
    batches.check(by=owner, batch=batch)
    run_pending()
    began = timezone.now()
    batches.confirm(by=owner, batch=batch)
    run_pending()
    key = SigningKey.objects.get(issuer=achievement.issuer, algorithm="Ed25519")
    issuers.report_compromised(by=owner, key=key, since=began, now=timezone.now())
    key.refresh_from_db()
    assert reissuing.affected(key, now=timezone.now()).uncounted == ROWS
    row = reissuing.start(by=owner, key=key, reason="The key was stolen.")
    worker = start_worker()
    for enough in (400, 1_400, 2_600):
        until(row, enough)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        row.refresh_from_db()
        assert row.reissued < ROWS
        time_passes()
        worker = start_worker()
    until(row, ROWS + 1)
    assert (row.state, row.total, row.reissued, row.refused) == ("done", ROWS, ROWS, 0)
    again = Award.objects.filter(source="reissue")
    assert again.count() == ROWS == again.values("blind_index").distinct().count()
    old = Credential.objects.filter(key=key)
    assert old.filter(state="superseded", superseded_by__key__state="active").count() == ROWS
    assert old.values("superseded_by").distinct().count() == ROWS
    sent = Message.plain.filter(kind="award_reissued")
    assert sent.count() == ROWS == sent.values("subject_id").distinct().count()
    places = Credential.objects.values("status_list_id", "status_index").distinct().count()
    assert places == 2 * ROWS
    log.verify(achievement.issuer)
    assert log.IssuanceLog.objects.get().count == 2 * ROWS
