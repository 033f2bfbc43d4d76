"""`insignia verify`."""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from insignia.cli import network, signing, sources
from insignia.cli.boundary import CommandError, UsageError, doing, next_step, problem_lines
from insignia.cli.files import write
from insignia.cli.progress import Progress
from insignia.cli.session import BAD_INPUT, NEGATIVE, OK, UNDETERMINED, Session, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from insignia.report import Report
    from insignia.verification import Policy

_EXAMPLES = """\
examples:
  insignia verify ann.png
  insignia verify certificate.pdf
  insignia verify https://badges.example.org/ann.json
  insignia verify badges/                      a whole folder, as a table
  insignia verify --quiet ann.png && echo accepted
  insignia verify ann.png --recipient ann@example.org
  insignia verify ann.json --now 2025-06-30    as it stood on that day
  insignia verify ann.png --format html -o ann.html
  insignia verify badges/ --format json | jq -r '.[] | select(.verdict != "valid") | .source'

policies:
  strict                 everything that the specifications ask (default)
  strict-terms           also refuses terms that no context defines in JWTs and JCS documents
  any-proof              one good proof is enough where there are several
  lenient                tolerates slips of real issuers that deceive nobody, such as odd types,
                         a recipient without an id, or short status lists
  inspector-compatible   lenient, and takes a key on the token's word, as the 1EdTech inspector
                         does: for its samples, not for badges that matter

exit codes:
  0  all are valid
  1  at least one is not valid
  2  wrong arguments; or one cannot be read, and the others are valid or not confirmed
  3  at least one could not be confirmed, because a required check could not be made, or its
     format is not supported yet

A folder's pictures and PDFs without a credential are counted and do not matter. What --map
fetches from another server is named in the report."""


POLICIES = ("strict", "strict-terms", "any-proof", "lenient", "inspector-compatible")


@dataclass(frozen=True, slots=True)
class _Result:
    """How one document ended. Of many, the report is not kept when only its sentence is shown.

    `verdict` is that of the report, and empty where there is none; then `error` says why.
    """

    name: str
    verdict: str = ""
    sentence: str = ""
    report: Report | None = None
    error: CommandError | None = None
    found: bool = False

    @property
    def reason(self) -> CommandError:
        """Why there is no verdict."""
        return self.error or CommandError("it was not verified")

    @property
    def skipped(self) -> bool:
        """A picture or PDF in a folder without a credential is no badge."""
        return self.found and {problem.code for problem in self.reason.problems} == {"baking.no-credential"}

    @property
    def code(self) -> int:
        """The exit code, were this the only document."""
        if not self.verdict:
            return OK if self.skipped else self.reason.code
        return {"valid": OK, "invalid": NEGATIVE, "undetermined": UNDETERMINED}[self.verdict]

    @property
    def word(self) -> str:
        """The verdict in a table."""
        if not self.verdict:
            later = self.reason.code == UNDETERMINED
            return "no badge" if self.skipped else "not supported" if later else "unreadable"
        return {"valid": "valid", "invalid": "NOT VALID", "undetermined": "not confirmed"}[self.verdict]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = _EXAMPLES
    parser.usage = "%(prog)s SOURCE... [OPTIONS]"
    parser.add_argument("sources", metavar="SOURCE", nargs="+", help="file, folder, web address or -")
    parser.add_argument("--format", choices=("text", "json", "html"), default="text", help="how to report")
    parser.add_argument("-o", "--output", metavar="FILE", help="write the report to a new file")
    parser.add_argument(
        "-q", "--quiet", action="store_true", help="print nothing, only end with the exit code"
    )
    parser.add_argument("--details", action="store_true", help="the whole report of each, also for a folder")
    parser.add_argument(
        "--policy", choices=POLICIES, default="strict", metavar="NAME", help="what to insist on (see below)"
    )
    parser.add_argument(
        "--recipient", metavar="WHO", help="check that it was given to this email address or DID"
    )
    parser.add_argument("--challenge", metavar="NONCE", help="what a presentation has to answer")
    parser.add_argument("--domain", metavar="WHO", help="the verifier that a presentation has to be for")
    parser.add_argument("--now", metavar="TIME", help="verify as of this time (default: now)")
    network.arguments(parser)
    parser.add_argument("--receipt", metavar="FILE", help="write a signed receipt of the report; needs --key")
    parser.add_argument("--key", metavar="KEY", help="the secret key file that signs the receipt")
    parser.set_defaults(did=None)


