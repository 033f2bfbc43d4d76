"""Jobs that were given up: what they were for and why, tried again from the start, or forgotten."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from insignia_server.kit.jobs import JOBS, job_name
from insignia_server.kit.models import Lease

_CHUNK: Final = 500
_ADDRESS: Final = re.compile(r"[^\s<>\"'(),:;]+@[^\s<>\"'(),:;]+")
_PACKAGE: Final = "insignia_server."
WHAT: Final[dict[str, str | Promise]] = {
    "achievements.jobs.hash_pictures": gettext_lazy("Look for pictures that can be held against others"),
    "achievements.jobs.restyle_drafts": gettext_lazy("Draw drafts anew after their family"),
    "api.jobs.forget_answers": gettext_lazy("Forget old answers of the API"),
    "awarding.jobs.begin_batch": gettext_lazy("Begin to sign a batch"),
    "awarding.jobs.check_batch": gettext_lazy("Check the file of a batch"),
    "awarding.jobs.drop_batch_files": gettext_lazy("Delete old files with the rows of batches"),
    "awarding.jobs.drop_evidence": gettext_lazy("Delete evidence files that nobody uses"),
    "awarding.jobs.erase_learner": gettext_lazy("Erase a learner"),
    "awarding.jobs.mark_expired": gettext_lazy("Mark what has expired, for lists"),
    "awarding.jobs.go_on_after_suspension": gettext_lazy("Go on with batches after a suspension"),
    "awarding.jobs.read_batch": gettext_lazy("Read the file of a batch"),
    "awarding.jobs.reissue_awards": gettext_lazy("Issue badges again after a compromised key"),
    "awarding.jobs.sign_range": gettext_lazy("Sign rows of a batch"),
    "awarding.jobs.undo_range": gettext_lazy("Take rows of a batch back"),
    "certificates.jobs.drop_packs": gettext_lazy("Delete ZIP files of certificates that are over"),
    "certificates.jobs.make_part": gettext_lazy("Make a ZIP file of certificates"),
    "awarding.jobs.write_batch_file": gettext_lazy("Write a file with the rows of a batch"),
    "credentials.jobs.publish_due": gettext_lazy("Publish status lists"),
    "issuers.jobs.check_own_domain": gettext_lazy("Look for the DID document on an issuer's own domain"),
    "issuers.jobs.check_own_domains": gettext_lazy("Look at all own domains"),
    "issuers.jobs.reseal_keys": gettext_lazy("Seal the signing keys anew"),
    "mail.jobs.send_some": gettext_lazy("Send mail"),
    "mail.jobs.send_these": gettext_lazy("Send mail"),
    "mail.jobs.send_what_is_due": gettext_lazy("Send mail"),
    "achievements.jobs.draw_picture": gettext_lazy("Draw a badge in all sizes"),
    "organisations.jobs.check_domain": gettext_lazy("Check the proof of a domain"),
    "organisations.jobs.check_pages_host": gettext_lazy("Check a host name for pages"),
    "organisations.jobs.check_stale_domains": gettext_lazy("Check the proofs of all domains"),
    "organisations.jobs.check_stale_pages_hosts": gettext_lazy("Check all host names for pages"),
    "verifier.jobs.forget_old": gettext_lazy("Forget old verifications"),
    "verifier.jobs.run_verification": gettext_lazy("Verify a credential"),
    "webhooks.jobs.deliver_due": gettext_lazy("Deliver webhooks"),
    "webhooks.jobs.forget_told": gettext_lazy("Forget old webhooks"),
}
# By the last part of the exception's class, most telling first.
_WHY: Final[tuple[tuple[tuple[str, ...], str | Promise], ...]] = (
    (("LeaseLost",), gettext_lazy("Another worker had taken it over.")),
    (
        ("WorkersDied",),
        gettext_lazy("Every worker that took it ended before it was done. Is there enough memory?"),
    ),
    (
        ("OperationalError", "InterfaceError", "DatabaseError"),
        gettext_lazy("The database did not answer, or was busy for too long. Is it up?"),
    ),
    (
        ("IntegrityError",),
        gettext_lazy("What it wanted to write contradicts what is there already."),
    ),
    (
        ("KeyUnavailable", "SealBroken"),
        gettext_lazy("A signing key could not be opened. Look at KEY_ENCRYPTION_KEYS and the key store."),
    ),
    (("NotSigned", "KeyChanged"), gettext_lazy("A signature did not verify, or its key changed meanwhile.")),
    (
        ("ConnectionRefusedError", "ConnectionError", "ConnectionResetError", "gaierror", "ConnectError"),
        gettext_lazy("Another server could not be reached."),
    ),
    (
        ("SMTPAuthenticationError",),
        gettext_lazy("The mail server does not accept the name or the password of EMAIL_URL."),
    ),
    (
        ("SMTPException", "SMTPServerDisconnected", "SMTPConnectError", "SMTPResponseException"),
        gettext_lazy("The mail server refused it, or hung up."),
    ),
    (("TimeoutError", "Timeout", "ReadTimeout"), gettext_lazy("Another server took too long to answer.")),
    (
        ("FileNotFoundError", "PermissionError", "OSError", "SuspiciousFileOperation"),
        gettext_lazy("A file could not be read or written. Look at the storage and its free space."),
    ),
    (("MemoryError",), gettext_lazy("The worker ran out of memory.")),
    (
        ("DoesNotExist", "NotHere"),
        gettext_lazy("What it was for is not there any more. It can be discarded."),
    ),
    (("Refused",), gettext_lazy("It was refused by the rules of the server; the details say why.")),
    (("Retry",), gettext_lazy("It was tried again and again, and its cause stayed.")),
)


@dataclass(frozen=True)
class FailedJob:
    """`what` and `why` in words; `detail`: the last line of the error, without addresses of people."""

    key: uuid.UUID
    what: str
    name: str
    why: str
    detail: str
    attempts: int
    at: dt.datetime | None


def failed() -> Any:
    """The rows of jobs that were given up, newest first."""
    return DBTaskResult.objects.filter(status=TaskResultStatus.FAILED).order_by("-finished_at", "-id")


def described(row: DBTaskResult[Any, Any]) -> FailedJob:
    """A row in words."""
    name = job_name(row)
    short = name.removeprefix(_PACKAGE)
    lines = (row.traceback or "").strip().splitlines()
    return FailedJob(
        key=row.pk,
        what=str(WHAT.get(short) or short),
        name=short,
        why=_why(name, row.exception_class_path),
        detail=_ADDRESS.sub("…@…", lines[-1])[:300] if lines else "",
        attempts=len(row.worker_ids),
        at=row.finished_at,
    )


def _why(name: str, path: str) -> str:
    if name not in JOBS:
        return _("This version of the server does not know this job any more. It can be discarded.")
    last = path.rpartition(".")[2]
    for names, words in _WHY:
        if last in names:
            return str(words)
    return _("The server made an error. The details are for whoever looks after it.")


def again(keys: Sequence[uuid.UUID] | None = None) -> int:
    """Let these jobs run once more with all their attempts (None: all that were given up); how many."""
    count = 0
    for part in _parts(keys):
        count += DBTaskResult.objects.filter(pk__in=part, status=TaskResultStatus.FAILED).update(
            status=TaskResultStatus.READY,
            run_after=get_date_max(),
            started_at=None,
            finished_at=None,
            worker_ids=[],
            exception_class_path="",
            traceback="",
        )
    return count


@transaction.atomic
def discard(keys: Sequence[uuid.UUID] | None = None) -> int:
    """Forget these jobs (None: all that were given up); what they were to do is not done. How many."""
    count = 0
    for part in _parts(keys):
        rows = DBTaskResult.objects.filter(pk__in=part, status=TaskResultStatus.FAILED)
        gone = list(rows.values_list("pk", flat=True))
        Lease.objects.filter(task_id__in=gone).delete()
        count += rows.filter(pk__in=gone).delete()[0]
    return count


def _parts(keys: Sequence[uuid.UUID] | None) -> list[list[uuid.UUID]]:
    wanted = list(failed().values_list("pk", flat=True)) if keys is None else list(keys)
    return [wanted[at : at + _CHUNK] for at in range(0, len(wanted), _CHUNK)]
