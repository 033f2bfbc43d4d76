"""The commands of README.md and of the guides, run as a newcomer would type them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
GUIDES = [ROOT / "docs" / "guides" / name for name in ("issuing.md", "verifying.md")]  # the command line's
PYTHON = re.findall(r"^```python\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
BIN = Path(sys.executable).parent


def commands_of(text: str) -> list[str]:
    """The lines of the blocks that are marked `sh`; those marked `bash` are not for running here."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return "".join(blocks).strip().splitlines()


def run_all(commands: list[str], folder: Path) -> dict[str, str]:
    """What each command printed; every one has to end with 0."""
    shutil.copytree(ROOT / "examples", folder / "examples")
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "NO_COLOR": "1"}
    printed = {}
    for command in commands:
        done = subprocess.run(
            command, shell=True, cwd=folder, env=environment, capture_output=True, encoding="utf-8"
        )
        assert done.returncode == 0, f"$ {command}\n{done.stdout}{done.stderr}"
        printed[command] = done.stdout
    return printed


@pytest.fixture(scope="module")
def tour(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A folder in which all commands of the README were run, and what each printed."""
    folder = tmp_path_factory.mktemp("tour")
    return folder, run_all(commands_of(README), folder)


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_the_commands_of_a_guide_run(guide: Path, tmp_path: Path) -> None:
    commands = commands_of(guide.read_text(encoding="utf-8"))
    assert len(run_all(commands, tmp_path)) == len(commands) >= 5


def test_the_tour_has_every_step() -> None:
    commands = " ".join(commands_of(README))
    for name in ("keygen", "issue", "verify", "inspect", "unbake"):
        assert f"insignia {name} " in commands


def test_the_commands_leave_what_the_text_promises(tour: tuple[Path, dict[str, str]]) -> None:
    folder, printed = tour
    assert (folder / "ann.png").read_bytes().startswith(b"\x89PNG")
    assert len((folder / "all.jsonl").read_text(encoding="utf-8").splitlines()) == 3
    assert "<html" in (folder / "report.html").read_text(encoding="utf-8")
    assert "valid" in printed["insignia verify ann.png"].lower()


def test_the_python_of_the_readme_runs_on_the_badge_of_the_tour(tour: tuple[Path, dict[str, str]]) -> None:
    folder, _ = tour
    (code,) = PYTHON
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "valid []\n"


def test_the_files_that_the_readme_links_to_exist() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target
