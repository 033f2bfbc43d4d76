"""The library's figures of benchmarks/README.md in one run, beside those of others, as a Markdown table.

  python3 dev.py bench --only run                 everything (about ten minutes)
  python3 dev.py bench --only run --quick         fewer items and 10,000 rows, to see that it works
  python3 dev.py bench --only run --no-peers      our figures only
  python3 dev.py bench --only run --write         everything, and the results into benchmarks/README.md

Peers are installed from the registries into a temporary folder. Each figure is the median of several rounds
on one core, from the bytes of an item to the bytes of its answer, contexts local.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from credentials import credentials, dumps, fillings, template
from insignia import contexts
from installing import Peer, digital_bazaar, figures, python_peer
from single import cold_start, publish_status_list, signature_cost, spreadsheet, wheel_install, write_picture

HERE = Path(__file__).resolve().parent
README = HERE / "README.md"
SEED = "07" * 32
SUITES = ("eddsa-rdfc-2022", "ecdsa-rdfc-2019", "vc-jwt-eddsa", "vc-jwt-es256")
SUITE = SUITES[0]
ADAPTER = (sys.executable, str(HERE / "adapter.py"))


def main() -> int:
    """Measure, and print the table."""
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog="dev.py bench", description=__doc__, formatter_class=raw)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--write", action="store_true", help="put the results into benchmarks/README.md")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="insignia-bench-") as name:
        folder = Path(name)
        report = Benchmark(folder, options.quick, options.no_peers).run()
    print(report)
    if options.write:
        head, mark, _ = README.read_text(encoding="utf-8").partition("## Results\n")
        README.write_text(f"{head}{mark}\n{report}\n", encoding="utf-8")
    return 0


class Benchmark:
    """One run over the same items for everybody."""

    def __init__(self, folder: Path, quick: bool, no_peers: bool) -> None:
        self.folder = folder
        self.quick = quick
        self.rounds = 3 if quick else 7
        self.items = [dumps(document) for document in credentials(100 if quick else 400)]
        self.notes: list[str] = []
        self.contexts = folder / "contexts.json"
        bundled = {url: json.loads(contexts.bundled(url) or b"") for url in contexts.CONTEXTS}
        self.contexts.write_text(json.dumps(bundled), encoding="utf-8")
        self.peers = {} if no_peers else self.install()

    def install(self) -> dict[str, Peer]:
        """Whoever can be installed here; whoever cannot is named in the notes."""
        say("installing the peers …")
        found = {
            "js": digital_bazaar(self.folder / "js"),
            "pyld": python_peer(
                "PyLD + cryptography",
                "pyld_cryptography.py",
                {"pyld": "", "cryptography": ""},
                self.folder / "pyld",
            ),
            "didkit": python_peer("didkit", "didkit_peer.py", {"didkit": ""}, self.folder / "didkit"),
        }
        self.notes += [peer for peer in found.values() if isinstance(peer, str)]
        return {name: peer for name, peer in found.items() if isinstance(peer, Peer)}

    def run(self) -> str:
        """The whole report."""
        tables = [self.heading(), self.against_peers(), self.suites(), self.alone()]
        return "\n\n".join([*tables, "\n".join(self.footnotes())])

    def heading(self) -> str:
        """Where and what was measured."""
        sizes = sorted(len(item.encode()) for item in self.items)
        python = f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}"
        middle = sizes[len(sizes) // 2]
        return f"{python}; {len(sizes)} credentials of {sizes[0]} to {sizes[-1]} bytes (median {middle})."

    def against_peers(self) -> str:
        """The table of what others do too."""
        rows = [
            self.row("issue, compiled achievement", "issue-template", self.compiled(), 60, 100),
            self.row("issue, general path", "issue", self.ours("issue", self.items), 25, 45),
            self.row("verify, proof only", "verify", self.verified(), 20, 35),
            self.row("canonicalise", "canon", self.ours("canon", self.items), None, None),
        ]
        names = [peer.name for peer in self.peers.values()]
        head = ["", "us", "a second", "best us", *names, "times JS", "at least", "aim"]
        return "\n".join(map(line, (head, ["---"] * len(head), *rows)))

    def ours(self, mode: str, lines: Sequence[str], *more: str) -> dict[str, Any]:
        """Our own figures, by the adapter that everybody can run."""
        say(f"{mode} …")
        words = [mode, "--repeat", str(self.rounds), "--seed", SEED, *more]
        self.written, found = figures([*ADAPTER, *words], lines)
        return found

    def compiled(self) -> dict[str, Any]:
        """Values to signed JSON, for one achievement."""
        document, slots = template()
        count = 2_000 if self.quick else 10_000
        head = dumps({"template": document, "slots": slots})
        return self.ours("issue-template", [head, *map(dumps, fillings(count))], "--warm", "500")

    def verified(self) -> dict[str, Any]:
        """Verification of what we issued ourselves."""
        self.ours("issue", self.items, "--repeat", "1")
        self.signed = self.written
        return self.ours("verify", self.signed)

    def row(
        self, title: str, mode: str, found: Mapping[str, Any], least: int | None, aim: int | None
    ) -> list[str]:
        """A row of the table: ours, each peer's, and how we stand to Digital Bazaar's."""
        cells = [title, f"{found['us']:.1f}", f"{1e6 / found['us']:,.0f}", f"{found['best_us']:.1f}"]
        peers = {name: self.peer(name, peer, mode) for name, peer in self.peers.items()}
        cells += [f"{us:,.0f}" if us else "—" for us in peers.values()]
        js = peers.get("js")
        cells.append(f"**{js / found['us']:.0f}**" if js else "—")
        if least is None:
            return [*cells, "120 us", "90 us"]
        return [*cells, f"{least} times", f"{aim} times"]

    def peer(self, name: str, peer: Peer, mode: str) -> float | None:
        """Microseconds of a peer for the same kind of work; issuing is one and the same to all of them."""
        known = "issue" if mode == "issue-template" else mode
        if name == "didkit" and known == "canon":
            return None
        say(f"  {peer.name}: {known} …")
        lines = self.signed if known == "verify" and name != "didkit" else self.items
        rounds = "1" if name == "pyld" or self.quick else "3"
        words = [rounds, "50"] if name == "didkit" else [str(self.contexts), SEED, rounds, "50", SUITE]
        try:
            return float(peer.measure(known, lines, *words)["us"])
        except (RuntimeError, ValueError) as error:
            self.notes.append(f"{peer.name}, {known}: {error}")
            return None

    def suites(self) -> str:
        """Issuing and verifying by suite, ours only."""
        rows = []
        for suite in SUITES:
            issued = self.ours("issue", self.items, "--suite", suite)
            checked = self.ours("verify", self.written, "--suite", suite)
            each = [figure for found in (issued, checked) for figure in (found["us"], 1e6 / found["us"])]
            rows.append([f"`{suite}`", *(f"{figure:,.0f}" for figure in each)])
        head = ["suite", "issue, us", "a second", "verify, us", "a second"]
        return "\n".join(map(line, (head, ["---"] * len(head), *rows)))

    def alone(self) -> str:
        """The table of what nobody else is measured at."""
        say("the other figures …")
        ed25519 = signature_cost()
        rows = [
            ["publish a status list after one bit changed", *publish_status_list(), "1 ms", "0.3 ms"],
            ["bake a PNG of 150 kB", *write_picture(), "0.2 ms", "0.05 ms"],
            spreadsheet(self.folder, 10_000 if self.quick else 100_000),
            ["`insignia verify one.json`, cold start", *cold_start(self.folder), "300 ms", ""],
            [
                "the wheel, with its dependencies, into an empty environment",
                wheel_install(self.folder),
                "",
                "",
                "",
            ],
            ["Ed25519 signature, libsodium", ed25519["libsodium sign"], "", "", ""],
            ["Ed25519 signature, OpenSSL", ed25519["OpenSSL sign"], "", "", ""],
            ["Ed25519 verification, libsodium", ed25519["libsodium verify"], "", "", ""],
            ["Ed25519 verification, OpenSSL", ed25519["OpenSSL verify"], "", "", ""],
        ]
        head = ["", "median", "best", "at least", "aim"]
        return "\n".join(map(line, (head, ["---"] * len(head), *rows)))

    def footnotes(self) -> list[str]:
        """Versions, and what was left out."""
        return [f"- {peer.name}: {peer.version}" for peer in self.peers.values()] + [
            f"- {n}" for n in self.notes
        ]


def line(cells: Sequence[str]) -> str:
    """A line of a Markdown table."""
    return "| " + " | ".join(cells) + " |"


def say(message: str) -> None:
    """Progress, on standard error."""
    print(message, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
