"""A report as one self-contained HTML page: no scripts, no requests, readable without a stylesheet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

from insignia.report import Check, Notice, Outcome, Report, Verdict
from insignia.verification.render import words

# A page may embed a picture up to this many characters of its data URL (about 3 MB of image).
PICTURE_LIMIT = 4_000_000
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp|svg\+xml);base64,[A-Za-z0-9+/]+={0,2}")

_WORDS = {
    Verdict.VALID: ("valid", "Valid"),
    Verdict.INVALID: ("invalid", "Not valid"),
    Verdict.UNDETERMINED: ("open", "Not confirmed"),
}
_VERDICT_ICONS = {"valid": "passed", "invalid": "failed", "open": "open"}
_CLASSES = {
    Outcome.PASSED: "passed",
    Outcome.FAILED: "failed",
    Outcome.NOT_CHECKED: "open",
    Outcome.NOT_APPLICABLE: "none",
}
_PATHS = {
    "passed": "M5 10.5l3.4 3.4L15 7",
    "failed": "M6 6l8 8M14 6l-8 8",
    "open": "M7.6 7.6a2.5 2.5 0 1 1 3.6 2.3c-.8.4-1.2.9-1.2 1.8M10 14.4v.1",
    "none": "M6 10h8",
}
_GROUPS = (
    ("Failed", Outcome.FAILED),
    ("Could not be checked", Outcome.NOT_CHECKED),
    ("Passed", Outcome.PASSED),
    ("Not applicable", Outcome.NOT_APPLICABLE),
)


def html(report: Report, *, picture: str = "") -> str:
    """The report as a complete HTML document.

    `picture` may be a `data:` URL of the badge's image (PNG, JPEG, GIF, WebP or SVG in base64);
    without it an image embedded in the credential is shown, else a plain medal. Images that
    would have to be fetched are never shown. All text from the credential is escaped and tamed.
    """
    title = f"{_WORDS[report.verdict][1]}: {words.subject_name(report)}"
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(title)}</title>\n<style>\n{_style()}</style>\n</head>\n<body>\n"
        f'<main class="{_WORDS[report.verdict][0]}">\n'
        + "".join(_sections(report, picture))
        + "</main>\n</body>\n</html>\n"
    )


@cache
def _style() -> str:
    return files(__package__).joinpath("report.css").read_text("utf-8")


def _sections(report: Report, picture: str) -> Iterator[str]:
    yield _hero(report, picture)
    yield '<section aria-labelledby="about"><h2 id="about">'
    yield f"{words.heading(report)}</h2>\n"
    yield _rows(words.facts_of(report))
    yield "</section>\n"
    yield '<section aria-labelledby="checks"><h2 id="checks">What was checked</h2>\n'
    yield from _checks(report)
    yield "</section>\n"
    yield _notices(report.warnings)
    if report.parts:
        yield '<section aria-labelledby="inside"><h2 id="inside">Inside</h2>\n'
        yield from map(_part, report.parts)
        yield "</section>\n"
    yield _footer(report)


def _hero(report: Report, picture: str) -> str:
    style, label = _WORDS[report.verdict]
    verdict, _, rest = words.sentence(report).partition(": ")
    sentence = rest or verdict
    return (
        f'<header>\n<div class="badge">{_picture(report, picture)}</div>\n<div class="said">\n'
        f'<p class="verdict">{_icon(_VERDICT_ICONS[style])}{escape(label)}</p>\n'
        f"<h1>{escape(sentence[:1].upper() + sentence[1:])}</h1>\n"
        f"{_advice(report)}</div>\n</header>\n"
    )


def _advice(report: Report) -> str:
    undone = next(report.failed(), None) or next(report.not_checked(), None)
    if report.valid or undone is None or not undone.advice:
        return ""
    return f'<p class="advice">{_text(undone.advice, 600)}</p>\n'


def _picture(report: Report, picture: str) -> str:
    for source in (picture, str(report.subject.get("image", ""))):
        if len(source) <= PICTURE_LIMIT and _PICTURE.fullmatch(source):
            alt = escape(f"Image of {words.subject_name(report)}")
            return f'<img src="{escape(source)}" alt="{alt}">'
    return (
        '<svg class="medal" viewBox="0 0 120 120" aria-hidden="true" focusable="false">'
        '<path class="ribbon" d="M40 70l-12 40 20-9 12 17 12-17 20 9-12-40z"/>'
        '<circle class="disc" cx="60" cy="48" r="40"/><circle class="ring" cx="60" cy="48" r="31"/>'
        '<path class="star" d="M60 29l5.9 12 13.2 1.9-9.6 9.3 2.3 13.2L60 59.2l-11.8 6.2 '
        '2.3-13.2-9.6-9.3 13.2-1.9z"/></svg>'
    )


def _rows(rows: Iterable[tuple[str, str]]) -> str:
    inner = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{_isolated(value)}</dd></div>\n" for name, value in rows
    )
    return f"<dl>\n{inner}</dl>\n"


def _checks(report: Report) -> Iterator[str]:
    for title, outcome in _GROUPS:
        checks = [check for check in report.checks if check.outcome is outcome]
        if not checks:
            continue
        heading = f'{escape(title)} <span class="count">{len(checks)}</span>'
        listed = f'<ul class="checks">\n{"".join(map(_check, checks))}</ul>\n'
        if outcome is Outcome.NOT_APPLICABLE:
            yield f'<details class="aside"><summary>{heading}</summary>\n{listed}</details>\n'
        else:
            yield f"<h3>{heading}</h3>\n{listed}"
    if not report.checks:
        yield "<p>Nothing was checked.</p>\n"


def _check(check: Check) -> str:
    style = _CLASSES[check.outcome]
    advice = f'<p class="advice">{_text(check.advice, 600)}</p>' if check.advice else ""
    name, message = escape(words.question(check)), _text(check.message, 600)
    return (
        f'<li class="{style}">{_icon(style)}<div><p class="check"><strong>{name}</strong>'
        f'<span class="unseen"> ({check.outcome.value}): </span> <span class="message">{message}</span></p>'
        f"{advice}{_details(check)}</div></li>\n"
    )


def _details(check: Check) -> str:
    rows = [("Place", check.where), ("Reason", check.reason)]
    rows += [(name, _shown(value)) for name, value in check.facts.items()]
    rows = [(words.harmless(name, 60), value) for name, value in rows if value]
    if not rows:
        return ""
    return f"<details><summary>Details</summary>{_rows(rows)}</details>"


def _shown(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "; ".join(map(_shown, value))
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_shown(inner)}" for name, inner in value.items())
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _notices(notices: tuple[Notice, ...]) -> str:
    if not notices:
        return ""
    items = "".join(
        f'<li class="open">{_icon("open")}<div><p>{_text(notice.message, 600)}</p>'
        f"{f'<p class=place>{_isolated(notice.where)}</p>' if notice.where else ''}</div></li>\n"
        for notice in notices
    )
    return (
        '<section aria-labelledby="warnings"><h2 id="warnings">Good to know</h2>\n'
        f'<ul class="checks">\n{items}</ul>\n</section>\n'
    )


def _part(report: Report) -> str:
    style, label = _WORDS[report.verdict]
    inner = "".join(map(_part, report.parts))
    summary = f'{_icon(_VERDICT_ICONS[style])}<span><span class="unseen">{label}. </span>'
    return (
        f'<details class="part {style}"><summary>{summary}{escape(words.sentence(report))}</span></summary>\n'
        f"<div>{_rows(words.facts_of(report))}{''.join(_checks(report))}{inner}</div></details>\n"
    )


def _footer(report: Report) -> str:
    notes = "".join(f"<p>{_text(note, 600)}</p>\n" for note in report.notes)
    digest = (
        f"<p>Digest of what was checked: <code>{_text(report.digest)}</code></p>\n" if report.digest else ""
    )
    return (
        f"<footer>\n{notes}{digest}<p>Checked {escape(words.moment(report.now, time=True))} under the policy "
        f"<code>{_text(report.policy, 60)}</code> with Insignia.</p>\n</footer>\n"
    )


def _icon(style: str) -> str:
    return (
        f'<svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">'
        f'<circle cx="10" cy="10" r="9"/><path d="{_PATHS[style]}"/></svg>'
    )


def _text(value: str, limit: int = words.LIMIT) -> str:
    return escape(words.harmless(value, limit))


def _isolated(value: str) -> str:
    """Foreign text in its own direction, so that it cannot reorder what stands beside it."""
    return f"<bdi>{_text(value, 600)}</bdi>"
