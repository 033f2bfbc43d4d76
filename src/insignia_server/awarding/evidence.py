"""Files of evidence: checked by content, stored by digest, shown as long as their award is."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import secrets
import uuid
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Final

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from insignia_server.audit import services as audit
from insignia_server.awarding.models import AwardState, EvidenceFile
from insignia_server.credentials.subject import Evidence
from insignia_server.kit import scopes
from insignia_server.kit.errors import Refusal, Refused
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.roles import Permission

UNUSED: Final = dt.timedelta(days=1)
SUFFIXES: Final = {
    "application/pdf": (".pdf",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/webp": (".webp",),
    "text/plain": (".txt", ".md"),
}
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


def media_type_of(content: bytes) -> str:
    """What the content is, whatever its name says; empty when it is nothing that is taken."""
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return ""
    return "" if _CONTROL.search(text) or not text.strip() else "text/plain"


def keep(*, by: Actor, name: str, content: bytes, now: dt.datetime) -> EvidenceFile:
    """Store an uploaded file; it goes after a day unless an award uses it. In the organisation's scope.

    Raises:
        Refused: too large, of a kind that is not taken, or named as another kind.
        Forbidden: the actor may not award.
    """
    by.require(Permission.AWARD)
    base = re.split(r"[/\\]", name)[-1]
    clean = "".join(c for c in base if c.isprintable()).strip()
    suffix = PurePosixPath(clean).suffix.lower()
    clean = clean[: 200 - len(suffix)].removesuffix(suffix) + suffix if len(clean) > 200 else clean
    most = settings.MAX_EVIDENCE_BYTES
    if len(content) > most:
        message = _("The file has {size} bytes; {most} are allowed.").format(size=len(content), most=most)
        raise Refused(Refusal(message, "evidence_files", "too-large", str(most), str(len(content))))
    kind = media_type_of(content)
    if suffix not in SUFFIXES.get(kind, ()):
        message = _("{name} is not taken: send a PDF, PNG, JPEG, WebP or text file named as what it is.")
        expected = ", ".join(one for many in SUFFIXES.values() for one in many)
        raise Refused(Refusal(message.format(name=clean), "evidence_files", "evidence.kind", expected, kind))
    digest = hashlib.sha256(content).digest()
    with transaction.atomic():
        row: EvidenceFile = EvidenceFile.objects.create(
            organisation_id=by.organisation_id,
            token=secrets.token_urlsafe(32),
            name=clean,
            media_type=kind,
            size=len(content),
            digest=digest,
            stored=_put(by.organisation_id, content, digest.hex()),
            created_by_id=by.user_id,
            created_at=now,
        )
        audit.record(by=by, action="evidence.upload", subject=row, size=row.size, media_type=kind)
    return row


def _put(organisation: uuid.UUID | None, content: bytes, digest: str) -> str:
    name = f"evidence/{organisation}/{digest[:2]}/{digest[2:]}"
    return name if default_storage.exists(name) else default_storage.save(name, ContentFile(content))


def waiting(*, by: Actor, tokens: Sequence[str]) -> list[EvidenceFile]:
    """Those of the tokens that this actor uploaded and no award uses yet. In the organisation's scope."""
    rows = EvidenceFile.objects.filter(token__in=list(tokens)[:20], used_at=None, created_by_id=by.user_id)
    return list(rows.order_by("pk"))


def address(row: EvidenceFile) -> str:
    """Where the world gets the file; this is signed."""
    return f"{settings.PUBLIC_URL}/evidence/{row.token}/"


def piece(row: EvidenceFile) -> Evidence:
    """The file as a piece of evidence."""
    return Evidence(url=address(row), name=row.name)


def attach(
    pieces: Sequence[Evidence], *, award: uuid.UUID, before: uuid.UUID | None = None, now: dt.datetime
) -> None:
    """The files named in an award's evidence are that award's from now on. In its transaction and scope.

    A file that another award uses stays with it, unless that is `before`, the award that is corrected.
    """
    start = f"{settings.PUBLIC_URL}/evidence/"
    tokens = [one.url.removeprefix(start).strip("/") for one in pieces if one.url.startswith(start)]
    if tokens:
        free = Q(used_at=None) | Q(award_id=before, award__isnull=False)
        EvidenceFile.objects.filter(free, token__in=tokens).update(award_id=award, used_at=now)


@scopes.crossing("jobs")
def drop(*, now: dt.datetime) -> int:
    """Delete content that no award uses after a day, or whose award was undone or is gone; how many."""
    unused = Q(used_at=None, created_at__lt=now - UNUSED)
    ended = Q(used_at__isnull=False) & (Q(award=None) | Q(award__state=AwardState.UNDONE))
    rows = list(EvidenceFile.objects.filter(unused | ended).exclude(stored="")[:500])
    for row in rows:
        stored, row.stored = row.stored, ""
        row.save(update_fields=["stored"])
        if not EvidenceFile.objects.filter(stored=stored).exists():
            default_storage.delete(stored)
    return len(rows)