def run(options: argparse.Namespace, session: Session) -> int:
    """Verify each source, report, and give the exit code of the worst."""
    if (options.receipt is None) != (options.key is None):
        raise UsageError("--receipt and --key go together")
    verifier = _Verifier(options, session)
    results = _results(verifier, options, session)
    if len(results) == 1 and results[0].error is not None and not options.quiet and options.format == "text":
        raise results[0].error
    if not results:
        raise CommandError(
            "there are no badges in " + ", ".join(options.sources),
            advice="looked for " + ", ".join(sorted(sources.SUFFIXES)),
        )
    if options.receipt is not None:
        _write_receipt(results, options, session)
    if not options.quiet:
        _print(results, options, session)
    codes = {result.code for result in results}
    return next((code for code in (NEGATIVE, BAD_INPUT, UNDETERMINED) if code in codes), OK)


def _results(verifier: _Verifier, options: argparse.Namespace, session: Session) -> list[_Result]:
    results: list[_Result] = []
    table = options.format == "text" and not options.details and not options.receipt
    with Progress(session, None, "badges") as progress:
        for item in progress.over(verifier.items()):
            results.append(verifier.result(item))
            if table and len(results) > 1:  # a hundred thousand reports need a gigabyte
                results[-2:] = [replace(result, report=None) for result in results[-2:]]
    return results


class _Verifier:
    """The settings of one run."""

    def __init__(self, options: argparse.Namespace, session: Session) -> None:
        from insignia import verification

        self._options = options
        self._session = session
        self._now: datetime = signing.moment(options.now, "--now") or session.clock()
        self._policy: Policy = verification.named(options.policy)
        self._resolver = network.Watched(network.resolver(options))

    def items(self) -> Iterator[sources.Item]:
        """The documents to verify."""

        def fetch(url: str) -> bytes:
            return network.fetch(url, self._options)

        return sources.items(self._options.sources, self._session, fetch)

    def result(self, item: sources.Item) -> _Result:
        """Verify one; what cannot be read becomes a result without a report."""
        from insignia import credential, verification
        from insignia.errors import InsigniaError, NotSupportedYet
        from insignia.verification import render

        gone = _is_gone(item)
        if item.error is not None and not gone:
            return _Result(item.name, error=item.error, found=item.found)
        try:
            secured = credential.parse(item.name if gone else item.content)
        except InsigniaError as error:
            later = isinstance(error, NotSupportedYet)
            what = "cannot be verified yet" if later else "holds no credential that can be read"
            problem = CommandError(
                f"{item.name} {what}",
                problems=error.problems,
                advice=next_step(error),
                code=UNDETERMINED if later else BAD_INPUT,
            )
            return _Result(item.name, error=problem, found=item.found)
        self._resolver.mapped.clear()
        report = verification.verify(
            secured,
            resolver=self._resolver,
            now=self._now,
            policy=self._policy,
            recipient=self._options.recipient,
            challenge=self._options.challenge,
            domain=self._options.domain,
        )
        report = _with_mapped(report, self._resolver.mapped)
        return _Result(item.name, report.verdict.value, render.sentence(report), report)


def _is_gone(item: sources.Item) -> bool:
    """An address that answers 410: so does that of a hosted badge which was revoked (Open Badges 2.0)."""
    return item.error is not None and [p.code for p in item.error.problems] == ["resolve.gone"]


def _with_mapped(report: Report, mapped: Mapping[str, str]) -> Report:
    """The report, naming what --map fetched from another server than the one that owns it."""
    notes = (f"{url} was fetched from {place} instead (--map)." for url, place in mapped.items())
    return replace(report, notes=(*report.notes, *notes)) if mapped else report


