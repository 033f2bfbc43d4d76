"""`insignia verify` and `insignia status`, with a did:web on a server of this machine."""

from __future__ import annotations

import functools
import http.server
import json
import os
import resource
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from insignia import verification
from insignia.cli import network, verify
from insignia.keys import SecretKey
from insignia.resolver import MapResolver, Purpose
from insignia.verification import receipt

from .conftest import CERTIFICATE, Run

ORIGIN = "https://badges.example.org"
LIST = f"{ORIGIN}/revoked.json"


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files and writes no log."""

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def local(tmp_path: Path) -> Iterator[str]:
    """`ORIGIN=URL` for `--map`: a server of the folder `public`."""
    (tmp_path / "public" / ".well-known").mkdir(parents=True)
    handler = functools.partial(Quiet, directory=str(tmp_path / "public"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"{ORIGIN}=http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def ann(insignia: Run) -> Run:
    """A folder with a key and a valid badge of a did:key, `ann.json`."""
    insignia("keygen", "key.json")
    Path("badge.toml").write_text(insignia("issue", "--example").out)
    assert insignia("issue", "badge.toml", "--key", "key.json", "-o", "ann.json").code == 0
    return insignia


def test_a_valid_badge(ann: Run) -> None:
    shown = ann("verify", "ann.json", "--offline")
    assert (shown.code, shown.err) == (0, "")
    assert shown.out.startswith(
        "✔ Valid: “Bicycle repair” was issued by Example Cycling School to Ann Example"
    )
    assert "Checked     1 March 2026, 12:00 UTC, policy strict" in shown.out
    assert "\x1b[" not in shown.out
    assert "\x1b[32m" in ann("verify", "ann.json", "--offline", terminal=True).out
    assert ann("verify", "ann.json", "--offline", encoding="ascii").out.startswith(
        '+ Valid: "Bicycle repair"'
    )
    assert ann("verify", "-", stdin=Path("ann.json").read_bytes()).out == ann("verify", "ann.json").out


def test_a_changed_badge_is_not_valid(ann: Run) -> None:
    Path("forged.json").write_text(Path("ann.json").read_text().replace("Ann Example", "Eve Example"))
    shown = ann("verify", "forged.json")
    assert shown.code == 1
    assert shown.out.startswith("✘ Not valid: “Bicycle repair”. ")
    assert "✘ failed" in shown.out


def test_exit_codes_for_scripts(ann: Run, tmp_path: Path) -> None:
    ann("keygen", "web.json", "--did", "did:web:badges.example.org")
    ann("issue", "badge.toml", "--key", "web.json", "-o", "web-badge.json")
    Path("forged.json").write_text(Path("ann.json").read_text().replace("Ann", "Eve"))
    Path("text.json").write_text("hello")
    good, bad, unknown, broken = "ann.json", "forged.json", "web-badge.json", "text.json"
    for words, code in (
        ((good,), 0),
        ((bad,), 1),
        ((broken,), 2),
        (("none.json",), 2),
        ((unknown,), 3),
        ((good, good), 0),
        ((good, unknown), 3),
        ((good, unknown, broken), 2),
        ((good, unknown, broken, bad), 1),
    ):
        quiet = ann("verify", "--offline", "--quiet", *words)
        assert (quiet.code, quiet.out) == (code, ""), words
        assert ann("verify", "--offline", *words).code == code


def test_one_that_cannot_be_read_is_an_error_message(ann: Run) -> None:
    Path("text.json").write_text("hello")
    shown = ann("verify", "text.json")
    assert shown.out == ""
    assert shown.err.startswith(
        "insignia verify: text.json holds no credential that can be read\n  expected "
    )
    Path("old.json").write_text(
        '{"@context": "https://purl.imsglobal.org/spec/clr/v1p0/context", "type": "Clr"}'
    )
    shown = ann("verify", "old.json")
    assert "  this is a Comprehensive Learner Record 1.0, which is not supported yet" in shown.err
    assert shown.err.startswith("insignia verify: old.json cannot be verified yet\n")
    assert "this says nothing about the badge itself" in shown.err
    assert shown.code == 3
    table = ann("verify", "old.json", "ann.json")
    assert table.code == 3
    assert table.out.endswith("\n2 documents: 1 valid, 1 not supported\n")


def test_a_folder_as_a_table(ann: Run, picture: Path) -> None:
    Path("all").mkdir()
    ann("bake", "artwork.png", "ann.json", "-o", "all/a-good.png")
    Path("all/b-art.png").write_bytes(picture.read_bytes())
    Path("all/c-forged.json").write_text(Path("ann.json").read_text().replace("Ann", "Eve"))
    Path("all/d-did.json").write_text('{"id": "did:web:example.org"}')
    Path("all/e-lines.jsonl").write_text(json.dumps(json.loads(Path("ann.json").read_text())) + "\n")
    shown = ann("verify", "all", "--offline")
    assert shown.code == 1
    lines = shown.out.splitlines()
    assert [line[:13].strip() for line in lines[:5]] == [
        "valid",
        "no badge",
        "NOT VALID",
        "unreadable",
        "valid",
    ]
    assert lines[4].startswith("valid          all/e-lines.jsonl:1  “Bicycle repair” was issued by")
    assert lines[-1] == "5 documents: 2 valid, 1 not valid, 1 unreadable, 1 no badge"
    on_terminal = ann("verify", "all", "--offline", terminal=True).out
    assert "\x1b[31mNOT VALID    \x1b[0m" in on_terminal
    assert all(len(line) <= 100 + 9 for line in on_terminal.splitlines())
    Path("all/c-forged.json").unlink()
    assert ann("verify", "all", "--offline").code == 2
    Path("all/d-did.json").unlink()
    assert ann("verify", "all", "--offline").code == 0
    details = ann("verify", "all", "none.json", "--offline", "--details").out
    assert "\nall/a-good.png\n" in f"\n{details}"
    assert "all/b-art.png: cannot read a credential from all/b-art.png\n  expected a credential" in details
    assert "none.json: there is no file none.json" in details
    assert ann("verify", "all", "none.json", "--offline").out.count("there is no file") == 1


def test_a_certificate_of_the_server(insignia: Run) -> None:
    """'the signed credential is attached to the file and found again by our verify page and
    `insignia verify`' (issue 5). The file is what the server made of a badge of `insignia issue`."""
    content = CERTIFICATE.read_bytes()
    Path("all").mkdir()
    Path("all/certificate.pdf").write_bytes(content)
    shown = insignia("verify", "all/certificate.pdf", "--offline")
    assert (shown.code, shown.err) == (0, "")
    assert shown.out.startswith(
        "✔ Valid: “Bicycle repair” was issued by Example Cycling School to Ann Example"
    )
    assert insignia("verify", "-", "--offline", stdin=content).out == shown.out
    Path("all/Invoice.PDF").write_bytes(b"%PDF-1.7\ntrailer\n<<>>\n%%EOF\n")
    folder = insignia("verify", "all", "--offline")
    assert folder.code == 0
    assert folder.out.endswith("\n2 documents: 1 valid, 1 no badge\n")
    alone = insignia("verify", "all/Invoice.PDF")
    assert alone.code == 2
    assert alone.err == (
        "insignia verify: cannot read a credential from all/Invoice.PDF\n"
        "  expected a credential attached to the PDF, got a PDF without one\n"
        "  → perhaps it is the plain artwork or a scan; ask for the file the issuer sent\n"
    )
    Path("half.pdf").write_bytes(content[:20_000])
    assert "the file was cut off on its way; fetch it again" in insignia("verify", "half.pdf").err


