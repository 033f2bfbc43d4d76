"""didkit, measured like ours: JSON text in, JSON text out.

  python didkit_peer.py MODE REPEAT WARM < lines > lines

Modes: issue, verify. Its last release knows neither the VC 2.0 data model nor `eddsa-rdfc-2022`, so the same
credentials are put into the data model 1.1 with the context that it bundles, and signed with
Ed25519Signature2020. The status entry is left out, since it knows no such type;
credentials that it refuses to expand are left out too (`n` says how many are left).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import statistics
import sys
import time

import didkit

mode, repeat, warm = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
KEY = didkit.generate_ed25519_key()
DID = didkit.key_to_did("key", KEY)
CONTEXT = ["https://www.w3.org/2018/credentials/v1", "https://purl.imsglobal.org/spec/ob/v3p0/context.json"]


def as_version_1(text: str) -> str:
    document = json.loads(text)
    document["@context"] = CONTEXT
    document["issuanceDate"] = document.pop("validFrom")
    document["issuer"]["id"] = DID
    document.pop("validUntil", None)
    document.pop("credentialStatus", None)
    return json.dumps(document, ensure_ascii=False)


async def main() -> None:
    method = await didkit.key_to_verification_method("key", KEY)
    purpose = {"proofPurpose": "assertionMethod"}
    options = json.dumps({**purpose, "verificationMethod": method, "type": "Ed25519Signature2020"})
    lines = [as_version_1(line) for line in sys.stdin if line.strip()]

    async def issue(text: str) -> str:
        return str(await didkit.issue_credential(text, options, KEY))

    async def verify(text: str) -> str:
        result = json.loads(await didkit.verify_credential(text, json.dumps(purpose)))
        return json.dumps({"ok": not result["errors"], "error": result["errors"]})

    accepted = []
    for line in lines:
        with contextlib.suppress(didkit.DIDKitException):
            accepted.append((line, await issue(line)))
    lines = [signed if mode == "verify" else line for line, signed in accepted]
    run = {"issue": issue, "verify": verify}[mode]
    for index in range(warm):
        await run(lines[index % len(lines)])
    times, outputs = [], []
    for _ in range(repeat):
        started = time.perf_counter()
        outputs = [await run(line) for line in lines]
        times.append((time.perf_counter() - started) * 1e6 / len(lines))
    print("\n".join(outputs))
    figures = {"us": statistics.median(times), "best_us": min(times), "n": len(lines)}
    print(json.dumps(figures), file=sys.stderr)


asyncio.run(main())
sys.stdout.flush()
sys.stderr.flush()
os._exit(0)  # its threads do not survive the end of the interpreter
