"""What of an award its lists go by: the state that is shown, and the key of its name."""

from __future__ import annotations

import uuid
from typing import Any, Final

from django.db import models

from insignia_server.kit import blind
from insignia_server.kit.ranges import unseen

VALID: Final = "valid"
EXPIRED: Final = "expired"
UNDONE: Final = "undone"
SHOWN: Final = (VALID, "suspended", "revoked", "superseded", EXPIRED, UNDONE)  # Award.shown
_KEY_LENGTH: Final = 32  # bytes of a name that are in the index
_HEAVY: Final = (
    *("details", "credential__content", "credential__digest", "version__content", "version__document"),
)


def name_key(name: str) -> str:
    """A name as it is found by its beginning: hexadecimal of its UTF-8, which sorts alike under every
    collation."""
    return _folded(name)[:_KEY_LENGTH].hex()


def _folded(name: str) -> bytes:
    return " ".join(name.casefold().split()).encode("utf-8", "surrogatepass")


class AwardQuerySet(models.QuerySet[Any]):
    """Awards as lists show them, and who they are for; pages of lists are in listing.py."""

    def for_list(self) -> AwardQuerySet:
        """With everything that a line of a list shows, in one query; without the signed bytes."""
        return (
            self.select_related("credential", "version", "achievement__issuer", "batch")
            .defer(*_HEAVY)
            .order_by("-pk")
        )

    def not_undone(self) -> AwardQuerySet:
        """Without those whose batch was undone; as the index of deliveries says it."""
        return self.exclude(shown=UNDONE)

    def delivered(self, state: str) -> AwardQuerySet:
        """Whose message is in this state, without what was undone."""
        return self.not_undone().filter(delivery=unseen(state))

    def since(self, key: uuid.UUID) -> AwardQuerySet:
        """Made since a key (`kit.ids.first_key`). Naming each state lets the index of lists find them."""
        return self.filter(shown__in=SHOWN, pk__gte=key)

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
        return found.filter(longer_name(beginning))

    def matching(self, text: str) -> AwardQuerySet:
        """What somebody types into the field of a list: an address, or the beginning of a name."""
        text = text.strip()
        if text.lower().startswith("did:"):
            return self.to_identifier("did", text)
        return self.to_email(text) if "@" in text else self.named(text)


def longer_name(beginning: str) -> models.Q:
    """What the key of a name is too short to say of the beginning; empty for most."""
    if len(_folded(beginning)) <= _KEY_LENGTH:
        return models.Q()
    return models.Q(name__istartswith=" ".join(beginning.split()))