def test_an_empty_folder(insignia: Run) -> None:
    Path("all").mkdir()
    shown = insignia("verify", "all")
    assert shown.code == 2
    assert shown.err.startswith(
        "insignia verify: there are no badges in all\n  → looked for .cbor, .cose, .json, "
    )


def test_json_is_an_array_whatever_was_asked(ann: Run) -> None:
    answers = json.loads(ann("verify", "ann.json", "--format", "json").out)
    assert [(a["source"], a["verdict"]) for a in answers] == [("ann.json", "valid")]
    assert answers[0]["report"]["checks"]
    answers = json.loads(ann("verify", "ann.json", "none.json", "--format", "json").out)
    assert answers[1]["verdict"] is None
    assert answers[1]["problems"][0]["got"] == "there is no file none.json"
    Path("text.json").write_text("hello")
    (answer,) = json.loads(ann("verify", "text.json", "--format", "json").out)
    assert answer["problems"][0]["code"] == "format.unknown"


def test_html_and_files(ann: Run) -> None:
    shown = ann("verify", "ann.json", "--format", "html", "-o", "ann.html")
    assert (shown.code, shown.out, shown.err) == (0, "", "Wrote ann.html.\n")
    assert Path("ann.html").read_text().startswith("<!DOCTYPE html>")
    shown = ann("verify", "ann.json", "ann.json", "--format", "html")
    assert (shown.code, "one badge at a time" in shown.err) == (2, True)


