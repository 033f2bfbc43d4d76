"""Files of evidence: upload one, then name its address in an award."""

from __future__ import annotations

import uuid

from django.conf import settings
from ninja import File, Router, Schema, Status, UploadedFile

from insignia_server.api.fitting import sent_as
from insignia_server.api.guard import ApiRequest, needs
from insignia_server.api.rest.uploads import content_of
from insignia_server.awarding import evidence
from insignia_server.organisations.roles import Permission

router = Router(tags=["awards"])


class EvidenceFileOut(Schema):
    """A kept file. `url` goes into `evidence` of an award within a day, or the file is deleted."""

    id: uuid.UUID
    url: str
    name: str
    media_type: str
    size: int


@router.post(
    "", response={201: EvidenceFileOut}, **needs(Permission.AWARD), summary="Upload a file of evidence"
)
def upload_evidence(request: ApiRequest, file: File[UploadedFile]) -> Status[EvidenceFileOut]:
    """PDF, PNG, JPEG, WebP or text as `file` of a multipart form, named as what it is. What a photo
    says of its place, time and camera is taken out of it, so `size` may be less than what was sent."""
    content = content_of(file, most=settings.MAX_EVIDENCE_BYTES)
    with sent_as(evidence_files="file"):
        made = evidence.keep(by=request.actor, name=file.name or "", content=content, now=request.now)
    return Status(
        201,
        EvidenceFileOut(
            id=made.pk,
            url=evidence.address(made),
            name=made.name,
            media_type=made.media_type,
            size=made.size,
        ),
    )
