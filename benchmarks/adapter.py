"""Measures what the product does, on the items of whoever asks: JSON lines in, JSON lines out, in order.

  python benchmarks/adapter.py MODE [--n N] [--repeat R] [--warm W] [--seed HEX] [--created TIME]
                                    [--suite SUITE] [--procs P] [--contexts FILE]

  issue            an unsigned credential -> the signed one, its issuer.id being the DID of the key
  issue-template   first line {"template": credential, "slots": {name: place}}; then one line of values each
                   (place: "/pointer", ["/pointer", "prefix", "suffix"], or a list of such places)
  verify           a signed credential -> {"ok": true} or {"ok": false, "error": ...}; the proof only
  canon            a document -> its canonical N-Quads, as a JSON string
  status           {"bits": N, "set": [...]} -> the signed status list credential

N items are worked on, taken in turn from the lines (default: as many as there are lines). W of them go
before, unmeasured. Then all N are worked on R times. The last line on standard error says how long an item
took, from its bytes to the bytes of its answer: the median and the best of the R rounds. With P processes
it is wall time.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import Any

from work import MODES, SUITES, Settings, Work, make

DEFAULT_SEED = "07" * 32


def main(argv: Sequence[str] | None = None) -> int:
    """Read the lines, measure, print the answers and the figures."""
    options = parse(argv)
    lines = [line for line in sys.stdin.buffer.read().split(b"\n") if line.strip()]
    head = lines.pop(0) if options.mode == "issue-template" and lines else None
    settings = Settings(options.mode, options.suite, options.seed, options.created, options.contexts, head)
    count = options.n or len(lines)
    items = [lines[index % len(lines)] for index in range(count)] if lines else []
    if options.procs > 1 and items:
        answers, rounds = in_processes(settings, items, options)
        stages: dict[str, float] = {}
    else:
        work = make(settings)
        answers, rounds = measure(work.item, items, options.repeat, options.warm)
        stages = work.stages(items[:200]) if items else {}
    for answer in answers:
        sys.stdout.buffer.write(answer + b"\n")
    sys.stdout.buffer.flush()
    each = [seconds * 1e6 / max(len(items), 1) for seconds in rounds]
    figures = {"us": round(statistics.median(each), 3), "best_us": round(min(each), 3), "n": len(items)}
    print(json.dumps({**figures, "stages": stages}), file=sys.stderr)
    return 0


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    parser.add_argument("mode", choices=MODES)
    parser.add_argument("--n", type=int, default=None, help="items to work on")
    parser.add_argument("--repeat", type=int, default=3, help="rounds over all items (default 3)")
    parser.add_argument("--warm", type=int, default=100, help="items before the first round (default 100)")
    parser.add_argument("--seed", type=bytes.fromhex, default=bytes.fromhex(DEFAULT_SEED), metavar="HEX")
    parser.add_argument("--created", default="2026-01-01T00:00:00Z", metavar="TIME")
    parser.add_argument("--suite", choices=SUITES, default=SUITES[0])
    parser.add_argument("--procs", type=int, default=1)
    parser.add_argument("--contexts", default=None, metavar="FILE", help="JSON: URL to context document")
    options = parser.parse_args(argv)
    options.repeat = max(options.repeat, 1)
    return options


def measure(
    work: Work, items: Sequence[bytes], repeat: int, warm: int, ready: Callable[[], object] = lambda: None
) -> tuple[list[bytes], list[float]]:
    """The answers, and how many seconds each round over all items took."""
    for index in range(warm if items else 0):
        work(items[index % len(items)])
    rounds, answers = [], []
    for _ in range(repeat):
        ready()
        started = time.perf_counter()
        answers = [work(item) for item in items]
        rounds.append(time.perf_counter() - started)
    return answers, rounds


def in_processes(
    settings: Settings, items: Sequence[bytes], options: argparse.Namespace
) -> tuple[list[bytes], list[float]]:
    """The same in P processes, each with its share; a round ends when the last is done."""
    count = min(options.procs, len(items))
    size = -(-len(items) // count)
    shares = [items[start : start + size] for start in range(0, len(items), size)]
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(len(shares) + 1)
    pipes, processes = [], []
    for share in shares:
        ours, theirs = context.Pipe()
        arguments = (settings, share, options.repeat, options.warm, barrier, theirs)
        processes.append(context.Process(target=_share, args=arguments))
        pipes.append(ours)
        processes[-1].start()
    rounds = []
    for _ in range(options.repeat):
        barrier.wait()
        started = time.perf_counter()
        barrier.wait()
        rounds.append(time.perf_counter() - started)
    answers = [answer for pipe in pipes for answer in pipe.recv()]
    for process in processes:
        process.join()
    return answers, rounds


def _share(
    settings: Settings, items: list[bytes], repeat: int, warm: int, barrier: Any, pipe: Connection
) -> None:
    work = make(settings)
    measure(work.item, items, 0, warm)
    answers: list[bytes] = []
    for _ in range(repeat):
        barrier.wait()
        answers = [work.item(item) for item in items]
        barrier.wait()
    pipe.send(answers)


if __name__ == "__main__":
    sys.exit(main())
