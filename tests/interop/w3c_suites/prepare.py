"""Installs what the checked-out suites need: what they take from GitHub out of checkouts, the rest by npm."""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from suite_list import SUITES

GITHUB = re.compile(r"github:([\w.-]+)/([\w.-]+)")
VECTORS = Path("w3c/vc-di-ecdsa")  # which w3c/vc-di-ecdsa-test-suite expects below tests/input


def main(argv: Sequence[str] | None = None) -> int:
    """0 when every suite in the folder is ready."""
    parser = argparse.ArgumentParser(prog="prepare.py", description=__doc__)
    parser.add_argument("folder", type=Path, help="holds OWNER/NAME for each repository that README.md names")
    folder = parser.parse_args(argv).folder.resolve()
    npm = shutil.which("npm")
    if npm is None:
        print("npm is not there. Install Node.js first.", file=sys.stderr)
        return 2
    suite = folder / "w3c/vc-di-ecdsa-test-suite"
    place = suite / "tests/input" / VECTORS.name
    if suite.is_dir() and not place.exists():
        place.parent.mkdir(exist_ok=True)
        place.symlink_to(folder / VECTORS)
    failed = [one.name for one in SUITES if not ready(folder, folder / one.source / one.name, npm)]
    for name in failed:
        print(f"{name}: its dependencies could not be installed; npm said why above.", file=sys.stderr)
    return 1 if failed else 0


def ready(folder: Path, suite: Path, npm: str) -> bool:
    """Write a package.json without GitHub and without its authors' tools, and install. True if not there."""
    if not suite.is_dir():
        return True
    file = suite / "package.json"
    package = json.loads(file.read_text())
    needed = dict(package["dependencies"])
    needed.setdefault("mocha", package.get("devDependencies", {}).get("mocha", "*"))
    for name, version in needed.items():
        found = GITHUB.match(version)
        if found:
            needed[name] = f"file:{folder.joinpath(*found.groups())}"
    plain = {"name": package["name"], "type": "module", "private": True, "dependencies": needed}
    if package != plain:
        file.write_text(json.dumps(plain, indent=2) + "\n")
        (suite / "package-lock.json").unlink(missing_ok=True)
    # Copies, since the packages look for localConfig.cjs from where they lie; and nothing of theirs is run.
    words = [npm, "install", "--install-links", "--ignore-scripts", "--no-audit", "--no-fund"]
    return subprocess.run(words, cwd=suite, check=False).returncode == 0


if __name__ == "__main__":
    raise SystemExit(main())
