"""Whom an award is for: identifiers made normal, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _

from insignia_server.awarding.sheets.characters import CONTROL, trim
from insignia_server.awarding.sheets.choices import LocaleCheck
from insignia_server.awarding.sheets.context import CheckLimits
from insignia_server.awarding.sheets.emails import EmailCheck
from insignia_server.awarding.sheets.identifiers import check_identifier, check_type
from insignia_server.awarding.sheets.model import Finding, RowProblem, visible
from insignia_server.awarding.sheets.names import NameCheck
from insignia_server.credentials.subject import DID, EMAIL
from insignia_server.kit import blind
from insignia_server.kit.errors import Refusal

LIMITS: Final = CheckLimits()


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """Whom an award is for.

    `email` alone is signed and written to. With an `identifier` of `identifier_kind` (an IdentifierTypeEnum
    of Open Badges 3.0, or `did`), that one is signed, and `email`, if given, is only written to.
    """

    email: str = ""
    identifier: str = ""
    identifier_kind: str = ""
    name: str = ""
    language: str = ""

    @property
    def blind_index(self) -> bytes:
        """By which the award is found (kit.blind)."""
        return blind.index(self.identifier_kind, self.identifier)


@lru_cache(maxsize=1)
def _emails() -> EmailCheck:
    return EmailCheck()


def told(field: str, findings: Iterable[Finding]) -> Iterable[tuple[bool, Refusal]]:
    """Findings of a sheet's checks as refusals; beside each, whether it is an error or only a warning."""
    for one in findings:
        problem = RowProblem(0, one.code, None, field, one.got, one.suggestion, one.params)
        yield one.is_error, Refusal(problem.message, field, one.code, problem.expected, one.got)


def normalised(recipient: Recipient) -> tuple[Recipient, list[Refusal], list[Refusal]]:
    """The recipient as it is stored and signed, the errors, and the warnings (a near-miss domain, a damaged
    name)."""
    errors: list[Refusal] = []
    warnings: list[Refusal] = []

    def note(field: str, findings: Iterable[Finding]) -> None:
        for is_error, refusal in told(field, findings):
            (errors if is_error else warnings).append(refusal)

    errors += _not_silently(recipient)
    (email, display), findings = _emails()(recipient.email)
    note("email", findings)
    kind, identifier = recipient.identifier_kind, recipient.identifier
    if kind and kind != DID:
        kind, findings = check_type(kind)
        note("identifier_kind", findings)
    if identifier and kind == EMAIL:
        (identifier, _shown), findings = _emails()(identifier)
        note("identifier", findings)
        identifier = blind.normal_email(identifier) if identifier else ""
    elif identifier:
        identifier, kind, findings = check_identifier(identifier, kind, LIMITS.identifier)
        note("identifier", findings)
    email = blind.normal_email(email) if email else ""
    if not identifier and not errors:
        identifier, kind = email, EMAIL
    if not identifier and not errors:
        message = _("Say who it is for: an email address, a DID or another identifier.")
        errors.append(Refusal(message, "email", "person.missing", _("an email address"), ""))
    name, findings = _names()(recipient.name or display)
    note("name", findings)
    if kind == EMAIL and not email:
        email = identifier
    made = replace(
        recipient,
        email=email,
        identifier=identifier,
        identifier_kind=kind,
        name=name,
        language=_language(recipient.language),
    )
    return made, errors, warnings


def _not_silently(recipient: Recipient) -> list[Refusal]:
    """What a sheet's dry run points out and mends; nobody looks at the warnings of a single award, so it is
    refused."""
    found = []
    if CONTROL.search(trim(recipient.name)):
        message = _("The name holds a line break or another control character. Type it again in one line.")
        found.append(
            Refusal(message, "name", "name.control", _("a name in one line"), visible(recipient.name))
        )
    if recipient.language and not _language(recipient.language):
        known = ", ".join(code for code, _name in settings.LANGUAGES)
        message = _("This language is not known here. Leave it out, or choose one of: {known}.")
        got = visible(recipient.language)
        found.append(Refusal(message.format(known=known), "language", "locale.unknown", known, got))
    return found


def _language(tag: str) -> str:
    """The language of ours that a tag (BCP 47, also `de_AT`) asks for; empty when there is none."""
    near, _findings = LocaleCheck([code for code, _name in settings.LANGUAGES])(tag)
    return near


@lru_cache(maxsize=1)
def _names() -> NameCheck:
    return NameCheck(LIMITS.name, whole=True)
