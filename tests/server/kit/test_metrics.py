"""/metrics: off without a token, closed without the right one, and true."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from insignia_server.kit.jobs import JOBS


@pytest.mark.django_db
def test_without_a_token_there_are_no_figures(client: Client) -> None:
    assert client.get("/metrics").status_code == 404


@pytest.mark.django_db
def test_figures_are_for_who_has_the_token(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = "a-token-for-the-test"
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 401
    JOBS["insignia_server.credentials.jobs.publish_due"].enqueue()
    answer = client.get("/metrics", headers={"Authorization": "Bearer a-token-for-the-test"})
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "insignia_jobs" in text
    assert "python_info" in text or "insignia_requests" in text or "# HELP" in text
