"""Many awards without many signatures: one is really made, its bytes stand in all of them."""

from __future__ import annotations

import datetime as dt
import hashlib
import random
from collections.abc import Iterator
from typing import Any

from insignia_server.awarding.models import Award
from insignia_server.awarding.querysets import SHOWN, name_key
from insignia_server.credentials.models import Credential
from insignia_server.kit import blind
from insignia_server.kit.bulk_insert import insert_many
from insignia_server.kit.ids import uuid7

CREDENTIAL = [field.attname for field in Credential._meta.concrete_fields]
AWARD = [field.attname for field in Award._meta.concrete_fields]
FIRST_NAMES = ("Ann", "anna", "Ånn", "Bo", "Maximiliane-Theodora von und zu Hohenstein-Waldeck")
DELIVERIES = ("none", "queued", "sent", "opened", "bounced", "failed", "claimed")
_WEIGHTS = (20, 1, 2, 1, 3, 1)  # of SHOWN


def fill(first: Award, achievements: list[Any], count: int, *, seed: int, batch: Any = None) -> None:
    """`count` awards like the first one, of these achievements, in every state and delivery."""
    draw = random.Random(seed)
    for start in range(0, count, 5_000):
        pairs = [
            _pair(first, draw.choice(achievements), number, draw, batch)
            for number in range(start, min(start + 5_000, count))
        ]
        insert_many(Credential, CREDENTIAL, _columns(CREDENTIAL, (one for one, _ in pairs)))
        insert_many(Award, AWARD, _columns(AWARD, (one for _, one in pairs)))


def _columns(names: list[str], rows: Iterator[dict[str, Any]]) -> Iterator[list[Any]]:
    return ([row[name] for name in names] for row in rows)


def _pair(first: Award, achievement: Any, number: int, draw: random.Random, batch: Any) -> Any:
    key = uuid7()
    shown = draw.choices(SHOWN, _WEIGHTS)[0]
    ends = None
    if shown == "expired" or draw.random() < 0.3:
        days = -1 if shown == "expired" else draw.choice((-1, 1))  # some are over, and not marked yet
        ends = first.created_at + dt.timedelta(days=days)
    email = f"learner{number % 1_000}@example.org"
    name = f"{draw.choice(FIRST_NAMES)} {number % 300}"
    credential = {
        **{name: getattr(first.credential, name) for name in CREDENTIAL},
        "id": key,
        "state": {"expired": "valid", "undone": "revoked"}.get(shown, shown),
        "digest": hashlib.sha256(key.bytes).digest(),
        "status_list_id": None,
        "status_index": None,
        "valid_until": ends,
    }
    award = {
        **{name: getattr(first, name) for name in AWARD},
        "id": key,
        "credential_id": key,
        "achievement_id": achievement.pk,
        "idempotency_key": f"many:{key}",
        "batch_id": batch.pk if batch is not None and draw.random() < 0.3 else None,
        "state": "undone" if shown == "undone" else "issued",
        "shown": shown,
        "valid_until": ends,
        "identifier": email,
        "email": email,
        "blind_index": blind.index("emailAddress", email),
        "name": name,
        "name_key": name_key(name),
        "delivery": draw.choices(DELIVERIES, (20, 1, 60, 5, 1, 1, 20))[0],
        "created_at": dt.datetime.fromtimestamp((key.int >> 80) / 1000, dt.UTC),
    }
    return credential, award
