"""The state of one verification: the document that counts, and what it links to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from insignia.credential import Form, Kind, Secured
from insignia.openbadges2.linking import Part
from insignia.openbadges2.reading import declared_mode, hosted_at, upgraded
from insignia.report import Check, Report
from insignia.verification.run import Run, unchecked

Json = Any
VerifyInside = Callable[[Run, Secured, str], Report]
_WORDS: Final = {
    Kind.ASSERTION: "badge",
    Kind.BADGE_CLASS: "definition of a badge",
    Kind.ISSUER_PROFILE: "profile of an issuer",
    Kind.BADGE_ENDORSEMENT: "endorsement",
}


@dataclass(slots=True)
class Badge:
    """What is known so far. `given` is what came in and is trusted only for its address when it is hosted;
    `part` is the document that counts, None while there is none; `gone` tells that its server said 410."""

    run: Run
    verify_inside: VerifyInside
    given: Mapping[str, Json]
    signed: bool
    part: Part | None = None
    definition: Part | None = None
    issuer: Part | None = None
    gone: bool = False
    key_check: Check | None = None

    @classmethod
    def of(cls, run: Run, verify_inside: VerifyInside) -> Badge:
        """The state before the first step."""
        secured = run.secured
        given = upgraded(secured.document, secured.kind)
        signed = secured.form is Form.SIGNED and declared_mode(given) != "hosted"
        part = Part(secured.kind, given, secured.data_model) if signed else None
        return cls(run, verify_inside, given, signed, part)

    @property
    def address(self) -> str:
        """Where it is published, or says that it is; empty when it does not tell."""
        return hosted_at(self.given) or ""

    @property
    def word(self) -> str:
        """What it is, for a person."""
        return _WORDS[self.run.secured.kind]

    @property
    def is_address(self) -> bool:
        """Whether nothing but an address came in."""
        return self.run.secured.document.keys() == {"id"}

    def parts(self) -> list[tuple[str, Part]]:
        """The documents that are there, by their place in the whole."""
        below = "" if self.run.secured.kind is Kind.BADGE_CLASS else "/badge"
        at_issuer = "/issuer" if self.run.secured.kind is Kind.BADGE_ENDORSEMENT else f"{below}/issuer"
        found: list[tuple[str, Part]] = [("", self.part)] if self.part is not None else []
        for where, part in ((below, self.definition), (at_issuer, self.issuer)):
            if part is not None and part is not self.part:
                found.append((where, part))
        return found

    def unknown(self, code: str) -> Check:
        """The check that cannot be made, since what the issuer publishes is not known."""
        message = "This was not looked at, since it is not known what the issuer publishes."
        return unchecked(code, message, "hosted.unknown")
