"""Issuing: a description becomes an unsigned credential, and that signed bytes; one or thousands at once."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from insignia.issuing.bulk import BulkResult, Plan, issue_rows
    from insignia.issuing.compiled import CompiledAchievement
    from insignia.issuing.drafting import draft
    from insignia.issuing.record import record
    from insignia.issuing.selective import SelectivelySigned, issue_selectively
    from insignia.issuing.signing import SUITES, IssuerKey, issue
    from insignia.issuing.table import Table, read_table

__all__ = [
    "SUITES",
    "BulkResult",
    "CompiledAchievement",
    "IssuerKey",
    "Plan",
    "SelectivelySigned",
    "Table",
    "draft",
    "issue",
    "issue_rows",
    "issue_selectively",
    "read_table",
    "record",
]

_HOMES = {
    "SUITES": "signing",
    "BulkResult": "bulk",
    "CompiledAchievement": "compiled",
    "IssuerKey": "signing",
    "Plan": "bulk",
    "SelectivelySigned": "selective",
    "Table": "table",
    "draft": "drafting",
    "issue": "signing",
    "issue_selectively": "selective",
    "issue_rows": "bulk",
    "read_table": "table",
    "record": "record",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
