"""Files of evidence: checked by content, kept within a quota, and as long as an award names them."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import secrets
import uuid
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Sum
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from insignia_server.audit import services as audit
from insignia_server.awarding.evidence_content import NAMES, SUFFIXES, Damaged, examine, media_type_of
from insignia_server.awarding.evidence_metadata import without_metadata
from insignia_server.awarding.models import AwardState, EvidenceFile, EvidenceUse
from insignia_server.credentials.subject import Evidence
from insignia_server.kit import scopes
from insignia_server.kit.errors import Refusal, Refused
from insignia_server.kit.ids import uuid7
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Organisation
from insignia_server.organisations.roles import Permission

UNUSED: Final = dt.timedelta(days=7)  # a batch may wait for its second person over a weekend
_PATH: Final = re.compile(r"/evidence/([A-Za-z0-9_-]{43})/")
_PORTS: Final = {"http": 80, "https": 443}


class FileGone(Refused):
    """A file that an award was to name was deleted at this moment."""


def keep(*, by: Actor, name: str, content: bytes, now: dt.datetime) -> EvidenceFile:
    """Store an uploaded file; it goes after a week unless an award uses it. In the organisation's scope.

    Pictures are stored without what they say of place, time and camera (evidence_metadata.py).

    Raises:
        Refused: too large, damaged, of a kind that is not taken, named as another kind, or over the quota.
        Forbidden: the actor may not award.
    """
    by.require(Permission.AWARD)
    clean, kind, content = _checked(name, content)
    key = uuid7()
    row = EvidenceFile(
        pk=key,
        organisation_id=by.organisation_id,
        token=secrets.token_urlsafe(32),
        name=clean,
        media_type=kind,
        size=len(content),
        digest=hashlib.sha256(content).digest(),
        created_by_id=by.user_id,
        created_at=now,
    )
    try:
        with transaction.atomic():
            _require_room(row.organisation_id, len(content))
            # A name of its own: content that two rows share could not be deleted without a race.
            place = f"evidence/{by.organisation_id}/{key.hex[-2:]}/{key}"
            row.stored = default_storage.save(place, ContentFile(content))
            row.save(force_insert=True)
            audit.record(by=by, action="evidence.upload", subject=row, size=row.size, media_type=kind)
    except BaseException:
        if row.stored:
            default_storage.delete(row.stored)
        raise
    return row


def _checked(name: str, content: bytes) -> tuple[str, str, bytes]:
    """The name to keep, the media type, and the content without what a photo tells. Raises Refused."""
    base = re.split(r"[/\\]", name)[-1]
    clean = "".join(c for c in base if c.isprintable()).strip()
    suffix = PurePosixPath(clean).suffix.lower()
    clean = clean[: 200 - len(suffix)].removesuffix(suffix) + suffix if len(clean) > 200 else clean
    most = settings.MAX_EVIDENCE_BYTES
    if len(content) > most:
        message = _("{name} is larger than {most}, which is the most for one file.")
        message = message.format(name=clean, most=filesizeformat(most))
        raise _refused(message, "too-large", str(most), str(len(content)))
    kind = media_type_of(content)
    if suffix not in SUFFIXES.get(kind, ()):
        message = _("{name} is not taken: send a PDF, PNG, JPEG, WebP or text file named as what it is.")
        expected = ", ".join(one for many in SUFFIXES.values() for one in many)
        raise _refused(message.format(name=clean), "evidence.kind", expected, kind)
    try:
        examine(content, kind)
        content = without_metadata(content, kind)
    except Damaged as damage:
        message = _("{name} is damaged or too large to be shown. Save it again and send it once more.")
        raise _refused(message.format(name=clean), "evidence.damaged", damage.expected, damage.got) from None
    return clean, kind, content


def _refused(message: str, code: str, expected: str, got: str) -> Refused:
    return Refused(Refusal(message, "evidence_files", code, expected, got))


def used_bytes(organisation_id: uuid.UUID) -> int:
    """Bytes of the files that the organisation keeps. In its scope, or a crossing."""
    rows = EvidenceFile.objects.filter(organisation_id=organisation_id).exclude(stored="")
    return int(rows.aggregate(sum=Sum("size"))["sum"] or 0)


def _require_room(organisation_id: uuid.UUID, size: int) -> None:
    """Under a lock, so that two uploads do not take the same room. Raises Refused (`quota`)."""
    organisation: Organisation = Organisation.objects.get(pk=organisation_id)
    if organisation.quota_evidence_bytes is None:
        return
    organisation = Organisation.objects.select_for_update(no_key=True).get(pk=organisation_id)
    quota = organisation.quota_evidence_bytes
    if quota is None:
        return
    left = max(quota - used_bytes(organisation.pk), 0)
    if size > left:
        message = _(
            "There is no room for this file of {size}: of the {quota} for evidence that the operator of this "
            "instance allows, {left} are left. Use a link instead, or ask the operator for more."
        ).format(size=filesizeformat(size), quota=filesizeformat(quota), left=filesizeformat(left))
        raise _refused(message, "quota", str(left), str(size))


def waiting(*, by: Actor, tokens: Sequence[str]) -> list[EvidenceFile]:
    """Those of the tokens that this actor uploaded and no award uses yet. In the organisation's scope."""
    rows = EvidenceFile.objects.filter(token__in=list(tokens)[:20], used_at=None, created_by_id=by.user_id)
    return list(rows.exclude(stored="").order_by("pk"))


def address(row: EvidenceFile) -> str:
    """Where the world gets the file; this is signed."""
    return f"{settings.PUBLIC_URL}/evidence/{row.token}/"


