"""A report as JSON values, in the stable shape that `report.schema.json` beside this file describes."""

from __future__ import annotations

import json as _json
from datetime import UTC
from importlib.resources import files
from typing import Any, TypedDict, cast

from insignia.report import Check, Report
from insignia.verification.render import words


class CheckTree(TypedDict):
    """One check; `required` tells whether the verdict needed it to pass."""

    code: str
    outcome: str
    required: bool
    message: str
    advice: str
    where: str
    reason: str
    facts: dict[str, Any]


class NoticeTree(TypedDict):
    """One warning."""

    code: str
    message: str
    where: str


class ReportTree(TypedDict):
    """One report; `parts` nests. `now` is an RFC 3339 time in UTC, `digest` is empty when unknown."""

    verdict: str
    sentence: str
    policy: str
    now: str
    digest: str
    path: str
    subject: dict[str, Any]
    asked: list[str]
    required: list[str]
    checks: list[CheckTree]
    warnings: list[NoticeTree]
    notes: list[str]
    parts: list[ReportTree]


def tree(report: Report) -> ReportTree:
    """The report as JSON values. Every member is always there, in a fixed order."""
    return {
        "verdict": report.verdict.value,
        "sentence": words.sentence(report),
        "policy": report.policy,
        "now": report.now.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "digest": report.digest,
        "path": report.path,
        "subject": dict(report.subject),
        "asked": list(report.asked),
        "required": sorted(report.required),
        "checks": [_check(report, check) for check in report.checks],
        "warnings": [{"code": n.code, "message": n.message, "where": n.where} for n in report.warnings],
        "notes": list(report.notes),
        "parts": [tree(part) for part in report.parts],
    }


def json(report: Report, indent: int | None = 2) -> str:
    """The report as JSON text (UTF-8 characters as they are), ending in a line feed.

    With `indent` None it is one line.
    """
    return _json.dumps(tree(report), ensure_ascii=False, indent=indent) + "\n"


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of what `tree` and `json` give."""
    content = files(__package__).joinpath("report.schema.json").read_bytes()
    return cast("dict[str, Any]", _json.loads(content))


def _check(report: Report, check: Check) -> CheckTree:
    return {
        "code": check.code,
        "outcome": check.outcome.value,
        "required": report.requires(check.code),
        "message": check.message,
        "advice": check.advice,
        "where": check.where,
        "reason": check.reason,
        "facts": dict(check.facts),
    }
