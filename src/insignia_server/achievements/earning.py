"""Where an achievement can be earned: the https address of its course.

It belongs to the achievement and not to a version. A course moves, an intake ends and the next begins, while
what is awarded stays the same: so the address changes without a new version, at once and for every version.
It is in no signed document either; Open Badges 3.0 has no property for it.
"""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from insignia_server.achievements.models import Achievement, AchievementState
from insignia_server.achievements.versions import archived
from insignia_server.audit import services as audit
from insignia_server.kit.errors import NotHere, Refusal, Refused
from insignia_server.kit.links import safe
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.roles import Permission

MOST_CHARACTERS: Final = 2000


def checked(address: str) -> str:
    """The address without spaces around it; an empty one stands for none.

    Raises:
        Refused: it is no https address (`url`) or too long (`length`).
    """
    address = address.strip()
    if len(address) > MOST_CHARACTERS:
        expected = f"<= {MOST_CHARACTERS}"
        message = _("Shorten this to %(most)d characters; there are %(count)d.") % {
            "most": MOST_CHARACTERS,
            "count": len(address),
        }
        raise Refused(Refusal(message, "earn_url", "length", expected, str(len(address))))
    if address and not (safe(address) and address.startswith("https://")):
        message = _("The address must begin with https://.")
        raise Refused(Refusal(message, "earn_url", "url", "https://…", address[:200]))
    return address


@transaction.atomic
def set_earn_url(*, by: Actor, achievement: Achievement, address: str) -> None:
    """People who want to earn it are sent to this address from now on; none with an empty one.

    Raises:
        Refused: no https address, or the achievement is in the archive.
    """
    by.require(Permission.PUBLISH)  # everybody sees it at once
    if achievement.organisation_id != by.organisation_id:
        raise NotHere
    address = checked(address)
    row: Achievement | None = (
        Achievement.objects.select_for_update(of=("self",)).filter(pk=achievement.pk).first()
    )
    if row is None:
        raise NotHere
    if row.state == AchievementState.ARCHIVED:
        raise Refused(archived())
    if row.earn_url != address:
        row.earn_url = address
        row.save(update_fields=["earn_url", "updated_at"])
        audit.record(by=by, action="achievement.earn", subject=row)
    achievement.earn_url, achievement.updated_at = row.earn_url, row.updated_at
