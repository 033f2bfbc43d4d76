"""A report for a terminal: plain text, with or without ANSI colour."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from insignia.report import Check, Notice, Outcome, Report, Verdict
from insignia.verification.render import words

_SYMBOLS = {
    Outcome.PASSED: "✔",
    Outcome.FAILED: "✘",
    Outcome.NOT_CHECKED: "?",
    Outcome.NOT_APPLICABLE: "–",
}
_PLAIN_SYMBOLS = {
    Outcome.PASSED: "+",
    Outcome.FAILED: "x",
    Outcome.NOT_CHECKED: "?",
    Outcome.NOT_APPLICABLE: "-",
}
_COLOURS = {
    Outcome.PASSED: "32",
    Outcome.FAILED: "31",
    Outcome.NOT_CHECKED: "33",
    Outcome.NOT_APPLICABLE: "2",
}
_VERDICTS = {
    Verdict.VALID: Outcome.PASSED,
    Verdict.INVALID: Outcome.FAILED,
    Verdict.UNDETERMINED: Outcome.NOT_CHECKED,
}
_ASCII = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "…": "...", "–": "-", "→": "->"})


def text(report: Report, colour: bool = False, *, width: int = 100, ascii_only: bool = False) -> str:
    """The report as lines of text that end in a line feed.

    `colour` adds ANSI colours and never carries meaning alone: every outcome is also a symbol and a
    word. `width` is the number of columns to fill, at least 40; `ascii_only` keeps to ASCII for
    terminals that can show nothing else.
    """
    page = _Page(colour, max(width, 40), _PLAIN_SYMBOLS if ascii_only else _SYMBOLS)
    lines = "\n".join(page.lines(report)) + "\n"
    if ascii_only:
        lines = lines.translate(_ASCII).encode("ascii", "backslashreplace").decode("ascii")
    return lines


class _Page:
    def __init__(self, colour: bool, width: int, symbols: dict[Outcome, str]) -> None:
        self._colour = colour
        self._width = width
        self._symbols = symbols

    def lines(self, report: Report) -> Iterator[str]:
        yield from self._headline(report)
        yield ""
        yield self._bold(words.heading(report))
        yield from self._about(report)
        yield ""
        yield self._bold("Checks")
        column = max((len(words.question(check)) for check in report.checks), default=0)
        for check in report.checks:
            yield from self._check(check, column)
        yield from self._notices("Warnings", report.warnings)
        if report.notes:
            yield ""
            yield self._bold("Notes")
            for note in report.notes:
                yield from self._wrap(words.harmless(note, 600), "  ")
        if report.parts:
            yield ""
            yield self._bold("Inside")
            for part in report.parts:
                yield from self._part(part, "  ")

    def _headline(self, report: Report) -> Iterator[str]:
        outcome = _VERDICTS[report.verdict]
        first, *rest = self._fill(words.sentence(report), 2)
        yield self._paint(self._symbols[outcome], outcome) + " " + self._bold(first)
        for line in rest:
            yield "  " + self._bold(line)

    def _about(self, report: Report) -> Iterator[str]:
        rows = list(words.facts_of(report))
        column = max(len(name) for name, _ in rows)
        for name, value in rows:
            yield from self._wrap(value, f"  {name.ljust(column)}  ", keep_indent=column + 4)

    def _check(self, check: Check, column: int) -> Iterator[str]:
        state = f"{self._symbols[check.outcome]} {check.outcome.value.ljust(14)}"
        name = words.question(check).ljust(column)
        indent = 2 + 16 + 2 + column + 2
        first, *rest = self._fill(words.harmless(check.message, 600), indent)
        yield f"  {self._paint(state, check.outcome)}  {name}  {first}"
        for line in rest:
            yield " " * indent + line
        if check.advice:
            for line in self._fill("→ " + words.harmless(check.advice, 600), indent):
                yield " " * indent + line

    def _notices(self, title: str, notices: tuple[Notice, ...]) -> Iterator[str]:
        if not notices:
            return
        yield ""
        yield self._bold(title)
        for notice in notices:
            place = f" (at {words.harmless(notice.where)})" if notice.where else ""
            yield from self._wrap(words.harmless(notice.message, 600) + place, "  ! ", keep_indent=4)

    def _part(self, part: Report, indent: str) -> Iterator[str]:
        outcome = _VERDICTS[part.verdict]
        sign = self._paint(self._symbols[outcome], outcome)
        place = f" (at {words.harmless(part.path)})" if part.path else ""
        first, *rest = self._fill(words.sentence(part) + place, len(indent) + 2)
        yield f"{indent}{sign} {first}"
        for line in rest:
            yield f"{indent}  {line}"
        for inner in part.parts:
            yield from self._part(inner, indent + "  ")

    def _wrap(self, value: str, lead: str, keep_indent: int | None = None) -> Iterator[str]:
        indent = len(lead) if keep_indent is None else keep_indent
        first, *rest = self._fill(value, indent)
        yield (lead + first).rstrip()
        for line in rest:
            yield " " * indent + line

    def _fill(self, value: str, indent: int) -> list[str]:
        room = max(self._width - indent, 24)
        return textwrap.wrap(value, room, break_on_hyphens=False) or [""]

    def _paint(self, value: str, outcome: Outcome) -> str:
        return f"\x1b[{_COLOURS[outcome]}m{value}\x1b[0m" if self._colour else value

    def _bold(self, value: str) -> str:
        return f"\x1b[1m{value}\x1b[0m" if self._colour else value
