"""docs/dependencies.md has a line for each dependency, and the locks hold what is asked for."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections import Counter
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(?:\[[a-z,]+\])?")


def named(line: str) -> str:
    """The package of a requirement, as the tables write it: an extra that is all there is to it stays."""
    found = NAME.match(line)
    assert found, line
    name = found[0].lower()
    return name if name == "django-allauth[saml]" else name.partition("[")[0]


def files_in() -> dict[str, list[str]]:
    """Requirement lines by where they stand."""
    lists: dict[str, list[str]] = {"runtime": PROJECT["dependencies"], **PROJECT["optional-dependencies"]}
    for path in (ROOT / "requirements").glob("*.in"):
        lines = path.read_text(encoding="utf-8").splitlines()
        lists[path.name] = [line for line in lines if line.strip() and not line.startswith("#")]
    return lists


def tables() -> list[str]:
    """What stands in the first column of docs/dependencies.md."""
    text = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    cells = [line.split("|")[1] for line in text.splitlines() if line.startswith("| ")]
    return [name for cell in cells for name in re.sub(r"\(`[^)]*`\)", "", cell).replace(",", " ").split()]


def test_every_dependency_has_a_line_and_every_line_a_dependency() -> None:
    wanted = {named(line) for lines in files_in().values() for line in lines}
    assert set(tables()) - {"package"} == wanted


def test_no_package_has_two_lines_of_one_kind() -> None:
    """lxml is one of the server's and an oracle in tests: the only one with two reasons."""
    twice = {name for name, count in Counter(tables()).items() if count > 1}
    assert twice == {"package", "lxml"}


@pytest.mark.parametrize("place", sorted(files_in()))
def test_the_locks_hold_them(place: str) -> None:
    lock = {"runtime": "runtime", "server": "server", "fuzz.in": "fuzz", "build.in": "build"}.get(
        place, "dev"
    )
    text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    held = set(re.findall(r"^([a-z0-9._-]+)==", text, re.MULTILINE))
    assert {named(line).partition("[")[0] for line in files_in()[place]} <= held


def test_what_the_extra_saml_brings_is_locked() -> None:
    text = (ROOT / "requirements" / "dev.txt").read_text(encoding="utf-8")
    assert re.search(r"^python3-saml==", text, re.MULTILINE)
    assert re.search(r"^xmlsec==", text, re.MULTILINE)


def imported(package: str) -> set[str]:
    """The modules that a package's sources import, by their first name; not those of the standard library."""
    names = set()
    for path in (ROOT / "src" / package).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.partition(".")[0])
    return names - set(sys.stdlib_module_names) - {"insignia", "insignia_client", "insignia_server"}


@pytest.mark.parametrize(
    ("package", "locks"),
    [
        ("insignia", ["runtime"]),
        ("insignia_client", ["runtime"]),
        ("insignia_server", ["runtime", "server"]),
    ],
)
def test_nothing_is_imported_that_only_the_tests_install(package: str, locks: list[str]) -> None:
    """Found by the demo once: what runs here, where everything is installed, must run where it is not."""
    texts = [(ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8") for lock in locks]
    held = {name for text in texts for name in re.findall(r"^([a-z0-9._-]+)==", text, re.MULTILINE)}
    offered = packages_distributions()
    optional = {"redis"} if package == "insignia_server" else set()
    missing = {
        module
        for module in imported(package) - optional
        if not {re.sub(r"[-_.]+", "-", name).lower() for name in offered.get(module, ())} & held
    }
    assert missing == set()
