"""Runs the public W3C suites against a server of its own; README.md says how to get them."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from own_server import running
from suite_list import SUITES, Suite, Target

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Outcome:
    """What a suite said. `failed`: title and message of each failure, or why that one is expected."""

    suite: str
    commit: str
    passed: int
    pending: int
    failed: tuple[tuple[str, str], ...] = ()
    expected: tuple[tuple[str, str], ...] = ()


def main(argv: Sequence[str] | None = None) -> int:
    """0 when every test that ran passed, those apart that suite_list.py says cannot; otherwise 1."""
    parser = argparse.ArgumentParser(prog="run.py", description=__doc__)
    parser.add_argument("folder", type=Path, help="holds OWNER/NAME for each suite, made by prepare.py")
    parser.add_argument("--only", action="append", default=[], metavar="PART", help="suites with this name")
    parser.add_argument("--as-client", action="store_true", help="a tenant's did:web issuer, with an API key")
    parser.add_argument("--json", type=Path, help="write the outcomes there too")
    for version in (20, 22):
        parser.add_argument(f"--node{version}", default="node", metavar="PROGRAM", help=f"Node {version}")
    parser.add_argument("--exchanges", type=Path, help="append each request and its answer there")
    options = parser.parse_args(argv)
    home = options.folder.resolve()
    chosen = [one for one in SUITES if _wanted(one, options) and _folder(home, one).is_dir()]
    if not chosen:
        print(f"There is no suite in {home}. README.md names them.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="insignia-suites-") as scratch:
        started = running(Path(scratch), as_client=options.as_client, exchanges=options.exchanges)
        with started as target:
            nodes = {20: options.node20, 22: options.node22}
            outcomes = [
                _run(one, _folder(home, one), target, Path(scratch), nodes[one.node]) for one in chosen
            ]
    print(table(outcomes))
    if options.json:
        options.json.write_text(json.dumps([vars(one) for one in outcomes], indent=1) + "\n")
    return 1 if any(one.failed for one in outcomes) else 0


def _wanted(suite: Suite, options: argparse.Namespace) -> bool:
    if options.as_client and suite.did_key_only:
        return False
    return not options.only or any(part in suite.name for part in options.only)


def _folder(home: Path, suite: Suite) -> Path:
    return home / suite.source / suite.name


def _run(suite: Suite, folder: Path, target: Target, scratch: Path, node: str) -> Outcome:
    """Write the local configuration, run mocha, read its report."""
    implementation = {"name": "Insignia", "implementation": "Insignia", **suite.endpoints(target)}
    # The holder of the ECDSA suite's selective disclosure is looked for under this name.
    holder = {"name": "Digital Bazaar", "vcHolders": implementation.get("vcHolders", [])}
    implementations = [implementation, holder] if holder["vcHolders"] else [implementation]
    config = {"settings": {"enableInteropTests": True}, "implementations": implementations}
    (folder / "localConfig.cjs").write_text(f"module.exports = {json.dumps(config, indent=1)};\n")
    report = scratch / f"{suite.name}.json"
    words = [node, str(folder / "node_modules/mocha/bin/mocha.js"), "tests/", "--preserve-symlinks"]
    words += ["--timeout", "30000"]
    words += ["--exit", "--reporter", "json", "--reporter-option", f"output={report}"]
    env = {
        **os.environ,
        "NODE_TLS_REJECT_UNAUTHORIZED": "0",
        "NODE_NO_WARNINGS": "1",
        "ISSUER_NAME_JWT": "Insignia",
        "PATH": f"{HERE / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "INSIGNIA_PYTHON": sys.executable,
    }
    done = subprocess.run(words, cwd=folder, env=env, check=False, capture_output=True, text=True)
    (folder / "insignia.log").write_text(done.stdout + done.stderr)
    if not report.exists():
        return Outcome(suite.name, _commit(folder), 0, 0, (("the suite did not run", done.stderr[-600:]),))
    found: dict[str, Any] = json.loads(report.read_text())
    stats, failed, expected = found["stats"], [], []
    for one in found["failures"]:
        title = one["fullTitle"]
        reason = next((why for words, why in suite.known.items() if words in title), None)
        if reason is None:
            failed.append((title, one["err"].get("message", "")))
        else:
            expected.append((title, reason))
    return Outcome(
        suite.name, _commit(folder), stats["passes"], stats["pending"], tuple(failed), tuple(expected)
    )


def _commit(folder: Path) -> str:
    """The commit that is checked out; a folder without its history may hold it in a file COMMIT."""
    if (folder / "COMMIT").exists():
        return (folder / "COMMIT").read_text().strip()[:12]
    words = ["git", "-C", str(folder), "rev-parse", "--short=12", "HEAD"]
    done = subprocess.run(words, check=False, capture_output=True, text=True)
    return done.stdout.strip() if (folder / ".git").exists() else "unknown"


def table(outcomes: Sequence[Outcome]) -> str:
    """Markdown: a row a suite, then each failure."""
    lines = ["| suite | commit | passed | exceptions | skipped |", "|---|---|---|---|---|"]
    for one in outcomes:
        total = one.passed + len(one.failed) + len(one.expected)
        counts = f"{one.passed}/{total} | {len(one.expected)} | {one.pending}"
        lines.append(f"| {one.suite} | {one.commit} | {counts} |")
    for one in outcomes:
        lines += [f"\nFAILED {one.suite}: {title}\n    {message}" for title, message in one.failed]
        lines += [f"\nexception, {one.suite}: {title}\n    {reason}" for title, reason in one.expected]
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
