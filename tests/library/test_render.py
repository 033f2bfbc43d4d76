"""One report, three renderings: a person's sentence first, and nothing hostile gets through."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from insignia.report import Check, Notice, Outcome, Report
from insignia.verification import render
from insignia.verification.render import words
from insignia.verification.subject import describe

NOW = datetime(2026, 1, 1, 12, 30, tzinfo=UTC)
SUBJECT: dict[str, Any] = {
    "kind": "achievement",
    "types": ["VerifiableCredential", "OpenBadgeCredential"],
    "id": "urn:uuid:1",
    "name": "Advanced Robotics",
    "issuer": {"id": "did:web:university.example", "name": "Example University"},
    "recipient": {"identifiers": [{"type": "emailAddress", "value": "ada@example.org", "hashed": False}]},
    "validFrom": "2025-03-21T14:56:35Z",
}
PASSED = (
    Check("proof", Outcome.PASSED, "The signature matches.", facts={"cryptosuite": "eddsa-jcs-2022"}),
    Check("status.revocation", Outcome.PASSED, "It is not revoked."),
    Check("schema", Outcome.NOT_APPLICABLE, "It names no schema."),
)
FAILED = Check(
    "status.revocation",
    Outcome.FAILED,
    "It was revoked for good by its issuer.",
    "Ask its issuer why.",
    "/credentialStatus",
    "status.revoked",
    {"list": "https://university.example/status/1", "index": "5"},
)
OPEN = Check(
    "status", Outcome.NOT_CHECKED, "The list could not be fetched.", "Try again.", "", "resolve.timeout"
)
HOSTILE = "\x1b[31mRed\u202egnp.exe\u2066\x00\r\nValid: <script>alert(1)</script>\"'& \U000e0041" + "x" * 5000


def report(*checks: Check, **changes: Any) -> Report:
    made = Report(SUBJECT, "strict", NOW, frozenset({"proof", "status", "schema"}), checks or PASSED)
    return replace(made, **changes)


def subject(**changes: Any) -> dict[str, Any]:
    return {name: value for name, value in {**SUBJECT, **changes}.items() if value is not None}


# The sentence


@pytest.mark.parametrize(
    ("given_report", "sentence"),
    [
        (
            report(),
            "Valid: “Advanced Robotics” was issued by Example University to ada@example.org on 21 March "
            "2025, is not revoked and has no expiry date.",
        ),
        (
            report(PASSED[0], PASSED[2], replace(PASSED[1], code="status", outcome=Outcome.NOT_APPLICABLE)),
            "Valid: “Advanced Robotics” was issued by Example University to ada@example.org on 21 March 2025 "
            "and has no expiry date.",
        ),
        (
            report(
                subject=subject(validUntil="2030-01-01T00:00:00Z", awardedDate="2025-02-01T00:00:00+02:00")
            ),
            "Valid: “Advanced Robotics” was issued by Example University to ada@example.org on 31 January "
            "2025, is not revoked and is valid until 1 January 2030.",
        ),
        (
            report(PASSED[0], FAILED, PASSED[2]),
            "Not valid: “Advanced Robotics”. It was revoked for good by its issuer.",
        ),
        (
            report(PASSED[0], OPEN, PASSED[2]),
            "Not confirmed: “Advanced Robotics”. The list could not be fetched.",
        ),
        (report(PASSED[0]), "Not confirmed: “Advanced Robotics”. Some required checks were not made."),
        (
            report(asked=("proof",)),
            "The proof holds: “Advanced Robotics” was issued by Example University to ada@example.org on "
            "21 March 2025. Only proof was asked for.",
        ),
        (
            report(asked=("status", "validity"), subject=subject(recipient=None)),
            "What was checked holds: “Advanced Robotics” was issued by Example University on 21 March 2025. "
            "Only status, validity was asked for.",
        ),
        (
            report(
                subject={
                    "kind": "presentation",
                    "types": [],
                    "credentials": 1,
                    "issuer": {"id": "did:web:a.b"},
                }
            ),
            "Valid: a presentation of 1 credential was presented by did:web:a.b.",
        ),
        (
            report(subject={"kind": "presentation", "types": [], "credentials": 2}),
            "Valid: a presentation of 2 credentials was presented by an unnamed issuer.",
        ),
        (
            report(subject={"kind": "endorsement", "types": [], "recipient": {"name": "Example University"}}),
            "Valid: an endorsement was issued by an unnamed issuer about Example University, "
            "is not revoked and has no expiry date.",
        ),
        (
            report(subject={"kind": "something", "types": [], "issuer": {}, "validFrom": "long ago"}),
            "Valid: a credential was issued by an unnamed issuer on long ago, is not revoked "
            "and has no expiry date.",
        ),
    ],
)
def test_a_sentence_says_it_first(given_report: Report, sentence: str) -> None:
    assert render.sentence(given_report) == sentence
    assert sentence.partition(": ")[2].lower() in Page(render.html(given_report)).text.lower()
    assert json.loads(render.json(given_report))["sentence"] == sentence
    assert " ".join(render.text(given_report, width=400).split("\n", 1)[0].split()[1:]) == sentence


@pytest.mark.parametrize(
    ("recipient", "name"),
    [
        ({"name": "Ada Lovelace", "id": "did:example:1"}, "Ada Lovelace"),
        (
            {"id": "did:key:z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi"},
            "did:key:z6MkjZRZv3aez3r1…Xbd5hwi",
        ),
        ({"identifiers": [{"type": "name", "value": "Ada L.", "hashed": False}]}, "Ada L."),
        ({"identifiers": [{"type": "sourcedId", "value": "77", "hashed": False}], "id": "urn:x"}, "77"),
        ({"identifiers": [{"type": "emailAddress", "value": "sha256$00", "hashed": True}]}, ""),
    ],
)
def test_the_recipient_is_named_by_what_a_person_knows(recipient: dict[str, Any], name: str) -> None:
    found = words.recipient_name({"recipient": recipient})
    assert found == (name if not name.endswith("Xbd5hwi") else words.short(recipient["id"]))


def test_dates_are_unambiguous_and_show_their_zone() -> None:
    assert words.moment("2025-03-04T23:30:00-08:00", time=True) == "5 March 2025, 07:30 UTC"
    assert words.moment("2025-03-04") == "4 March 2025"
    assert words.moment("2025-03-04T10:00:00", time=True) == "4 March 2025, 10:00"
    assert words.moment("0001-01-01T00:00:00+10:00") == "0001-01-01T00:00:00+10:00"
    assert words.moment("soon\x1b") == "soon\\u001b"


# Taming


def test_hostile_characters_become_visible() -> None:
    assert words.harmless("a\u202eb\x1b[1m\u2028c\x00") == "a\\u202eb\\u001b[1m\\u2028c\\u0000"
    assert words.harmless("tab\tand\nline\u00a0end") == "tab and line end"
    assert words.harmless("\U000e0041\ud800\ue000") == "\\U000e0041\\ud800\\ue000"


def test_the_world_s_scripts_stay_as_they_are() -> None:
    for text in ("Ångström", "می‌خواهم", "क्षत्रिय", "👩‍🔬", "日本語", "שלום", "é" * 3 + "e\u0301"):
        assert words.harmless(text) == text


def test_long_text_is_cut_and_says_so() -> None:
    assert words.harmless("x" * 1300, 300) == "x" * 300 + "… (1,000 more characters)"


def test_piles_of_combining_marks_are_cut_down() -> None:
    assert words.harmless("e" + "\u0301" * 50 + "f") == "e" + "\u0301" * 5 + "f"


def test_a_name_cannot_close_its_quotation_marks() -> None:
    assert words.quoted("A” is valid. “B") == "“A’ is valid. ‘B”"


@given(st.text(max_size=400))
def test_harmless_text_is_printable_and_idempotent_when_short(value: str) -> None:
    shown = words.harmless(value, 10_000)
    assert all(c.isprintable() or c in "\u200c\u200d" for c in shown)
    assert words.harmless(shown, 10_000) == shown


# Text


def test_colour_never_carries_the_meaning_alone() -> None:
    made = report(PASSED[0], FAILED, OPEN, PASSED[2], warnings=(Notice("x", "Be careful.", "/proof"),))
    coloured = render.text(made, colour=True)
    plain = render.text(made)
    assert "\x1b" not in plain
    assert re.sub(r"\x1b\[\d+m", "", coloured) == plain
    for word in (
        "passed",
        "failed",
        "not checked",
        "not applicable",
        "→ Ask its issuer why.",
        "! Be careful.",
    ):
        assert word in plain


def test_columns_line_up_and_lines_fit() -> None:
    long = replace(FAILED, message="word " * 60, advice="advice " * 30)
    lines = render.text(report(PASSED[0], long, PASSED[2]), width=72).splitlines()
    assert max(map(len, lines)) <= 72
    rows = [line for line in lines if re.match(r"  [✔✘–?] ", line)]
    assert (
        len({line.index(text) for line, text in zip(rows, ("Proof", "Revocation", "Schema"), strict=True)})
        == 1
    )


def test_ascii_terminals_get_ascii() -> None:
    made = report(PASSED[0], FAILED, OPEN, PASSED[2], subject=subject(name="Café 日本"))
    shown = render.text(made, ascii_only=True)
    assert shown.isascii()
    assert shown.startswith('x Not valid: "Caf\\xe9 \\u65e5\\u672c".')


def test_all_parts_are_shown_with_their_place() -> None:
    inner = report(path="/issuer/endorsement/0/x")
    part = report(PASSED[0], FAILED, PASSED[2], path="/issuer/endorsement/0", parts=(inner,))
    shown = render.text(report(parts=(part,), notes=("Fetched from http://localhost.",)), width=200)
    assert "  ✘ Not valid: “Advanced Robotics”." in shown
    assert "(at /issuer/endorsement/0)" in shown
    assert "    ✔ Valid" in shown
    assert "Fetched from http://localhost." in shown


def test_a_report_without_checks_is_no_reason_to_fail() -> None:
    made = Report({"kind": "credential", "types": []}, "strict", NOW, frozenset({"proof"}), ())
    assert "Not confirmed: a credential." in render.text(made)
    assert "Nothing was checked." in render.html(made)


def test_the_head_of_a_report_names_claims_as_claims() -> None:
    assert "About this credential" in render.text(report())
    assert "What it says about itself" in render.text(report(PASSED[0], FAILED, PASSED[2]))
    assert "What it says about itself" in render.html(report(asked=("proof",)))


def test_rows_about_recipients_and_endorsements() -> None:
    many = [{"type": f"ext:{i}", "value": f"v{i}", "hashed": i == 0} for i in range(9)]
    made = report(
        subject={
            "kind": "endorsement",
            "types": [],
            "issuer": {"id": "did:web:a.b"},
            "recipient": {"id": "did:web:c.d", "name": "C", "identifiers": many},
            "comment": "In good standing.",
        }
    )
    rows = dict(words.facts_of(made))
    assert rows["Kind"] == "Endorsement"
    assert rows["Issuer"] == "did:web:a.b"
    assert rows["Endorses"] == (
        "C (did:web:c.d); ext:0, only a hash is given; v1 (ext:1); v2 (ext:2); v3 (ext:3); …"
    )
    assert rows["Comment"] == "In good standing."
    presentation = report(subject={"kind": "presentation", "types": [], "issuer": {"id": "did:web:e.f"}})
    assert dict(words.facts_of(presentation))["Presented by"] == "did:web:e.f"


# JSON


def test_json_follows_its_documented_schema() -> None:
    validator = jsonschema_rs.Draft202012Validator(render.schema(), validate_formats=True)
    part = report(path="/issuer/endorsement/0", digest="sha256:" + "0" * 64)
    made = report(PASSED[0], FAILED, OPEN, warnings=(Notice("a", "b", "/c"),), parts=(part,), notes=("n",))
    for each in (report(), made, report(asked=("proof",))):
        validator.validate(json.loads(render.json(each)))
    broken = json.loads(render.json(made))
    broken["parts"][0]["verdict"] = "fine"
    assert not validator.is_valid(broken)


def test_json_says_which_checks_were_required() -> None:
    made = json.loads(render.json(report(PASSED[0], replace(OPEN, code="refresh"))))
    assert [(c["code"], c["required"]) for c in made["checks"]] == [("proof", True), ("refresh", False)]
    assert made["now"] == "2026-01-01T12:30:00Z"
    assert render.json(report(), indent=None).count("\n") == 1


# HTML


class Page(HTMLParser):
    """Collects elements and text, and insists that every element is closed in order."""

    VOID = frozenset({"meta", "img", "br", "path", "circle"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] != ["style"]:
            self.text += data


def hostile_report(text: str) -> Report:
    check = Check(
        "status." + text[:20], Outcome.FAILED, text, text, text, text, {text: {text: [text, True, None]}}
    )
    said = {"kind": text, "types": [], "id": text, "name": text, "image": text, "comment": text}
    said |= {"issuer": {"id": text, "name": text}, "validFrom": text, "validUntil": text, "awardedDate": text}
    said |= {"recipient": {"id": text, "identifiers": [{"type": text, "value": text, "hashed": False}]}}
    part = Report(said, text, NOW, frozenset(), (check,), path=text)
    notice = Notice(text, text, text)
    return Report(said, text, NOW, frozenset(), (check, *PASSED), (notice,), (part,), text, (text,))


@given(st.text(max_size=60))
def test_no_text_of_a_credential_becomes_markup_or_control(value: str) -> None:
    made = hostile_report(value + HOSTILE)
    page = Page(render.html(made))
    assert {tag for tag, _ in page.elements}.isdisjoint({"script", "iframe", "object", "link", "a", "form"})
    assert all(not name.startswith("on") for _, attributes in page.elements for name in attributes)
    shown = render.text(made)
    for text in (page.text, shown):
        assert all(c.isprintable() or c in "\n\u200c\u200d" for c in text)
    assert not any(line.startswith("Valid:") for line in shown.splitlines())
    assert len(shown) < 40_000


def test_the_page_makes_no_request() -> None:
    page = Page(
        render.html(report(parts=(report(),), subject=subject(image="https://tracker.example/p.png")))
    )
    policies = [a["content"] for tag, a in page.elements if a.get("http-equiv") == "Content-Security-Policy"]
    assert policies == [
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
    ]
    assert "tracker.example" not in render.html(
        report(subject=subject(image="https://tracker.example/p.png"))
    )


def test_a_picture_is_shown_only_from_a_data_url() -> None:
    png = "data:image/png;base64,iVBORw0KGgo="
    shown = [a for tag, a in Page(render.html(report(), picture=png)).elements if tag == "img"]
    assert shown == [{"src": png, "alt": "Image of “Advanced Robotics”"}]
    from_credential = Page(render.html(report(subject=subject(image=png))))
    assert any(tag == "img" for tag, _ in from_credential.elements)
    for bad in ("data:text/html;base64,PHA+", "javascript:alert(1)", png + '" onerror="x', "x" * 5_000_000):
        assert not any(tag == "img" for tag, _ in Page(render.html(report(), picture=bad)).elements)


def test_the_page_can_be_heard() -> None:
    """Every icon is hidden from screen readers and every outcome is also a word."""
    page = Page(render.html(report(PASSED[0], FAILED, OPEN, PASSED[2], parts=(report(),))))
    assert all(a.get("aria-hidden") == "true" for tag, a in page.elements if tag == "svg")
    assert [tag for tag, _ in page.elements if tag in ("h1", "main")] == ["main", "h1"]
    assert ("html", {"lang": "en"}) in page.elements
    for word in ("(passed): ", "(failed): ", "(not checked): ", "(not applicable): ", "Not valid"):
        assert word in page.text
    assert "Ask its issuer why." in page.text


def test_facts_are_readable_in_the_page() -> None:
    facts = {"list": ["a", "b"], "deep": {"x": 1}, "yes": True, "no": False, "nothing": None, "number": 7}
    text = Page(render.html(report(replace(PASSED[0], facts=facts), PASSED[1], PASSED[2]))).text
    for shown in ("a; b", "x: 1", "yes", "no", "7"):
        assert shown in text
    assert "nothing" not in text


# The description of a document


def test_a_description_survives_documents_of_any_shape() -> None:
    said = describe(
        {
            "type": ["VerifiableCredential", 7],
            "name": [{"@value": "Titre", "@language": "fr"}],
            "issuer": "did:web:a.b",
            "credentialSubject": [
                "urn:x",
                {
                    "id": 5,
                    "identifier": [{"identityHash": "h"}, {"identityHash": 1}, "x"],
                    "endorsementComment": {},
                },
            ],
            "issuanceDate": "2020-01-01T00:00:00Z",
            "expirationDate": 5,
            "image": {"id": "data:image/png;base64,AA=="},
        }
    )
    assert said == {
        "kind": "credential",
        "types": ["VerifiableCredential"],
        "name": "Titre",
        "image": "data:image/png;base64,AA==",
        "validFrom": "2020-01-01T00:00:00Z",
        "issuer": {"id": "did:web:a.b"},
        "recipient": {"identifiers": [{"type": "", "value": "h", "hashed": True}]},
    }
    assert describe({}) == {"kind": "credential", "types": []}


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "id",
                        "name",
                        "type",
                        "@value",
                        "issuer",
                        "credentialSubject",
                        "identifier",
                        "achievement",
                        "image",
                    ]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=20,
    )
)
def test_a_description_of_anything_can_be_rendered(value: Any) -> None:
    said = (
        describe(value)
        if isinstance(value, dict)
        else describe({"credentialSubject": value, "issuer": value})
    )
    made = report(subject=said)
    render.text(made)
    Page(render.html(made))
    jsonschema_rs.Draft202012Validator(render.schema()).validate(json.loads(render.json(made)))
