"""Times reading and checking an award file of 100,000 rows and 8 columns, on one core.

    python benchmarks/sheets.py [--rows N] [--rounds N] [--format csv|xlsx] [--keep]

Prints the median and best of the rounds in seconds of the processor, rows a second, and the highest memory of
the process. The rows are the same for the same number: people with distinct addresses, dates, a score, a
link, a short narrative; one in fifty has something that is pointed out.
"""

from __future__ import annotations

import argparse
import csv
import io
import random
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from insignia_server.awarding.sheets import (
    AwardRow,
    ResultChoice,
    RowContext,
    guess_mapping,
    iter_checked,
    read_sheet,
)

HEADINGS = ("Email", "Name", "Issue date", "Expiry date", "Score", "Evidence", "Comment", "External ID")
TODAY = date(2026, 11, 25)
GIVEN = (
    "Anna",
    "Bruno",
    "Chloé",
    "Dimitri",
    "Elif",
    "Farid",
    "Greta",
    "Hugo",
    "Inès",
    "Jürgen",
    "Kaito",
    "Lea",
)
SYLLABLES = ("ba", "ker", "lin", "mo", "ran", "sten", "ta", "vel", "wo", "zi", "han", "del", "gro", "pin")


def rows(number: int) -> list[tuple[str, ...]]:
    """The table, header first."""
    random_ = random.Random(number)  # the same rows each time
    table: list[tuple[str, ...]] = [HEADINGS]
    for i in range(number):
        family = "".join(random_.choices(SYLLABLES, k=4)).title()
        domain = (
            "gmial.com" if i % 50 == 0 else random_.choice(("example.org", "uni.example.edu", "gmail.com"))
        )
        table.append(
            (
                f"learner{i}@{domain}",
                f"{random_.choice(GIVEN)} {family}",
                f"2026-{1 + i % 10:02}-{1 + i % 28:02}",
                f"2029-{1 + i % 12:02}-{1 + i % 28:02}",
                f"{random_.randrange(400, 1000) / 10}",
                f"https://portfolio.example.org/works/{i}",
                f"Project {i % 97}: designed, built and defended before a jury.",
                f"row-{i:06}",
            )
        )
    return table


def content(number: int, form: str) -> bytes:
    """The table as a file."""
    out = io.StringIO(newline="")
    if form == "csv":
        csv.writer(out).writerows(rows(number))
        return out.getvalue().encode()
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    page = book.create_sheet()
    for row in rows(number):
        page.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def once(data: bytes, context: RowContext, keep: bool) -> tuple[float, float, int, int]:
    """Seconds to read and to check; rows to award, and remarks. `keep`: all rows at once, else by chunks."""
    begin = time.process_time()
    sheet = read_sheet(data)
    middle = time.process_time()
    mapping = guess_mapping(sheet.headings, results=[(choice.id, choice.name) for choice in context.results])
    good = told = 0
    kept: list[AwardRow] = []
    for part in iter_checked(sheet, mapping, context=context):
        good += len(part.rows)
        told += len(part.problems) + len(part.warnings)
        kept += part.rows if keep else ()
    return middle - begin, time.process_time() - middle, good, told


def memory() -> int:
    """The highest memory of this process so far, in MB."""
    status = Path("/proc/self/status")
    if status.exists():  # ru_maxrss would count what the process was before it became this program
        return int(re.findall(r"VmHWM:\s+(\d+)", status.read_text())[0]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def measure(options: argparse.Namespace) -> None:
    """The rounds, in a process that has not made the file."""
    score = ResultChoice("urn:score", "Score", "Percent")
    context = RowContext(TODAY, achievement_id="a", results=(score,), salt=b"0" * 32)
    before = memory()
    data = options.file.read_bytes()
    rounds = [once(data, context, options.keep) for _ in range(options.rounds)]
    read, check = (statistics.median(r[part] for r in rounds) for part in (0, 1))
    whole = [r[0] + r[1] for r in rounds]
    middle = statistics.median(whole)
    good, told = rounds[0][2:]
    print(f"{options.format}, {options.rows} rows, {len(data) / 1e6:.1f} MB: {good} to award, {told} remarks")
    print(f"{options.rows / middle:,.0f} rows/s:", end=" ")
    print(f"read {read:.2f} s, check {check:.2f} s, together median {middle:.2f} s, best {min(whole):.2f} s")
    print(f"memory {memory()} MB, of which {before} MB before the file was read")


def main() -> None:
    """Reads the arguments, makes the file, measures in a new process."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--format", choices=("csv", "xlsx"), default="csv")
    parser.add_argument("--keep", action="store_true", help="keep all rows, as a dry run in one piece does")
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.file is not None:
        measure(options)
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows"
        file.write_bytes(content(options.rows, options.format))
        subprocess.run([sys.executable, __file__, *sys.argv[1:], "--file", str(file)], check=True)


if __name__ == "__main__":
    main()