def piece(row: EvidenceFile) -> Evidence:
    """The file as a piece of evidence."""
    return Evidence(url=address(row), name=row.name)


_split = cache(urlsplit)  # of the address of this instance, once


def token_of(url: str) -> str | None:
    """The token in an address of this instance's files; empty where it is none of them but looks so; None for
    every other address."""
    try:
        there, here = urlsplit(url), _split(settings.PUBLIC_URL)
        ports = [one.port or _PORTS.get(one.scheme) for one in (there, here)]
    except ValueError:
        return None
    same = there.hostname == here.hostname and (ports[0] == ports[1] or there.scheme != here.scheme)
    if not same or not unquote(there.path).lstrip("/").startswith("evidence/"):
        return None
    match = _PATH.fullmatch(url.removeprefix(settings.PUBLIC_URL))
    return match[1] if match else ""


def files_of(urls: Sequence[str]) -> dict[str, EvidenceFile]:
    """The files behind those of the addresses that are of this instance, by address. In a scope or a
    crossing; no query where there are none."""
    tokens = {token: url for url in urls if (token := token_of(url))}
    rows = EvidenceFile.objects.filter(token__among=list(tokens)) if tokens else ()
    return {tokens[row.token]: row for row in rows}


def told(row: EvidenceFile) -> str:
    """Kind and size, for people: `PDF document, 1.2 MB`."""
    if not row.stored:
        return _("no longer kept")
    return f"{NAMES.get(row.media_type, row.media_type)}, {filesizeformat(row.size)}"


def problems(pieces: Sequence[Evidence]) -> list[Refusal]:
    """What looks like a file of this instance and is none of this organisation's. In its scope."""
    missing = gone([one.url for one in pieces])
    return [_unknown(f"evidence.{at}", one.url) for at, one in enumerate(pieces) if one.url in missing]


def gone(urls: Sequence[str]) -> dict[str, Refusal]:
    """Those of the addresses that look like files of this instance and are none (any more) of this
    organisation's, each with what is to be said of it. In its scope; no query where there are none."""
    asked = [url for url in urls if token_of(url) is not None]
    known = {url for url, row in files_of(asked).items() if row.stored}
    return {url: _unknown("evidence", url) for url in asked if url not in known}


def _unknown(field: str, url: str) -> Refusal:
    message = _(
        "This is an address of this instance's files, but your organisation keeps no such file: it was never "
        "uploaded, or is deleted. Upload the file again and use the address that you get."
    )
    return Refusal(message, field, "evidence.unknown", f"{settings.PUBLIC_URL}/evidence/…/", url[:300])


def attach(named: Mapping[uuid.UUID, Sequence[Evidence]], *, now: dt.datetime) -> None:
    """These awards use the files in their evidence from now on. In the transaction that signs, and its scope.

    Raises:
        FileGone: a file was deleted since it was looked at.
    """
    wanted = {
        award: {token: one.url for one in pieces if (token := token_of(one.url))}
        for award, pieces in named.items()
    }
    addresses = {token: url for tokens in wanted.values() for token, url in tokens.items()}
    if not addresses:
        return
    # `drop` takes the same lock, and looks again when it has it.
    locked = EvidenceFile.objects.select_for_update(no_key=True).filter(token__among=list(addresses))
    rows = {row.token: row for row in locked.exclude(stored="").order_by("pk")}
    lost = [url for token, url in addresses.items() if token not in rows]
    if lost:
        raise FileGone(*(_unknown("evidence", url) for url in lost))
    EvidenceFile.objects.filter(pk__among=[row.pk for row in rows.values()], used_at=None).update(used_at=now)
    EvidenceUse.objects.bulk_create(
        EvidenceUse(organisation_id=rows[token].organisation_id, file_id=rows[token].pk, award_id=award)
        for award, tokens in wanted.items()
        for token in tokens
    )


def carry(pairs: Mapping[uuid.UUID, uuid.UUID]) -> int:
    """Awards that were issued again (old key to new) use what the old ones use; how many uses."""
    uses = EvidenceUse.objects.filter(award__in=list(pairs))
    made = [
        EvidenceUse(organisation_id=use.organisation_id, file_id=use.file_id, award_id=pairs[use.award_id])
        for use in uses
    ]
    EvidenceUse.objects.bulk_create(made)
    return len(made)


def _over(now: dt.datetime) -> Q:
    """Never used for a week, or all awards that used it were undone or are gone."""
    live = EvidenceUse.objects.filter(file=OuterRef("pk")).exclude(award__state=AwardState.UNDONE)
    ended = Q(~Exists(live), used_at__isnull=False)
    return Q(used_at=None, created_at__lt=now - UNUSED) | ended


@scopes.crossing("jobs")
def drop(*, now: dt.datetime) -> int:
    """Delete the content of files that no award uses after a week, or whose awards were all undone or are
    gone; how many. An award that is being signed at the same moment keeps its file."""
    rows = EvidenceFile.objects.filter(_over(now)).exclude(stored="")
    return sum(_drop(key, now) for key in list(rows.values_list("pk", flat=True)[:500]))


def _drop(key: uuid.UUID, now: dt.datetime) -> bool:
    with transaction.atomic():
        locked = EvidenceFile.objects.select_for_update(no_key=True)
        row: EvidenceFile | None = locked.filter(pk=key).exclude(stored="").first()
        if row is None or not EvidenceFile.objects.filter(_over(now), pk=key).exists():
            return False
        stored, row.stored = row.stored, ""
        row.save(update_fields=["stored"])
    if not EvidenceFile.objects.filter(stored=stored).exists():  # older rows may share content
        default_storage.delete(stored)
    return True
