"""`insignia issue --suite ecdsa-sd-2023` and `insignia derive`, from key to verified part."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from insignia.cli.derive import _named
from insignia.errors import Problem

from .conftest import Run


@pytest.fixture
def badge(insignia: Run) -> Path:
    """A badge with a base proof."""
    Path("badge.toml").write_text(insignia("issue", "--example").out)
    assert insignia("keygen", "key.json", "--type", "p-256").code == 0
    made = insignia("issue", "badge.toml", "--key", "key.json", "--suite", "ecdsa-sd-2023", "-o", "ann.json")
    assert made.code == 0, made.err
    assert "insignia derive ann.json --list" in made.err
    return Path("ann.json")


def test_the_list_marks_what_is_always_shown(insignia: Run, badge: Path) -> None:
    shown = insignia("derive", str(badge), "--list")
    lines = {line[2:].split("  ")[0]: line[0] for line in shown.out.splitlines()}
    assert lines["/issuer/name"] == lines["/validFrom"] == "*"
    assert lines["/credentialSubject/identifier/1/identityHash"] == " "
    assert "/id" not in lines
    assert "is always shown" in shown.err


def test_a_part_is_shown_and_verifies(insignia: Run, badge: Path) -> None:
    pointer = "/credentialSubject/identifier/1"
    done = insignia("derive", str(badge), "--show", pointer, "-o", "shown.json")
    assert done.code == 0
    assert "statements that may be hidden, and the" in done.err
    shown = json.loads(Path("shown.json").read_text())
    hashed, named = shown["credentialSubject"]["identifier"]
    assert hashed["hashed"] is True
    assert named["identityHash"] == "Ann Example"
    verified = insignia("verify", "shown.json")
    assert verified.code == 0
    assert "Its holder chose what to show of it. Statements shown by choice: 5, beside" in " ".join(
        verified.out.split()
    )
    again = insignia("derive", "shown.json", "--show", pointer)
    assert again.code == 2
    assert "base proof" in again.err


def test_a_part_of_a_badge_in_a_certificate(insignia: Run, badge: Path) -> None:
    content = badge.read_bytes()
    start = b"%%PDF-1.7\n1 0 obj\n<</Type/EmbeddedFile/Length %d>>\nstream\n" % len(content)
    Path("ann.pdf").write_bytes(start + content + b"\nendstream\nendobj\n%%EOF\n")
    listed = insignia("derive", "ann.pdf", "--list")
    assert (listed.code, listed.out) == (0, insignia("derive", str(badge), "--list").out)
    Path("ann.pdf").write_bytes(b"%PDF-1.7\n%%EOF\n")
    refused = insignia("derive", "ann.pdf", "--list").err
    assert "cannot read ann.pdf\n  expected a credential attached to the PDF" in refused


def test_the_holders_copy_says_what_to_do(insignia: Run, badge: Path) -> None:
    verified = insignia("verify", str(badge))
    assert verified.code == 1
    assert "insignia derive" in verified.out
    assert "holder’s own copy" in verified.out.replace("\n  ", " ")


def test_mandatory_pointers_are_the_issuers(insignia: Run, badge: Path) -> None:
    words = ("issue", "badge.toml", "--key", "key.json", "--suite", "ecdsa-sd-2023", "--mandatory", "/issuer")
    assert insignia(*words, "-o", "other.json").code == 0
    assert insignia("derive", "other.json", "-o", "least.json").code == 0
    least = json.loads(Path("least.json").read_text())
    assert least.keys() == {"@context", "id", "type", "issuer", "proof"}
    wrong = insignia("issue", "badge.toml", "--key", "key.json", "--mandatory", "/issuer")
    assert wrong.code == 2
    assert "ecdsa-sd-2023" in wrong.err


def test_a_status_cannot_be_made_optional(insignia: Run, badge: Path) -> None:
    url = "https://school.example/status/1"
    made = insignia("status", "new", "list.json", "--url", url, "--key", "key.json")
    if made.code:
        made = insignia("status", "make", "list.json", "--url", url, "--key", "key.json")
    assert made.code == 0, made.err
    words = (
        "issue",
        "badge.toml",
        "--key",
        "key.json",
        "--suite",
        "ecdsa-sd-2023",
        "--status-list",
        "list.json",
    )
    wrong = insignia(*words, "--mandatory", "/issuer")
    assert wrong.code == 2
    assert "/credentialStatus" in wrong.err
    assert insignia(*words, "-o", "with-status.json").code == 0
    listed = insignia("derive", "with-status.json", "--list").out
    assert "* /credentialStatus\n" in listed


def test_what_cannot_be_derived_from(insignia: Run, badge: Path) -> None:
    for words, text in (
        (("derive", "ann.json", "--show", "/nothing"), "/nothing"),
        (("derive", "ann.json", "--list", "--show", "/issuer"), "--list goes alone"),
        (("derive", "none.json"), "no file"),
    ):
        done = insignia(*words)
        assert done.code == 2
        assert text in done.err
    assert insignia("keygen", "ed.json").code == 0
    insignia("issue", "badge.toml", "--key", "ed.json", "-o", "plain.json")
    for words in (("derive", "plain.json"), ("derive", "plain.json", "--list")):
        done = insignia(*words)
        assert done.code == 2
        assert "ecdsa-sd-2023" in done.err
    insignia("issue", "badge.toml", "--key", "ed.json", "--suite", "vc-jwt", "-o", "plain.jwt")
    done = insignia("derive", "plain.jwt")
    assert done.code == 2
    assert "was not signed so that parts" in done.err
    Path("x.csv").write_text("email\nann@example.org\n")
    many = insignia(
        "issue", "badge.toml", "--key", "key.json", "--suite", "ecdsa-sd-2023", "--recipients", "x.csv"
    )
    assert many.code == 2
    assert "one badge at a time" in many.err


def test_out_of_a_picture(insignia: Run, badge: Path) -> None:
    Path("art.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>')
    assert insignia("bake", "art.svg", str(badge), "-o", "ann.svg").code == 0
    assert insignia("derive", "ann.svg", "-o", "shown.json").code == 0
    assert insignia("verify", "shown.json").code == 0


def test_a_pointer_to_nothing_is_named(insignia: Run, badge: Path) -> None:
    done = insignia("derive", str(badge), "--show", "/issuer", "--show", "/nothing", "--show", "x")
    assert done.code == 2
    assert "selectivePointers" not in done.err
    assert "\n  /nothing: expected " in done.err or "\n  x: expected " in done.err
    done = insignia("derive", str(badge), "--show", "/nothing")
    assert "\n  /nothing: expected " in done.err
    assert "(/nothing)" not in done.err


def test_nothing_at_all_is_named_by_its_option() -> None:
    problem = Problem("/selectivePointers", "something to show", "nothing")
    assert _named(problem, ["/issuer"]).where == "--show"
