"""`insignia bake`, `unbake` and `inspect`."""

from __future__ import annotations

import base64
import copy
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insignia import baking
from insignia.cli import main, sources
from insignia.keys import SecretKey

from .conftest import CERTIFICATE, Run, Stream

HASH = "sha256$" + "0" * 64
DOCUMENT: dict[str, Any] = {
    "@context": [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    ],
    "id": "urn:uuid:7f0b8a0e-6a3b-4f1b-9a57-0b1c2d3e4f50",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "issuer": {"id": "https://example.org/issuer", "type": ["Profile"], "name": "Example School"},
    "validFrom": "2026-01-31T09:30:00Z",
    "credentialSubject": {
        "type": ["AchievementSubject"],
        "identifier": [
            {
                "type": "IdentityObject",
                "hashed": True,
                "identityHash": HASH,
                "identityType": "emailAddress",
            },
            {"type": "IdentityObject", "hashed": False, "identityHash": "Ann", "identityType": "name"},
        ],
        "result": [{"type": ["Result"], "value": "A+"}],
        "achievement": {
            "id": "https://example.org/a",
            "type": ["Achievement"],
            "name": "Bicycle\u202e repair",
            "description": "Keeps a bicycle safe.",
            "criteria": {"narrative": "Three repairs."},
            "alignment": [
                {"type": ["Alignment"], "targetName": "repair", "targetUrl": "https://example.org/s"}
            ],
        },
    },
    "evidence": [{"type": ["Evidence"], "id": "https://example.org/e", "name": "Film"}],
    "credentialStatus": {
        "id": "https://example.org/list#7",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "7",
        "statusListCredential": "https://example.org/list",
    },
    "refreshService": {"type": "1EdTechCredentialRefresh", "id": "https://example.org/new"},
    "endorsementJwt": ["a.b.c"],
}


@pytest.fixture
def ann(insignia: Run) -> Path:
    """An unsigned document: enough for what is not verified."""
    path = Path("ann.json")
    path.write_text(json.dumps(DOCUMENT))
    return path


def test_bake_and_unbake_give_back_the_bytes(insignia: Run, ann: Path, picture: Path) -> None:
    made = insignia("bake", "artwork.png", "ann.json", "-o", "ann.png")
    assert made.code == 0
    assert "ann.json is not signed" in made.err
    assert f"Baked into ann.png ({Path('ann.png').stat().st_size:,} bytes)." in made.err
    assert baking.bake(picture.read_bytes(), ann.read_bytes()) == Path("ann.png").read_bytes()
    taken = insignia("unbake", "ann.png")
    assert (taken.code, taken.stdout, taken.stderr) == (0, ann.read_bytes(), b"")
    taken = insignia("unbake", "ann.png", "-o", "again.json")
    assert Path("again.json").read_bytes() == ann.read_bytes()
    assert "Open Badges 3.0 from a PNG; not verified" in taken.err


def test_bake_through_pipes(insignia: Run, ann: Path, picture: Path) -> None:
    piped = insignia("bake", "artwork.png", "-", stdin=ann.read_bytes())
    assert baking.unbake(piped.stdout).content == ann.read_bytes()
    piped = insignia("bake", "-", "ann.json", "-o", "-", stdin=picture.read_bytes())
    assert baking.unbake(piped.stdout).content == ann.read_bytes()
    both = insignia("bake", "-", "-")
    assert "only one of picture and credential" in both.err
    assert insignia("unbake", "-", stdin=piped.stdout).stdout == ann.read_bytes()
    shown = insignia("unbake", "-", stdin=piped.stdout, terminal=True)
    assert shown.code == 0


def test_a_picture_is_not_printed_on_a_terminal(insignia: Run, ann: Path, picture: Path) -> None:
    shown = insignia("bake", "artwork.png", "ann.json", terminal=True, env={"NO_COLOR": "1"})
    assert shown.code == 2
    assert shown.stdout == b""
    assert "name a file to write to: -o FILE" in shown.err


def test_an_existing_file_is_kept_unless_forced(insignia: Run, ann: Path, picture: Path) -> None:
    before = picture.read_bytes()
    kept = insignia("bake", "artwork.png", "ann.json", "-o", "artwork.png")
    assert (kept.code, picture.read_bytes()) == (2, before)
    assert "artwork.png exists already" in kept.err
    assert insignia("bake", "artwork.png", "ann.json", "-o", "artwork.png", "--force").code == 0
    assert baking.unbake(picture.read_bytes()).content == ann.read_bytes()


