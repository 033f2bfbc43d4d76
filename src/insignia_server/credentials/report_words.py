"""A report as a person reads it: one sentence, what it proves and what it does not, then each check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insignia_server.credentials.report_sentence import sentence
from insignia_server.credentials.report_translation import marked
from insignia_server.issuers.models import Issuer
from insignia_server.kit import scopes
from insignia_server.kit.compiled import Compiled

TITLES = {
    "data-model": gettext_lazy("It is a badge by the rules of Open Badges"),
    "schema": gettext_lazy("Its fields are complete and well formed"),
    "terms": gettext_lazy("Every field has a meaning that was signed"),
    "related-resources": gettext_lazy("Documents that it names are unchanged"),
    "proof": gettext_lazy("The signature is the issuer's, and nothing was changed since"),
    "jwt-claims": gettext_lazy("The token and the badge agree"),
    "key-binding": gettext_lazy("The key belongs to who it should"),
    "refresh": gettext_lazy("There is no newer version of it"),
    "status": gettext_lazy("The issuer has not withdrawn it"),
    "status.revocation": gettext_lazy("The issuer has not revoked it"),
    "status.suspension": gettext_lazy("The issuer has not suspended it"),
    "status.message": gettext_lazy("What the issuer says of its state"),
    "validity": gettext_lazy("It is valid at this time"),
    "validity.from": gettext_lazy("Its time has begun"),
    "validity.until": gettext_lazy("It has not expired"),
    "recipient": gettext_lazy("It was given to the person you named"),
    "holder": gettext_lazy("The key belongs to who presents it"),
    "proof.holder": gettext_lazy("Who shows it has the key of its holder"),
    "endorsements": gettext_lazy("What others say about it is signed too"),
    "credentials": gettext_lazy("Each badge inside is in order"),
}
# A badge of Open Badges 1 or 2 that is hosted has no signature: it counts where its issuer publishes it.
HOSTED_TITLES = {
    "terms": gettext_lazy("Every field has a meaning"),
    "proof": gettext_lazy("It is published at its own address"),
    "key-binding": gettext_lazy("Its issuer publishes badges at that address"),
}
Names = tuple[str, str]  # of an issuer and of its organisation
_NAMES: Final = Compiled[Names](
    lambda did: Issuer.objects.filter(did=did).values_list("name", "organisation__name"), kind=str
)
TONES = {"valid": "good", "invalid": "bad", "undetermined": "warn"}


@dataclass(frozen=True)
class ShownCheck:
    """One line: `outcome` is a name of kit.statuses."""

    outcome: str
    title: str
    detail: str


@dataclass(frozen=True)
class Presented:
    """What the template shows; `title` is the sentence without any markup."""

    tone: str
    sentence: str
    title: str
    subject: Mapping[str, Any]
    issuer_line: str
    issuer_known: bool
    advice: tuple[str, ...]
    checks: tuple[ShownCheck, ...]
    warnings: tuple[str, ...]
    notes: tuple[str, ...]
    parts: tuple[Presented, ...]
    proves: tuple[str, ...]
    proves_not: tuple[str, ...]


def present(
    tree: Mapping[str, Any], *, inner: bool = False, names: Mapping[str, Names] | None = None
) -> Presented:
    """The report for a page; one query, to see whether the issuer is of this instance, unless `names` has
    just read it: the DID, and the names of issuer and organisation."""
    subject = tree["subject"]
    known, line = (False, "") if inner else issuer_line(tree, names or {})
    titles = {**TITLES, **HOSTED_TITLES} if _is_hosted(tree) else TITLES
    checks = tuple(_check(one, titles) for one in tree["checks"] if one["outcome"] != "not applicable")
    said = sentence(tree, html=True)
    return Presented(
        tone=TONES[tree["verdict"]],
        sentence=said,
        title=sentence(tree) if isinstance(said, SafeString) else said,
        subject=subject,
        issuer_line=line,
        issuer_known=known,
        advice=tuple(dict.fromkeys(marked(one["advice"]) for one in _open(tree) if one["advice"])),
        checks=checks,
        warnings=tuple(marked(one["message"]) for one in tree["warnings"]),
        notes=tuple(marked(note) for note in tree.get("notes") or ()),
        parts=tuple(present(part, inner=True) for part in tree["parts"]),
        proves=() if inner else _proves(tree),
        proves_not=() if inner else _proves_not(tree),
    )


def _open(tree: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [one for one in tree["checks"] if one["outcome"] in ("failed", "not checked")]


def _is_hosted(tree: Mapping[str, Any]) -> bool:
    return str(tree["subject"].get("version", "")).endswith("hosted")


def _check(one: Mapping[str, Any], titles: Mapping[str, Any]) -> ShownCheck:
    title = titles.get(one["code"]) or titles.get(one["code"].partition(".")[0]) or one["code"]
    message, advice = marked(one["message"]), marked(one["advice"])
    detail = format_html("{} {}", message, advice) if advice else message
    return ShownCheck(one["outcome"].replace(" ", "_"), str(title), detail)


def issuer_of(subject: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the badge says of its issuer."""
    issuer = subject.get("issuer")
    return issuer if isinstance(issuer, Mapping) else {"id": issuer or ""}


