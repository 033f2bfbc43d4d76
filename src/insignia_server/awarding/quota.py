"""Whether an organisation may award now, and how many more this month."""

from __future__ import annotations

import datetime as dt
import uuid

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from insignia_server.awarding.models import Award, AwardSource
from insignia_server.kit.errors import NotHere, Refusal, Refused
from insignia_server.organisations.models import Organisation, OrganisationState


def require_active(
    organisation_id: uuid.UUID, *, count: int, now: dt.datetime, lock: bool = False
) -> Organisation:
    """The organisation, when it may award `count` more. `lock`: within a transaction nobody else counts
    meanwhile.

    Raises:
        Refused: it is waiting or suspended (`organisation-state`), or the month's quota does not suffice
        (`quota`).
    """
    row: Organisation | None = Organisation.objects.filter(pk=organisation_id).first()
    if row is None:
        raise NotHere
    refusal = inactive(row)
    if refusal is not None:
        raise Refused(refusal)
    quota = row.quota_awards_a_month
    if quota is None:
        return row
    if lock:
        Organisation.objects.select_for_update(no_key=True).get(pk=row.pk)
    left = max(quota - awarded_this_month(quota, now=now), 0)
    if count > left:
        message = ngettext(
            "The quota of this instance leaves %(left)d award this month. Ask the operator for more.",
            "The quota of this instance leaves %(left)d awards this month. Ask the operator for more.",
            left,
        ) % {"left": left}
        raise Refused(Refusal(message, "", "quota", str(left), str(count)))
    return row


def inactive(row: Organisation) -> Refusal | None:
    """Why the organisation may not award now, whatever the quota; None when it may."""
    if row.state == OrganisationState.ACTIVE:
        return None
    message = _("The organisation cannot award now: {state}. {reason}").format(
        state=OrganisationState(row.state).label, reason=row.state_reason
    )
    return Refusal(message.strip(), "", "organisation-state", OrganisationState.ACTIVE, row.state)


def awarded_this_month(most: int, *, now: dt.datetime) -> int:
    """Awards of the organisation in scope since the first of the month (UTC), counted up to `most`; one that
    takes another's place was counted with that."""
    start = now.astimezone(dt.UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    replaced = (AwardSource.CORRECTION, AwardSource.REISSUE)
    found = Award.objects.filter(created_at__gte=start).exclude(source__in=replaced)
    return int(found.order_by()[:most].count())
