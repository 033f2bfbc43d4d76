"""The only networked `Resolver`: limits, a cache and a guard against request forgery."""

from insignia.http.guard import Lookup, is_public
from insignia.http.resolver import HttpResolver, Limits

__all__ = ["HttpResolver", "Limits", "Lookup", "is_public"]
