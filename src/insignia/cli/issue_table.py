"""`insignia issue --recipients`: one badge for each row of a table."""

from __future__ import annotations

import argparse
import contextlib
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from insignia.cli import places, signing, status_file
from insignia.cli.boundary import UsageError, doing, problem_lines
from insignia.cli.files import name_of, read, replacing, write
from insignia.cli.progress import Progress
from insignia.cli.session import NEGATIVE, OK, Session

if TYPE_CHECKING:
    from insignia.errors import Problem
    from insignia.issuing import IssuerKey, Plan, Table

_SECRET = b"insignia issue: identifiers and salts of the badges in a table"


def run(options: argparse.Namespace, session: Session, key: IssuerKey, description: Mapping[str, Any]) -> int:
    """Issue the table, and say how many rows were issued and what is wrong with the others."""
    table = _table(options, session)
    plan = _plan(options, session, key, description, table)
    if options.dry_run:
        from insignia.issuing.bulk import check_rows

        with doing(f"{name_of(options.description)} cannot be issued"):
            problems = check_rows(plan, table)
        rows = len(table.rows) - len(_lines(problems))
        session.say(
            f"{rows:,} badges could be issued from {name_of(options.recipients)}; nothing was signed."
        )
    else:
        issued, problems = _issue(options, session, plan, table)
        session.say(f"Issued {issued:,} badges" + (f" into {options.output}." if options.output else "."))
    return _told(problems, options, session)


def _table(options: argparse.Namespace, session: Session) -> Table:
    from insignia.issuing import read_table

    if options.recipients == options.description == "-":
        raise UsageError("only one of description and recipients can come from standard input")
    if options.to is not None:
        raise UsageError("--to names one recipient, and --recipients many", advice="leave one of them out")
    with doing(
        f"{name_of(options.recipients)} is no table of recipients", "see: insignia issue --example csv"
    ):
        table = read_table(read(options.recipients, session))
    for heading in table.ignored:
        session.say(f"Note: the column {heading!r} means nothing to Insignia and is left out.")
    return table


def _plan(
    options: argparse.Namespace,
    session: Session,
    key: IssuerKey,
    description: Mapping[str, Any],
    table: Table,
) -> Plan:
    from insignia.issuing import Plan
    from insignia.keys import default_algorithm

    # Deterministic signatures make this a secret of the key's owner: the same run gives the same identifiers.
    algorithm = default_algorithm(key.signer.public_key.key_type)
    secret = hashlib.sha256(key.signer.sign(_SECRET, algorithm)).digest()
    indices = None
    if options.status_list is not None and not options.dry_run:
        listed = status_file.parse(read(options.status_list, session), options.status_list)
        indices = places.take(options.status_list, len(listed.bits), len(table.rows), session)
    now = session.clock().replace(microsecond=0)
    return Plan(
        description=description,
        key=key,
        secret=secret,
        created=now,
        now=now,
        suite=_suite(options, key),
        indices=indices,
        shadow=max(0, options.shadow),
    )


def _suite(options: argparse.Namespace, key: IssuerKey) -> str:
    suite = signing.suite_of(options, key)
    if suite in (*signing.PARTS, signing.COSE):
        raise UsageError(f"{suite} signs one badge at a time", advice="leave --recipients out")
    return suite


def _issue(
    options: argparse.Namespace, session: Session, plan: Plan, table: Table
) -> tuple[int, tuple[Problem, ...]]:
    """Lines into a new file, which gets its name when it is whole; or files into a folder."""
    from insignia.issuing import issue_rows

    folder = options.output is not None and (options.output.endswith("/") or Path(options.output).is_dir())
    if options.bake and not folder:
        raise UsageError("baked badges need a folder", advice="name one with a slash at its end: -o badges/")
    with (
        doing(f"{name_of(options.description)} cannot be issued"),
        _sink(options, session, folder=folder) as out,
        Progress(session, len(table.rows), "badges") as bar,
    ):
        result = issue_rows(
            plan,
            table,
            out,
            processes=options.processes,
            progress=lambda done, _total: bar.advance(done - bar.done),
        )
        if folder:
            out.seek(0)
            _spread(out, table, result.problems, options, session)
    return result.issued, result.problems


@contextlib.contextmanager
def _sink(options: argparse.Namespace, session: Session, *, folder: bool) -> Iterator[BinaryIO]:
    if folder:
        import tempfile

        with tempfile.TemporaryFile() as file:
            yield file
    elif options.output in (None, "-"):
        session.stdout.flush()
        yield session.stdout.buffer
    else:
        with replacing(Path(options.output), force=options.force) as file:
            yield file


def _spread(
    lines: Iterable[bytes],
    table: Table,
    problems: Iterable[Problem],
    options: argparse.Namespace,
    session: Session,
) -> None:
    """One file a badge, named for the line of its row in the table."""
    from insignia import baking

    folder = Path(options.output)
    folder.mkdir(exist_ok=True)
    picture = read(options.bake, session) if options.bake else None
    wrong = _lines(problems)
    good = (row.line for row in table.rows if row.line not in wrong)
    for line, content in zip(good, lines, strict=True):
        content = content.rstrip(b"\n")
        suffix = ".json" if content.startswith(b"{") else ".jwt"
        if picture is not None:
            with doing(f"cannot bake into {options.bake}"):
                content = baking.bake(picture, content)
            suffix = Path(options.bake).suffix.lower()
        write(str(folder / f"line-{line:06}{suffix}"), content, session, force=options.force)


def _lines(problems: Iterable[Problem]) -> set[int]:
    """The lines of the table that problems name: `line 4, column email`."""
    return {int(problem.where.partition(",")[0].removeprefix("line ")) for problem in problems}


def _told(problems: tuple[Problem, ...], options: argparse.Namespace, session: Session) -> int:
    if not problems:
        return OK
    count = len(_lines(problems))
    was, were = ("cannot be", "cannot be") if options.dry_run else ("was not", "were not")
    session.say(f"1 row {was} issued:" if count == 1 else f"{count:,} rows {were} issued:")
    for line in problem_lines(problems):
        session.say(f"  {line}")
    if options.problems is None:
        session.say("  To get them as a table, add: --problems problems.csv")
        return NEGATIVE
    from insignia.issuing.table import write_csv

    rows = [("line", "column", "expected", "got")]
    for problem in problems:
        line, _, column = problem.where.partition(", column ")
        rows.append((line.removeprefix("line "), column, problem.expected, problem.got))
    write(options.problems, write_csv(rows).encode(), session, force=options.force)
    session.say(f"  All of them are in {options.problems}.")
    return NEGATIVE
