"""The one place where errors become messages on standard error, and where exit codes come from."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from insignia.cli.session import BAD_INPUT, BROKEN_PIPE, INTERNAL_ERROR, INTERRUPTED, Session, printable
from insignia.errors import InsigniaError, Problem

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_PROBLEMS = 20
"""How many problems of one document are listed; the rest is counted."""


class CommandError(Exception):
    """A command cannot do what was asked: a sentence, the problems behind it, what to do, the exit code."""

    def __init__(
        self, message: str, *, problems: Iterable[Problem] = (), advice: str = "", code: int = BAD_INPUT
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.problems = tuple(problems)
        self.advice = advice


class UsageError(CommandError):
    """The arguments do not fit the command."""


@contextlib.contextmanager
def doing(message: str, advice: str = "") -> Iterator[None]:
    """Say what was being done when a library call raises InsigniaError: `cannot read badge.png`."""
    try:
        yield
    except InsigniaError as error:
        raise CommandError(message, problems=error.problems, advice=advice or next_step(error)) from error


def guarded(command: Callable[[], int], session: Session, *, name: str, debug: bool) -> int:
    """Run a command; whatever goes wrong becomes one message and an exit code."""
    try:
        code = command()
        session.stdout.flush()
    except BrokenPipeError:
        _leave_pipe(session)
        return BROKEN_PIPE
    except KeyboardInterrupt:
        session.say("\nstopped")
        return INTERRUPTED
    except (CommandError, InsigniaError, OSError) as error:
        if debug:
            _traceback(session)
        _report(error, session, name)
        return error.code if isinstance(error, CommandError) else BAD_INPUT
    except Exception as error:
        if debug:
            _traceback(session)
            return INTERNAL_ERROR
        _internal(error, session, name)
        return INTERNAL_ERROR
    return code


def _report(error: CommandError | InsigniaError | OSError, session: Session, name: str) -> None:
    if isinstance(error, OSError):
        error = file_error(error)
    if isinstance(error, InsigniaError):
        error = CommandError("this did not work", problems=error.problems, advice=next_step(error))
    red, bold, plain = ("\x1b[31m", "\x1b[1m", "\x1b[0m") if session.colour(session.stderr) else ("", "", "")
    session.say(f"{red}{name}:{plain} {bold}{printable(error.message)}{plain}")
    for line in problem_lines(error.problems):
        session.say(f"  {line}")
    if error.advice:
        session.say(f"  {'→' if not session.ascii_only(session.stderr) else '->'} {error.advice}")


def problem_lines(problems: Iterable[Problem]) -> Iterator[str]:
    """Each problem as `where: expected …, got …`, safe to print; at most MOST_PROBLEMS."""
    found = list(problems)
    for problem in found[:MOST_PROBLEMS]:
        place = f"{printable(problem.where, 200)}: " if problem.where else ""
        if problem.code.startswith("not-supported-yet"):
            yield f"{place}this is {printable(problem.got)}"
        else:
            yield f"{place}expected {printable(problem.expected)}, got {printable(problem.got)}"
    if len(found) > MOST_PROBLEMS:
        yield f"and {len(found) - MOST_PROBLEMS} more"


def file_error(error: OSError) -> CommandError:
    """A file that cannot be read or written, in plain words."""
    where = str(error.filename) if error.filename is not None else "a file"
    if isinstance(error, FileNotFoundError):
        return CommandError(f"there is no file {where}", advice="check the name, or give the whole path")
    if isinstance(error, FileExistsError):
        return CommandError(f"{where} exists already", advice="choose another name, or move it away first")
    if isinstance(error, IsADirectoryError):
        return CommandError(f"{where} is a folder, and a file is needed here")
    if isinstance(error, NotADirectoryError):
        return CommandError(f"{where} lies in something that is not a folder")
    if isinstance(error, PermissionError):
        return CommandError(f"you may not open {where}", advice="look at its permissions with: ls -l")
    return CommandError(f"{where}: {error.strerror or error}")


def next_step(error: InsigniaError) -> str:
    """What a person can do about an error of the library, by the code of its first problem; or nothing."""
    from insignia.cli.advice import ADVICE

    code = error.code
    while code:
        if code in ADVICE:
            return ADVICE[code]
        code = code.rpartition(".")[0]
    return ""


def _internal(error: Exception, session: Session, name: str) -> None:
    session.say(f"{name}: something went wrong inside Insignia ({type(error).__name__}: {error})")
    session.say(
        "  This is a defect, not your mistake. Run the same command with --debug and report what it prints."
    )


def _traceback(session: Session) -> None:
    import traceback

    session.say(traceback.format_exc().rstrip())


def _leave_pipe(session: Session) -> None:
    """Python flushes standard output once more at exit, which would raise again."""
    if session.stdout is sys.stdout:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
