"""Every sentence of the library's reports has a translation: its source is walked, nothing is forgotten."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils.translation import gettext, override

import insignia.verification
from insignia_server.credentials.report_messages import MESSAGES, NORMS
from insignia_server.credentials.report_translation import find, marked, plain

FOLDER = Path(insignia.verification.__file__).parent
# No reports are written there: they render, sign, and describe what others found.
OTHER_MODULES = {"policy.py", "receipt.py", "subject.py", "described.py"}
PLACE = re.compile(r"\{[^{}]*\}")
TABLE = {PLACE.sub("{}", one) for one in MESSAGES}
BADGE_WORDS = ("badge", "definition of a badge", "profile of an issuer", "endorsement")
TAKEN = ("revoked", "suspended", "given the status X")
BECAUSE = ("", " The issuer’s word: R.")
# What the library puts together from pieces: the sentences that come out of it.
PUT_TOGETHER = {
    "It does not conform to {}: {}.{}": (
        "It does not conform to X: y.",
        "It does not conform to X: y. There are 2 more such problems.",
    ),
    " There are {} more such problems.": (),
    "{}, {}, could not be fetched.": (
        "The definition of the badge, X, could not be fetched.",
        "The profile of the issuer, X, could not be fetched.",
    ),
    "{} is not published any more: {}.": (
        "The definition of the badge is not published any more: X.",
        "The profile of the issuer is not published any more: X.",
    ),
    "{} cannot be read: {}.": (
        "The definition of the badge cannot be read: X.",
        "The profile of the issuer cannot be read: X.",
    ),
    "The {} is not signed and does not say where its issuer publishes it.": tuple(
        f"The {word} is not signed and does not say where its issuer publishes it." for word in BADGE_WORDS
    ),
    "There is no {} at {}: {}.": tuple(f"There is no {word} at X: y." for word in BADGE_WORDS),
    "What is published at {} is no {} of Open Badges 1 or 2.": tuple(
        f"What is published at X is no {word} of Open Badges 1 or 2." for word in BADGE_WORDS
    ),
    "It is published at {}, {}: {} allows {}.": (
        "It is published at X, another host than its issuer’s: Y allows Z.",
        "It is published at X, not where its issuer allows it: Y allows Z.",
    ),
    " The issuer’s word: {}.": (),
    "It was revoked by its issuer: {}.{}": (
        "It was revoked by its issuer: its address answers that it is gone for good (410).",
        *(f"It was revoked by its issuer: what is published says so.{one}" for one in BECAUSE),
        *(f"It was revoked by its issuer: it is on the issuer’s revocation list.{one}" for one in BECAUSE),
    ),
    "It was {} {} by its issuer.{}": tuple(
        f"It was {word} by its issuer.{one}"
        for word in ("revoked for good", "suspended for the time being")
        for one in BECAUSE
    ),
    "It is not {}, as of {}.": ("It is not revoked, as of X.", "It is not suspended, as of X."),
    "Whether it was {} is unknown: the status list could not be fetched.": tuple(
        f"Whether it was {word} is unknown: the status list could not be fetched." for word in TAKEN
    ),
    "Whether it was {} is unknown: the status list cannot be read.": tuple(
        f"Whether it was {word} is unknown: the status list cannot be read." for word in TAKEN
    ),
    "{}. They are {}.": (
        "It uses terms that no context defines: X. They are not covered by the signature.",
        "It uses terms that no context defines: X. They are refused by this policy.",
    ),
    "It uses terms that no context defines": (),
    "Its proof cannot be read": ("Its proof cannot be read: X.",),
    "The signature could not be checked": (
        "The signature could not be checked: X.",
        "The signature could not be checked.",
    ),
    "The proof does not hold": ("The proof does not hold: X.", "The proof does not hold."),
    "{}: {}.": (),  # these, with a problem
    "The token lacks a claim": ("The token lacks a claim: X.",),
    "The token contradicts the credential in it": ("The token contradicts the credential in it: X.",),
    "The signature of the token expired": ("The signature of the token expired: X.",),
    "The token may not be used yet": ("The token may not be used yet: X.",),
    "The token does not fit": ("The token does not fit: X.",),
    "The document of {}, which would list the {}’s keys,": tuple(
        f"The document of X, which would list the {who}’s keys, could not be fetched."
        for who in ("issuer", "holder")
    ),
    "{} could not be fetched.": (),
    **{
        f"{start}{{}}{end}": tuple(f"{start}{who}{end.replace('{}', 'X')}" for who in ("issuer", "holder"))
        for start, end in (
            ("No signature holds, so there is no key to look for at the ", "."),
            ("It names no ", ", so that nobody can be tied to the key."),
            ("Nothing shows that the key is the ", "’s."),
            ("The ", " lists the key of {}."),
            ("The key is the ", "’s identifier itself, which proves no name: make sure that you know it."),
            ("The key is the ", "’s: {} lists it."),
            ("Whether the key is the ", "’s is unknown: {} is of an unknown DID method."),
            ("The key is not one of the ", "’s, {}."),
        )
    },
    "The issuer has a newer version{}: what follows is about that one.": (
        "The issuer has a newer version: what follows is about that one.",
        "The issuer has a newer version, valid since 1 May 2026: what follows is about that one.",
    ),
    "It conforms to SD-JWT VC; its type is {}.{}": (
        "It conforms to SD-JWT VC; its type is X.",
        "It conforms to SD-JWT VC; its type is X. What its type asks for beyond that was not looked at.",
    ),
    " What its type asks for beyond that was not looked at.": (),
    "The credential as it was given is verified instead.": (),
    "The endorsement by {} is not valid: {}": (
        "The endorsement by X is not valid: It is not signed: anyone may have written it.",
        "The endorsement by an unnamed issuer is not valid: It has no expiry date.",
    ),
    "The endorsement by {} could not be fully checked: {}": (
        "The endorsement by X could not be fully checked: It has no expiry date.",
        "The endorsement by an unnamed issuer could not be fully checked: It has no expiry date.",
    ),
    "It has no {}.": ("It has no date before which it is not valid.", "It has no expiry date."),
    "{} place{} hidden or empty; nobody can tell which.": (
        "1 place is hidden or empty; nobody can tell which.",
        "2 places are hidden or empty; nobody can tell which.",
    ),
    "It is valid {} {}.": ("It is valid since X.", "It is valid until X."),
}
# What is no sentence of a report page.
EXCEPTIONS = {
    "Open Badges {}": "the name of a standard",
    "{} (data model {})": "the name of a standard",
    "Open Badges 3.0": "the name of a standard",
    "Verifiable Credentials": "the name of a standard",
    "{} more": "the end of a list in the facts",
}


def written(tree: ast.Module) -> Iterator[str]:
    """The texts of a module, with {} in the place of values."""
    constants = {
        node.targets[0].id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    }
    pieces = {part for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    docs = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if node in pieces or node in docs:
            continue
        if isinstance(node, ast.JoinedStr):
            yield "".join(_piece(part, constants) for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _piece(part: ast.expr, constants: dict[str, str]) -> str:
    if isinstance(part, ast.Constant):
        return str(part.value)
    assert isinstance(part, ast.FormattedValue)
    return constants.get(part.value.id, "{}") if isinstance(part.value, ast.Name) else "{}"


def sentences() -> dict[str, str]:
    """Whatever looks like a sentence in the modules that write reports, and where."""
    found: dict[str, str] = {}
    for path in sorted(FOLDER.rglob("*.py")):
        if "render" in path.parts or path.name in OTHER_MODULES:
            continue
        for text in written(ast.parse(path.read_text(encoding="utf-8"))):
            if re.match(r"\s?[A-Z{].* ", text, re.DOTALL):
                found[text] = path.name
    return found


def test_every_sentence_of_the_library_can_be_translated() -> None:
    found = sentences()
    assert len(found) > 150
    missing = {
        text: name
        for text, name in found.items()
        if text not in TABLE and text not in PUT_TOGETHER and text not in EXCEPTIONS
    }
    assert missing == {}


def test_no_exception_is_out_of_date() -> None:
    assert (PUT_TOGETHER.keys() | EXCEPTIONS.keys()) - sentences().keys() == set()


@pytest.mark.parametrize("sentence", [one for many in PUT_TOGETHER.values() for one in many])
def test_what_is_put_together_is_found(sentence: str) -> None:
    found = find(sentence)
    assert found is not None
    with override("en"):
        assert plain(sentence) == sentence


def test_no_template_is_out_of_date() -> None:
    """Each is a sentence of the library, or one of those that it puts together."""
    found = sentences()
    made = {match[0] for many in PUT_TOGETHER.values() for one in many if (match := find(one)) is not None}
    with_problem = {f"{one}: {{problem}}." for one in PUT_TOGETHER}
    spare = [
        one
        for one in MESSAGES
        if PLACE.sub("{}", one) not in found and one not in made and one not in with_problem
    ]
    # credentials.verification says these two itself.
    assert spare == ["It was replaced by a newer one on {when}.", "Ask its holder for the newer one."]


@pytest.mark.parametrize("template", MESSAGES)
def test_no_template_hides_another(template: str) -> None:
    """Filled in, each is found again as itself and reads in English as the library wrote it."""
    values = {
        "when": "2 March 2026, 14:56 UTC",
        "problem": "at /a: expected a date, got 7",
        "message": "It is not signed: anyone may have written it.",
        "norm": "Open Badges 3.0 (data model 2.0)",
    }
    names = re.findall(r"\{(\w+)\}", template)
    text = template.format(**{name: values.get(name, f"https://a.example/{name}") for name in names})
    found = find(text)
    assert found is not None
    assert found[0] == template
    with override("en"):
        assert plain(text) == text
        assert marked(text) == text
    with override("de"):
        german = plain(text)
        assert german != text
        assert "March" not in german
        assert "anyone" not in german


@pytest.mark.parametrize("norm", NORMS)
def test_names_of_standards(norm: str) -> None:
    with override("de"):
        assert plain(f"It conforms to {norm} (data model 2.0).") == (
            f"Es entspricht {gettext(norm)} (Datenmodell 2.0)."
        )
