"""Rows become signed lines, in their order, the same with one process as with several."""

from __future__ import annotations

import gc
import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from insignia import schema
from insignia.achievement import AchievementCredential
from insignia.credential import Kind
from insignia.errors import IssuingError
from insignia.issuing import IssuerKey, Plan, bulk, issue_rows, read_table
from insignia.issuing.bulk import BulkResult, check_rows
from insignia.keys import SecretKey

KEY = IssuerKey.from_secret(SecretKey.from_seed(b"\x05" * 32))
NOW = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
DESCRIPTION: dict[str, Any] = {
    "achievement": {
        "name": "Python",
        "description": "Can write Python.",
        "criteria": "Write code.",
        "results": [
            {"name": "Score", "type": "Percent", "min": "0", "max": "100"},
            {"name": "Rubric", "type": "RubricCriterionLevel", "levels": [{"name": "Top"}, {"name": "Low"}]},
        ],
    },
    "evidence": "https://example.org/course",
}
HEADER = "email,name,score,level,evidence,evidence name,narrative,expires,date,did,student id,credits,role\n"
GOOD = HEADER + (
    "ann@example.org,Ann,99.5,top,https://example.org/ann,Thesis,Good,2030-01-01,2026-01-30,,,,\n"
    ",,,,,,,,,did:example:bob,,2.5,Lead\n"
    'carl@example.org,"Carl ""C"" Ümit",,,,,,,,,77,,\n'
)


def plan(**changes: Any) -> Plan:
    options: dict[str, Any] = {
        "description": DESCRIPTION,
        "key": KEY,
        "secret": b"s" * 16,
        "created": NOW,
        "now": NOW,
    }
    return Plan(**{**options, **changes})


def run(
    text: str, made: Plan | None = None, **options: Any
) -> tuple[BulkResult, list[dict[str, Any]], bytes]:
    out = io.BytesIO()
    result = issue_rows(made or plan(), read_table(text.encode()), out, **options)
    return result, [json.loads(line) for line in out.getvalue().splitlines()], out.getvalue()


def test_rows_of_several_shapes_become_valid_badges() -> None:
    result, documents, _ = run(GOOD, plan(shadow=1))
    assert (result.issued, result.problems) == (3, ())
    for document in documents:
        assert schema.check(document, Kind.ACHIEVEMENT) == []
        assert schema.advise(document, Kind.ACHIEVEMENT) == []
    ann, bob, carl = map(AchievementCredential.read, documents)
    assert ann.subject.identifiers[0].matches("ANN@example.org")
    assert ann.subject.identifiers[1].identity_hash == "Ann"
    assert [(r.value, bool(r.achieved_level)) for r in ann.subject.results] == [(None, True), ("99.5", False)]
    assert [(e.id, e.name, e.narrative) for e in ann.evidence] == [
        ("https://example.org/course", None, None),
        ("https://example.org/ann", "Thesis", "Good"),
    ]
    assert (ann.valid_from, ann.valid_until) == ("2026-01-30T00:00:00Z", "2030-01-01T00:00:00Z")
    assert (bob.subject.id, bob.subject.credits_earned, bob.subject.role) == ("did:example:bob", 2.5, "Lead")
    assert bob.valid_from == "2026-01-31T09:30:00Z"
    assert carl.subject.identifiers[1].matches("77")
    assert carl.subject.identifiers[2].identity_hash == 'Carl "C" Ümit'
    assert ann.subject.achievement == bob.subject.achievement == carl.subject.achievement


def test_the_same_recipient_gets_the_same_identifier_in_every_run_and_only_with_the_secret() -> None:
    _, documents, content = run(GOOD)
    lines = GOOD.splitlines(keepends=True)
    _, reordered, _ = run(lines[0] + lines[3] + lines[1])
    assert [d["id"] for d in reordered] == [documents[2]["id"], documents[0]["id"]]
    assert run(GOOD)[2] == content
    other = run(GOOD, plan(secret=b"t" * 16))[1]
    assert {d["id"] for d in documents}.isdisjoint(d["id"] for d in other)
    own = run("email,credential id\na@example.org,0B2C0F9E-6F6E-4F39-8B4F-0C0C0C0C0C0C\n")[1]
    assert own[0]["id"] == "urn:uuid:0b2c0f9e-6f6e-4f39-8b4f-0c0c0c0c0c0c"


