"""What the tests of mail share."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from mail_servers import Elsewhere, elsewhere

from insignia_server.mail import (
    branding,
    subscribers,
)
from insignia_server.mail.models import (
    MessageState,
)


@pytest.fixture(autouse=True)
def _mail_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the apps above, which listen to outcomes and tell the branding."""
    monkeypatch.setattr(subscribers, "_subscribers", [])
    monkeypatch.setattr(branding, "_sources", [])


@pytest.fixture
def server(settings: Any) -> Iterator[Elsewhere]:
    """Mail goes to a real SMTP server that remembers what it took."""
    with elsewhere() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", running.port, 5
        yield running


@pytest.fixture
def told() -> Iterator[list[tuple[list[uuid.UUID], str]]]:
    """What a subscriber hears."""
    heard: list[tuple[list[uuid.UUID], str]] = []

    def hear(keys: Sequence[uuid.UUID], state: MessageState) -> None:
        heard.append((list(keys), state.value))

    subscribers.subscribe(hear)
    subscribers.subscribe(hear)
    yield heard
    subscribers.unsubscribe(hear)
    subscribers.unsubscribe(hear)
