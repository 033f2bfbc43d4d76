"""ZIP files of many certificates: asked for, made part by part by jobs, deleted after some days."""

from __future__ import annotations

import datetime as dt
import tempfile
import uuid
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any, Final

import structlog
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from insignia_server.achievements.models import Achievement
from insignia_server.audit import services as audit
from insignia_server.awarding.models import Award, Batch, Erasure
from insignia_server.awarding.querysets import AwardQuerySet
from insignia_server.certificates.manifest import Manifest, left_out
from insignia_server.certificates.models import CertificatePack, PackState
from insignia_server.certificates.rendering import render
from insignia_server.kit import failed_jobs, scopes
from insignia_server.kit.errors import NotHere, Refusal, Refused
from insignia_server.kit.jobs import LeaseLost, Running
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.roles import Permission

log = structlog.get_logger(__name__)
PART: Final = 5_000
"""Certificates in a file, at most."""
PART_BYTES: Final = 512 * 1024 * 1024
KEPT: Final = dt.timedelta(days=7)
MOST_CHOSEN: Final = 1_000
MOST_RUNNING: Final = 5
_FETCHED: Final = 100  # awards read, and certificates made, between two renewals of the lease
_TOLD: Final = 100  # certificates that failed, with their reasons, that a pack remembers


def request_pack(
    *,
    by: Actor,
    batch: Batch | None = None,
    achievement: Achievement | None = None,
    awards: Sequence[uuid.UUID] = (),
    language: str = "",
    now: dt.datetime | None = None,
) -> CertificatePack:
    """Certificates of a batch, an achievement, or some awards, in files of at most 5,000.

    The same asked for again while it is being made is given back. Revoked, superseded, undone and erased
    awards are left out; the manifest names them.

    Raises:
        Forbidden, NotHere: no permission to award; another organisation's.
        Refused: nothing or too much was chosen, nothing is there to be packed, or too many are being made.
    """
    by.require(Permission.AWARD)
    for one in (batch, achievement):
        if one is not None and one.organisation_id != by.organisation_id:
            raise NotHere
    now = now or timezone.now()
    chosen = [str(key) for key in dict.fromkeys(awards)]
    if sum((batch is not None, achievement is not None, bool(chosen))) != 1:
        raise Refused(Refusal(_("Choose a batch, an achievement, or some awards."), "awards", "required"))
    if len(chosen) > MOST_CHOSEN:
        message = _("At most {count} awards can be chosen one by one.").format(count=MOST_CHOSEN)
        raise Refused(Refusal(message, "awards", "limit", str(MOST_CHOSEN), str(len(chosen))))
    pack = CertificatePack(
        organisation_id=by.organisation_id,
        batch=batch,
        achievement=achievement,
        chosen=chosen,
        language=language,
        created_by_id=by.user_id,
        created_at=now,
        expires_at=now + KEPT,
    )
    same = _running().filter(batch=batch, achievement=achievement, chosen=chosen, language=language).first()
    return same or _begin(by, pack)


@transaction.atomic
def _begin(by: Actor, pack: CertificatePack) -> CertificatePack:
    _require_room()
    pack.total = awards_of(pack).count()
    if not pack.total:
        raise Refused(Refusal(_("There is no award to make a certificate of."), "awards", "nothing"))
    pack.save(force_insert=True)
    enqueue(pack)
    audit.record(by=by, action="certificate.pack", subject=pack, count=pack.total)
    return pack


def _require_room() -> None:
    if _running().count() >= MOST_RUNNING:
        message = _("{count} are being made already. Wait until one is ready.").format(count=MOST_RUNNING)
        raise Refused(Refusal(message, "awards", "limit"))


def again(*, by: Actor, pack: CertificatePack, now: dt.datetime | None = None) -> CertificatePack:
    """One that failed goes on after its last whole file; of any other the same is asked for anew.

    Raises:
        Forbidden, NotHere, Refused: as `request_pack`.
    """
    by.require(Permission.AWARD)
    if pack.organisation_id != by.organisation_id:
        raise NotHere
    now = now or timezone.now()
    with transaction.atomic():
        row = CertificatePack.objects.select_for_update().filter(pk=pack.pk, state=PackState.FAILED).first()
        if row is not None and row.expires_at > now and not erased_since(row):
            _require_room()
            _resume(row, now)
            enqueue(row)
            audit.record(by=by, action="certificate.pack", subject=row, count=row.total)
            return row
    awards = [uuid.UUID(key) for key in pack.chosen]
    return request_pack(
        by=by,
        batch=pack.batch,
        achievement=pack.achievement,
        awards=awards,
        language=pack.language,
        now=now,
    )


def _resume(row: CertificatePack, now: dt.datetime) -> None:
    row.state, row.failure, row.expires_at = PackState.RUNNING, "", now + KEPT
    row.save(update_fields=["state", "failure", "expires_at"])