def test_as_of_another_time_and_for_somebody(ann: Run) -> None:
    assert ann("verify", "ann.json", "--now", "2026-02-28").code == 1
    assert ann("verify", "ann.json", "--now", "2026-03-01T13:00:00+01:00").code == 0
    shown = ann("verify", "ann.json", "--now", "tomorrow")
    assert (shown.code, "--now 'tomorrow' is not a time" in shown.err) == (2, True)
    assert ann("verify", "ann.json", "--recipient", "ANN@example.org").code == 0
    assert ann("verify", "ann.json", "--recipient", "ben@example.org").code == 1


def test_the_policies_are_those_of_the_library(ann: Run) -> None:
    assert set(verify.POLICIES) == set(verification.POLICIES)
    assert "policy inspector-compatible" in ann("verify", "ann.json", "--policy", "inspector-compatible").out
    assert ann("verify", "ann.json", "--policy", "lax").code == 2


def test_a_signed_receipt(ann: Run) -> None:
    shown = ann("verify", "ann.json", "--receipt", "receipt.json", "--key", "key.json")
    assert shown.code == 0
    key = SecretKey.from_multikey(json.loads(Path("key.json").read_text())["secretKeyMultibase"])
    checked = receipt.check(Path("receipt.json").read_bytes(), key.public_key)
    assert checked.verdict == "valid"
    assert checked.is_about(Path("ann.json").read_bytes())
    assert "go together" in ann("verify", "ann.json", "--receipt", "r.json").err
    two = ann("verify", "ann.json", "ann.json", "--receipt", "r.json", "--key", "key.json")
    assert "one badge at a time" in two.err
    ann("keygen", "rsa.json", "--type", "rsa")
    assert "cannot sign the receipt" in ann("verify", "ann.json", "--receipt", "r", "--key", "rsa.json").err


def test_did_web_revocation_and_back(insignia: Run, local: str, picture: Path) -> None:
    mapped = ("--map", local)
    insignia("keygen", "key.json", "--did", "did:web:badges.example.org")
    insignia("did", "document", "key.json", "-o", "public/.well-known/did.json")
    made = insignia("status", "make", "public/revoked.json", "--url", LIST, "--key", "key.json", "--ttl", "5")
    assert made.err == f"Made public/revoked.json: 131,072 places, none set. Publish it at {LIST}\n"
    Path("badge.toml").write_text(insignia("issue", "--example").out)
    issue = ("issue", "badge.toml", "--key", "key.json", "--status-list", "public/revoked.json")
    assert insignia(*issue, "--bake", "artwork.png", "-o", "ann.png").code == 0

    valid = insignia("verify", "ann.png", *mapped)
    assert valid.code == 0, valid.out
    assert "is not revoked" in valid.out
    port = local.rpartition("=")[2]
    notes = " ".join(valid.out.partition("\nNotes\n")[2].split())
    assert f"{LIST} was fetched from {port}/revoked.json instead (--map)." in notes
    assert f"{ORIGIN}/.well-known/did.json was fetched from {port}/.well-known/did.json" in notes
    assert insignia("verify", "ann.png", *mapped, "--offline").code == 0
    assert insignia("verify", "ann.png", "--offline").code == 3

    shown = insignia("status", "set", "public/revoked.json", "ann.png", "--key", "key.json")
    assert shown.err == f"public/revoked.json: 1 changed. Publish it again at {LIST}\n"
    revoked = insignia("verify", "ann.png", *mapped)
    assert revoked.code == 1
    assert "It was revoked" in revoked.out
    shown = insignia("status", "show", "public/revoked.json", "ann.png", "5")
    assert "ann.png: place " in shown.out
    assert "holds 1 (revocation set)\n5: place 5 holds 0 (revocation not set)" in shown.out

    insignia("status", "set", "public/revoked.json", "ann.png", "--to", "0", "--key", "key.json")
    assert insignia("verify", "ann.png", *mapped).code == 0
    assert insignia("verify", LIST, *mapped).code == 0
    assert insignia("status", "show", LIST, *mapped).out.endswith("set      none\n")
    assert insignia("did", "resolve", "did:web:badges.example.org", *mapped).err.startswith(
        "(from mapped to "
    )
    missing = insignia("verify", f"{ORIGIN}/none.json", *mapped)
    assert (missing.code, f"cannot fetch {ORIGIN}/none.json" in missing.err) == (2, True)


