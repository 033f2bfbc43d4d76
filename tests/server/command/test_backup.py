"""Issue 3: 'backup and restore (restore into an empty instance is a test)'. Real instances, real commands."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from instances import code

from insignia_server.command.demo import environment


def run(env: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "insignia_server.command", *words],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )


def signed(folder: Path) -> dict[str, bytes]:
    """Key and bytes of every credential."""
    with sqlite3.connect(folder / "insignia.sqlite3") as database:
        return dict(database.execute("SELECT id, content FROM credentials_credential"))


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """The demo's instance, seeded."""
    folder = tmp_path_factory.mktemp("instance")
    env = environment(folder, 8000)
    for words in (["migrate"], ["seed-demo"]):
        done = run(env, *words)
        assert done.returncode == 0, done.stderr
    return folder, env


def test_an_empty_instance_becomes_the_one_that_was_saved(
    instance: tuple[Path, dict[str, str]], tmp_path: Path
) -> None:
    folder, env = instance
    file = tmp_path / "backup.tar.gz"
    done = run(env, "backup", str(file))
    assert done.returncode == 0, done.stderr
    assert "rows" in done.stdout
    other = tmp_path / "other"
    other.mkdir()
    done = run({**env, "INSIGNIA_HOME": str(other)}, "restore", str(file))
    assert done.returncode == 0, done.stderr
    before, after = signed(folder), signed(other)
    assert len(before) > 30
    assert after == before
    files = {path.relative_to(folder / "files") for path in (folder / "files").rglob("*") if path.is_file()}
    assert files == {
        path.relative_to(other / "files") for path in (other / "files").rglob("*") if path.is_file()
    }
    check = run({**env, "INSIGNIA_HOME": str(other)}, "check")
    assert check.returncode == 0, check.stderr
    again = run({**env, "INSIGNIA_HOME": str(other)}, "restore", str(file))
    assert again.returncode == 1
    assert "not empty" in again.stderr


UPLOAD = """
import django; django.setup()
from django.utils import timezone
from insignia_server.awarding import evidence
from insignia_server.awarding.models import Award
from insignia_server.kit import scopes
from insignia_server.organisations.models import Member
with scopes.crossing("demo"):
    award = Award.objects.first()
    members = Member.objects.filter(organisation=award.organisation_id)
    by = next(one for one in members if "owner" in one.roles).actor()
with scopes.organisation(award.organisation_id):
    row = evidence.keep(by=by, name="work.txt", content=b"My work.", now=timezone.now())
    evidence.attach({award.pk: (evidence.piece(row),)}, now=timezone.now())
print(row.stored)
"""


