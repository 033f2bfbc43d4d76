"""dev.py: what a newcomer meets first."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def dev(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """dev.py as a module, its .venv in an empty folder, and every command written down instead of run."""
    spec = importlib.util.spec_from_file_location("dev", ROOT / "dev.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    commands: list[list[str]] = []

    def run(*words: str | Path, check: bool = False, quiet: bool = False) -> int:
        commands.append([str(word) for word in words])
        if "venv" in commands[-1]:
            module.PYTHON.parent.mkdir(parents=True)
            module.PYTHON.touch()
        return 0

    monkeypatch.setattr(module, "run", run)
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(module, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr(module, "STAMP", tmp_path / ".venv" / "stamp.json")
    monkeypatch.setattr(module, "which_uv", lambda: None)
    monkeypatch.setattr(module, "commands", commands, raising=False)
    return module


def test_a_debian_without_venv_is_told_the_exact_line(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "ensurepip" else object())
    with pytest.raises(SystemExit) as ended:
        dev.prepare(("dev",))
    assert ended.value.code == 1
    assert "\n    sudo apt-get install python3-venv\n" in capsys.readouterr().err
    assert dev.commands == []


def test_pip_installs_with_hashes_and_the_project_without_downloading(dev: ModuleType) -> None:
    dev.prepare(("runtime", "build"))
    venv, locked, project = dev.commands
    assert venv == [sys.executable, "-m", "venv", str(dev.VENV)]
    assert "--require-hashes" in locked
    assert [Path(word).name for word in locked if word.endswith(".txt")] == ["runtime.txt", "build.txt"]
    assert project[-4:] == ["--no-deps", "--no-build-isolation", "--editable", str(ROOT)]


def test_uv_is_used_where_it_is_present(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "which_uv", lambda: "/opt/uv")
    dev.prepare(("dev",))
    assert [command[0] for command in dev.commands] == ["/opt/uv"] * 3


def test_nothing_is_installed_twice_until_a_lock_file_changes(dev: ModuleType) -> None:
    dev.prepare(("dev",))
    dev.commands.clear()
    dev.prepare(("dev",))
    dev.prepare(("runtime", "build"))
    assert dev.commands == []
    dev.STAMP.write_text(json.dumps({**json.loads(dev.STAMP.read_text()), "dev": "other"}))
    dev.prepare(("dev",))
    assert len(dev.commands) == 2


@pytest.mark.parametrize("version", [(3, 10), (3, 14)])
def test_an_unsuited_python_is_told_which_ones_suit(
    dev: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    version: tuple[int, int],
) -> None:
    monkeypatch.setattr(sys, "version_info", (*version, 0, "final", 0))
    assert dev.main() == 1
    assert "needs Python 3.11, 3.12 or 3.13" in capsys.readouterr().err


def test_the_locks_hold_hashes_for_everything_and_no_address() -> None:
    for path in sorted((ROOT / "requirements").glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        assert "://" not in text, path
        for requirement in re.split(r"(?<!\\)\n", text):
            if requirement and not requirement.startswith("#"):
                assert "--hash=sha256:" in requirement, requirement
