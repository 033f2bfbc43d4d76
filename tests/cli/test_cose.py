"""`insignia issue --suite vc-cose`: bytes that `verify` reads, in a file, a folder and a pipe."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Run

SUITE = ("issue", "badge.toml", "--key", "key.json", "--suite", "vc-cose")


@pytest.fixture(autouse=True)
def _badge(insignia: Run) -> None:
    Path("badge.toml").write_text(insignia("issue", "--example").out)
    insignia("keygen", "key.json")


@pytest.mark.parametrize("name", ["ann.cose", "ann.cbor"])
def test_a_message_in_a_file_verifies(insignia: Run, name: str) -> None:
    made = insignia(*SUITE, "-o", name)
    assert made.code == 0, made.err
    assert f"Next: insignia verify {name}" in made.err
    assert Path(name).read_bytes()[:1] == b"\xd2"  # the tag of COSE_Sign1
    assert insignia("verify", name).code == 0
    assert name in insignia("verify", ".").out
    broken = bytearray(Path(name).read_bytes())
    broken[-1] ^= 1
    Path(name).write_bytes(broken)
    assert insignia("verify", name).code == 1


def test_it_goes_through_a_pipe_but_not_to_a_terminal(insignia: Run) -> None:
    made = insignia(*SUITE)
    assert made.code == 0
    assert insignia("verify", "-", stdin=made.stdout).code == 0
    done = insignia(*SUITE, terminal=True)
    assert (done.code, done.stdout) == (2, b"")
    assert "would print binary data on your terminal" in done.err


def test_what_does_not_fit_is_refused(insignia: Run) -> None:
    Path("art.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>')
    Path("x.csv").write_text("email\nann@example.org\n")
    for words, text in (
        (("--bake", "art.svg"), "vc-cose cannot be baked"),
        (("--recipients", "x.csv"), "one badge at a time"),
        (("--hide", "/evidence"), "go with --suite vc-sd-jwt"),
        (("--mandatory", "/issuer"), "goes with --suite ecdsa-sd-2023"),
    ):
        done = insignia(*SUITE, *words)
        assert done.code == 2, words
        assert text in done.err.replace("\n  ", " "), (words, done.err)
