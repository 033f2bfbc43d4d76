"""The frame of the command line: help, errors in one place, exit codes, streams."""

from __future__ import annotations

import contextlib
import io
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from insignia import __version__
from insignia.cli import bake as bake_command
from insignia.cli import boundary, files, program, session
from insignia.errors import InsigniaError, Problem

from .conftest import NOW, Run


def test_help_lists_every_command_and_the_exit_codes(insignia: Run) -> None:
    for words in ((), ("--help",), ("-h",), ("help",)):
        shown = insignia(*words)
        assert shown.code == 0
        assert shown.stderr == b""
        for command in program.COMMANDS:
            assert f"\n  {command} " in shown.out
        assert "exit codes:" in shown.out


@pytest.mark.parametrize("command", program.COMMANDS)
def test_each_command_explains_itself_with_examples(insignia: Run, command: str) -> None:
    shown = insignia(command, "--help")
    assert shown.code == 0
    assert shown.out.startswith(f"usage: insignia {command}")
    assert "examples:" in shown.out
    assert f"\n  insignia {command}" in shown.out
    assert insignia("help", command).out == shown.out


def test_version(insignia: Run) -> None:
    assert insignia("--version").out == f"insignia {__version__}\n"


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (("verfy",), "insignia: there is no command 'verfy'; did you mean verify?"),
        (("xyzzy",), "insignia: there is no command 'xyzzy'\n"),
        (("--verbose",), "insignia: there is no option '--verbose'"),
        (("bake", "a.png"), "insignia bake: the following arguments are required: CREDENTIAL"),
        (("bake", "a", "b", "--fast"), "insignia bake: unrecognized arguments: --fast"),
        (("did", "guess"), "insignia did: argument show|document|resolve: invalid choice: 'guess'"),
        (("unbake", "a.png"), "insignia unbake: there is no file a.png"),
        (("unbake", "."), "insignia unbake: . is a folder, and a file is needed here"),
    ],
)
def test_wrong_arguments_end_with_2_and_one_message(
    insignia: Run, argv: tuple[str, ...], message: str
) -> None:
    shown = insignia(*argv)
    assert shown.code == 2
    assert shown.stdout == b""
    assert shown.err.startswith(message)
    assert "Traceback" not in shown.err


def test_debug_shows_the_traceback_of_an_error(insignia: Run) -> None:
    assert "FileNotFoundError" in insignia("--debug", "unbake", "a.png").err
    assert "FileNotFoundError" in insignia("unbake", "a.png", "--debug").err


def test_a_defect_is_a_short_message_and_70(insignia: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> int:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(bake_command, "run", broken)
    shown = insignia("bake", "a", "b")
    assert shown.code == 70
    assert shown.err == (
        "insignia bake: something went wrong inside Insignia (ZeroDivisionError: division by zero)\n"
        "  This is a defect, not your mistake. Run the same command with --debug and report what it prints.\n"
    )
    shown = insignia("bake", "a", "b", "--debug")
    assert shown.code == 70
    assert "Traceback (most recent call last)" in shown.err


def test_an_error_of_the_library_says_where_expected_got_and_what_next(
    insignia: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    problems = [Problem("/a", "x", "y\x1b[2J", "baking.crc.deeper"), Problem("", "p", "q")]

    def refusing(*_: Any) -> int:
        raise InsigniaError(problems)

    monkeypatch.setattr(bake_command, "run", refusing)
    assert insignia("bake", "a", "b").err == (
        "insignia bake: this did not work\n"
        "  /a: expected x, got y\\u001b[2J\n"
        "  expected p, got q\n"
        "  → the file was damaged on its way; fetch it again\n"
    )
    assert insignia("bake", "a", "b", encoding="ascii").err.endswith(
        "  -> the file was damaged on its way; fetch it again\n"
    )


def test_colour_only_on_a_terminal_that_wants_it(insignia: Run) -> None:
    assert "\x1b[" in insignia("nope", terminal=True).err
    for environment in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        assert "\x1b[" not in insignia("nope", terminal=True, env=environment).err
    assert "\x1b[" not in insignia("nope").err


def test_many_problems_are_counted() -> None:
    lines = list(boundary.problem_lines([Problem(f"/{n}", "a", "b") for n in range(25)]))
    assert len(lines) == 21
    assert lines[-1] == "and 5 more"


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (PermissionError(13, "denied", "k"), "you may not open k"),
        (NotADirectoryError(20, "no", "a/b"), "a/b lies in something that is not a folder"),
        (OSError(28, "No space left on device", "b"), "b: No space left on device"),
        (OSError("odd"), "a file: odd"),
    ],
)
def test_errors_of_files_in_plain_words(error: OSError, message: str) -> None:
    assert boundary.file_error(error).message == message


