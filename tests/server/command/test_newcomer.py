"""What somebody sees who starts an instance for the first time: help, wrong arguments, nothing there yet."""

from __future__ import annotations

import socket
import subprocess
from pathlib import Path

import pytest
from instances import WORDS, instance, run

from insignia_server.command import COMMANDS
from insignia_server.command.demo import environment

PASSWORD = {"INSIGNIA_OWNER_PASSWORD": "correct horse battery"}


@pytest.fixture(scope="module")
def env(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An instance that was migrated."""
    env = instance(tmp_path_factory.mktemp("instance"))
    assert run(env, "migrate").returncode == 0
    return env


def _plain(done: subprocess.CompletedProcess[str]) -> str:
    assert "Traceback" not in done.stderr, done.stderr
    return done.stderr


def test_without_a_command_the_help_is_shown(env: dict[str, str]) -> None:
    done = run(env)
    assert done.returncode == 2
    assert set(COMMANDS) <= set(_plain(done).split())
    assert run(env, "--version").stdout.startswith("Insignia ")


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_each_command_explains_each_of_its_arguments(env: dict[str, str], name: str) -> None:
    done = run({**env, "COLUMNS": "200"}, name, "--help")
    assert done.returncode == 0
    options = [line for line in done.stdout.splitlines() if line.startswith("  ") and line.split()]
    assert [line for line in options if len(line.split("  ")) < 3] == [], "an argument without a word"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["web", "--port", "99999"], "expected a port from 1 to 65535, got '99999'"),
        (["web", "--port", "http"], "expected a port from 1 to 65535, got 'http'"),
        (["web", "--processes", "0"], "expected a whole number from 1 on, got '0'"),
        (["bounces", "--port", "0"], "expected a port from 1 to 65535, got '0'"),
        (["worker", "--interval", "-1"], "expected seconds"),
        (["worker", "--interval", "nan"], "expected seconds"),
        (["create-owner"], "email"),
        (["restore"], "file"),
        (["migrate", "backwards"], "unrecognized arguments: backwards"),
    ],
)
def test_wrong_arguments_are_said(env: dict[str, str], words: list[str], said: str) -> None:
    done = run(env, *words)
    assert (done.returncode, said in _plain(done)) == (2, True), done.stderr


@pytest.mark.parametrize("name", ["web", "bounces"])
def test_a_port_that_is_taken_is_said(env: dict[str, str], name: str) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = str(busy.getsockname()[1])
        done = run(env, name, "--port", port)
    assert done.returncode == 1
    assert f"Nothing can listen at 127.0.0.1:{port}" in _plain(done)


@pytest.mark.parametrize(
    "words",
    [
        *(["web"], ["worker", "--batch"], ["create-owner", "a@example.org"], ["reseal"]),
        *(["backup", "x.tar.gz"], ["check", "--skip-mail"]),
    ],
)
def test_before_the_first_migration_it_is_named(tmp_path: Path, words: list[str]) -> None:
    done = run({**instance(tmp_path), **PASSWORD}, *words)
    assert done.returncode == 1
    assert "Run: insignia-server migrate" in _plain(done)


def test_check_names_the_file_that_cannot_be_opened(tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    done = run(instance(tmp_path, DATABASE_URL=f"sqlite:///{nowhere}/x.sqlite3"), "check", "--skip-mail")
    assert done.returncode == 1
    assert f"The database {nowhere}/x.sqlite3 does not answer" in _plain(done)
    assert f"There is no folder {nowhere}." in done.stderr
    assert done.stderr.count("WRONG") == 1, "what needs the database is not said again"
    assert "migrations   skipped" in done.stdout


def test_check_names_the_server_without_its_password(tmp_path: Path) -> None:
    env = instance(tmp_path, DATABASE_URL="postgres://me:hunter2@127.0.0.1:9/badges")
    for words in (["check", "--skip-mail"], ["migrate"], ["web"]):
        done = run(env, *words)
        assert done.returncode == 1
        assert "The database postgres://me@127.0.0.1:9/badges does not answer" in _plain(done)
        assert "hunter2" not in done.stderr + done.stdout


def test_check_says_which_database_is_used(env: dict[str, str]) -> None:
    line = next(one for one in run(env, "check", "--skip-mail").stdout.splitlines() if "database" in one)
    assert line.endswith(".sqlite3")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    home = tmp_path / "file" / "home"
    done = run({**instance(tmp_path), "INSIGNIA_HOME": str(home)}, "migrate")
    assert done.returncode == 1
    assert str(tmp_path / "file") in _plain(done)


def test_without_a_terminal_the_owner_is_told_where_the_password_goes(env: dict[str, str]) -> None:
    done = subprocess.run(
        [*WORDS, "create-owner", "a@example.org"],
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert _plain(done).startswith("There is no terminal to ask for the password.")
    assert "INSIGNIA_OWNER_PASSWORD=" in done.stderr


def test_what_is_wrong_is_said_before_a_password_is_asked_for(env: dict[str, str]) -> None:
    done = run(env, "create-owner", "nobody")
    assert (done.returncode, _plain(done).strip()) == (
        1,
        "'nobody' is no email address, such as owner@example.edu.",
    )
    assert run({**env, **PASSWORD}, "create-owner", "a@example.org").returncode == 0
    assert "There is an account with a@example.org already." in _plain(
        run(env, "create-owner", "a@example.org")
    )


def test_the_demo_answers_by_its_number_too(tmp_path: Path) -> None:
    """Newcomers type 127.0.0.1 as well as localhost; neither is an error page."""
    assert environment(tmp_path, 8000)["ALLOWED_HOSTS"].split(",") == ["localhost", "127.0.0.1"]
