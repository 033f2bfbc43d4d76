"""A small typed client of the Insignia API. Needs nothing but the standard library."""

from insignia_client.client import Client
from insignia_client.errors import (
    ApiError,
    Conflict,
    Denied,
    FieldError,
    Missing,
    Refused,
    TooMany,
    Unavailable,
)
from insignia_client.models import (
    Achievement,
    Affected,
    Award,
    Batch,
    BulkOutcome,
    Decided,
    Issuer,
    Organisation,
    Recipient,
    Reissue,
)

__all__ = [
    "Achievement",
    "Affected",
    "ApiError",
    "Award",
    "Batch",
    "BulkOutcome",
    "Client",
    "Conflict",
    "Decided",
    "Denied",
    "FieldError",
    "Issuer",
    "Missing",
    "Organisation",
    "Recipient",
    "Refused",
    "Reissue",
    "TooMany",
    "Unavailable",
]
