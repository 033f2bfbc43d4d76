"""Insignia: issue, bake and verify Open Badges 3.0 and W3C Verifiable Credentials 2.0."""

__version__ = "0.1.0"
