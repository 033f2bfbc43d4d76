"""Cells that rows of sheets are checked with."""

from __future__ import annotations

ADDRESS = "an email address, such as anna@example.org"
