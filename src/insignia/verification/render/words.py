"""The sentences that every rendering shares, and the taming of hostile text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from insignia.report import Check, Outcome, Report, Verdict

LIMIT = 300
_JOINERS = "\u200c\u200d"
# More combining marks on one letter than any script stacks, and fewer than climb over other lines.
_MARKS = 5
_UNSAFE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_QUOTES = str.maketrans("“”", "‘’")

_QUESTIONS = {
    "data-model": "Data model",
    "terms": "Terms",
    "related-resources": "Linked resources",
    "schema": "Schema",
    "proof": "Proof",
    "jwt-claims": "Token claims",
    "key-binding": "Issuer’s key",
    "holder": "Holder’s key",
    "refresh": "Newer version",
    "status": "Status",
    "validity": "Dates",
    "recipient": "Recipient",
    "endorsements": "Endorsements",
    "credentials": "Credentials",
}

_MEMBERS = {
    "status.revocation": "Revocation",
    "status.suspension": "Suspension",
    "validity.from": "Valid from",
    "validity.until": "Valid until",
    "proof.holder": "Who shows it",
}


def harmless(value: object, limit: int = LIMIT) -> str:
    """Text of unknown origin made safe to print: at most about `limit` characters, on one line.

    Control, format, private and unassigned characters (terminal escapes, bidirectional overrides,
    line ends) become visible as `\\u202e`; piles of combining marks are cut down. White space is
    folded. The joiners of Persian, Indic scripts and emoji stay.
    """
    text = str(value)
    cut = len(text) - limit
    kept = text[:limit]
    if not (kept.isascii() and kept.isprintable()):
        kept = _tamed(kept)
    return f"{kept}… ({cut:,} more characters)" if cut > 0 else kept


def _tamed(text: str) -> str:
    out: list[str] = []
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if character in "\t\n\r" or category == "Zs":
            out.append(" ")
        elif category in _UNSAFE and character not in _JOINERS:
            code = ord(character)
            out.append(f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")
        elif marks <= _MARKS:
            out.append(character)
    return "".join(out)


def quoted(value: str) -> str:
    """A name from a credential in quotation marks that it cannot close by itself."""
    return f"“{harmless(value, 120).translate(_QUOTES)}”"


def question(check: Check) -> str:
    """What a check is called."""
    if check.code in _MEMBERS:
        return _MEMBERS[check.code]
    family, _, member = check.code.partition(".")
    name = _QUESTIONS.get(family, family)
    return f"{name}: {harmless(member, 40)}" if member else name


def moment(value: str | datetime, *, time: bool = False) -> str:
    """A date without ambiguity, `21 March 2024`, with `time` also `14:56 UTC`; others as they are."""
    try:
        instant = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        instant = instant.astimezone(UTC) if instant.tzinfo else instant
    except (ValueError, OverflowError):
        return harmless(value, 40)
    day = f"{instant.day} {_MONTHS[instant.month - 1]} {instant.year}"
    zone = " UTC" if instant.tzinfo else ""
    return f"{day}, {instant:%H:%M}{zone}" if time else day


_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def sentence(report: Report) -> str:
    """The one sentence that a person reads first."""
    thing = subject_name(report)
    if report.verdict is Verdict.INVALID:
        failed = next(report.failed())
        return f"Not valid: {thing}. {harmless(failed.message, 600)}"
    if report.verdict is Verdict.UNDETERMINED:
        open_check = next(report.not_checked(), None)
        why = harmless(open_check.message, 600) if open_check else "Some required checks were not made."
        return f"Not confirmed: {thing}. {why}"
    if report.asked:
        return f"{_partly(report)}: {thing} {_issued(report)}. Only {', '.join(report.asked)} was asked for."
    return f"Valid: {thing} {_issued(report)}{_standing(report)}."


def _partly(report: Report) -> str:
    return "The proof holds" if "proof" in report.asked else "What was checked holds"


def subject_name(report: Report) -> str:
    """What the report is about, by name."""
    said = report.subject
    if name := said.get("name"):
        return quoted(str(name))
    kind = said.get("kind")
    if kind in ("presentation", "learner record"):
        count = said.get("credentials", 0)
        return f"a {kind} of {count} credential{'' if count == 1 else 's'}"
    return {"endorsement": "an endorsement", "status list": "a status list"}.get(
        str(kind), "a badge" if "version" in said else "a credential"
    )


def _issued(report: Report) -> str:
    said = report.subject
    if said.get("kind") == "issuer profile":
        return "is what this issuer publishes about itself"
    verb = _VERBS.get(str(said.get("kind")), "was issued by")
    words = [verb, party(said.get("issuer"), "an unnamed issuer")]
    if recipient := recipient_name(said):
        words.append(
            ("to " if said.get("kind") in ("achievement", "learner record") else "about ") + recipient
        )
    if since := said.get("awardedDate") or said.get("validFrom"):
        words.append(f"on {moment(str(since))}")
    return " ".join(words)


_VERBS = {"presentation": "was presented by", "achievement definition": "is defined by"}


def _standing(report: Report) -> str:
    if report.subject.get("kind") in ("presentation", "achievement definition", "issuer profile"):
        return ""
    said = []
    statuses = [c for c in report.checks if c.code.partition(".")[0] == "status"]
    if any(c.outcome is Outcome.PASSED for c in statuses):
        said.append("is not revoked")
    until = report.subject.get("validUntil")
    said.append(f"is valid until {moment(str(until))}" if until else "has no expiry date")
    return (", " if len(said) > 1 else " and ") + " and ".join(said)


def party(value: Mapping[str, Any] | None, otherwise: str) -> str:
    """An issuer by name, else by id."""
    if value and (name := value.get("name")):
        return harmless(name, 120)
    return short(value["id"]) if value and value.get("id") else otherwise


def short(identifier: object) -> str:
    """An identifier that fits in a sentence: the middle of a long one is left out."""
    text = str(identifier)
    return harmless(text if len(text) <= 48 else f"{text[:24]}…{text[-8:]}")


def recipient_name(said: Mapping[str, Any]) -> str:
    """The recipient by name, by a plain identifier, or by id; empty when only hashes are known."""
    recipient = said.get("recipient") or {}
    plain = [i for i in recipient.get("identifiers", ()) if not i["hashed"]]
    for wanted in ("name", "emailAddress"):
        for identifier in plain:
            if identifier["type"] == wanted:
                return harmless(identifier["value"], 120)
    if name := recipient.get("name"):
        return harmless(name, 120)
    if plain:
        return harmless(plain[0]["value"], 120)
    return short(recipient.get("id", ""))


def facts_of(report: Report) -> Iterator[tuple[str, str]]:
    """The rows of a report's head: what, who, for whom, when, and under which rules it was checked."""
    said = report.subject
    kind = _KINDS.get(str(said.get("kind")), "Credential")
    yield "Kind", f"{kind} {harmless(said['version'], 40)}" if "version" in said else kind
    if issuer := said.get("issuer"):
        title = "Presented by" if said.get("kind") == "presentation" else "Issuer"
        yield title, _name_and_id(issuer)
    if said.get("kind") == "learner record":
        yield "Credentials", str(said.get("credentials", 0))
    if recipient := said.get("recipient"):
        yield ("Endorses" if said.get("kind") == "endorsement" else "Recipient"), _recipient_row(recipient)
    if comment := said.get("comment"):
        yield "Comment", harmless(comment)
    for title, member in (
        ("Awarded", "awardedDate"),
        ("Valid from", "validFrom"),
        ("Valid until", "validUntil"),
    ):
        if value := said.get(member):
            yield title, moment(str(value), time=True)
    if identifier := said.get("id"):
        yield "Identifier", harmless(identifier)
    yield "Checked", f"{moment(report.now, time=True)}, policy {harmless(report.policy, 60)}"


