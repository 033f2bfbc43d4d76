"""What the commands say when something is wrong: one plain sentence, no traceback, exit code 1."""

from __future__ import annotations

from pathlib import Path

import pytest
from instances import instance, run


@pytest.fixture(scope="module")
def env(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An instance that was migrated."""
    env = instance(tmp_path_factory.mktemp("instance"))
    assert run(env, "migrate").returncode == 0
    return env


def test_migrate_can_be_run_again(env: dict[str, str]) -> None:
    done = run(env, "migrate")
    assert (done.returncode, "No migrations to apply" in done.stdout) == (0, True)


def test_check_names_each_thing(env: dict[str, str]) -> None:
    done = run(env, "check")
    assert done.returncode == 0, done.stderr
    names = [line.split()[0] for line in done.stdout.splitlines()]
    assert names == ["settings", "database", "migrations", "rows", "storage", "secrets", "mail"]
    noted = run({**env, "VC_API_OPEN": "true"}, "check", "--skip-mail")
    assert noted.returncode == 0
    assert "VC_API_OPEN is on" in noted.stdout.splitlines()[0]


def test_check_says_what_is_wrong_and_goes_on(tmp_path: Path) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where a folder should be")
    env = instance(tmp_path / "home", MEDIA_STORAGE_URL=str(blocked), EMAIL_URL="smtp://127.0.0.1:9")
    done = run(env, "check")
    assert done.returncode == 1
    wrong = [line.split()[0] for line in done.stderr.splitlines() if "WRONG" in line]
    assert {"migrations", "storage", "mail"} <= set(wrong)
    assert "Run: insignia-server migrate" in done.stderr
    assert "Traceback" not in done.stderr
    skipped = run(env, "check", "--skip-mail")
    assert "mail " not in skipped.stderr


def test_check_sees_that_the_key_of_the_keys_is_missing(env: dict[str, str]) -> None:
    assert run({**env, "FOUNDING": "open"}, "seed-demo").returncode == 0
    other = "other:" + "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY"
    done = run({**env, "KEY_ENCRYPTION_KEYS": other}, "check")
    assert done.returncode == 1
    assert "sealed under demo: add to KEY_ENCRYPTION_KEYS" in done.stderr


def test_the_keys_are_sealed_anew(env: dict[str, str]) -> None:
    other = "other:" + "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY"
    both = {**env, "KEY_ENCRYPTION_KEYS": f"{other},{env['KEY_ENCRYPTION_KEYS']}"}
    done = run(both, "reseal")
    assert done.returncode == 0, done.stderr
    assert "signing keys" in done.stdout
    assert "other" in run({**env, "KEY_ENCRYPTION_KEYS": other}, "check").stdout


def test_settings_that_cannot_be_used_are_listed(env: dict[str, str]) -> None:
    done = run({**env, "SECRET_KEY": "short", "PUBLIC_URL": "nonsense"}, "check")
    assert done.returncode == 1
    assert {"SECRET_KEY", "PUBLIC_URL"} <= {line.split()[1] for line in done.stderr.splitlines()[1:]}
    assert "Traceback" not in done.stderr


def test_a_database_that_does_not_answer_is_said(env: dict[str, str]) -> None:
    done = run({**env, "DATABASE_URL": "postgres://nobody@127.0.0.1:9/none"}, "migrate")
    assert (done.returncode, "127.0.0.1:9/none does not answer" in done.stderr) == (1, True)


def test_a_database_without_tables_is_said(tmp_path: Path) -> None:
    done = run(instance(tmp_path), "worker", "--batch")
    assert done.returncode == 1
    assert "Run: insignia-server migrate" in done.stderr


@pytest.mark.parametrize("words", [["restore", "/no/such.tar.gz"], ["backup", "/no/such/folder/x.tar.gz"]])
def test_a_file_that_is_not_there(env: dict[str, str], words: list[str]) -> None:
    done = run(env, *words)
    assert (done.returncode, "There is no" in done.stderr) == (1, True)


def test_an_unknown_command_lists_the_known_ones(env: dict[str, str]) -> None:
    done = run(env, "dance")
    assert (done.returncode, "create-owner" in done.stderr) == (2, True)
