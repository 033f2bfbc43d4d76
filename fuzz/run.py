"""Runs the fuzz targets for a bounded time: with atheris where it is installed, else with own mutations.

  python3 dev.py fuzz                          every target for 10 seconds
  python3 dev.py fuzz --seconds 300 png svg    two targets for five minutes each
  python3 dev.py fuzz --replay FILE png        one input again, with the whole traceback

A finding is any exception that is not an InsigniaError, an input that takes more than 10 seconds, or more
than 4 GiB of memory. Findings are kept in `fuzz-corpus/findings`.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import os
import random
import signal
import subprocess
import sys
import time
import traceback
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import FrameType

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "benchmarks")]
CORPUS = HERE.parent / "fuzz-corpus"
SECONDS_AN_INPUT = 10
MEMORY = 4 << 30


def main() -> int:
    """Each target in a process of its own, so that a crash or a hang of one is the finding of that one."""
    import targets

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("targets", nargs="*", default=sorted(targets.TARGETS), metavar="TARGET")
    parser.add_argument("--seconds", type=float, default=10, help="for each target (default 10)")
    parser.add_argument("--seed", type=int, default=None, help="of the own mutations (default: a new one)")
    parser.add_argument("--engine", choices=("atheris", "own"), default=None)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--replay", type=Path, help="run this one input")
    parser.add_argument("--single", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if unknown := set(options.targets) - set(targets.TARGETS):
        parser.error(
            f"no such target: {', '.join(sorted(unknown))}; there are {', '.join(sorted(targets.TARGETS))}"
        )
    options.engine = options.engine or ("atheris" if importlib.util.find_spec("atheris") else "own")
    if options.replay:
        targets.TARGETS[options.targets[0]].run(options.replay.read_bytes())
        print("no finding")
        return 0
    if options.single:
        return single(options)
    print(f"{len(options.targets)} targets, {options.seconds:g} s each, engine: {options.engine}", flush=True)
    with ThreadPoolExecutor(options.jobs) as pool:
        results = list(pool.map(lambda name: in_own_process(name, options), options.targets))
    print(f"{results.count(True)} targets without a finding, {results.count(False)} with findings")
    return 0 if all(results) else 1


def in_own_process(name: str, options: argparse.Namespace) -> bool:
    """Run one target and print how it ended."""
    words = [
        sys.executable,
        __file__,
        "--single",
        "--seconds",
        str(options.seconds),
        "--engine",
        options.engine,
    ]
    words += [] if options.seed is None else ["--seed", str(options.seed)]
    started = subprocess.run([*words, name], capture_output=True, text=True, errors="replace")
    output = (started.stdout + started.stderr).strip()
    lines = [
        line for line in output.splitlines() if line.startswith(("ran ", "#", "stat::number_of_executed"))
    ]
    last = lines[-1] if lines else output[-200:]
    if started.returncode == 0:
        print(f"  {name:12} no finding   {last}", flush=True)
        return True
    print(f"  {name:12} FINDING      ended with {started.returncode}\n{output[-4000:]}", flush=True)
    return False


def single(options: argparse.Namespace) -> int:
    """One target in this process."""
    name = options.targets[0]
    limit_memory()
    if options.engine == "atheris":
        return with_atheris(name, options.seconds)
    return with_own_mutations(name, options.seconds, options.seed)


def limit_memory() -> None:
    """An input that asks for more than MEMORY gets a MemoryError, which is a finding."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))


def with_atheris(name: str, seconds: float) -> int:
    """Coverage-guided; libFuzzer ends the process itself."""
    import atheris

    with atheris.instrument_imports(include=["insignia"]):
        import targets

        target = targets.TARGETS[name]
        for seed in target.seeds:
            target.run(seed)
    corpus = CORPUS / name
    corpus.mkdir(parents=True, exist_ok=True)
    for seed in target.seeds:
        (corpus / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)
    findings = CORPUS / "findings"
    findings.mkdir(exist_ok=True)
    flags = [
        f"-max_total_time={seconds:g}",
        f"-timeout={SECONDS_AN_INPUT}",
        "-max_len=65536",
        "-rss_limit_mb=0",
    ]
    flags += ["-print_final_stats=1", f"-artifact_prefix={findings}/{name}-"]
    atheris.Setup([sys.argv[0], *flags, str(corpus)], target.run)
    atheris.Fuzz()
    return 0


def with_own_mutations(name: str, seconds: float, seed: int | None) -> int:
    """Mutations of the seeds; an input that brings an outcome not seen before becomes a seed itself."""
    import targets
    from mutations import mutate

    seed = random.SystemRandom().getrandbits(32) if seed is None else seed
    draw, target = random.Random(f"{seed}/{name}"), targets.TARGETS[name]
    pool, outcomes, runs = list(target.seeds), Counter[str](), 0
    signal.signal(signal.SIGALRM, _too_slow)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        data = pool[runs] if runs < len(target.seeds) else mutate(draw, pool, target.words)
        runs += 1
        signal.alarm(SECONDS_AN_INPUT)
        try:
            outcome = target.run(data)
        except BaseException:
            signal.alarm(0)
            report(name, data, seed)
            return 1
        signal.alarm(0)
        outcomes[outcome] += 1
        if outcomes[outcome] == 1 and len(data) < 1 << 16:
            pool.append(data)
    print(f"ran {runs} inputs with {len(outcomes)} different outcomes, seed {seed}")
    return 0


def _too_slow(_signal: int, _frame: FrameType | None) -> None:
    raise TimeoutError(f"more than {SECONDS_AN_INPUT} seconds for one input")


def report(name: str, data: bytes, seed: int) -> None:
    """Keep the input and say how to run it again."""
    findings = CORPUS / "findings"
    findings.mkdir(parents=True, exist_ok=True)
    path = findings / f"{name}-{hashlib.sha256(data).hexdigest()[:16]}"
    path.write_bytes(data)
    traceback.print_exc()
    print(f"seed {seed}; again with: python3 dev.py fuzz --replay {path.relative_to(HERE.parent)} {name}")


if __name__ == "__main__":
    sys.exit(main())
