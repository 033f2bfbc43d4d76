"""Issuer profiles, their keys and documents."""
