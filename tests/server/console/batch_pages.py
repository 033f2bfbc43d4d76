"""The way of a batch through its pages, up to what is checked."""

from __future__ import annotations

import html
import re
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from insignia_server.achievements.models import Achievement
from insignia_server.awarding.models import Batch
from insignia_server.kit.worker import run_pending

HOME = "/console/nordhaven/batches/"
GOOD = "Email;Name;Date\nann@example.org;Ann Berg;2026-11-20\nben@example.org;Ben Weber;2026-11-20\n"
BAD = (
    GOOD
    + "nobody;Carla Diaz;2026-11-20\nann@example.org;Ann Berg;2026-11-20\ndora@gmial.com;DORA;31.02.2026\n"
)


def text_of(response: Any) -> str:
    """What a person reads on a page."""
    plain = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(html.unescape(plain).split())


def newest() -> Batch:
    return Batch.plain.order_by("-pk")[0]


def address(batch: Batch, page: str = "") -> str:
    return f"{HOME}{batch.pk}/{page}"


def upload(
    client: Client, achievement: Achievement, content: str | bytes = GOOD, name: str = "a.csv"
) -> Batch:
    data = content.encode() if isinstance(content, str) else content
    response = client.post(f"{HOME}new/{achievement.pk}/", {"file": SimpleUploadedFile(name, data)})
    assert response.status_code == 302, text_of(response)
    batch = newest()
    assert response["Location"] == address(batch, "columns/")
    run_pending()
    return batch


def columns(*fields: str, **more: str) -> dict[str, str]:
    """What the form of the columns sends."""
    sent = {f"column_{place}": field for place, field in enumerate(fields)}
    return {"delimiter": "semicolon", "encoding": "utf-8", "held": "warn", "act": "check", **sent, **more}


def checked(client: Client, achievement: Achievement, content: str = GOOD, **more: str) -> Batch:
    batch = upload(client, achievement, content)
    response = client.post(address(batch, "columns/"), columns("email", "name", "awarded_on", **more))
    assert response.status_code == 302, text_of(response)
    run_pending()
    batch.refresh_from_db(from_queryset=Batch.plain.all())
    assert batch.state == "checked"
    return batch
