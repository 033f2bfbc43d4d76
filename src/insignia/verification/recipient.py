"""Step 5: is the credential about the person whom the verifier has in mind?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from insignia.credential import Form
from insignia.errors import DataModelError
from insignia.profile import IdentityObject
from insignia.report import Check
from insignia.verification.run import Run, failed, passed, unchecked
from insignia.verification.subject import identifier_of, listed

Json = Any


@dataclass(frozen=True, slots=True)
class KnownRecipient:
    """What the verifier knows of the recipient from elsewhere: a DID, URL, email address, …

    `type` is an IdentifierTypeEnum value (`emailAddress`, `sourcedId`, …) or `ext:…`; empty means that
    an `@` makes it an email address, and that anything else is compared with identifiers of all types.
    """

    value: str
    type: str = ""

    @property
    def identity_type(self) -> str:
        """The type of identifier to compare with; empty for all."""
        if self.type:
            return self.type
        local, _, domain = self.value.partition("@")
        return "emailAddress" if local and domain and ":" not in local else ""


def recipient(run: Run) -> Iterator[Check]:
    """Open Badges 3.0, sections 8.1 (step 5) and 8.3."""
    known = run.recipient or KnownRecipient("")
    if run.secured.form is Form.SD_JWT and not any(
        map(_is_identified, listed(run.document.get("credentialSubject")))
    ):
        message = "Its holder does not show to whom it was issued."
        advice = "Ask for a presentation that shows it."
        where = "/credentialSubject"
        yield unchecked("recipient", message, "sd-jwt.hidden", advice=advice, where=where)
        return
    for index, subject in enumerate(listed(run.document.get("credentialSubject"))):
        if where := match(known, subject):
            place = "/credentialSubject" + (
                f"/{index}" if isinstance(run.document["credentialSubject"], list) else ""
            )
            yield passed("recipient", "It was issued to the person you named.", place + where)
            return
    yield failed(
        "recipient",
        "It was issued to someone else than the person you named.",
        "recipient.mismatch",
        advice="Check the identifier you gave; issuers may know the person under another one.",
        where="/credentialSubject",
    )


def _is_identified(subject: Json) -> bool:
    return bool(identifier_of(subject)) or (isinstance(subject, dict) and "identifier" in subject)


def match(known: KnownRecipient, subject: Json) -> str:
    """Where in a subject the known identifier is found, empty when nowhere."""
    identifier = identifier_of(subject)
    if identifier and identifier in (known.value, f"mailto:{known.value}"):
        return "/id"
    wanted = known.identity_type
    entries = subject.get("identifier") if isinstance(subject, dict) else None
    for index, entry in enumerate(listed(entries)):
        try:
            identity = IdentityObject.read(entry)
        except DataModelError:
            continue
        if wanted in ("", identity.identity_type) and identity.matches(known.value):
            return f"/identifier/{index}" if isinstance(entries, list) else "/identifier"
    return ""
