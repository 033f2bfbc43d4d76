"""The only networked `Resolver`: limits, a cache and a guard against request forgery."""

from insignia.http.exchange import Answer, Limits, exchange
from insignia.http.guard import Lookup, is_public
from insignia.http.resolver import HttpResolver

__all__ = ["Answer", "HttpResolver", "Limits", "Lookup", "exchange", "is_public"]
