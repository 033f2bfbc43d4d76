"""What every template knows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def instance(request: HttpRequest) -> dict[str, Any]:
    """The instance's name and whether it is the demo."""
    return {"INSTANCE_NAME": settings.INSTANCE_NAME, "DEMO": settings.DEMO, "PUBLIC_URL": settings.PUBLIC_URL}