def give_up(*, organisation: str, pack: str) -> bool:
    """The job that makes the next file failed for good: the pack says so and why; whether it waited."""
    with scopes.organisation(uuid.UUID(organisation)):
        row = _running().select_related("organisation").filter(pk=uuid.UUID(pack)).first()
        if row is None:
            return False
        failed = failed_jobs.failed().filter(args_kwargs__args__1__pack=pack).first()
        with override(row.organisation.language):
            why = failed_jobs.described(failed).why if failed else ""
        return bool(_running().filter(pk=row.pk).update(state=PackState.FAILED, failure=why))


def _running() -> Any:
    return CertificatePack.objects.filter(state=PackState.RUNNING)


def awards_of(pack: CertificatePack) -> AwardQuerySet:
    """The awards that are packed, in the order of their keys. In the organisation's scope."""
    rows: AwardQuerySet = Award.objects.order_by("pk")
    if pack.batch_id:
        return rows.filter(batch_id=pack.batch_id)
    if pack.achievement_id:
        return rows.filter(achievement_id=pack.achievement_id)
    return rows.filter(pk__in=[uuid.UUID(key) for key in pack.chosen])


def part_of(pack: CertificatePack, number: int, *, now: dt.datetime) -> tuple[str, str]:
    """The storage name of a file that is ready, counted from 1, and the name to give it.

    Raises:
        NotHere: there is no such file, or it is not kept any more.
    """
    if pack.state == PackState.EXPIRED or pack.expires_at <= now or not 1 <= number <= len(pack.parts):
        raise NotHere
    if erased_since(pack):
        raise NotHere
    return pack.parts[number - 1]["name"], f"certificates-{pack.created_at:%Y-%m-%d}-{number}.zip"


def erased_since(pack: CertificatePack) -> bool:
    """Whether a learner was erased after the files were begun: they are not given out any more."""
    return Erasure.objects.filter(
        organisation_id=pack.organisation_id, created_at__gte=pack.created_at
    ).exists()


def make_part(running: Running, *, pack: uuid.UUID) -> bool:
    """The next file; True when all are done. A killed worker's file is begun again, and a pack that had
    failed is taken up where the operator lets its job run once more."""
    with transaction.atomic():
        rows = CertificatePack.objects.select_for_update(of=("self",)).select_related("organisation")
        row: CertificatePack | None = rows.filter(
            pk=pack, state__in=(PackState.RUNNING, PackState.FAILED)
        ).first()
        if row is None:
            return False
        if row.state == PackState.FAILED:
            _resume(row, timezone.now())
    with (
        override(row.organisation.language),
        tempfile.TemporaryFile() as file,
        zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive,  # a PDF is compressed inside
    ):
        part = _Part(row, running, file, archive)
        for award in _following(row):
            part.add(award)
            if part.full:
                break
        else:
            part.last = True
        part.close()
        return part.store(timezone.now())


def _following(row: CertificatePack) -> Iterator[Award]:
    """The awards after the last whole part, some at a time."""
    cursor = row.cursor
    while True:
        rows = awards_of(row).filter(pk__gt=cursor) if cursor else awards_of(row)
        some = list(
            rows.select_related(
                "credential", "version__picture", "achievement__issuer", "achievement__organisation"
            )[:_FETCHED]
        )
        yield from some
        if len(some) < _FETCHED:
            return
        cursor = some[-1].pk


@dataclass
class _Count:
    packed: int = 0
    left_out: int = 0


