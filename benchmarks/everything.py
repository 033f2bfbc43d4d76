"""Every benchmark of this folder in one run, the library's and the server's, and one table at the end.

  python3 dev.py bench                 everything (about an hour; the server's with 100,000 rows and more)
  python3 dev.py bench --quick         smaller sizes, to see that it works (about fifteen minutes)
  python3 dev.py bench --only sheets --only server_batch      these only
  python3 dev.py bench --no-peers      without installing what others made
  python3 dev.py bench --write         the library's figures into benchmarks/README.md

Each is a program of its own that can be run by itself; what it prints is shown as it comes. The figures of a
quick run are those of its small sizes. What is not installed here (PostgreSQL, wrk, Node.js) is named in the
table. Nothing is compared with a limit: the columns `at least` and `aim` stand beside the figure.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT))

Figure = tuple[str, str, str, str]  # what, the figure, at least, aim
Reading = Callable[[str], Iterator[Figure]]


@dataclass(frozen=True)
class Benchmark:
    """A program, its words in a full and in a quick run, and how its figures are read from what it prints."""

    script: str
    read: Reading
    full: tuple[str, ...] = ()
    quick: tuple[str, ...] = ()
    postgres: str = ""  # "option": it makes one itself; "url": one is made around it, for `--database`
    needs: str = ""  # a program without which there is nothing to measure

    @property
    def title(self) -> str:
        """The name of the program, and of the database where it is asked for another one."""
        return f"{self.script}{', PostgreSQL' if self.postgres else ''}"


def cells_of(text: str) -> Iterator[list[str]]:
    """The rows of the Markdown tables in a text."""
    for line in text.splitlines():
        if line.startswith("| ") and not line.startswith("| ---"):
            yield [cell.strip().strip("*") for cell in line.strip().strip("|").split("|")]


def library(text: str) -> Iterator[Figure]:
    """run.py: against Digital Bazaar's where they do the same, else the median."""
    for cells in cells_of(text):
        if cells[0] in ("", "suite") or cells[0].startswith("`ed") or not cells[-2]:
            continue
        if len(cells) >= 7 and cells[-2].endswith("times"):
            figure = f"{cells[-3]} times" if cells[-3] != "—" else f"{cells[1]} us"
        elif cells[-2].endswith(("us", "ms", "s")) or "100,000" in cells[-2]:
            figure = f"{cells[1]} us" if cells[0] == "canonicalise" else cells[1]
        else:
            continue
        yield cells[0], figure, cells[-2], cells[-1]


def selective(text: str) -> Iterator[Figure]:
    """selective.py: the ratio to Digital Bazaar's."""
    limits = {"base proof": ("8 times", "12 times"), "derive": ("", "")}
    for cells in cells_of(text):
        if cells[0]:
            least, aim = limits.get(cells[0], ("10 times", "20 times"))
            ratio = f", {cells[3]} times" if cells[3] != "-" else ""
            yield f"ecdsa-sd-2023, {cells[0]}", f"{cells[1]} ms{ratio}", least, aim


def badges_2(text: str) -> Iterator[Figure]:
    """open_badges_2.py."""
    for name, median in re.findall(r"signed, (\S+): ([\d.]+) ms", text):
        yield f"Open Badges 2.0, {name}, every check", f"{median} ms", "1 ms", ""


def batch(least: str, aim: str) -> Reading:
    """server_batch.py: the whole time, and the memory of a worker."""

    def read(text: str) -> Iterator[Figure]:
        found = re.search(r"^(\d+) rows, (\w+), .*: median ([\d.]+) s", text, re.MULTILINE)
        if found is not None:
            rows, name, median = int(found[1]), found[2], found[3]
            yield f"{rows:,} rows to verifiable credentials, {name}", f"{median} s", least, aim
            said = re.search(r'"worker_megabytes": \[([^\]]*)\]', text)
            if said is not None and said[1].strip():
                most = max(int(one) for one in said[1].split(","))
                yield f"memory of a worker, {name}", f"{most} MB", "600 MB", ""

    return read


def badge_page(text: str) -> Iterator[Figure]:
    """badge_page.py: each badge once."""
    for cells in cells_of(text):
        if cells[0] == "badge page, each badge once":
            figure = f"{cells[2]} ({cells[1]} of CPU), {cells[4]} queries"
            yield f"badge page, {text.split(None, 1)[0]}", figure, "20 ms, 12 queries", ""


def verify(text: str) -> Iterator[Figure]:
    """verify_endpoint.py."""
    found = re.search(r"([\d,]+) requests a second", text)
    if found is not None:
        yield "verify endpoint, one process", f"{found[1]} a second", "1,200", "2,500"


def awards(text: str) -> Iterator[Figure]:
    """awards_list.py: the first page, and the page or filter that slows down most."""
    rows = [cells for cells in cells_of(text) if cells[0] != "page of 50"]
    if rows:
        name = text.split(",", 1)[0].split()[-1]
        slowest = max(rows, key=lambda cells: float(cells[3]))
        for cells in (rows[0], *([slowest] if slowest is not rows[0] else [])):
            figure = f"{cells[1]} to {cells[2]} ms"
            yield f"list of awards, {cells[0]}, {name}", figure, f"as at first ({cells[3]} times)", ""


