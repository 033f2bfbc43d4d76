"""`insignia issue`: one badge, and tables of recipients."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from insignia import baking, credential, jsonld, proof
from insignia.cli import boundary, examples, places, signing
from insignia.did import verification_method
from insignia.issuing import SUITES
from insignia.jsonld.compiled import CompiledShape
from insignia.profile import identity_hash
from insignia.resolver import OfflineResolver
from insignia.status_list import BitstringStatusList

from .conftest import EXAMPLES, Run


@pytest.fixture
def ready(insignia: Run) -> Run:
    """A folder with a key and the example description."""
    assert insignia("keygen", "key.json").code == 0
    Path("badge.toml").write_text(insignia("issue", "--example").out)
    return insignia


def assert_signed(content: bytes) -> dict[str, Any]:
    """The proof of a did:key holds; returns the document."""
    secured = credential.parse(content)
    resolver = OfflineResolver()
    (result,) = proof.check_proofs(
        secured.document,
        loader=jsonld.bundled_loader(resolver),
        find_key=lambda one: verification_method(one["verificationMethod"], resolver=resolver),
    )
    assert result.verified, result.problems
    return dict(secured.document)


def test_the_example_issues_as_it_stands(ready: Run) -> None:
    made = ready("issue", "badge.toml", "--key", "key.json", "-o", "ann.json")
    assert made.code == 0
    assert made.out == ""
    did = json.loads(Path("key.json").read_text())["controller"]
    size = Path("ann.json").stat().st_size
    assert made.err == f"Issued ann.json ({size:,} bytes) by {did}\nNext: insignia verify ann.json\n"
    document = assert_signed(Path("ann.json").read_bytes())
    assert document["issuer"] == {"id": did, "type": ["Profile"], "name": "Example Cycling School"}
    assert document["validFrom"] == "2026-03-01T12:00:00Z"
    (email, name) = document["credentialSubject"]["identifier"]
    assert email["identityHash"] == identity_hash("ann@example.org", email["salt"])
    assert name["identityHash"] == "Ann Example"
    assert "ann@example.org" not in Path("ann.json").read_text()


def test_json_descriptions_pipes_and_another_recipient(ready: Run) -> None:
    description = {
        "achievement": {"name": "A", "description": "B", "criteria": "C"},
        "recipient": "x@example.org",
    }
    piped = ready(
        "issue", "-", "--key", "key.json", "--to", "did:example:ben", stdin=json.dumps(description).encode()
    )
    document = assert_signed(piped.stdout)
    assert document["credentialSubject"]["id"] == "did:example:ben"
    assert piped.err == ""


def test_a_whole_credential_is_signed_as_it_is(ready: Run) -> None:
    issued = ready("issue", "badge.toml", "--key", "key.json").stdout
    unsigned = {k: v for k, v in json.loads(issued).items() if k not in ("proof", "issuer", "id")}
    again = ready("issue", "-", "--key", "key.json", stdin=json.dumps(unsigned).encode())
    assert assert_signed(again.stdout)["credentialSubject"] == unsigned["credentialSubject"]


def test_baked_at_once(ready: Run, picture: Path) -> None:
    made = ready("issue", "badge.toml", "--key", "key.json", "--bake", "artwork.png", "-o", "ann.png")
    assert made.code == 0
    baked = baking.unbake(Path("ann.png").read_bytes())
    assert b"\n" not in baked.content
    assert_signed(baked.content)
    Path("photo.jpg").write_bytes(b"\xff\xd8\xff")
    assert (
        "cannot bake into photo.jpg"
        in ready("issue", "badge.toml", "--key", "key.json", "--bake", "photo.jpg").err
    )


@pytest.mark.parametrize(
    ("key_type", "suite", "form"),
    [
        ("p-256", None, "data-integrity"),
        ("p-384", "ecdsa-jcs-2019", "data-integrity"),
        ("ed25519", "ob-jwt", "jwt-open-badges"),
        ("p-256", "vc-jwt", "jwt-vc-jose"),
        ("rsa", None, "jwt-open-badges"),
    ],
)
def test_other_keys_and_suites(ready: Run, key_type: str, suite: str | None, form: str) -> None:
    ready("keygen", "other.json", "--type", key_type)
    options = () if suite is None else ("--suite", suite)
    made = ready("issue", "badge.toml", "--key", "other.json", "--to", "did:example:ann", *options)
    assert made.code == 0, made.err
    assert credential.parse(made.stdout.strip()).form == form
    assert ready("verify", "-", "--offline", "--quiet", stdin=made.stdout.strip()).code == 0


def test_a_token_of_open_badges_for_an_address_gets_a_subject(ready: Run) -> None:
    """'a VC-JWT recipient gets a `credentialSubject.id`, a DID or urn:uuid, so that `sub` exists'."""
    ready("keygen", "other.json", "--type", "rsa")
    made = ready("issue", "badge.toml", "--key", "other.json", "--to", "ann@example.org")
    assert made.code == 0, made.err
    assert credential.parse(made.stdout.strip()).document["credentialSubject"]["id"].startswith("urn:uuid:")
    assert ready("verify", "-", "--offline", "--quiet", stdin=made.stdout.strip()).code == 0


def test_rows_of_a_table_get_a_subject_too(ready: Run) -> None:
    ready("keygen", "other.json", "--type", "rsa")
    Path("people.csv").write_text(
        "email,did\nann@example.org,\nben@example.org,\ncy@example.org,did:example:c\n"
    )
    words = ("issue", "badge.toml", "--key", "other.json", "--recipients", "people.csv", "-o", "badges.jsonl")
    made = ready(*words)
    assert made.code == 0, made.err
    tokens = Path("badges.jsonl").read_text().split()
    subjects = [credential.parse(one).document["credentialSubject"]["id"] for one in tokens]
    assert [one[:12] for one in subjects] == [
        "urn:uuid:" + subjects[0][9:12],
        "urn:uuid:" + subjects[1][9:12],
        "did:example:",
    ]
    assert subjects[0] != subjects[1]


def test_the_suites_are_those_of_the_library() -> None:
    assert set(signing.SUITES) == {*SUITES, *signing.PARTS, signing.COSE}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("= nonsense", "badge is neither JSON nor TOML: Invalid statement (at line 1, column 1)"),
        ("[1, 2]", "badge is neither JSON nor TOML"),
        ('{"a": 1', "badge is not a JSON document"),
        ("achievment = 1", "badge cannot be issued"),
        ("{}", "badge cannot be issued"),
    ],
)
def test_descriptions_that_cannot_be_issued(ready: Run, content: str, message: str) -> None:
    Path("badge").write_text(content)
    made = ready("issue", "badge", "--key", "key.json")
    assert made.code == 2
    assert made.stdout == b""
    assert message in made.err


def test_all_problems_of_a_description_at_once(ready: Run) -> None:
    Path("badge").write_text('valid_until = "soon"\n[achievement]\nname = "A"\n[recipient]\nmail = "a"\n')
    made = ready("issue", "badge", "--key", "key.json")
    for place in ("/achievement/description", "/achievement/criteria", "/recipient/mail", "/valid_until"):
        assert f"  {place}: expected " in made.err


def test_what_is_missing_is_said(insignia: Run) -> None:
    for words in ((), ("badge.toml",)):
        shown = insignia("issue", *words)
        assert shown.code == 2
        assert shown.err == (
            "insignia issue: a description and --key are needed\n"
            "  → start with: insignia issue --example > badge.toml\n"
        )


PEOPLE = """\
E-Mail;Name;Shoe size
ann@example.org;Ann Example;38
ben@example;Ben;40
=cmd@;Eve;
dee@example.org;Dée;
ANN@example.org;Ann;
"""


def test_a_table_gives_one_line_a_badge(ready: Run) -> None:
    Path("people.csv").write_text(PEOPLE)
    options = ("issue", "badge.toml", "--key", "key.json", "--recipients", "people.csv")
    made = ready(*options, "-o", "badges.jsonl", "--problems", "problems.csv")
    assert made.code == 1
    assert made.out == ""
    assert "Note: the column 'Shoe size' means nothing to Insignia" in made.err
    assert "Issued 2 badges into badges.jsonl.\n3 rows were not issued:\n" in made.err
    assert "  line 3, column E-Mail: expected an email address such as ann@example.org" in made.err
    lines = Path("badges.jsonl").read_bytes().splitlines()
    documents = [assert_signed(line) for line in lines]
    names = [d["credentialSubject"]["identifier"][1]["identityHash"] for d in documents]
    assert names == ["Ann Example", "Dée"]
    rows = list(csv.reader(io.StringIO(Path("problems.csv").read_text())))
    assert rows[0] == ["line", "column", "expected", "got"]
    assert [row[:2] for row in rows[1:]] == [["3", "E-Mail"], ["4", "E-Mail"], ["6", "E-Mail"]]
    again = ready(*options, "-o", "badges.jsonl")
    assert (again.code, "badges.jsonl exists already" in again.err) == (2, True)
    piped = ready(*options)
    assert piped.stdout == Path("badges.jsonl").read_bytes()
    assert "--problems problems.csv" in piped.err


def test_a_dry_run_signs_nothing(ready: Run) -> None:
    Path("people.csv").write_text(PEOPLE)
    options = ("issue", "badge.toml", "--key", "key.json", "--recipients", "people.csv", "--dry-run")
    made = ready(*options, "-o", "badges.jsonl")
    assert made.code == 1
    assert (
        "2 badges could be issued from people.csv; nothing was signed.\n3 rows cannot be issued:\n"
        in made.err
    )
    assert not Path("badges.jsonl").exists()
    Path("people.csv").write_text(examples.RECIPIENTS + "x\n")
    made = ready(*options)
    assert "1 row cannot be issued:\n  line 4: expected 2 cells, got 1" in made.err


def test_a_good_table(ready: Run) -> None:
    Path("people.csv").write_text(ready("issue", "--example", "csv").out)
    made = ready(
        "issue", "badge.toml", "--key", "key.json", "--recipients", "-", stdin=Path("people.csv").read_bytes()
    )
    assert (made.code, made.err) == (0, "Issued 2 badges.\n")
    assert len(made.stdout.splitlines()) == 2


def test_a_folder_of_baked_badges(ready: Run, picture: Path) -> None:
    Path("people.csv").write_text(PEOPLE)
    options = ("issue", "badge.toml", "--key", "key.json", "--recipients", "people.csv")
    assert "baked badges need a folder" in ready(*options, "--bake", "artwork.png").err
    made = ready(*options, "--bake", "artwork.png", "-o", "badges/")
    assert "Issued 2 badges into badges/." in made.err
    assert sorted(path.name for path in Path("badges").iterdir()) == ["line-000002.png", "line-000005.png"]
    assert_signed(baking.unbake(Path("badges/line-000005.png").read_bytes()).content)
    jwts = ready(*options, "--suite", "vc-jwt", "-o", "badges")
    assert jwts.code == 1
    assert Path("badges/line-000002.jwt").exists()
    Path("photo.jpg").write_bytes(b"\xff\xd8\xff")
    assert "cannot bake into photo.jpg" in ready(*options, "--bake", "photo.jpg", "-o", "badges/").err


def test_arguments_of_a_table_that_do_not_fit(ready: Run) -> None:
    Path("people.csv").write_text("colour\nred\n")
    options = ("issue", "badge.toml", "--key", "key.json", "--recipients")
    no_table = ready(*options, "people.csv")
    assert no_table.err.startswith("insignia issue: people.csv is no table of recipients\n")
    assert "see: insignia issue --example csv" in no_table.err
    both = ready("issue", "-", "--key", "key.json", "--recipients", "-", stdin=b"[achievement]")
    assert "only one of description and recipients" in both.err
    assert "--to names one recipient" in ready(*options, "people.csv", "--to", "a@example.org").err


def test_places_in_a_status_list_are_given_out_once(ready: Run) -> None:
    url = "https://example.org/revoked.json"
    ready("status", "make", "revoked.json", "--url", url, "--key", "key.json")
    options = ("issue", "badge.toml", "--key", "key.json", "--status-list", "revoked.json")
    one = assert_signed(ready(*options).stdout)["credentialStatus"]
    assert one["statusListCredential"] == url
    assert one["statusPurpose"] == "revocation"
    Path("people.csv").write_text(PEOPLE)
    lines = ready(*options, "--recipients", "people.csv").stdout.splitlines()
    used = [int(assert_signed(line)["credentialStatus"]["statusListIndex"]) for line in lines]
    taken = [int(line) for line in Path("revoked.json.taken").read_text().split()]
    assert taken[0] == int(one["statusListIndex"])
    assert set(used) < set(taken)
    assert len(set(taken)) == len(taken) == 1 + 5
    Path("revoked.json.taken").write_text("12\nmany\n")
    assert "line 2 of revoked.json.taken is not an index" in ready(*options).err


class Counting:
    """Randomness for `places.take`: the session's, as numbers."""

    def __init__(self) -> None:
        self.next = 0

    def random(self, size: int) -> bytes:
        self.next += 1
        return (self.next << 61).to_bytes(9)[-size:]


