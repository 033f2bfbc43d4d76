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
from insignia_client.models import Achievement, Award, Batch, BulkOutcome, Issuer, Organisation, Recipient

__all__ = [
    "Achievement",
    "ApiError",
    "Award",
    "Batch",
    "BulkOutcome",
    "Client",
    "Conflict",
    "Denied",
    "FieldError",
    "Issuer",
    "Missing",
    "Organisation",
    "Recipient",
    "Refused",
    "TooMany",
    "Unavailable",
]
