"""The key log holds, or the reader says which entry breaks it."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insignia import jcs
from insignia.errors import ProofError
from insignia.issuing import IssuerKey
from insignia.keys import KeyType, SecretKey
from insignia.proof import add_proof
from insignia_server.issuers import keylog, signing
from insignia_server.issuers.keylog import COMPROMISED, CREATED, RENAMED, ROTATED, KeyLogError, Line

NOW = dt.datetime(2026, 11, 25, 12, 0, tzinfo=dt.UTC)
DID = "did:web:badges.example.test:issuers:arts"


def secret(number: int, key_type: KeyType = KeyType.ED25519) -> SecretKey:
    return SecretKey.generate(key_type, lambda count: bytes([number]) * count)


ONE, TWO, THREE = secret(1), secret(2), secret(3)
OTHER = secret(4, KeyType.P256)


def name(key: SecretKey) -> str:
    return key.public_key.to_multikey()


class Log:
    """Writes entries as issuers.signing does, and wrong ones."""

    def __init__(self) -> None:
        self.contents: list[bytes] = []
        self.did = DID

    def add(self, event: str, by: SecretKey, days: int = 0, **members: Any) -> Log:
        line = Line(event, NOW + dt.timedelta(days=days), members)
        key = IssuerKey(by, f"{self.did}#{name(by)}")
        previous = keylog.digest(self.contents[-1]) if self.contents else None
        self.contents.append(
            keylog.entry(line, did=self.did, sequence=len(self.contents), previous=previous, key=key)
        )
        return self

    def created(self, key: SecretKey, by: SecretKey, event: str = CREATED, **more: Any) -> Log:
        public = keylog.public_members(name(key), key.public_key.key_type.value, {}, name(key))
        return self.add(event, by, **{**public, **more})

    def read(self) -> keylog.KeyLog:
        return keylog.read(keylog.file(self.contents))


@pytest.fixture
def log() -> Log:
    return Log().created(ONE, ONE).created(OTHER, ONE)


def test_a_life_of_keys(log: Log) -> None:
    log.created(TWO, ONE, ROTATED, replaces=f"#{name(ONE)}")
    log.add(COMPROMISED, OTHER, key=f"#{name(TWO)}", since="2026-11-24T00:00:00Z")
    log.created(THREE, OTHER, replaces=f"#{name(TWO)}")
    keys = log.read().keys
    assert {fragment: key.active for fragment, key in keys.items()} == {
        name(ONE): False,
        name(OTHER): True,
        name(TWO): False,
        name(THREE): True,
    }
    assert keys[name(TWO)].compromised_since == "2026-11-24T00:00:00Z"


def test_a_renamed_issuer_signs_under_its_new_name(log: Log) -> None:
    log.did = "did:web:arts.example"
    log.add(RENAMED, ONE, was=DID)
    log.created(TWO, ONE, ROTATED, replaces=f"#{name(ONE)}")
    assert log.read().did == "did:web:arts.example"


def test_the_file_is_json_with_an_entry_a_line(log: Log) -> None:
    content = keylog.file(log.contents)
    assert [jcs.canonicalize(entry) for entry in json.loads(content)] == log.contents
    assert content.splitlines()[1] == log.contents[0] + b","


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b"[1]", b"[{}]", b'[{"type": "KeyLogEntry"}]', b"\xff"]
)
def test_what_is_no_log(content: bytes) -> None:
    with pytest.raises(KeyLogError):
        keylog.read(content)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda v: st.lists(v) | st.dictionaries(st.text(), v),
    )
)
def test_any_json_is_refused_in_words(value: Any) -> None:
    with pytest.raises(KeyLogError):
        keylog.read(json.dumps([value]).encode())


def test_every_changed_member_is_noticed(log: Log) -> None:
    log.created(TWO, ONE, ROTATED, replaces=f"#{name(ONE)}")
    entries = [json.loads(content) for content in log.contents]
    value: Any
    for number, entry in enumerate(entries):
        for member in entry:
            for value in (None, 7, "x", {}, entries[0].get(member, [])):
                if value == entry[member] and type(value) is type(entry[member]):
                    continue
                changed = [*entries[:number], {**entry, member: value}, *entries[number + 1 :]]
                with pytest.raises(KeyLogError, match=r"^entry \d"):
                    keylog.read(json.dumps(changed).encode())
        for added in ({"extra": 1}, {"since": "2026-11-25T12:00:00Z"}):
            changed = [*entries[:number], {**entry, **added}, *entries[number + 1 :]]
            with pytest.raises(KeyLogError):
                keylog.read(json.dumps(changed).encode())


def test_an_entry_that_is_left_out_or_moved_is_noticed(log: Log) -> None:
    log.created(TWO, ONE, ROTATED, replaces=f"#{name(ONE)}")
    one, two, three = log.contents
    for contents in ([one, three], [two, three], [one, three, two], [one, two, two], [two]):
        with pytest.raises(KeyLogError, match="entry"):
            keylog.read(keylog.file(contents))


def test_an_entry_of_another_history_does_not_follow(log: Log) -> None:
    other = Log().created(ONE, ONE).created(TWO, ONE)
    log.created(THREE, ONE)
    with pytest.raises(KeyLogError, match="entry 2: expected 'sha256:"):
        keylog.read(keylog.file([*other.contents, log.contents[2]]))


def refused(log: Log, words: str) -> None:
    with pytest.raises(KeyLogError, match=words):
        log.read()


def test_the_first_key_vouches_for_itself() -> None:
    refused(Log().created(ONE, TWO), "entry 0: expected a signature by a key that was active")


def test_a_retired_key_signs_nothing_more(log: Log) -> None:
    log.created(TWO, ONE, ROTATED, replaces=f"#{name(ONE)}")
    refused(log.created(THREE, ONE), "entry 3: expected a signature by a key that was active")


def test_a_compromised_key_signs_nothing_more(log: Log) -> None:
    log.add(COMPROMISED, OTHER, key=f"#{name(ONE)}", since="2026-11-24T00:00:00Z")
    refused(log.created(THREE, ONE), "entry 3: expected a signature by a key that was active")


def test_a_key_does_not_report_itself(log: Log) -> None:
    """A compromise is reported by a surviving key."""
    refused(log.add(COMPROMISED, ONE, key=f"#{name(ONE)}", since="2026-11-24T00:00:00Z"), "a surviving key")


def test_the_key_before_signs_a_rotation(log: Log) -> None:
    refused(log.created(TWO, OTHER, ROTATED, replaces=f"#{name(ONE)}"), "the signature of the key before")


def test_a_new_key_does_not_vouch_for_itself(log: Log) -> None:
    refused(log.created(TWO, TWO), "entry 2: expected a signature by a key that was active")


def test_only_an_active_key_is_replaced(log: Log) -> None:
    log.created(TWO, ONE, ROTATED, replaces=f"#{name(ONE)}")
    refused(log.created(THREE, TWO, ROTATED, replaces=f"#{name(ONE)}"), "an active key to be replaced")


def test_a_key_comes_once(log: Log) -> None:
    refused(log.created(OTHER, ONE), "expected a new key")


def test_an_unknown_event_is_refused(log: Log) -> None:
    refused(log.created(TWO, ONE, "erased"), "got 'erased'")


def test_an_unknown_key_is_refused(log: Log) -> None:
    refused(log.add(COMPROMISED, ONE, key="#z6MkNobody", since="2026-11-24T00:00:00Z"), "entry 2")


def test_the_algorithm_is_that_of_the_key(log: Log) -> None:
    refused(log.created(TWO, ONE, algorithm="P-256"), "as algorithm")


def test_time_does_not_go_back(log: Log) -> None:
    refused(log.created(TWO, ONE).add(RENAMED, ONE, days=-1, was=DID), "a moment not before")


def test_another_issuer_does_not_sign(log: Log) -> None:
    log.did = "did:web:evil.example"
    refused(log.created(TWO, ONE), "as issuer")


def test_a_new_name_names_the_old_one(log: Log) -> None:
    refused(log.add(RENAMED, ONE, was="did:web:other.example"), "as was")


def test_the_proof_is_for_assertions(log: Log) -> None:
    document = json.loads(log.contents[1])
    del document["proof"]
    wrong = add_proof(
        document,
        suite="eddsa-jcs-2022",
        signer=ONE,
        verification_method=f"{DID}#{name(ONE)}",
        created=NOW,
        loader=lambda url: None,
        purpose="authentication",
    )
    log.contents[1] = jcs.canonicalize(wrong)
    refused(log, "assertionMethod")


def test_a_suite_that_does_not_fit_is_refused(log: Log) -> None:
    document = json.loads(log.contents[1])
    document["proof"]["cryptosuite"] = "eddsa-rdfc-2022"
    log.contents[1] = jcs.canonicalize(document)
    refused(log, "expected a proof of eddsa-jcs-2022, got 'eddsa-rdfc-2022'")


def test_no_context_is_ever_loaded(log: Log) -> None:
    with pytest.raises(ProofError, match="no context"):
        keylog._no_context("https://evil.example/context")


def test_an_rsa_key_does_not_sign_the_log() -> None:
    key = IssuerKey(signing.generate("RSA", bytes), "https://badges.example.test/key.json")
    with pytest.raises(ValueError, match="expected an Ed25519 or P-256 key"):
        keylog.entry(Line(CREATED, NOW, {}), did=DID, sequence=0, previous=None, key=key)
