"""A backup of one database is restored into the other, and 20,000 awards go through in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from instances import code, instance, run

from temporary_postgres import binaries, running  # type: ignore[import-not-found]

CONTENT = """
import hashlib, json
from django.apps import apps
from insignia_server.kit import scopes
whole = hashlib.sha256()
names = "credentials.Credential awarding.Award issuers.SigningKey people.User organisations.Member".split()
with scopes.crossing("backup"):
    for name in names:
        model = apps.get_model(name)
        for row in model._base_manager.order_by("pk").iterator(chunk_size=500):
            for field in model._meta.concrete_fields:
                value = getattr(row, field.attname)
                if field.get_internal_type() == "JSONField":  # jsonb has an order of its own
                    value = json.dumps(value, sort_keys=True)
                whole.update(repr(bytes(value) if isinstance(value, memoryview) else value).encode())
        print(name, model._base_manager.count())
print(whole.hexdigest())
"""
MANY = """
import awards_list
awards_list.fill(awards_list.make_award(), 20_000)
"""
MEASURED = """
import argparse, pathlib, sys
from insignia_server.command import backup, restore
command = {{"backup": backup, "restore": restore}}["{command}"]
code = command.run(argparse.Namespace(file=pathlib.Path("{file}")))
status = pathlib.Path("/proc/self/status")  # ru_maxrss would count the process that started this one
words = status.read_text().split() if status.exists() else ["VmHWM:", "0"]
print(int(words[words.index("VmHWM:") + 1]) // 1024)
sys.exit(code)
"""


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a PostgreSQL of our own."""
    if binaries() is None:
        pytest.skip("no PostgreSQL is installed here")
    with running() as url:
        yield url


def test_from_sqlite_to_postgresql_and_back(postgres: str, tmp_path: Path) -> None:
    here = instance(tmp_path / "here")
    for words in (["migrate"], ["seed-demo"], ["backup", str(tmp_path / "one.tar.gz")]):
        done = run(here, *words)
        assert done.returncode == 0, done.stderr
    there = {**here, "INSIGNIA_HOME": str(tmp_path / "there"), "DATABASE_URL": postgres}
    done = run(there, "restore", str(tmp_path / "one.tar.gz"))
    assert done.returncode == 0, done.stderr
    assert code(there, CONTENT) == code(here, CONTENT)
    assert run(there, "check").returncode == 0
    done = run(there, "backup", str(tmp_path / "two.tar.gz"))
    assert done.returncode == 0, done.stderr
    again = {**here, "INSIGNIA_HOME": str(tmp_path / "again")}
    done = run(again, "restore", str(tmp_path / "two.tar.gz"))
    assert done.returncode == 0, done.stderr
    assert code(again, CONTENT) == code(here, CONTENT)
    later = "from insignia_server.command.seed_demo import verify_all; import datetime as dt"
    assert "badges issued and verified" in code(again, f"{later}\nverify_all(now=dt.datetime.now(dt.UTC))")


def test_twenty_thousand_awards_go_through(tmp_path: Path) -> None:
    env = instance(tmp_path / "home")
    assert run(env, "migrate").returncode == 0
    code(env, MANY)
    file = tmp_path / "many.tar.gz"
    memory = [int(code(env, MEASURED.format(command="backup", file=file)).split()[-1])]
    other = {**env, "INSIGNIA_HOME": str(tmp_path / "other")}
    memory.append(int(code(other, MEASURED.format(command="restore", file=file)).split()[-1]))
    assert code(other, CONTENT) == code(env, CONTENT)
    assert max(memory) < 400, f"MB of memory: {memory}"