def line(pattern: str, what: str, figure: str, least: str = "", aim: str = "") -> Reading:
    """One figure out of a line; `what` and `figure` name the groups of the pattern."""

    def read(text: str) -> Iterator[Figure]:
        found = re.search(pattern, text, re.DOTALL)
        if found is not None:
            yield found.expand(what), found.expand(figure), least, aim

    return read


ROWS = ("--rows", "5000")
ALL = (
    Benchmark("run", library, (), ("--quick",)),
    Benchmark("selective", selective, (), ("--documents", "5", "--repeat", "5"), needs="node"),
    Benchmark("open_badges_2", badges_2, (), ("--rounds", "100")),
    Benchmark(
        "sheets",
        line(r"(\d+) rows.*together median ([\d.]+ s)", r"reading and checking \1 rows of CSV", r"\2"),
        (),
        ("--rows", "10000", "--rounds", "3"),
    ),
    Benchmark("server_batch", batch("45 s for 100,000", "25 s"), (), ROWS),
    Benchmark(
        "server_batch",
        batch("30 s for 100,000", "18 s"),
        ("--database", "postgres"),
        ("--database", "postgres", *ROWS),
        "option",
    ),
    Benchmark(
        "server_bulk",
        line(
            r'"rows": (\d+),.*"seconds": ([\d.]+)',
            r"signing and storing \1 credentials alone, sqlite",
            r"\2 s",
        ),
        (),
        ("--rows", "2000"),
    ),
    Benchmark(
        "api_bulk",
        line(r"(\d+) rows in one request, (\w+): median ([\d.]+) s", r"\1 rows over the API, \2", r"\3 s"),
        (),
        ("--rows", "200", "--repeat", "2"),
    ),
    Benchmark("badge_page", badge_page, (), ("--rounds", "20", "--seconds", "1")),
    Benchmark("badge_page", badge_page, (), ("--rounds", "20", "--seconds", "1"), "url"),
    Benchmark("verify_endpoint", verify, (), ("--seconds", "1", "--rounds", "2"), needs="wrk"),
    Benchmark("awards_list", awards, (), ("--rows", "30000")),
    Benchmark("awards_list", awards, (), ("--rows", "30000"), "url"),
    Benchmark(
        "sqlite_transactions",
        line(
            r"(\d+) rows on SQLite: .*? held the lock for (\d+ ms) \(([^)]*)\)",
            r"longest write transaction on SQLite, \1 rows",
            r"\2 (\3)",
            "200 ms",
        ),
        (),
        ("--rows", "1000", "--mails", "100"),
    ),
)


def main() -> int:
    """Run them one after the other, print the table; 1 when one of them failed."""
    options = read_arguments()
    chosen = [one for one in ALL if not options.only or one.script in options.only]
    figures: list[Figure] = []
    failed = False
    for one in chosen:
        lacking = missing(one)
        if lacking:
            say(f"\n== {one.title}: not measured, {lacking}")
            figures.append((one.title, f"not measured: {lacking}", "", ""))
            continue
        say(f"\n== {one.title}")
        ended, text = run(command(one, options))
        found = list(one.read(text)) if ended == 0 else []
        if not found:
            failed = True
            found = [(one.title, f"failed (ended with {ended}); what it said stands above", "", "")]
        figures += found
    print(f"\n{'A quick run: small sizes.' if options.quick else 'Full sizes.'}\n")
    print("| what | measured | at least | aim |\n| --- | --- | --- | --- |")
    for figure in figures:
        print(f"| {' | '.join(figure)} |")
    return int(failed)


def read_arguments() -> argparse.Namespace:
    """What the command line says."""
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog="dev.py bench", description=__doc__, formatter_class=raw)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", action="append", choices=sorted({one.script for one in ALL}))
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument(
        "--write", action="store_true", help="the library's figures into benchmarks/README.md"
    )
    return parser.parse_args()


def missing(one: Benchmark) -> str:
    """What a benchmark needs and is not installed here; empty when all is there."""
    from tests.temporary_postgres import binaries

    if one.postgres and binaries() is None:
        return "no PostgreSQL is installed here (Debian: apt-get install postgresql)"
    if one.needs and shutil.which(one.needs) is None:
        return f"{one.needs} is not installed here"
    return ""


def command(one: Benchmark, options: argparse.Namespace) -> list[str]:
    """The words of a benchmark."""
    words = [sys.executable, str(HERE / f"{one.script}.py"), *(one.quick if options.quick else one.full)]
    if one.script == "run":
        asked = {"--no-peers": options.no_peers, "--write": options.write}
        words += [name for name, wanted in asked.items() if wanted]
    if one.postgres != "url":
        return words
    around = [sys.executable, str(ROOT / "tests" / "temporary_postgres.py")]
    return [*around, "sh", "-c", 'exec "$@" --database "$DATABASE_URL"', "sh", *words]


def run(words: Sequence[str]) -> tuple[int, str]:
    """Run a program from the root, showing what it prints; how it ended, and its standard output."""
    said = []
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for one in process.stdout:
            print(one, end="", flush=True)
            said.append(one)
    return process.returncode, "".join(said)


def say(message: str) -> None:
    """Progress, on standard error."""
    print(message, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