class _Part:
    """One file that is being written to disk, with its manifest."""

    def __init__(
        self, row: CertificatePack, running: Running, file: IO[bytes], archive: zipfile.ZipFile
    ) -> None:
        self.row, self.running, self.file, self._zip = row, running, file, archive
        self.before = _Count(  # of whole files: the row may count those of a file that was not finished
            sum(part["count"] for part in row.parts), sum(part.get("left_out", 0) for part in row.parts)
        )
        self.here = _Count()
        self.cursor: uuid.UUID | None = None
        self.last = False
        self._manifest = Manifest()

    @property
    def full(self) -> bool:
        """Whether the next certificate goes into another file."""
        return self.here.packed >= PART or self.file.tell() >= PART_BYTES

    def add(self, award: Award) -> None:
        """The award's certificate, or a line that says why there is none."""
        why, name, failed = left_out(award), "", False
        if not why:
            content, why = _made(award, self.row.language)
            failed = bool(why)
            if not failed:
                name = self._manifest.name_for(award)
                info = zipfile.ZipInfo(name, (*award.created_at.timetuple()[:6],))
                info.external_attr = 0o644 << 16
                self._zip.writestr(info, content)
        self._manifest.add(award, file=name, why=why, failed=failed)
        self.here.packed += not why
        self.here.left_out += bool(why)
        self.cursor = award.pk
        if (self.here.packed + self.here.left_out) % _FETCHED == 0:
            self._progress()

    @transaction.atomic
    def _progress(self) -> None:
        """Renews the lease and tells how far it is; the cursor stays at the last whole file."""
        self.running.check()
        _running().filter(pk=self.row.pk).update(
            packed=self.before.packed + self.here.packed, left_out=self.before.left_out + self.here.left_out
        )

    def close(self) -> None:
        """Write the manifest, what could not be made, and the directory."""
        for name, text in self._manifest.files().items():
            self._zip.writestr(name, text, zipfile.ZIP_DEFLATED)
        self._zip.close()

    def store(self, now: dt.datetime) -> bool:
        """Keep the file and go on with the next one; True when this was the last."""
        size = self.file.tell()
        self.file.seek(0)
        name = default_storage.save(
            f"certificates/packs/{self.row.pk}/{uuid.uuid4().hex}.zip", File(self.file, name="part.zip")
        )
        kept = False
        try:
            row = self._stored(name, size, now)
            kept = row is not None
        finally:
            if not kept:
                default_storage.delete(name)
        return row is not None and row.state == PackState.DONE

    @transaction.atomic
    def _stored(self, name: str, size: int, now: dt.datetime) -> CertificatePack | None:
        """None: it was deleted meanwhile, or another job went on with it."""
        self.running.check()
        row: CertificatePack = CertificatePack.objects.select_for_update().get(pk=self.row.pk)
        if row.state != PackState.RUNNING or row.cursor != self.row.cursor:
            return None
        if self.cursor is not None:
            part = {"name": name, "size": size, "count": self.here.packed, "left_out": self.here.left_out}
            row.parts = [*row.parts, part]
            row.cursor = self.cursor
        row.failures = [*row.failures, *self._manifest.failures][:_TOLD]
        row.failed = row.failed + len(self._manifest.failures)
        row.packed = self.before.packed + self.here.packed
        row.left_out = self.before.left_out + self.here.left_out
        if self.last or row.packed + row.left_out >= row.total:
            row.state, row.finished_at, row.expires_at = PackState.DONE, now, now + KEPT
        row.save()
        if row.state == PackState.RUNNING:
            enqueue(row)
        return row


def _made(award: Award, language: str) -> tuple[bytes, str]:
    """The certificate, or why it could not be made. What may pass (database, storage, memory) is raised."""
    try:
        return render(award, language=language), ""
    except NotHere:
        return b"", _("the achievement has no picture")
    except FileNotFoundError:
        log.warning("certificate not made: a stored picture is not there", award=str(award.pk))
        return b"", _("a picture is not there any more")
    except (DatabaseError, OSError, MemoryError, LeaseLost):
        raise
    except Exception as error:
        log.warning("certificate not made", award=str(award.pk), error=type(error).__name__)
        return b"", _("it could not be drawn")


def failures_of(pack: CertificatePack) -> list[tuple[Award, str]]:
    """The awards whose certificate failed, with why; the first hundred. In the organisation's scope."""
    rows = Award.objects.in_bulk([uuid.UUID(one["award"]) for one in pack.failures])
    found = ((rows.get(uuid.UUID(one["award"])), one["why"]) for one in pack.failures)
    return [(award, why) for award, why in found if award is not None]


def enqueue(row: CertificatePack) -> None:
    """A job that makes the next file."""
    from insignia_server.certificates import jobs

    jobs.make_part.enqueue(organisation=str(row.organisation_id), pack=str(row.pk))


def drop_old(running: Running, *, now: dt.datetime) -> int:
    """Delete the files of packs that are over; how many packs. In the crossing `jobs`."""
    over = CertificatePack.objects.filter(expires_at__lte=now).exclude(state=PackState.EXPIRED)
    count = 0
    for row in over.order_by("expires_at")[:200]:
        for part in row.parts:
            default_storage.delete(part["name"])
        with transaction.atomic():
            running.check()
            count += CertificatePack.objects.filter(pk=row.pk).update(state=PackState.EXPIRED, parts=[])
    return count


def remove_pack(*, by: Actor, pack: CertificatePack) -> None:
    """Delete its files now.

    Raises:
        Forbidden, NotHere: no permission to award; another organisation's.
    """
    by.require(Permission.AWARD)
    if pack.organisation_id != by.organisation_id:
        raise NotHere
    names = [part["name"] for part in pack.parts]
    with transaction.atomic():
        CertificatePack.objects.filter(pk=pack.pk).update(state=PackState.EXPIRED, parts=[])
        audit.record(by=by, action="certificate.unpack", subject=pack)
        transaction.on_commit(lambda: _delete(names))


def _delete(names: Sequence[str]) -> None:
    for name in names:
        default_storage.delete(name)