def test_interrupted(insignia: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(bake_command, "run", interrupted)
    shown = insignia("bake", "a", "b")
    assert (shown.code, shown.err) == (130, "\nstopped\n")


def test_a_closed_pipe_ends_quietly(insignia: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(*_: Any) -> int:
        raise BrokenPipeError

    monkeypatch.setattr(bake_command, "run", closed)
    shown = insignia("bake", "a", "b")
    assert (shown.code, shown.err) == (141, "")


def test_python_does_not_complain_about_the_pipe_when_it_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (tmp_path / "pipe").open("w+") as stdout:
        monkeypatch.setattr(sys, "stdout", stdout)
        boundary._leave_pipe(session.Session(io.BytesIO(), stdout, stdout, {}, NOW.replace, bytes))
        stdout.write("lost")
    assert (tmp_path / "pipe").read_text() == ""


def test_a_folder_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: Any) -> None:
        raise PermissionError(13, "Permission denied", "/some/temporary/name")

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    with pytest.raises(PermissionError) as caught, files.replacing(tmp_path / "out"):
        pass
    assert caught.value.filename == str(tmp_path / "out")


def test_output_that_the_terminal_cannot_show_is_escaped(insignia: Run) -> None:
    shown = insignia("né", encoding="ascii")
    assert shown.code == 2
    assert b"there is no command 'n\\xe9'" in shown.stderr


def test_files_are_whole_or_not_there(tmp_path: Path) -> None:
    target = tmp_path / "out"
    half = contextlib.ExitStack()
    with pytest.raises(ZeroDivisionError), half:
        half.enter_context(files.replacing(target)).write(b"half" * (1 // 0))
    assert list(tmp_path.iterdir()) == []
    with files.replacing(target, mode=0o600) as file:
        file.write(b"one")
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    with pytest.raises(FileExistsError), files.replacing(target):
        pass
    with files.replacing(target, force=True) as file:
        file.write(b"two")
    assert target.read_bytes() == b"two"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_name_taken_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    target = tmp_path / "out"
    with pytest.raises(FileExistsError), files.replacing(target):
        target.write_bytes(b"other")
    assert target.read_bytes() == b"other"


def test_a_file_system_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise OSError(1, "not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    with files.replacing(tmp_path / "out") as file:
        file.write(b"one")
    assert (tmp_path / "out").read_bytes() == b"one"


def test_places_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError), files.replacing(tmp_path, force=True):
        pass
    with (
        pytest.raises(boundary.CommandError, match="there is no folder"),
        files.replacing(tmp_path / "a" / "b"),
    ):
        pass


def test_what_is_read_is_bounded(insignia: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_INPUT", 1024 * 1024)
    shown = insignia("unbake", "-", stdin=bytes(1024 * 1024 + 1))
    assert shown.err == "insignia unbake: standard input is larger than 1 MiB\n"


def test_a_stream_that_was_closed_is_no_terminal() -> None:
    closed = io.TextIOWrapper(io.BytesIO())
    closed.close()
    assert not session.Session.is_terminal(closed)


COMMAND = [sys.executable, "-m", "insignia"]


def test_as_a_process() -> None:
    done = subprocess.run([*COMMAND, "--version"], capture_output=True, check=False, text=True)
    assert (done.returncode, done.stdout) == (0, f"insignia {__version__}\n")
    done = subprocess.run([*COMMAND, "nope"], capture_output=True, check=False, text=True)
    assert (done.returncode, done.stdout) == (2, "")


def test_a_reader_that_leaves_early_makes_no_noise() -> None:
    script = f"{sys.executable} -m insignia completion bash | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", script], capture_output=True, check=False, text=True)
    assert done.stderr == ""
    assert done.stdout.strip() in {"0", "141"}


def test_the_frame_imports_nothing_heavy() -> None:
    heavy = {"lxml", "httpx2", "joserfc", "jsonschema_rs", "cryptography", "nacl", "asyncio", "ssl"}
    code = "import sys; from insignia.cli import main; main(['--help']); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, text=True, env={**os.environ}
    )
    assert not heavy & set(done.stderr.split())
