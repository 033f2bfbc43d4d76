"""One report, three renderings: text for a terminal, JSON for a program, HTML for a browser."""

from __future__ import annotations

from insignia.verification.render.markup import html
from insignia.verification.render.plain import text
from insignia.verification.render.tree import ReportTree, json, schema, tree
from insignia.verification.render.words import harmless, sentence

__all__ = ["ReportTree", "harmless", "html", "json", "schema", "sentence", "text", "tree"]