def issuer_line(tree: Mapping[str, Any], read: Mapping[str, Names]) -> tuple[bool, str]:
    """Whether this verifier knows the issuer, and a sentence. Not known is no failure."""
    issuer = issuer_of(tree["subject"])
    did = str(issuer.get("id") or "")
    if not did:
        return False, ""
    names = read.get(did) or _names(did)
    if any(one["code"].partition(".")[0] in ("proof", "key-binding") for one in _open(tree)):
        return names is not None, _(
            "It names {issuer} as its issuer; no signature shows that this is so."
        ).format(issuer=issuer.get("name") or did)
    if names is None and _is_hosted(tree):
        return False, _(
            "The issuer is not known to this verifier. The badge is published in the name of {did}; who that "
            "is, you judge yourself, for instance by its web address."
        ).format(did=did)
    if names is None:
        return False, _(
            "The issuer is not known to this verifier. The signature shows that {did} signed; who that is, "
            "you judge yourself, for instance by its web address."
        ).format(did=did)
    return True, _("{issuer} issues badges on this instance, for the organisation {organisation}.").format(
        issuer=names[0], organisation=names[1]
    )


def _names(did: str) -> Names | None:
    """Of the issuer with this DID and of its organisation."""
    if not did.isprintable():  # nothing of ours, and PostgreSQL cannot hold a NUL
        return None
    with scopes.crossing("verification"):
        return _NAMES.first(did)


def _passed(tree: Mapping[str, Any], code: str) -> bool:
    found = [one for one in tree["checks"] if one["code"].partition(".")[0] == code]
    outcomes = {one["outcome"] for one in found}
    return "passed" in outcomes and outcomes <= {"passed", "not applicable"}


def _proves(tree: Mapping[str, Any]) -> tuple[str, ...]:
    lines = []
    if _passed(tree, "proof") and _is_hosted(tree):
        lines.append(_("This is what stood at its own address when this was checked; it is not signed."))
    elif _passed(tree, "proof"):
        lines.append(_("The issuer's key signed exactly this text; not a letter was changed since."))
    if _passed(tree, "status") and _passed(tree, "proof"):
        lines.append(_("The issuer had not withdrawn it when this was checked."))
    if any(one["code"] == "recipient" and one["outcome"] == "passed" for one in tree["checks"]):
        lines.append(_("It was given to the person whose address you named."))
    return tuple(lines)


def _proves_not(tree: Mapping[str, Any]) -> tuple[str, ...]:
    lines = []
    if not any(one["code"] == "recipient" and one["outcome"] == "passed" for one in tree["checks"]):
        lines.append(_("It does not prove that the person in front of you is the one it was given to."))
    if any(one["code"] == "status" and one["outcome"] == "not applicable" for one in tree["checks"]):
        lines.append(_("It does not prove that the issuer still stands by it: it cannot be withdrawn."))
    lines.append(_("It does not prove that the issuer judges well. Look at the criteria and the assessment."))
    return tuple(lines)