def _print(results: list[_Result], options: argparse.Namespace, session: Session) -> None:
    if options.format == "json":
        text = _json(results)
    elif options.format == "html":
        text = _html(results)
    elif len(results) == 1 or options.details:
        text = "\n".join(_text(result, options, session) for result in results)
    else:
        text = _table(results, options, session)
    if options.output is None:
        session.print(text)
    else:
        write(options.output, text.encode(), session)
        session.say(f"Wrote {options.output}.")


def _text(result: _Result, options: argparse.Namespace, session: Session) -> str:
    from insignia.verification import render

    if result.report is None:
        lines = [f"{printable(result.name)}: {printable(result.reason.message)}"]
        lines += [f"  {line}" for line in problem_lines(result.reason.problems)]
        return "\n".join(lines) + "\n"
    to_terminal = options.output is None
    text = render.text(
        result.report,
        to_terminal and session.colour(session.stdout),
        width=session.width,
        ascii_only=to_terminal and session.ascii_only(session.stdout),
    )
    return f"{printable(result.name)}\n{text}" if options.details else text


def _table(results: list[_Result], options: argparse.Namespace, session: Session) -> str:
    """One line each, in the order of the sources, and how many there are of each kind."""
    colours = {"valid": "32", "NOT VALID": "31", "unreadable": "31", "not confirmed": "33"}
    colours |= {"not supported": "33", "no badge": "2"}
    coloured = options.output is None and session.colour(session.stdout)
    column = min(max(len(result.name) for result in results), 48)
    lines = []
    for result in results:
        if result.verdict:
            said = result.sentence.partition(": ")[2]
        else:
            problems = list(problem_lines(result.reason.problems))
            said = "" if result.skipped else problems[0] if problems else str(result.reason)
        word = f"{result.word:<13}"
        word = f"\x1b[{colours[result.word]}m{word}\x1b[0m" if coloured else word
        line = f"{word}  {printable(result.name):<{column}}  {said}"
        lines.append(_fitted(line, 9 if coloured else 0, session) if options.output is None else line)
    counts = Counter(result.word for result in results)
    summary = ", ".join(f"{counts[word]} {word.lower()}" for word in colours if counts[word])
    return "\n".join([*lines, "", f"{len(results)} documents: {summary}"]) + "\n"


def _fitted(line: str, invisible: int, session: Session) -> str:
    """Cut to the width of the terminal; whole where a program reads."""
    room = session.width + invisible
    if not session.is_terminal(session.stdout) or len(line) <= room:
        return line.rstrip()
    return line[: room - 1] + "…"


def _json(results: list[_Result]) -> str:
    """An array with one object a document, also when there is only one."""
    import json

    from insignia.errors import Problem
    from insignia.verification import render

    answers: list[dict[str, Any]] = []
    for result in results:
        answer: dict[str, Any] = {"source": result.name, "verdict": None, "report": None, "problems": []}
        if result.report is not None:
            answer |= {"verdict": result.verdict, "report": render.tree(result.report)}
        else:
            unread = Problem("", "a credential", result.reason.message, "unreadable")
            answer["problems"] = [asdict(problem) for problem in result.reason.problems or (unread,)]
        answers.append(answer)
    return json.dumps(answers, ensure_ascii=False, indent=2) + "\n"


def _html(results: list[_Result]) -> str:
    from insignia.verification import render

    report = results[0].report
    if len(results) > 1 or report is None:
        raise UsageError("--format html shows one badge at a time", advice="call it once for each badge")
    return render.html(report)


def _write_receipt(results: list[_Result], options: argparse.Namespace, session: Session) -> None:
    from insignia.verification import receipt

    report = results[0].report
    if len(results) > 1 or report is None:
        raise UsageError("--receipt is for one badge at a time", advice="call it once for each badge")
    key = signing.key_of(options, session)
    with doing("cannot sign the receipt"):
        signed = receipt.sign(
            report, key.signer, created=session.clock(), verification_method=key.verification_method
        )
    write(options.receipt, signed.encode(), session)
    session.say(f"Wrote the receipt {options.receipt}, signed by {key.controller}.")
