"""`insignia issue --credentials`: a learner's record from badges, to the verified picture."""

from __future__ import annotations

import json
from pathlib import Path

from .conftest import Run

RECORD = """\
name = "Transcript of Ann"
partial = true
[recipient]
email = "ann@example.org"
[[associations]]
type = "isPartOf"
source = "Bicycle repair"
target = "Bicycle repair"
"""


def test_a_record_is_issued_baked_and_verified(insignia: Run) -> None:
    Path("badge.toml").write_text(insignia("issue", "--example").out)
    insignia("keygen", "key.json")
    insignia("issue", "badge.toml", "--key", "key.json", "-o", "one.json")
    Path("art.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>')
    insignia("issue", "badge.toml", "--key", "key.json", "--bake", "art.svg", "-o", "two.svg")
    Path("record.toml").write_text(RECORD)
    words = ("issue", "record.toml", "--key", "key.json", "--credentials", "one.json", "two.svg")
    made = insignia(*words, "-o", "record.json")
    assert made.code == 0, made.err
    document = json.loads(Path("record.json").read_text())
    assert document["type"] == ["VerifiableCredential", "ClrCredential"]
    assert len(document["credentialSubject"]["verifiableCredential"]) == 2
    assert insignia("bake", "art.svg", "record.json", "-o", "record.svg").code == 0
    verified = insignia("verify", "record.svg")
    assert verified.code == 0, verified.out
    assert "Comprehensive Learner Record" in verified.out
    assert "/credentialSubject/verifiableCredential/1" in verified.out
    assert "holds       2 credentials" in insignia("inspect", "record.json").out


def test_what_cannot_be_put_into_a_record(insignia: Run) -> None:
    insignia("keygen", "key.json")
    Path("record.toml").write_text(RECORD)
    Path("none.json").write_text("{}")
    words = ("issue", "record.toml", "--key", "key.json", "--credentials", "none.json")
    done = insignia(*words)
    assert done.code == 2
    assert "none.json cannot be put into the record" in done.err
    done = insignia(*words, "--recipients", "people.csv")
    assert "one learner's" in done.err
