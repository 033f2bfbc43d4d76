"""What every template knows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def instance(request: HttpRequest) -> dict[str, Any]:
    """The instance's name, whether it is the demo, the organisation's own host name if one is shown."""
    return {
        "INSTANCE_NAME": settings.INSTANCE_NAME,
        "DEMO": settings.DEMO,
        "PUBLIC_URL": settings.PUBLIC_URL,
        "PAGES_HOST": getattr(request, "pages_host", ""),
    }
