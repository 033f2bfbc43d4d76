"""`python -m insignia` is the command."""

from __future__ import annotations

import importlib
import runpy
import sys

import pytest

from insignia import __version__
from insignia.cli import main


def test_the_module_runs_the_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["insignia", "--version"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("insignia", run_name="__main__")
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"insignia {__version__}\n"


def test_importing_the_module_runs_nothing() -> None:
    module = importlib.import_module("insignia.__main__")
    assert module.main is main
