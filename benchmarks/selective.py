"""ecdsa-sd-2023 against Digital Bazaar's JavaScript: base proof, derivation, verification of a derived one.

    python benchmarks/selective.py            installs the JavaScript from npm into a temporary folder

Realistic credentials of 2 to 3 KB; three mandatory pointers, two chosen ones or none. Each document several
times; the table has medians over the documents of these medians, in milliseconds. Both run on one core.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from credentials import credentials

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests" / "interop"), str(ROOT / "tests" / "library")]

from insignia import contexts, jsonld  # noqa: E402
from insignia.cryptosuites import ecdsa_sd_2023  # noqa: E402
from insignia.did import did_key_method  # noqa: E402
from insignia.keys import KeyType, SecretKey  # noqa: E402
from insignia.proof import add_proof  # noqa: E402
from insignia.resolver import MapResolver  # noqa: E402
from installing import on_one_core  # noqa: E402

MANDATORY = ["/issuer", "/validFrom", "/credentialSubject/achievement/name"]
CHOSEN = ["/credentialSubject/achievement/description", "/credentialSubject/achievement/criteria"]
KEY = SecretKey.generate(KeyType.P256, lambda size: bytes(range(1, size + 1)))
LOADER = jsonld.bundled_loader(MapResolver({}))
CREATED = "2026-03-01T12:00:00Z"


def main() -> None:
    """Measure both, print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--documents", type=int, default=20)
    parser.add_argument("--repeat", type=int, default=15)
    options = parser.parse_args()
    on_one_core()
    documents = list(credentials(options.documents))
    bases = [base(document) for document in documents]
    work: dict[str, tuple[str, list[Any]]] = {
        "base proof": ("base", documents),
        "derive": ("derive", bases),
        "verify, two chosen": ("verify", [derive(one) for one in bases]),
        "verify, mandatory only": ("verify", [derive(one, []) for one in bases]),
    }
    ours = {
        name: [median(ACTS[op], one, options.repeat) for one in given] for name, (op, given) in work.items()
    }
    theirs = by_javascript(work, options.repeat)
    print("| | ours, ms | Digital Bazaar (JS), ms | ratio |\n| --- | --- | --- | --- |")
    for name, times in ours.items():
        mine = statistics.median(times)
        other = statistics.median(theirs[name]) if theirs else None
        cells = (f"{other:.2f}", f"{other / mine:.1f}") if other else ("-", "-")
        print(f"| {name} | {mine:.3f} | {cells[0]} | {cells[1]} |")


def base(document: dict[str, Any]) -> dict[str, Any]:
    """A base proof, from a document to JSON."""
    suite = ecdsa_sd_2023.base(MANDATORY, random=os.urandom)
    method = did_key_method(KEY.public_key)
    return add_proof(
        document, suite=suite, signer=KEY, verification_method=method, created=CREATED, loader=LOADER
    )


def derive(secured: dict[str, Any], chosen: Sequence[str] = CHOSEN) -> dict[str, Any]:
    """A derived credential."""
    return ecdsa_sd_2023.derive(secured, chosen, loader=LOADER)[0]


def verify(secured: dict[str, Any]) -> None:
    """The check of a derived proof; raises when it does not hold."""
    document = {name: value for name, value in secured.items() if name != "proof"}
    ecdsa_sd_2023.SUITE.verify(document, secured["proof"], KEY.public_key, loader=LOADER)


ACTS: dict[str, Callable[[Any], Any]] = {"base": base, "derive": derive, "verify": verify}


def median(act: Callable[[Any], Any], given: Any, repeat: int) -> float:
    """Milliseconds of a call, the median of several."""
    times = []
    for _ in range(repeat):
        started = time.perf_counter()
        act(given)
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1000


def by_javascript(work: Mapping[str, tuple[str, list[Any]]], repeat: int) -> dict[str, list[float]]:
    """The same by Digital Bazaar's libraries; empty where they cannot be installed."""
    import test_digitalbazaar as shared
    import test_selective_digitalbazaar as selective

    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        print("Node.js and npm are not installed: no comparison", file=sys.stderr)
        return {}
    folder = shared.install(npm, selective.PACKAGES)
    bundled = folder / "contexts.json"
    bundled.write_text(
        json.dumps({url: json.loads(contexts.bundled(url) or b"") for url in contexts.CONTEXTS})
    )
    key = {"publicKeyMultibase": KEY.public_key.to_multikey(), "secretKeyMultibase": KEY.to_multikey()}
    more = {
        "base": {"key": key, "mandatoryPointers": MANDATORY, "created": CREATED},
        "derive": {"selectivePointers": CHOSEN},
        "verify": {},
    }
    named = [
        (name, {"op": op, "document": one, **more[op]}) for name, (op, given) in work.items() for one in given
    ]
    requests = [request for _, request in named]
    lines = "".join(json.dumps({**one, "repeat": repeat}) + "\n" for one in requests)
    done = subprocess.run(
        [node, str(selective.SCRIPT), str(bundled)],
        input=lines,
        capture_output=True,
        text=True,
        cwd=folder,
        preexec_fn=on_one_core,
        check=True,
    )
    replies = [json.loads(line) for line in done.stdout.splitlines()]
    for request, reply in zip(requests, replies, strict=True):
        if "error" in reply or reply.get("verified") is False:
            raise SystemExit(f"{request['op']}: {reply}")
    found: dict[str, list[float]] = {}
    for (name, _), reply in zip(named, replies, strict=True):
        found.setdefault(name, []).append(reply["ms"])
    return found


if __name__ == "__main__":
    main()
