"""Lists of awards: every filter uses an index, and the newest come first by key."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Final

from django.db import models

from insignia_server.kit import blind

EXPIRED: Final = "expired"
UNDONE: Final = "undone"
_KEY_LENGTH: Final = 16  # characters of a name that are in the index
_HEAVY: Final = (
    *("details", "credential__content", "credential__digest", "version__content", "version__document"),
)


def name_key(name: str) -> str:
    """A name as it is found by its beginning: hexadecimal of its UTF-8, which sorts alike under every
    collation."""
    return " ".join(name.casefold().split())[:_KEY_LENGTH].encode("utf-8", "surrogatepass").hex()[:64]


class AwardQuerySet(models.QuerySet[Any]):
    """Filters of a list of awards; an empty argument filters nothing."""

    def for_list(self) -> AwardQuerySet:
        """With everything that a line of a list shows, in one query; without the signed bytes."""
        return (
            self.select_related("credential", "version", "achievement__issuer", "batch")
            .defer(*_HEAVY)
            .order_by("-pk")
        )

    def of_achievement(self, key: uuid.UUID | str | None) -> AwardQuerySet:
        """Of one achievement."""
        return self.filter(achievement_id=key) if key else self

    def of_issuer(self, key: uuid.UUID | str | None) -> AwardQuerySet:
        """Of one issuer profile."""
        return self.filter(achievement__issuer_id=key) if key else self

    def of_batch(self, key: uuid.UUID | str | None) -> AwardQuerySet:
        """Of one batch."""
        return self.filter(batch_id=key) if key else self

    def in_state(self, state: str, *, now: dt.datetime | None = None) -> AwardQuerySet:
        """`valid`, `suspended`, `revoked`, `superseded`, `expired` (needs `now`) or `undone`."""
        if not state:
            return self
        if state == UNDONE:
            return self.filter(state=UNDONE)
        found = self.exclude(state=UNDONE)
        if state == EXPIRED:
            return found.filter(credential__state="valid", credential__valid_until__lte=now)
        found = found.filter(credential__state=state)
        if state == "valid" and now is not None:
            over = models.Q(credential__valid_until__lte=now)
            found = found.exclude(over)
        return found

    def with_delivery(self, state: str) -> AwardQuerySet:
        """Whose message stands there."""
        return self.filter(delivery=state) if state else self

    def to_identifier(self, kind: str, value: str) -> AwardQuerySet:
        """To one identifier, found by its blind index."""
        return self.filter(blind_index=blind.index(kind, value))

    def to_email(self, address: str) -> AwardQuerySet:
        """To one address, in whatever spelling."""
        return self.to_identifier("emailAddress", address) if address.strip() else self

    def named(self, beginning: str) -> AwardQuerySet:
        """Whose name begins so; letter case does not matter."""
        key = name_key(beginning)
        if not key:
            return self
        found = self.filter(name_key__gte=key, name_key__lt=key + "g")
        folded = " ".join(beginning.split())
        return found.filter(name__istartswith=folded) if len(folded) > _KEY_LENGTH else found

    def matching(self, text: str) -> AwardQuerySet:
        """What somebody types into the field of a list: an address, or the beginning of a name."""
        text = text.strip()
        if text.lower().startswith("did:"):
            return self.to_identifier("did", text)
        return self.to_email(text) if "@" in text else self.named(text)

    def between(self, start: dt.datetime | None = None, end: dt.datetime | None = None) -> AwardQuerySet:
        """Made from `start` on and before `end`."""
        found = self.filter(created_at__gte=start) if start else self
        return found.filter(created_at__lt=end) if end else found