def test_files_of_evidence_come_back_with_their_awards(
    instance: tuple[Path, dict[str, str]], tmp_path: Path
) -> None:
    folder, env = instance
    words = [sys.executable, "-c", UPLOAD]
    settings = {"DJANGO_SETTINGS_MODULE": "insignia_server.config.settings"}
    made = subprocess.run(words, env=env | settings, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    stored = made.stdout.split()[-1]
    file, other = tmp_path / "backup.tar.gz", tmp_path / "other"
    other.mkdir()
    assert run(env, "backup", str(file)).returncode == 0
    done = run({**env, "INSIGNIA_HOME": str(other)}, "restore", str(file))
    assert done.returncode == 0, done.stderr
    assert (other / "files" / stored).read_bytes() == b"My work."
    query = """SELECT f.token, f.stored, u.award_id, c.id FROM awarding_evidencefile f
        JOIN awarding_evidenceuse u ON u.file_id = f.id JOIN awarding_award a ON a.id = u.award_id
        JOIN credentials_credential c ON c.id = a.credential_id"""
    before, after = (
        sqlite3.connect(one / "insignia.sqlite3").execute(query).fetchall() for one in (folder, other)
    )
    assert len(before) == 1
    assert before == after


def test_no_secret_of_the_environment_is_in_a_backup(
    instance: tuple[Path, dict[str, str]], tmp_path: Path
) -> None:
    _, env = instance
    file = tmp_path / "backup.tar.gz"
    assert run(env, "backup", str(file)).returncode == 0
    with tarfile.open(file) as tar:
        content = b"".join(found.read() for member in tar if (found := tar.extractfile(member)))
    for name in ("SECRET_KEY", "BLIND_INDEX_KEY", "STATUS_PERMUTATION_KEY"):
        assert env[name].encode() not in content
    assert env["KEY_ENCRYPTION_KEYS"].split(":")[1].encode() not in content
    assert run(env, "backup", str(file)).returncode == 1, "an existing file is not overwritten"


def test_what_is_no_backup_is_refused(instance: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    _, env = instance
    home = {**env, "INSIGNIA_HOME": str(tmp_path)}
    junk = tmp_path / "junk.tar.gz"
    junk.write_bytes(os.urandom(200))
    done = run(home, "restore", str(junk))
    assert (done.returncode, "cannot be read as a backup" in done.stderr) == (1, True)
    assert "Traceback" not in done.stderr
    other = tmp_path / "other.tar.gz"
    with tarfile.open(other, "w:gz") as tar:
        manifest = tmp_path / "manifest.json"
        manifest.write_text(json.dumps({"format": "something else"}))
        tar.add(manifest, "manifest.json")
    done = run(home, "restore", str(other))
    assert (done.returncode, "no backup of Insignia" in done.stderr) == (1, True)


def test_the_seed_refuses_what_is_no_demo_and_what_is_not_empty(
    instance: tuple[Path, dict[str, str]],
) -> None:
    _, env = instance
    assert run({**env, "DEMO": "false"}, "seed-demo").returncode == 1
    done = run(env, "seed-demo")
    assert (done.returncode, "already" in done.stderr) == (1, True)


def test_the_first_owner_is_made_on_the_command_line(instance: tuple[Path, dict[str, str]]) -> None:
    _, env = instance
    words = ["create-owner", "Chief@Example.org", "--name", "Chief", "--organisation", "First University"]
    weak = run({**env, "INSIGNIA_OWNER_PASSWORD": "123"}, *words)
    assert (weak.returncode, "too short" in weak.stderr) == (1, True)
    done = run({**env, "INSIGNIA_OWNER_PASSWORD": "correct horse battery"}, *words)
    assert done.returncode == 0, done.stderr
    assert "chief@example.org can sign in now." in done.stdout
    twice = run({**env, "INSIGNIA_OWNER_PASSWORD": "correct horse battery"}, *words)
    assert (twice.returncode, "already" in twice.stderr) == (1, True)


STORY = """
from collections import Counter
from django.utils import timezone
from insignia_server.awarding.models import Award, Batch, Claim, ClaimLink
from insignia_server.kit import scopes
from insignia_server.organisations.models import Member
now = timezone.now()
with scopes.crossing("demo"):
    awards = list(Award.objects.select_related("credential"))
    print(sorted({one.shown_state(now=now) for one in awards}))
    print(sorted({one.delivery for one in awards}))
    print(sorted(Batch.objects.values_list("state", "signed", "bad")))
    print(ClaimLink.objects.count(), sorted(Claim.objects.values_list("state", flat=True)))
    print(sorted({role for one in Member.objects.all() for role in one.roles}))
"""


def test_the_demo_has_an_example_of_everything(instance: tuple[Path, dict[str, str]]) -> None:
    _, env = instance
    lines = code(env, STORY).splitlines()
    assert lines == [
        "['expired', 'revoked', 'superseded', 'suspended', 'valid']",
        "['bounced', 'claimed', 'none', 'opened', 'sent']",
        "[('approval', 0, 0), ('done', 12, 1)]",
        "1 ['awarded', 'waiting', 'waiting']",
        "['approver', 'auditor', 'author', 'awarder', 'owner']",
    ]
