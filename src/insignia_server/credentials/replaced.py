"""What a report cannot say: that what was revoked was replaced by a newer one (status lists know no such
word)."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from insignia_server.credentials.models import Credential, CredentialState, VisitorView
from insignia_server.credentials.reading import visible
from insignia_server.credentials.report_words import issuer_of
from insignia_server.kit import scopes


@dataclass(frozen=True)
class Replaced:
    """The sentence, when it was, and the page of the newer one where everybody may see it."""

    sentence: str
    link: str
    at: dt.datetime


def sentence_of(issuer: str, at: dt.datetime, reason: str) -> str:
    """That a badge was replaced, by whom, when and why."""
    day = date_format(at, pgettext("date format", "j F Y"), use_l10n=False)
    text = _("{issuer} replaced this badge by a newer one on {day}. Reason: {reason}")
    return text.format(issuer=issuer, day=day, reason=reason or "–")


def replaced(tree: Mapping[str, Any]) -> Replaced | None:
    """Whether the credential of a report is one of this instance that was superseded; one query.

    Only for what its issuer signed: anybody can write down the name of somebody else's badge.
    """
    key = _key(tree)
    if key is None or tree["verdict"] != "invalid" or not _signed(tree):
        return None
    with scopes.crossing("verification"):
        rows = visible().filter(state=CredentialState.SUPERSEDED, superseded_by__isnull=False)
        row: Credential | None = (
            rows.select_related("issuer", "superseded_by__award").defer("content").filter(pk=key).first()
        )
    if row is None or row.state_at is None or row.issuer.did != issuer_of(tree["subject"]).get("id"):
        return None
    award = getattr(row.superseded_by, "award", None)
    shown = award is not None and award.visibility != VisitorView.PRIVATE
    return Replaced(
        sentence_of(row.issuer.name, row.state_at, row.state_reason),
        f"/badges/{row.superseded_by_id}/" if shown else "",
        row.state_at,
    )


def _key(tree: Mapping[str, Any]) -> uuid.UUID | None:
    name = tree["subject"].get("id")
    if not isinstance(name, str) or not name.startswith("urn:uuid:"):
        return None
    try:
        return uuid.UUID(name.removeprefix("urn:uuid:"))
    except ValueError:
        return None


def _signed(tree: Mapping[str, Any]) -> bool:
    """Whether signature and key were found to be the issuer's."""
    found = {"proof": False, "key-binding": True}
    for one in tree["checks"]:
        if one["code"] in found:
            found[one["code"]] = one["outcome"] == "passed"
    return all(found.values())
