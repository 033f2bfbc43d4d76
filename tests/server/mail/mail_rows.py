"""Messages for the tests."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from insignia_server.kit.ids import uuid7
from insignia_server.mail.models import (
    Message,
)
from insignia_server.mail.services import Outgoing

ORGANISATION = uuid.UUID("0197f3c2-5a10-7c3e-9f5b-2d8c4f6a1b90")
SHARED = {"achievement": "Data Analysis", "issuer": "Faculty of Computing", "picture": ""}


def award(to: str = "ann@elsewhere.example", **more: Any) -> Outgoing:
    values: dict[str, Any] = {
        "kind": "award",
        "to": to,
        "name": "Ann Lee",
        "language": "en",
        "context": {"url": "https://badges.example.test/badges/1/?view=1#top"},
        "shared": SHARED,
        "subject_type": "award",
        "subject_id": str(uuid7()),
        "organisation_id": ORGANISATION,
    }
    return Outgoing(**(values | more))


def at(moment: dt.datetime) -> Callable[[], dt.datetime]:
    """A clock that stands."""
    return lambda: moment


def only() -> Message:
    return Message.plain.get()
