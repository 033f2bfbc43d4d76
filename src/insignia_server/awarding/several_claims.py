"""Several claims decided at once: each by itself, with an outcome of its own."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from insignia_server.awarding import claims
from insignia_server.awarding.models import Claim
from insignia_server.kit.errors import Refusal, Refused
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.roles import Permission

MOST_DECIDED: Final = 100  # at once; each is signed in the request


@dataclass(frozen=True)
class Decided:
    """What became of one claim of several. `refusals` say why it was not decided."""

    key: uuid.UUID
    claim: Claim | None
    refusals: Sequence[Refusal] = ()


def approve_many(*, by: Actor, keys: Sequence[uuid.UUID], now: dt.datetime | None = None) -> list[Decided]:
    """Award each of these claims by itself, in their order; one that is refused stops no other.

    Raises Forbidden; Refused when there is none, or more than MOST_DECIDED.
    """
    by.require(Permission.APPROVE)
    return _each(keys, lambda claim: claims.approve(by=by, claim=claim, now=now))


def decline_many(
    *, by: Actor, keys: Sequence[uuid.UUID], reason: str, now: dt.datetime | None = None
) -> list[Decided]:
    """Decline each of these claims with one reason, which all of them read. Raises as `approve_many` does,
    Refused without a reason."""
    by.require(Permission.APPROVE)
    if not reason.strip():
        raise Refused(Refusal(_("Say why: the learner reads it."), "reason", "required"))
    return _each(keys, lambda claim: claims.decline(by=by, claim=claim, reason=reason, now=now))


def _each(keys: Sequence[uuid.UUID], decide: Callable[[Claim], Claim]) -> list[Decided]:
    wanted = list(dict.fromkeys(keys))
    if not wanted:
        raise Refused(Refusal(_("Choose at least one claim."), "claims", "required"))
    if len(wanted) > MOST_DECIDED:
        message = _("Decide about {count} claims at most at once.").format(count=MOST_DECIDED)
        raise Refused(Refusal(message, "claims", "limit", str(MOST_DECIDED), str(len(wanted))))
    found = Claim.objects.select_related("link__achievement__issuer").in_bulk(wanted)
    return [_one(key, found.get(key), decide) for key in wanted]


def _one(key: uuid.UUID, claim: Claim | None, decide: Callable[[Claim], Claim]) -> Decided:
    if claim is None:
        return Decided(key, None, [Refusal(_("There is no such claim."), "claims", "not-here")])
    try:
        return Decided(key, decide(claim))
    except Refused as refused:
        return Decided(key, claim, refused.refusals)
