"""Files of evidence, seen exactly by those who see the badge page."""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from insignia_server.awarding.models import AwardState, EvidenceFile, EvidenceUse
from insignia_server.credentials.models import VisitorView
from insignia_server.kit import scopes
from insignia_server.kit.errors import NotHere
from insignia_server.people.models import User
from insignia_server.public.pages import visitor

_POLICY = "default-src 'none'; sandbox"


def _seen_by(user: User | None) -> Q:
    """Uses by awards whose badge page this visitor may see (showing.find_award)."""
    seen = ~Q(award__visibility=VisitorView.PRIVATE)
    return seen if user is None else seen | Q(award__person=user)


@require_safe
def evidence(request: HttpRequest, token: str) -> HttpResponse:
    """The file; 410 when its awards were undone or are gone. Pictures are shown, all else is downloaded."""
    with scopes.crossing("public-pages"):
        row = EvidenceFile.objects.filter(token=token).first()
        user = visitor(request)
        if row is None or (row.used_at is None and (user is None or row.created_by_id != user.pk)):
            raise NotHere
        live = EvidenceUse.objects.filter(file=row).exclude(award__state=AwardState.UNDONE)
        # Before it is signed, who uploaded it looks at it from the preview.
        gone = not row.stored or (row.used_at is not None and not live.exists())
        if not gone and row.used_at and not live.filter(_seen_by(user)).exists():
            raise NotHere
    if gone:
        return HttpResponse(_("This file is gone."), status=410, content_type="text/plain; charset=utf-8")
    with default_storage.open(row.stored) as file:
        content = file.read()
    kind = row.media_type
    response = HttpResponse(content, content_type=f"{kind}; charset=utf-8" if kind == "text/plain" else kind)
    shown = content_disposition_header(not kind.startswith("image/"), row.name)
    response["Content-Disposition"] = shown or "attachment"
    response["Content-Security-Policy"] = _POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "private, no-cache"
    return response
