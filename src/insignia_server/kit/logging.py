"""One line for each event; names that may carry a secret are blanked before anything is written."""

from __future__ import annotations

import logging
import re
from typing import Any, Final

import structlog

SECRET_WORDS = ("password", "token", "secret", "authorization", "cookie", "private", "sealed", "seed")


def blank_secrets(_logger: Any, _method: str, event: Any) -> Any:
    """Values whose name sounds like a secret are replaced."""
    return {
        key: "[blanked]" if any(word in str(key).lower() for word in SECRET_WORDS) else value
        for key, value in event.items()
    }


# A segment of a path as long as our tokens (invitations, claims, new passwords), other than a UUID.
_TOKEN: Final = re.compile(
    r"(?<=/)(?![0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?![\w-]))[\w-]{32,}(?=[/?\s\"']|$)", re.ASCII
)


def blank_tokens(_logger: Any, _method: str, event: Any) -> Any:
    """Django logs the paths of failed requests; a path may be the secret."""
    return {
        key: _TOKEN.sub("[blanked]", value) if key in ("event", "path") and isinstance(value, str) else value
        for key, value in event.items()
    }


def line_formatter(*, as_json: bool) -> logging.Formatter:
    """The formatter of the one handler: JSON in production, text in development."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        blank_secrets,
        blank_tokens,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    last: Any = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            *([structlog.processors.format_exc_info] if as_json else []),  # without values of variables
            last,
        ],
    )
