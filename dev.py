#!/usr/bin/env python3
"""One command for a clean clone. Needs nothing but Python 3.11, 3.12 or 3.13.

python3 dev.py demo          the server with a demo university, in the browser (--library: the command line)
python3 dev.py test          every test that CI runs (further words go to pytest)
python3 dev.py lint          format, lint, types and import contracts
python3 dev.py fuzz          each parser against hostile input, for a bounded time
python3 dev.py bench         the benchmarks of library and server, peers included (--quick: smaller sizes)
python3 dev.py lock          resolve the dependencies again and write requirements/*.txt
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "insignia-dev.json"
REQUIREMENTS = ROOT / "requirements"
CHECKED = ("src", "tests", "benchmarks", "fuzz", "examples", "dev.py")
INCLUDED = ("runtime", "server", "build")  # what the lock of `dev` holds too, in the same versions
NOT_INSTALLED = 75  # how tests/temporary_postgres.py ends where there is no PostgreSQL
IN_CI = os.environ.get("CI", "").lower() in {"1", "true"}
EXTRAS = {
    "dev": ("--extra", "server", "--extra", "saml", "--extra", "redis"),
    "server": ("--extra", "server"),
}
LOCKS = {
    "dev": ("pyproject.toml", "dev.in", "build.in"),
    "server": ("pyproject.toml",),
    "runtime": ("pyproject.toml",),
    "build": ("build.in",),
    "fuzz": ("fuzz.in",),
}


def main() -> int:
    """Read the command line, prepare the environment that the command needs, and run it."""
    if not (3, 11) <= sys.version_info[:2] < (3, 14):
        return fail(f"Insignia needs Python 3.11, 3.12 or 3.13; this is {sys.version.split()[0]}.")
    parser = argparse.ArgumentParser(
        prog="dev.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", choices=COMMANDS, metavar="demo|test|lint|fuzz|bench|lock")
    parser.add_argument("rest", nargs=argparse.REMAINDER, help="passed on to the tool behind the command")
    arguments = parser.parse_args()
    command, groups = COMMANDS[arguments.command]
    try:
        prepare(groups)
        return command(arguments.rest)
    except subprocess.CalledProcessError as error:
        return fail(f"stopped: `{shlex.join(map(str, error.cmd))}` ended with {error.returncode}")
    except KeyboardInterrupt:
        return fail("stopped")


def demo(rest: list[str]) -> int:
    """A server with a demo university: database, badges that are really issued, web and worker processes.

    --port N, --fresh (forget the last demo), --once (start, look at the pages, stop), --library (no server).
    """
    if "--library" in rest:
        return run(PYTHON, ROOT / "examples" / "demo.py", *(word for word in rest if word != "--library"))
    return run(PYTHON, "-m", "insignia_server.command.demo", *rest)


def test(rest: list[str]) -> int:
    """Everything that CI runs as a test: the library, the server on both databases, the pages in Chromium."""
    if rest:
        return run(PYTHON, "-m", "pytest", *rest)
    spread = ("-n", str(min(os.cpu_count() or 1, 4)), "--dist", "loadfile")
    coverage = ("--cov=insignia", "--cov-branch", "--cov-report=term:skip-covered", "--cov-fail-under=100")
    places = ("tests/library", "tests/cli", "tests/interop", "tests/vectors")
    steps: dict[str, tuple[str | Path, ...]] = {
        "the library": (PYTHON, "-m", "pytest", *spread, *coverage, *places),
        "the server on SQLite": (PYTHON, "-m", "pytest", *spread, "tests/server"),
        "the server on PostgreSQL": (
            *(PYTHON, ROOT / "tests" / "temporary_postgres.py"),
            *(PYTHON, "-m", "pytest", *spread, "tests/server"),
        ),
        "the pages in Chromium": (PYTHON, "-m", "pytest", "tests/browser"),
    }
    worst, skipped = 0, []
    for name, words in steps.items():
        say(f"\n== {name}")
        ended = run(*words)
        if ended == NOT_INSTALLED:
            skipped.append(name)
            worst = max(worst, 1 if IN_CI else 0)
        else:
            worst = max(worst, ended)
    for name in skipped:
        say(f"Skipped: {name}. It is not installed here (Debian: apt-get install postgresql).")
    if worst == 0:
        say("All tests passed. What was skipped, and why, stands above.")
    return worst


def lint(rest: list[str]) -> int:
    """Formatting, lint, types and import contracts: everything is run, the worst answer is returned."""
    places = [place for place in CHECKED if (ROOT / place).exists()]
    if rest == ["--fix"]:
        run(PYTHON, "-m", "ruff", "check", "--fix", *places)
        run(PYTHON, "-m", "ruff", "format", *places)
    return max(
        run(PYTHON, "-m", "ruff", "check", *places),
        run(PYTHON, "-m", "ruff", "format", "--check", *places),
        run(PYTHON, "-m", "mypy"),
        run(BIN / "lint-imports"),
    )


def fuzz(rest: list[str]) -> int:
    """Bounded fuzzing of each parser; see fuzz/README.md. Atheris is installed when it is asked for."""
    if "atheris" in rest:
        prepare(("dev", "fuzz"))
    return run(PYTHON, ROOT / "fuzz" / "run.py", *rest)


def bench(rest: list[str]) -> int:
    """The figures of benchmarks/README.md in one run: the library's beside its peers, and the server's.

    --quick (smaller sizes), --only NAME (one benchmark, again for more), --no-peers, --write.
    """
    return run(PYTHON, ROOT / "benchmarks" / "everything.py", *rest)


def lock(rest: list[str]) -> int:
    """Resolve all requirements together, so that the files agree. No index address is written."""
    uv = which_uv() or str(BIN / "uv")
    if not Path(uv).exists():
        return fail("`lock` needs uv: python3 -m pip install uv")
    for name, sources in LOCKS.items():
        target = REQUIREMENTS / f"{name}.txt"
        agree = () if name == "dev" else ("--constraint", "requirements/dev.txt")
        run(
            *(
                uv,
                "pip",
                "compile",
                "--quiet",
                "--generate-hashes",
                "--universal",
                "--python-version",
                "3.11",
            ),
            *("--no-emit-index-url", "--no-emit-find-links", "--no-annotate"),
            *("--custom-compile-command", "python3 dev.py lock", *EXTRAS.get(name, ()), *agree, *rest),
            *("--output-file", target),
            *(source if source == "pyproject.toml" else f"requirements/{source}" for source in sources),
            check=True,
        )
    return 0


def prepare(groups: tuple[str, ...]) -> None:
    """Make .venv and install what `groups` name, unless the stamp says that it is there already."""
    wanted = {group: digest(REQUIREMENTS / f"{group}.txt") for group in groups}
    wanted["project"] = digest(ROOT / "pyproject.toml")
    have = read_stamp()
    if not groups or (have.items() >= wanted.items() and PYTHON.exists()):
        return
    uv = which_uv()
    if not PYTHON.exists():
        make_venv(uv)
    say(f"Installing the locked requirements ({', '.join(groups)}) into .venv …")
    files = [word for group in groups for word in ("-r", str(REQUIREMENTS / f"{group}.txt"))]
    install(uv, "--require-hashes", *files)
    install(uv, "--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    done = {*groups, *INCLUDED} if "dev" in groups else groups
    installed = {group: digest(REQUIREMENTS / f"{group}.txt") for group in done}
    STAMP.write_text(json.dumps({**have, **wanted, **installed}, indent=2))


def make_venv(uv: str | None) -> None:
    """An empty .venv; on a Debian without venv, the line that installs it."""
    if uv:
        run(uv, "venv", "--quiet", "--python", sys.executable, VENV, check=True)
        return
    if not all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")):
        fail("This Python cannot make virtual environments. On Debian and Ubuntu, install that part with:\n")
        print("    sudo apt-get install python3-venv\n", file=sys.stderr)
        sys.exit(1)
    run(sys.executable, "-m", "venv", VENV, check=True)


def install(uv: str | None, *words: str) -> None:
    """Install with uv where it is present, otherwise with the pip of .venv."""
    if uv:
        run(uv, "pip", "install", "--quiet", "--python", PYTHON, *words, check=True, quiet=True)
    else:
        pip = (PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--quiet")
        run(*pip, *words, check=True, quiet=True)


def which_uv() -> str | None:
    """The uv on the PATH, if there is one."""
    return shutil.which("uv")


def read_stamp() -> dict[str, str]:
    """What is installed in .venv, by group; empty when that is unknown."""
    try:
        return dict(json.loads(STAMP.read_text()))
    except (OSError, ValueError):
        return {}


def digest(path: Path) -> str:
    """What the stamp remembers of a file: its content, and the Python it was installed for."""
    return hashlib.sha256(sys.version.encode() + path.read_bytes()).hexdigest()[:16]


def run(*words: str | Path, check: bool = False, quiet: bool = False) -> int:
    """Run a command from the root of the repository and return how it ended; `quiet` shows failures only."""
    done = subprocess.run([str(word) for word in words], cwd=ROOT, capture_output=quiet, text=True)
    if quiet and done.returncode:
        say(done.stdout + done.stderr)
    if check:
        done.check_returncode()
    return done.returncode


def say(message: str) -> None:
    """One line on standard error, where it does not mix with output."""
    print(message, file=sys.stderr, flush=True)


def fail(message: str) -> int:
    """Say what is wrong, and end with 1."""
    say(f"dev.py: {message}")
    return 1


COMMANDS = {
    "demo": (demo, ("server", "build")),
    "test": (test, ("dev",)),
    "lint": (lint, ("dev",)),
    "fuzz": (fuzz, ("dev",)),
    "bench": (bench, ("dev",)),
    "lock": (lock, ()),
}

if __name__ == "__main__":
    sys.exit(main())