def heading(report: Report) -> str:
    """What stands over `facts_of`: claims stay claims unless everything was proven."""
    return "About this credential" if report.valid and not report.asked else "What it says about itself"


_KINDS = {
    "achievement": "Open Badge",
    "endorsement": "Endorsement",
    "presentation": "Presentation",
    "learner record": "Comprehensive Learner Record",
    "status list": "Status list",
    "achievement definition": "Definition of an Open Badge",
    "issuer profile": "Profile of an issuer of Open Badges",
}


def _name_and_id(value: Mapping[str, Any]) -> str:
    name, identifier = value.get("name"), value.get("id")
    if name and identifier:
        return f"{harmless(name, 120)} ({harmless(identifier, 160)})"
    return harmless(name or identifier or "unnamed")


def _recipient_row(recipient: Mapping[str, Any]) -> str:
    shown = []
    if recipient.get("name") or recipient.get("id"):
        shown.append(_name_and_id(recipient))
    for identifier in recipient.get("identifiers", ()):
        kind = harmless(identifier["type"], 40)
        if identifier["hashed"]:
            shown.append(f"{kind}, only a hash is given")
        else:
            shown.append(f"{harmless(identifier['value'], 120)} ({kind})")
    return "; ".join(shown[:5]) + ("; …" if len(shown) > 5 else "")
