"""Figures of ours that have no peer: a status list, a picture, a spreadsheet, a cold start."""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import time
import tomllib
import zlib
from collections.abc import Callable
from pathlib import Path

from credentials import NAMES, credentials, dumps
from insignia import baking, jsonld
from insignia.issuing import IssuerKey, issue
from insignia.keys import SecretKey
from insignia.resolver import OfflineResolver
from insignia.status_list import BitstringStatusList, status_list_credential

ROOT = Path(__file__).resolve().parent.parent
INSIGNIA = Path(sys.executable).with_name("insignia")
CREATED = "2026-01-01T00:00:00Z"


def timed(work: Callable[[int], object], rounds: int, warm: int = 5) -> tuple[str, str]:
    """Median and best of `rounds` calls."""
    for index in range(warm):
        work(index)
    times = []
    for index in range(rounds):
        started = time.perf_counter()
        work(index)
        times.append(time.perf_counter() - started)
    return duration(statistics.median(times)), duration(min(times))


def duration(seconds: float) -> str:
    """A time in the unit that reads best."""
    if seconds < 1e-3:
        return f"{seconds * 1e6:.1f} us"
    return f"{seconds * 1e3:.2f} ms" if seconds < 1 else f"{seconds:.2f} s"


def publish_status_list() -> tuple[str, str]:
    """A list of 131,072 bits with 1 % set: change one bit, compress, sign, serialise."""
    key = IssuerKey.from_secret(SecretKey.from_seed(b"\7" * 32))
    loader = jsonld.bundled_loader(OfflineResolver())
    bits = BitstringStatusList(131_072)
    bits.set_all(random.Random(5).sample(range(131_072), 1_310))

    def publish(index: int) -> bytes:
        bits.set(index * 97 % 131_072)
        document = status_list_credential(
            url="https://badges.example.edu/status/3",
            issuer=key.controller,
            purpose="revocation",
            encoded_list=bits.encode(),
        )
        return issue(document, key=key, suite="eddsa-rdfc-2022", created=CREATED, loader=loader)

    return timed(publish, 300)


def picture(size: int = 150_000) -> bytes:
    """A PNG of about `size` bytes that cannot be compressed further."""
    width = 256
    height = size // (width * 3)
    rows = b"".join(b"\0" + random.Random(y).randbytes(width * 3) for y in range(height))
    header = width.to_bytes(4) + height.to_bytes(4) + b"\x08\x02\0\0\0"
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 1)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        len(content).to_bytes(4) + kind + content + zlib.crc32(kind + content).to_bytes(4)
        for kind, content in chunks
    )


def write_picture() -> tuple[str, str]:
    """Bake a credential into a picture of 150 kB."""
    drawn, secured = picture(), dumps(next(iter(credentials(1)))).encode()
    return timed(lambda _: baking.bake(drawn, secured), 500)


def signature_cost() -> dict[str, str]:
    """What the cheapest possible credential costs: one signature, one verification."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from nacl.signing import SigningKey

    data, seed = b"\1" * 64, b"\7" * 32
    ours, theirs = SigningKey(seed), Ed25519PrivateKey.from_private_bytes(seed)
    signature, public = ours.sign(data).signature, theirs.public_key()
    works: dict[str, Callable[[int], object]] = {
        "libsodium sign": lambda _: ours.sign(data),
        "OpenSSL sign": lambda _: theirs.sign(data),
        "libsodium verify": lambda _: ours.verify_key.verify(data, signature),
        "OpenSSL verify": lambda _: public.verify(signature, data),
    }
    return {name: timed(work, 3_000)[0] for name, work in works.items()}


def spreadsheet(folder: Path, rows: int) -> list[str]:
    """Rows of a CSV file to signed JSON lines in a file, by the command, in two processes."""
    source, target, key = folder / "people.csv", folder / "badges.jsonl", new_key(folder)
    draw = random.Random(9)
    people = (f"person{index}@example.edu,{draw.choice(NAMES)}\n" for index in range(rows))
    source.write_text("email,name\n" + "".join(people), encoding="utf-8")
    words = ["issue", str(ROOT / "examples" / "badge.toml"), "--key", str(key), "--recipients", str(source)]
    started = time.perf_counter()
    done = subprocess.run(
        [str(INSIGNIA), *words, "--processes", "2", "-o", str(target)], capture_output=True, encoding="utf-8"
    )
    seconds = time.perf_counter() - started
    if done.returncode:
        raise RuntimeError(done.stderr[-800:])
    with target.open(encoding="utf-8") as lines:
        written = sum(1 for line in lines if json.loads(line)["proof"])
    assert written == rows, f"{written} badges for {rows} rows"
    title = f"{rows:,} rows of a CSV file to signed JSON in a file, two processes"
    return [title, duration(seconds), f"{rows / seconds:,.0f} a second", "12 s for 100,000", "6 s"]


def new_key(folder: Path) -> Path:
    """A key file made by the command."""
    path = folder / "issuer-key.json"
    if not path.exists():
        subprocess.run([str(INSIGNIA), "keygen", str(path)], check=True, capture_output=True)
    return path


def cold_start(folder: Path) -> tuple[str, str]:
    """`insignia verify one.json`, from nothing to the exit code."""
    target = folder / "one.json"
    description = ROOT / "examples" / "badge.toml"
    assert tomllib.loads(description.read_text(encoding="utf-8"))
    words = ["issue", str(description), "--key", str(new_key(folder)), "-o", str(target), "--force"]
    subprocess.run([str(INSIGNIA), *words], check=True, capture_output=True)
    command = [str(INSIGNIA), "verify", str(target)]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    return timed(
        lambda _: subprocess.run(command, check=True, capture_output=True, env=environment), 15, warm=2
    )


def wheel_install(folder: Path) -> str:
    """The wheel and what it depends on, into an empty environment."""
    dist, fresh = folder / "dist", folder / "fresh"
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(dist)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    subprocess.run([sys.executable, "-m", "venv", str(fresh)], check=True)
    pip = [str(fresh / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    started = time.perf_counter()
    subprocess.run([*pip, *map(str, dist.glob("*.whl"))], check=True, capture_output=True)
    return duration(time.perf_counter() - started)