def test_what_comes_from_its_own_place_is_not_noted() -> None:
    watched = network.Watched(MapResolver({"https://example.org/a": {}}))
    watched.resolve("https://example.org/a", Purpose.STATUS)
    assert watched.mapped == {}


def test_private_addresses_stay_out_of_reach(insignia: Run) -> None:
    shown = insignia("verify", "https://127.0.0.1:4443/ann.json")
    assert shown.code == 2
    assert "others are reached through --map ORIGIN=URL" in shown.err


def test_a_status_list_of_two_bits(ann: Run) -> None:
    make = (
        "status",
        "make",
        "l.json",
        "--url",
        LIST,
        "--key",
        "key.json",
        "--bits",
        "2",
        "--purpose",
        "message",
    )
    assert ann(*make).code == 0
    ann("status", "set", "l.json", "9", "--to", "3", "--bits", "2", "--key", "key.json")
    shown = ann("status", "show", "l.json", "--bits", "2")
    assert "purpose  message\n" in shown.out
    assert "places   131,072 of 2 bits\nset      1: 9\n" in shown.out
    assert "was not verified" in shown.err


def test_a_long_list_is_cut(ann: Run) -> None:
    ann("status", "make", "l.json", "--url", LIST, "--key", "key.json")
    ann("status", "set", "l.json", *map(str, range(25)), "--key", "key.json")
    assert "set      25: 0, 1, 2, " in ann("status", "show", "l.json").out
    assert " and 5 more\n" in ann("status", "show", "l.json").out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("make", "x.json", "--url", "http://e.org/l"), "--url http://e.org/l is not an https address"),
        (("make", "x.json", "--url", LIST, "--entries", "8"), "cannot make this status list"),
        (("make", "list.json", "--url", LIST), "list.json exists already"),
        (("set", "ann.json", "1"), "ann.json is not a status list"),
        (("set", "list.json", "200000"), "cannot set 200000"),
        (("set", "list.json", "ann.json"), f"ann.json has no place in the list {LIST}"),
        (("set", "list.json", "ben.json"), "ben.json is neither an index nor a file with a badge"),
        (("set", "list.json", "text"), "cannot read text"),
        (("set", "other.json", "1"), "other.json was issued by did:web:other.example"),
    ],
)
def test_status_lists_that_cannot_be_made_or_set(ann: Run, words: tuple[str, ...], message: str) -> None:
    ann("status", "make", "list.json", "--url", LIST, "--key", "key.json")
    ann("keygen", "other-key.json", "--did", "did:web:other.example")
    ann("status", "make", "other.json", "--url", LIST, "--key", "other-key.json")
    Path("text").write_text("hello")
    before = Path("list.json").read_bytes()
    shown = ann("status", *words, "--key", "key.json")
    assert shown.code == 2
    assert message in shown.err
    assert Path("list.json").read_bytes() == before


def test_the_entry_is_found_among_several(ann: Run) -> None:
    ann("status", "make", "list.json", "--url", LIST, "--key", "key.json")
    entries = [
        "odd",
        {"statusListCredential": LIST, "statusListIndex": "many"},
        {"statusListCredential": LIST, "statusListIndex": 17},
    ]
    Path("b.json").write_text(
        json.dumps(json.loads(Path("ann.json").read_text()) | {"credentialStatus": entries})
    )
    ann("status", "set", "list.json", "b.json", "--key", "key.json")
    assert "set      1: 17\n" in ann("status", "show", "list.json").out
    assert "cannot look up 131072" in ann("status", "show", "list.json", "131072").err


def test_cold_start_of_verify(ann: Run, tmp_path: Path) -> None:
    """From nothing to a verdict on a did:key badge under eddsa-rdfc-2022 in less than 300 ms of a core.

    Time of the processor, so that a busy machine does not fail it; modules are compiled as pip leaves them.
    """
    command = [sys.executable, "-m", "insignia", "verify", "--quiet", "ann.json"]
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    env["PYTHONPYCACHEPREFIX"] = str(tmp_path / "compiled")
    used = []
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert subprocess.run(command, check=False, env=env).returncode == 0
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert min(used) < 0.3, used