def test_what_cannot_be_baked(insignia: Run, ann: Path, picture: Path) -> None:
    Path("photo.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    Path("text").write_text("hello")
    assert insignia("bake", "photo.jpg", "ann.json").err == (
        "insignia bake: cannot bake into photo.jpg\n"
        "  expected a PNG or SVG picture, got a JPEG picture\n"
        "  → badges live in PNG, SVG and PDF files; to bake, convert it to PNG or SVG first\n"
    )
    assert "text cannot be baked" in insignia("bake", "artwork.png", "text").err
    assert "perhaps it is the plain artwork" in insignia("unbake", "artwork.png").err


def test_a_certificate_is_read_and_not_written(insignia: Run, ann: Path, picture: Path) -> None:
    Path("ann.pdf").write_bytes(CERTIFICATE.read_bytes())
    taken = insignia("unbake", "ann.pdf", "-o", "taken.json")
    assert "Open Badges 3.0 from a PDF; not verified" in taken.err
    shown = insignia("inspect", "ann.pdf")
    assert shown.code == 0
    assert "\n  certificate  PDF; the credential is attached to it\n" in shown.out
    assert shown.out.splitlines()[3:-1] == insignia("inspect", "taken.json").out.splitlines()[2:-1]
    assert insignia("bake", "ann.pdf", "ann.json", "-o", "new.pdf").err == (
        "insignia bake: cannot bake into ann.pdf\n"
        "  expected a PNG or SVG picture, got a PDF document, out of which credentials are only read\n"
        "  → badges live in PNG, SVG and PDF files; to bake, convert it to PNG or SVG first\n"
    )
    refused = insignia("bake", "artwork.png", "ann.pdf").err
    assert "a PDF or a web page: take the credential out first" in refused


def test_inspect_explains_and_says_that_nothing_was_verified(insignia: Run, ann: Path, picture: Path) -> None:
    insignia("bake", "artwork.png", "ann.json", "-o", "ann.png")
    shown = insignia("inspect", "ann.png")
    assert shown.code == 0
    for line in (
        "ann.png",
        "  picture       PNG; the credential lies in a text chunk named for Open Badges 3.0",
        "  signed as     JSON document without any proof: not signed",
        "  name          Bicycle\\u202e repair",
        "  issuer        Example School (https://example.org/issuer)",
        "  recipient     emailAddress:",
        "                name: Ann (readable by anyone)",
        "  valid from    31 January 2026, 09:30 UTC",
        "  criteria      Three repairs.",
        "  result        A+",
        "  evidence      Film",
        "  alignment     repair (https://example.org/s)",
        "  endorsed      1 endorsement inside",
        "  status list   https://example.org/list, entry 7 (revocation)",
        "  refreshed at  https://example.org/new",
        "  Nothing of this was verified; it is what the document says of itself.",
        "  To verify it: insignia verify ann.png",
    ):
        assert f"{line}\n" in shown.out
    assert "\x1b[1mann.png" in insignia("inspect", "ann.png", terminal=True).out


def test_inspect_prints_json_for_other_programs(insignia: Run, ann: Path) -> None:
    assert json.loads(insignia("inspect", "--json", "ann.json").out) == DOCUMENT


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def token(*parts: dict[str, Any]) -> str:
    signed = ".".join(base64url(json.dumps(part).encode()) for part in parts)
    return f"{signed}.{base64url(SecretKey.from_seed(bytes(32)).sign(signed.encode(), 'EdDSA'))}"


def test_inspect_a_jwt(insignia: Run) -> None:
    payload = {
        **DOCUMENT,
        "iss": "https://example.org/issuer",
        "nbf": 1769851800,
        "exp": 1e40,
        "iat": "then",
        "jti": "urn:x",
        "sub": "x",
    }
    jwt = token({"alg": "EdDSA", "typ": "JWT", "kid": "https://example.org/key"}, payload)
    shown = insignia("inspect", "-", stdin=jwt.encode()).out
    assert "  signed as     JWT in the Open Badges 3.0 form\n" in shown
    assert "  header kid    https://example.org/key\n" in shown
    assert "  claim nbf     31 January 2026, 09:30 UTC\n" in shown
    assert "  claim exp     1e+40\n" in shown
    assert "  claim iat     then\n" in shown
    assert "To verify it: insignia verify -\n" in shown


def test_inspect_what_is_not_supported_yet_or_no_credential(insignia: Run, picture: Path) -> None:
    Path("old.json").write_text(
        '{"@context": "https://purl.imsglobal.org/spec/clr/v1p0/context", "type": "Clr"}'
    )
    Path("key.json").write_text('{"kty": "OKP"}')
    shown = insignia("inspect", "old.json", "key.json", "none.json", "artwork.png")
    assert shown.code == 2
    assert "cannot read a credential from artwork.png\n  expected a credential inside" in shown.err
    assert "a Comprehensive Learner Record 1.0, which is not supported yet" in shown.out
    assert "key.json holds no credential that can be read\n  /type: expected" in shown.err
    assert "there is no file none.json" in shown.err


def test_inspect_a_folder_and_lines(insignia: Run, ann: Path, picture: Path) -> None:
    Path("all/deep/.hidden").mkdir(parents=True)
    for place in ("all/deep/ann.json", "all/.ann.json", "all/deep/.hidden/ann.json", "all/ann.txt"):
        Path(place).write_text(json.dumps(DOCUMENT))
    Path("all/many.jsonl").write_text(f"{json.dumps(DOCUMENT)}\n\n{json.dumps(DOCUMENT)}\n")
    shown = insignia("inspect", "all")
    assert shown.code == 0
    names = [line for line in shown.out.splitlines() if line and not line.startswith(" ")]
    assert names == ["all/many.jsonl:1", "all/many.jsonl:3", "all/deep/ann.json"]


def test_web_addresses_are_fetched_by_the_given_function(insignia: Run) -> None:
    nowhere: Any = None
    found = list(sources.items(["https://example.org/a"], nowhere, lambda url: url.encode()))
    assert found == [sources.Item("https://example.org/a", b"https://example.org/a")]
    shown = insignia("inspect", "https://example.org/a", "--offline")
    assert shown.code == 2
    assert "https://example.org/a was not fetched" in shown.err


def inspected(document: Any) -> str:
    """What is shown of a document on standard input; any other end than 0 or 2 is a defect."""
    stdout, stderr = Stream(), Stream()
    data = io.BytesIO(json.dumps(document).encode())
    assert main(["inspect", "-"], stdin=data, stdout=stdout, stderr=stderr, env={}) in (0, 2)
    return stdout.content.decode()


def test_inspect_what_is_poor_or_odd() -> None:
    subject = {
        "id": "did:example:ann",
        "achievement": {"id": "https://example.org/a", "criteria": {"id": "https://example.org/c"}},
        "result": {},
        "evidence": "x",
    }
    poor = {
        "@context": DOCUMENT["@context"],
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "validFrom": "someday",
        "credentialSubject": subject,
        "evidence": [{}],
        "endorsement": [{}, {}],
        "proof": {"type": "Ed25519Signature2020"},
        "credentialStatus": {"id": "https://example.org/list"},
    }
    shown = inspected(poor)
    for line in (
        "recipient    did:example:ann",
        "valid from   someday",
        "criteria     https://example.org/c",
        "result       not given",
        "evidence     not described",
        "endorsed     2 endorsements inside",
        "proof        Ed25519Signature2020, for null",
        "status list  https://example.org/list",
    ):
        assert f"  {line}\n" in shown
    presentation = {
        "@context": poor["@context"],
        "type": "VerifiablePresentation",
        "verifiableCredential": [poor],
    }
    assert "  holds      1 credentials\n" in inspected(presentation)


odd: st.SearchStrategy[Any] = st.sampled_from([None, True, 7, "", "\x1b", [{}], {"type": [1]}, [[1]]])


@given(st.data())
def test_inspect_survives_any_document(data: st.DataObject) -> None:
    document = copy.deepcopy(DOCUMENT)
    for _ in range(data.draw(st.integers(1, 3))):
        place: Any = document
        while isinstance(place, dict | list) and place:
            key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
            if not isinstance(place[key], dict | list) or data.draw(st.booleans()):
                place[key] = copy.deepcopy(data.draw(odd))
                break
            place = place[key]
    inspected(document)