def test_the_last_places_and_none_left(tmp_path: Path) -> None:
    path = str(tmp_path / "list")
    session: Any = Counting()
    assert sorted(places.take(path, 5, 5, session)) == [0, 1, 2, 3, 4]
    with pytest.raises(boundary.CommandError, match="0 free places, and 1 are needed"):
        places.take(path, 5, 1, session)
    assert places.take(str(tmp_path / "single"), 1, 1, session) == [0]


def test_places_without_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fcntl", None)
    session: Any = Counting()
    assert len(places.take(str(tmp_path / "list"), 131_072, 2, session)) == 2


def test_a_new_list_has_as_many_places_as_the_specification_asks() -> None:
    assert BitstringStatusList().length == 131_072


def test_examples_of_the_repository_are_described_well(ready: Run) -> None:
    path = EXAMPLES / "badge.toml"
    made = ready("issue", str(path), "--key", "key.json")
    assert made.code == 0, made.err
    assert_signed(made.stdout)


def test_a_shadowed_table_stops_where_the_short_way_differs(
    ready: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("people.csv").write_text(ready("issue", "--example", "csv").out)
    options = ("issue", "badge.toml", "--key", "key.json", "--recipients", "people.csv", "--processes", "1")
    assert len(ready(*options, "--shadow", "1").stdout.splitlines()) == 2
    right = CompiledShape.canonize
    monkeypatch.setattr(CompiledShape, "canonize", lambda shape, values: right(shape, values) + b"\n")
    made = ready(*options, "--shadow", "1")
    assert made.code != 0
    assert made.stdout == b""
    assert "complete algorithms" in made.err or "shadow" in made.err
