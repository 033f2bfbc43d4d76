"""The peers, installed from the registries into a folder of this run. Nothing of them is in the tree."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PEERS = Path(__file__).resolve().parent / "peers"
NODE_PACKAGES = (
    "@digitalbazaar/vc",
    "@digitalbazaar/data-integrity",
    "@digitalbazaar/eddsa-rdfc-2022-cryptosuite",
    "@digitalbazaar/ecdsa-rdfc-2019-cryptosuite",
    "@digitalbazaar/ed25519-multikey",
    "@digitalbazaar/ecdsa-multikey",
    "jsonld",
)


@dataclass(frozen=True)
class Peer:
    """Somebody else's implementation: how to run it, and which version it is."""

    name: str
    command: tuple[str, ...]
    folder: Path
    version: str

    def measure(self, mode: str, lines: Sequence[str], *arguments: str) -> dict[str, Any]:
        """The figures that the peer prints for `lines`."""
        command = [*self.command, mode, *arguments]
        return figures(command, lines, cwd=self.folder)[1]


def figures(
    command: Sequence[str], lines: Sequence[str], *, cwd: Path | None = None
) -> tuple[list[str], dict[str, Any]]:
    """Run a measuring program on one core: the lines that it wrote, and its last line of figures."""
    done = subprocess.run(
        list(command),
        input="\n".join(lines) + "\n",
        capture_output=True,
        encoding="utf-8",
        cwd=cwd,
        preexec_fn=on_one_core,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[:3])} ended with {done.returncode}: {done.stderr[-800:]}")
    return done.stdout.rstrip("\n").split("\n"), json.loads(done.stderr.splitlines()[-1])


def on_one_core() -> None:
    """Keep this process on the last of the cores that it may use, where the system can do that."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def digital_bazaar(folder: Path) -> Peer | str:
    """Digital Bazaar's JavaScript libraries, or why they are not to be had."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return "Digital Bazaar's JavaScript is skipped: there is no node or npm on this machine"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text('{"private": true}')
    wanted = [npm, "install", "--no-audit", "--no-fund", "--omit=optional", "--silent", *NODE_PACKAGES]
    done = subprocess.run(wanted, cwd=folder, capture_output=True, encoding="utf-8")
    if done.returncode:
        return f"Digital Bazaar's JavaScript is skipped: npm failed ({done.stderr.strip()[-200:]})"
    packages = {name: _npm_version(folder, name) for name in ("@digitalbazaar/vc", "jsonld")}
    version = ", ".join(f"{name} {number}" for name, number in packages.items())
    return Peer("Digital Bazaar (JS)", (node, str(PEERS / "digitalbazaar.mjs")), folder, version)


def _npm_version(folder: Path, name: str) -> str:
    manifest = json.loads((folder / "node_modules" / name / "package.json").read_bytes())
    return str(manifest["version"])


def python_peer(name: str, script: str, packages: Mapping[str, str], folder: Path) -> Peer | str:
    """A Python package in an environment of its own, or why it is not to be had."""
    python = folder / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet", *packages]
    done = subprocess.run(pip, capture_output=True, encoding="utf-8")
    if done.returncode:
        return f"{name} is skipped: pip failed ({done.stderr.strip()[-200:]})"
    ask = "import importlib.metadata as m, sys; print(', '.join(f'{n} {m.version(n)}' for n in sys.argv[1:]))"
    asked = subprocess.run(
        [str(python), "-c", ask, *packages], capture_output=True, encoding="utf-8", check=True
    )
    return Peer(name, (str(python), str(PEERS / script)), folder, asked.stdout.strip())