def test_bad_rows_are_told_and_good_ones_issued() -> None:
    text = HEADER + (
        "ann@example.org,Ann,,,,,,,,,,,\n"
        "ANN@example.org,Ann,,,,,,,,,,,\n"
        ",Nobody,,,,,,,,,,,\n"
        "b@example.org,,101,middle,x,,,03/04/2025,,,,many,\n"
        "c@example.org,,,,,,,2020-01-01,,,,,\n"
        "d@example.org,Dora\n"
        "e@example.org,Eve,,,,,,,,,,,\n"
    )
    result, documents, _ = run(text)
    assert (result.issued, len(documents)) == (2, 2)
    assert [(p.code, p.where) for p in result.problems] == [
        ("row.twice", "line 3, column email"),
        ("row.nobody", "line 4"),
        ("cell.result", "line 5, column score"),
        ("cell.level", "line 5, column level"),
        ("cell.link", "line 5, column evidence"),
        ("cell.ambiguous-date", "line 5, column expires"),
        ("cell.number", "line 5, column credits"),
        ("cell.period", "line 6, column expires"),
        ("row.too-few-cells", "line 7"),
    ]
    assert check_rows(plan(), read_table(text.encode())) == result.problems


def test_first_and_last_names_are_put_together() -> None:
    _, documents, _ = run("email,first name,last name\na@example.org,Ann,Example\n")
    assert documents[0]["credentialSubject"]["identifier"][1]["identityHash"] == "Ann Example"


def test_results_need_a_description() -> None:
    bare = {
        **DESCRIPTION,
        "achievement": {n: v for n, v in DESCRIPTION["achievement"].items() if n != "results"},
    }
    result, _, _ = run("email,score,level\na@example.org,5,top\n", plan(description=bare))
    assert [p.code for p in result.problems] == ["cell.result", "cell.level"]


def test_positions_in_a_status_list() -> None:
    listed = {**DESCRIPTION, "status": {"list": "https://example.org/status/1", "purpose": "suspension"}}
    text = "email\na@example.org\nb@example.org\n"
    _, documents, _ = run(text, plan(description=listed, indices=[9, 4]))
    statuses = [d["credentialStatus"] for d in documents]
    assert [(s["id"], s["statusListIndex"], s["statusPurpose"]) for s in statuses] == [
        ("https://example.org/status/1#9", "9", "suspension"),
        ("https://example.org/status/1#4", "4", "suspension"),
    ]
    with pytest.raises(IssuingError) as caught:
        run(text, plan(description=listed, indices=[9]))
    assert caught.value.code == "bulk.indices"
    table = read_table(b"email,status index\na@example.org,3\nb@example.org,\n")
    made = plan(description=listed)
    result = issue_rows(made, table, io.BytesIO())
    assert (result.issued, [p.code for p in result.problems]) == (1, ["row.status-index"])
    assert check_rows(made, table) == result.problems
    without = issue_rows(plan(), table, io.BytesIO())
    assert [p.where for p in without.problems] == ["line 2"]


def test_several_processes_write_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "CHUNK", 3)
    text = "email,name\n" + "".join(f"p{i}@example.org,Person {i}\n" for i in range(10)) + "bad,x\n"
    seen: list[tuple[int, int]] = []
    alone = run(text)
    together = run(text, processes=2, progress=lambda done, all_: seen.append((done, all_)))
    assert together == alone
    assert seen == [(3, 11), (6, 11), (9, 11), (11, 11)]


def test_a_wrong_description_is_told_before_anything_is_written() -> None:
    changes: list[dict[str, Any]] = [{"description": {}}, {"secret": b"short"}]
    for change in changes:
        with pytest.raises(IssuingError):
            run(GOOD, plan(**change))


def test_what_a_credential_refuses_is_a_problem_of_its_row() -> None:
    described = {**DESCRIPTION, "issuer": {"id": "did:web:elsewhere.example"}}
    result, documents, _ = run("email\na@example.org\n", plan(description=described))
    assert (documents, [p.where for p in result.problems], result.issued) == ([], ["line 2"], 0)


def test_many_shapes_are_not_all_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "_SHAPES_KEPT", 1)
    assert run(GOOD)[2] == run(GOOD)[2]


def test_what_a_process_of_the_pool_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "_issuing", None)
    with pytest.raises(RuntimeError):
        bulk._chunk([])
    table = read_table(GOOD.encode())
    bulk._start(plan(), table.headings)
    gc.unfreeze()
    lines, problems, size = bulk._chunk([(row, None) for row in table.rows])
    assert (lines, problems, size) == (run(GOOD)[2], [], 3)
