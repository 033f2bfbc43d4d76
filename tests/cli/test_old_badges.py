"""`insignia verify` and its siblings with Open Badges 1.x and 2.x, served by a server of this machine."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .conftest import Run

HOST = "https://badges.example.org"
OTHER = "https://other.example.org"
CONTEXT = "https://w3id.org/openbadges/v2"
ASSERTION: dict[str, Any] = {
    "@context": CONTEXT,
    "type": "Assertion",
    "id": f"{HOST}/ann.json",
    "recipient": {"type": "email", "hashed": False, "identity": "ann@example.org"},
    "badge": f"{HOST}/badge.json",
    "issuedOn": "2024-03-21T10:00:00Z",
    "verification": {"type": "hosted"},
}
BADGE = {
    "@context": CONTEXT,
    "type": "BadgeClass",
    "id": f"{HOST}/badge.json",
    "name": "Bicycle repair",
    "description": "Can repair a bicycle.",
    "image": f"{HOST}/badge.png",
    "criteria": {"narrative": "Mend a tyre."},
    "issuer": f"{HOST}/issuer.json",
}
ISSUER: dict[str, Any] = {
    "@context": CONTEXT,
    "type": "Issuer",
    "id": f"{HOST}/issuer.json",
    "name": "Cycling School",
    "url": HOST,
    "email": "school@example.org",
    "revocationList": f"{HOST}/revoked.json",
}
REVOKED: dict[str, Any] = {
    "@context": CONTEXT,
    "type": "RevocationList",
    "id": f"{HOST}/revoked.json",
    "issuer": f"{HOST}/issuer.json",
    "revokedAssertions": [{"id": f"{HOST}/listed.json", "revocationReason": "Awarded in error"}],
}


class Site(http.server.BaseHTTPRequestHandler):
    """What the issuer publishes: documents, a badge that is gone, and one that has moved."""

    documents: dict[str, Any]

    def do_GET(self) -> None:
        found = self.documents.get(self.path)
        status = 404 if found is None else 410 if found == "gone" else 200
        if isinstance(found, str) and found.startswith("to "):
            self.send_response(302)
            self.send_header("Location", found[3:])
            self.end_headers()
            return
        body = json.dumps({"revoked": True} if found == "gone" else found).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/ld+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def site() -> Iterator[tuple[list[str], dict[str, Any]]]:
    """The options that lead to the server, and its documents by path."""
    named = {name: {**ASSERTION, "id": f"{HOST}/{name}.json"} for name in ("ann", "listed", "new")}
    documents: dict[str, Any] = {f"/{name}.json": document for name, document in named.items()}
    documents |= {"/badge.json": BADGE, "/issuer.json": ISSUER, "/revoked.json": REVOKED}
    documents |= {"/gone.json": "gone", "/moved.json": "to /elsewhere.json", "/other-id.json": ASSERTION}
    documents["/elsewhere.json"] = {**ASSERTION, "id": f"{HOST}/moved.json"}
    documents["/told.json"] = {"id": f"{HOST}/told.json", "revoked": True, "revocationReason": "Cheating"}
    handler = type("Handler", (Site,), {"documents": documents})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        here = f"http://127.0.0.1:{server.server_port}"
        yield ["--map", f"{HOST}={here}", "--map", f"{OTHER}={here}"], documents
        server.shutdown()


Place = tuple[list[str], dict[str, Any]]


def save(name: str, document: dict[str, Any]) -> str:
    Path(f"{name}.json").write_text(json.dumps(document))
    return f"{name}.json"


def test_live(insignia: Run, site: Place) -> None:
    options, _ = site
    for source in (save("copy", ASSERTION), f"{HOST}/ann.json"):
        shown = insignia("verify", source, "--recipient", "ann@example.org", *options)
        assert shown.code == 0, shown.out
        assert shown.out.startswith(
            "✔ Valid: “Bicycle repair” was issued by Cycling School to ann@example.org on 21 March 2024,"
        )
        assert "Kind        Open Badge 2.0, hosted" in shown.out
        assert "It is published at https://badges.example.org/ann.json" in shown.out
    assert insignia("verify", "copy.json", "--offline").code == 3


def test_revoked_by_410(insignia: Run, site: Place) -> None:
    options, _ = site
    for source in (save("copy", {**ASSERTION, "id": f"{HOST}/gone.json"}), f"{HOST}/gone.json"):
        shown = insignia("verify", source, *options)
        assert shown.code == 1
        assert "It was revoked by its issuer: its address answers" in " ".join(shown.out.split())
    assert insignia("verify", f"{HOST}/none.json", *options).code == 2


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("listed", "it is on the issuer’s revocation list. The issuer’s word: Awarded in error."),
        ("told", "what is published says so. The issuer’s word: Cheating."),
    ],
)
def test_revoked_by_list_or_in_words(insignia: Run, site: Place, name: str, said: str) -> None:
    options, _ = site
    shown = insignia("verify", save("copy", {**ASSERTION, "id": f"{HOST}/{name}.json"}), *options)
    assert shown.code == 1
    assert f"It was revoked by its issuer: {said}" in " ".join(shown.out.split())


def test_moved(insignia: Run, site: Place) -> None:
    options, _ = site
    shown = insignia("verify", save("copy", {**ASSERTION, "id": f"{HOST}/moved.json"}), *options)
    assert shown.code == 0, shown.out
    assert f"! It has moved: its address leads to {HOST}/elsewhere.json." in " ".join(shown.out.split())
    other = insignia("verify", save("copy", {**ASSERTION, "id": f"{HOST}/other-id.json"}), *options)
    assert other.code == 1
    assert f"calls itself {HOST}/ann.json: it is another one." in " ".join(other.out.split())
    assert "Verify that address instead" in other.out
    nowhere = insignia("verify", save("copy", {**ASSERTION, "id": f"{HOST}/none.json"}), *options)
    assert nowhere.code == 1
    assert "Ask the issuer whether it was withdrawn or has moved." in " ".join(nowhere.out.split())


def test_an_issuer_of_another_origin(insignia: Run, site: Place) -> None:
    options, documents = site
    documents["/badge.json"] = {**BADGE, "issuer": f"{OTHER}/issuer.json"}
    documents["/issuer.json"] = {**ISSUER, "id": f"{OTHER}/issuer.json"}
    shown = insignia("verify", save("copy", ASSERTION), *options)
    assert shown.code == 1
    said = " ".join(shown.out.split())
    assert "another host than its issuer’s: https://other.example.org/issuer.json allows" in said
    assert "Anyone can publish such a badge in the issuer’s name. Do not rely on it." in said
    documents["/issuer.json"]["verification"] = {"allowedOrigins": "badges.example.org"}
    assert insignia("verify", "copy.json", *options).code == 0


def test_legacy_pictures(insignia: Run, site: Place, picture: Path) -> None:
    """Baking, 'Legacy PNGs': the URL "was baked into a tEXt:openbadges chunk"."""
    import zlib

    options, _ = site
    data = picture.read_bytes()
    body = b"tEXtopenbadges\0" + f"{HOST}/ann.json".encode()
    chunk = (len(body) - 4).to_bytes(4) + body + zlib.crc32(body).to_bytes(4)
    Path("legacy.png").write_bytes(data[:33] + chunk + data[33:])
    assert insignia("verify", "legacy.png", *options).code == 0
    assert insignia("unbake", "legacy.png").out == f"{HOST}/ann.json"
    shown = insignia("inspect", "legacy.png").out
    assert "only the address of a badge" in shown


def test_baking(insignia: Run, site: Place, picture: Path) -> None:
    options, _ = site
    baked = insignia("bake", picture.name, save("ann", ASSERTION), "-o", "ann.png")
    assert f"it counts only as long as its issuer publishes it at {HOST}/ann.json" in baked.err
    assert insignia("verify", "ann.png", *options).code == 0
    shown = insignia("unbake", "ann.png", "-o", "out.json")
    assert "Open Badges 2.0 or older from a PNG" in shown.err


def test_inspect(insignia: Run) -> None:
    rich = {
        **ASSERTION,
        "badge": {**BADGE, "issuer": {"name": "School"}},
        "evidence": [{"narrative": "Work"}, f"{HOST}/work", {}],
        "expires": "2030-01-01T00:00:00Z",
    }
    shown = insignia("inspect", save("rich", rich)).out
    assert "Open Badges 2.0, badge that was given to somebody (Assertion)" in shown
    assert "definition    Bicycle repair (https://badges.example.org/badge.json)" in shown
    assert "issuer        School\n" in shown
    assert "readable by anyone" in shown
    assert "published at  https://badges.example.org/ann.json" in shown
    praise = {
        **{"@context": CONTEXT, "type": "Endorsement", "id": "urn:x", "issuer": f"{HOST}/issuer.json"},
        "claim": {"id": f"{HOST}/ann.json"},
    }
    shown = insignia("inspect", save("praise", praise), save("issuer", ISSUER)).out
    assert "endorses   https://badges.example.org/ann.json" in shown
    assert "profile of an issuer" in shown
    assert json.loads(insignia("inspect", "--json", "praise.json").out) == praise


def test_validate(insignia: Run) -> None:
    good = insignia("validate", save("good", ASSERTION))
    assert (good.code, good.out.split(":")[0]) == (0, "good.json")
    bad = insignia("validate", save("bad", {**ASSERTION, "issuedOn": "yesterday"}))
    assert bad.code == 1
    assert "/issuedOn: expected a date and time with its zone" in bad.out


def test_convert_to_a_draft(insignia: Run, site: Place) -> None:
    options, _ = site
    shown = insignia("convert", save("old", {**ASSERTION, "mood": 1}), "-o", "draft.json", *options)
    assert shown.code == 0, shown.err
    assert "kept     recipient: readable by anyone\n" in shown.err
    assert "lost     verification: a signature takes its place, once the draft is signed\n" in shown.err
    assert "changed  issuer’s id: https://badges.example.org/issuer.json" in shown.err
    assert "Nothing was verified, and the draft is not signed.\nNext: insignia issue draft.json" in shown.err
    assert insignia("validate", "draft.json").code == 0
    insignia("keygen", "key.json")
    issued = insignia("issue", "draft.json", "--key", "key.json", "-o", "new.json")
    assert issued.code == 0, issued.err
    copied = insignia("convert", "old.json", "--offline")
    assert copied.code == 2  # its definition is only linked
    whole = {**ASSERTION, "badge": {**BADGE, "issuer": ISSUER}}
    alone = insignia("convert", save("whole", whole), "--offline")
    assert alone.code == 0
    assert "Taken from the copy, since what is published cannot be had" in alone.err
    assert json.loads(alone.out)["name"] == "Bicycle repair"


def test_convert_to_2_0(insignia: Run, site: Place) -> None:
    """Write, serve, verify: both kinds."""
    options, documents = site
    insignia("keygen", "key.json", "--type", "p-256")
    insignia("keygen", "ed.json")
    description = insignia("issue", "--example").out
    description = description.replace(
        "[issuer]", '[issuer]\nurl = "https://school.example"\nemail = "a@b.example"'
    )
    description = description.replace(
        "[achievement]", '[achievement]\nimage = "https://school.example/a.png"'
    )
    Path("badge.toml").write_text(description)
    assert insignia("issue", "badge.toml", "--key", "ed.json", "-o", "ann.json").code == 0
    for extra, name in ((["--key", "key.json"], "badge.jws"), ([], "assertion.json")):
        out = f"public{len(extra)}"
        shown = insignia("convert", "ann.json", "--to", "2.0", "--base", f"{HOST}/2", "-o", out, *extra)
        assert shown.code == 0, shown.err
        assert f"Publish the documents of {out} at {HOST}/2" in shown.err
        for path in Path(out).glob("*.json"):
            documents[f"/2/{path.name}"] = json.loads(path.read_text())
        inside = insignia("inspect", f"{out}/{name}").out
        assert (f"{HOST}/2/key.json" in inside) is (name == "badge.jws")
        verified = insignia("verify", f"{out}/{name}", *options)
        assert verified.code == 0, verified.out
    again = insignia("convert", "ann.json", "--to", "2.0", "--base", f"{HOST}/2", "-o", "public0")
    assert (again.code, "exists already" in again.err) == (2, True)
    file = insignia("convert", "ann.json", "--to", "2.0", "--base", HOST, "-o", "badge.toml")
    assert "badge.toml is a file, and a folder is needed here" in file.err


def test_what_convert_refuses(insignia: Run, site: Place) -> None:
    options, _ = site
    insignia("keygen", "key.json")
    Path("badge.toml").write_text(insignia("issue", "--example").out)
    insignia("issue", "badge.toml", "--key", "key.json", "-o", "new.json")
    old = save("old", ASSERTION)
    assert "add --to 2.0 --base URL" in insignia("convert", "new.json").err
    assert "leave --to out" in insignia("convert", old, "--to", "2.0", "--base", HOST, "-o", "x").err
    assert "--to 2.0 needs --base URL and -o FOLDER" in insignia("convert", "new.json", "--to", "2.0").err
    assert insignia("convert", "new.json", "--to", "2.0", "--base", HOST, "-o", "z").code == 2
    missing = insignia("convert", "new.json", "--to", "2.0", "--base", "http://x", "-o", "y")
    assert "https addresses on one host" in missing.err
    assert "there is no file none.json" in insignia("convert", "none.json").err
    assert "cannot be converted" in insignia("convert", save("empty", {}), *options).err
    assert "cannot be converted" in insignia("convert", f"{HOST}/badge.json", *options).err
