"""Files of evidence over the API: uploaded, named in an award, refused where there is none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.server.evidence_samples import PNG, pdf

from insignia_client import Client, Recipient, Refused
from insignia_server.achievements.models import Achievement
from insignia_server.organisations.models import ApiClient, Organisation
from insignia_server.organisations.roles import Permission


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path)},
        },
    }


def test_an_address_of_no_file_is_refused_at_its_place(
    live_server: Any,
    settings: Any,
    make_client: Callable[..., tuple[ApiClient, str]],
    achievement: Achievement,
    organisation: Organisation,
) -> None:
    key = make_client(Permission.AWARD, Permission.READ)[1]
    ann = Recipient(email="ann@example.org", name="Ann")
    with Client(live_server.url, key, attempts=1) as client:
        kept = client.upload_evidence(PNG, file_name="work.png")
        made = client.award(
            str(achievement.pk), ann, key="1", evidence=[{"url": kept["url"], "name": "Work"}]
        )
        assert made.email == "ann@example.org"
        unknown = f"{settings.PUBLIC_URL}/evidence/{'A' * 43}/"
        pieces = [{"url": kept["url"]}, {"url": unknown}]
        with pytest.raises(Refused) as caught:
            client.award(str(achievement.pk), ann, key="2", evidence=pieces)
        (error,) = caught.value.errors
        assert (error.field, error.code, error.got) == ("evidence.1", "evidence.unknown", unknown)
        Organisation.plain.filter(pk=organisation.pk).update(quota_evidence_bytes=len(PNG) + 5)
        shown = client._send("GET", "/organisation", None, {}).json()
        assert (shown["evidence_bytes"], shown["quota_evidence_bytes"]) == (len(PNG), len(PNG) + 5)
        with pytest.raises(Refused, match="no room"):
            client.upload_evidence(pdf(), file_name="work.pdf")
