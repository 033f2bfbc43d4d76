"""`insignia issue --suite vc-sd-jwt | dc-sd-jwt`, `derive` and `verify`, from key to answered question."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import Run

EVIDENCE = '\n[[evidence]]\nname = "Report"\nid = "https://robots.example/1"\n'
ASKED = ("--challenge", "n1", "--domain", "https://employer.example")


@pytest.fixture(params=["vc-sd-jwt", "dc-sd-jwt"])
def badge(insignia: Run, request: pytest.FixtureRequest) -> Path:
    """A badge in SD-JWT, bound to the key of its holder."""
    Path("badge.toml").write_text(insignia("issue", "--example").out + EVIDENCE)
    insignia("keygen", "key.json")
    insignia("keygen", "holder.json")
    did = json.loads(Path("holder.json").read_text())["controller"]
    made = insignia(
        *("issue", "badge.toml", "--key", "key.json", "--suite", request.param, "--holder", did),
        *("--decoys", "1", "-o", "ann.sdjwt"),
    )
    assert made.code == 0, made.err
    assert "Its holder can hide: /" in made.err
    assert "insignia derive ann.sdjwt --list" in made.err
    lost = "has no claim for it: /credentialSchema"
    assert (lost in made.err) is (request.param == "dc-sd-jwt")
    return Path("ann.sdjwt")


def test_a_part_is_shown_and_answers_a_verifier(insignia: Run, badge: Path) -> None:
    listed = insignia("derive", str(badge), "--list")
    assert "  /evidence/0\n" in listed.out
    assert "everything else is always shown" in listed.err
    done = insignia(
        *("derive", str(badge), "--show", "/evidence", "--key", "holder.json", "--nonce", "n1"),
        *("--audience", "https://employer.example", "-o", "shown.sdjwt"),
    )
    assert done.code == 0, done.err
    assert "Shows 2 of" in done.err
    verified = insignia("verify", "shown.sdjwt", *ASKED)
    assert verified.code == 0, verified.out
    assert "Who shows it has the key of the holder" in verified.out.replace("\n", " ")
    assert "Shown by choice: /evidence, /evidence/0." in verified.out.replace("\n  ", " ")
    other = insignia("verify", "shown.sdjwt", "--challenge", "n2")
    assert other.code == 1
    assert "did not prove to be its holder" in other.out
    assert insignia("verify", str(badge), *ASKED).code == 1


def test_it_is_explained(insignia: Run, badge: Path) -> None:
    insignia(
        *(
            "derive",
            str(badge),
            "--key",
            "holder.json",
            "--nonce",
            "n1",
            "--audience",
            "me",
            "-o",
            "shown.sdjwt",
        )
    )
    shown = insignia("inspect", "shown.sdjwt").out
    assert "SD-JWT" in shown
    assert "nonce" in shown
    assert "presented to" in shown
    assert "nobody can tell" in shown
    whole = insignia("inspect", str(badge)).out
    assert "/evidence" in whole
    assert "Bicycle repair" in whole
    assert json.loads(insignia("inspect", "--json", str(badge)).out)
    assert "fits the data model" in insignia("validate", str(badge)).out
    folder = insignia("verify", ".")
    assert "ann.sdjwt" in folder.out


def test_wrong_words(insignia: Run, badge: Path) -> None:
    suite = ("issue", "badge.toml", "--key", "key.json", "--suite", "vc-sd-jwt")
    Path("art.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>')
    Path("x.csv").write_text("email\nann@example.org\n")
    for words, text in (
        ((*suite, "--bake", "art.svg"), "cannot be baked"),
        ((*suite, "--decoys", "101"), "--decoys is a number"),
        ((*suite, "--decoys", "-1"), "--decoys is a number"),
        ((*suite, "--holder", "did:web:example.org"), "--holder is a did:key or did:jwk"),
        ((*suite, "--holder", "did:key:z6Mkx"), "--holder cannot be read"),
        ((*suite, "--holder", "did:jwk:x"), "--holder cannot be read"),
        ((*suite, "--hide", "/nothing"), "/nothing"),
        ((*suite, "--recipients", "x.csv"), "one badge at a time"),
        (("issue", "badge.toml", "--key", "key.json", "--hide", "/evidence"), "go with --suite vc-sd-jwt"),
        (("derive", str(badge), "--nonce", "n1"), "go together"),
        (("derive", str(badge), "--show", "/nothing"), "/nothing"),
        (
            ("derive", str(badge), "--key", "key.json", "--nonce", "n", "--audience", "a"),
            "cannot be signed",
        ),
    ):
        done = insignia(*words)
        assert done.code == 2, words
        assert text in done.err.replace("\n  ", " "), (words, done.err)
    insignia("issue", "badge.toml", "--key", "key.json", "-o", "plain.json")
    done = insignia("derive", "plain.json", "--nonce", "n1")
    assert done.code == 2
    assert "are for an SD-JWT" in done.err


def test_nothing_to_hide(insignia: Run) -> None:
    Path("badge.toml").write_text(insignia("issue", "--example").out)
    insignia("keygen", "key.json", "--type", "p-256")
    made = insignia("issue", "badge.toml", "--key", "key.json", "--suite", "vc-sd-jwt", "-o", "ann.sdjwt")
    assert made.code == 0
    assert insignia("derive", "ann.sdjwt").out.count("~") == 1
    assert (
        "nothing that is shown" in insignia("inspect", "-", stdin=insignia("derive", "ann.sdjwt").stdout).out
    )


def test_the_holder_may_be_named_by_the_id_of_the_key(insignia: Run) -> None:
    Path("badge.toml").write_text(insignia("issue", "--example").out)
    insignia("keygen", "key.json")
    insignia("keygen", "holder.json")
    key = json.loads(Path("holder.json").read_text())
    words = ("issue", "badge.toml", "--key", "key.json", "--suite", "vc-sd-jwt", "--holder")
    assert "#" in key["id"]
    made = [insignia(*words, name) for name in (key["id"], key["controller"])]
    assert [one.code for one in made] == [0, 0], made[0].err
