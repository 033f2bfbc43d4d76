"""Step 4, the status: has the issuer revoked or suspended the credential?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from insignia import credential, status_list, strict_json
from insignia.credential import Secured, issuer_id
from insignia.errors import InsigniaError, NotSupportedYet, ResolveError, StatusListError
from insignia.report import Check, Report, Verdict
from insignia.resolver import Purpose
from insignia.status_list import Status, StatusEntry
from insignia.verification.render.words import harmless, moment
from insignia.verification.run import Run, absent, failed, listing, passed, unchecked, unreachable
from insignia.verification.subject import listed

Json = Any
VerifyInside = Callable[[Run, Secured, str], Report]
ENTRIES_LIMIT = 32
RETRIEVAL = "STATUS_RETRIEVAL_ERROR"
VERIFICATION = "STATUS_VERIFICATION_ERROR"
_TAKEN = {"revocation": ("revoked", "for good"), "suspension": ("suspended", "for the time being")}


def status(run: Run, verify_inside: VerifyInside) -> Iterator[Check]:
    """Every entry of `credentialStatus` (VC Data Model 2.0, section 4.10; Open Badges 3.0, 8.1, step 4)."""
    entries = listed(run.document.get("credentialStatus"))
    if not entries:
        yield absent("status", "Its issuer publishes no status for it, so that it cannot be revoked.")
        return
    if not run.proven():
        message = "Its status was not looked up, since who signed it is not established."
        yield unchecked("status", message, "proof.unverified", where="/credentialStatus")
        return
    several = isinstance(run.document["credentialStatus"], list)
    for index, entry in enumerate(entries[:ENTRIES_LIMIT]):
        where = f"/credentialStatus/{index}" if several else "/credentialStatus"
        yield _one(run, entry, where, verify_inside)
    if len(entries) > ENTRIES_LIMIT:
        message = f"It has {len(entries)} status entries; only the first {ENTRIES_LIMIT} are looked at."
        yield unchecked("status", message, "status.too-many", where="/credentialStatus")


def _one(run: Run, entry: Json, where: str, verify_inside: VerifyInside) -> Check:
    try:
        parsed = StatusEntry.parse(entry)
    except NotSupportedYet as error:
        got = harmless(error.problems[0].got, 80)
        message = f"Its status is of a type that this verifier does not know: {got}."
        return unchecked("status", message, "status.unknown-type", where=where)
    except StatusListError as error:
        message = f"Its status entry cannot be read: {harmless(error.problems[0], 200)}."
        problems = {"problems": listing(error.problems)}
        return failed("status", message, error.code, where=where, facts=problems)
    code = f"status.{parsed.purpose}"
    facts: dict[str, Json] = {"type": parsed.type, "list": parsed.url}
    if parsed.index is not None:
        facts["index"] = str(parsed.index)
    try:
        content = run.shared.resolve(parsed.url, Purpose.STATUS).content
        return _looked_up(run, parsed, content, where, verify_inside, facts)
    except ResolveError as error:
        message = f"Whether it was {_taken(parsed)[0]} is unknown: the status list could not be fetched."
        facts["retrieval"] = error.code
        return unchecked(code, message, RETRIEVAL, advice=unreachable(error), where=where, facts=facts)


def _looked_up(
    run: Run,
    entry: StatusEntry,
    content: bytes,
    where: str,
    verify_inside: VerifyInside,
    facts: dict[str, Json],
) -> Check:
    code = f"status.{entry.purpose}"
    try:
        if entry.type == status_list.REVOCATION_LIST:
            document, doubt = strict_json.loads(content), None
            _note_issuer(run, document, where, facts)
        else:
            document, doubt = _verified_list(run, entry, content, where, verify_inside, facts)
    except InsigniaError as error:
        message = f"Whether it was {_taken(entry)[0]} is unknown: the status list cannot be read."
        facts["problems"] = listing(error.problems)
        return unchecked(code, message, RETRIEVAL, where=where, facts=facts)
    try:
        read = status_list.read_entry(
            entry, document, credential_id=run.document.get("id"), minimum=run.policy.status_entries
        )
    except StatusListError as error:
        if doubt is not None:
            return _doubted(code, "unreadable", doubt, where, facts)
        message = f"The status list does not answer for it: {harmless(error.problems[0], 200)}."
        return failed(
            code, message, error.code, where=where, facts={**facts, "problems": listing(error.problems)}
        )
    if doubt is not None:
        return _doubted(code, "set" if read.is_set else "not set", doubt, where, facts)
    return _told(run, code, read, where, facts)


def _verified_list(
    run: Run,
    entry: StatusEntry,
    content: bytes,
    where: str,
    verify_inside: VerifyInside,
    facts: dict[str, Json],
) -> tuple[Json, Report | None]:
    """The credential of a list, and its report unless it is valid. One list is verified once."""
    secured = credential.parse(content)
    report = run.shared.lists.get(entry.url)
    if report is None:
        report = verify_inside(run, secured, where)
        run.shared.lists[entry.url] = report
    facts["listDigest"] = report.digest
    if "validUntil" in report.subject:
        facts["listValidUntil"] = report.subject["validUntil"]
    _note_issuer(run, secured.document, where, facts)
    if secured.document.get("id") not in (None, entry.url):
        message = (
            f"The status list calls itself {harmless(secured.document.get('id'), 120)}, not its address."
        )
        run.warn("status.list-id", message, where)
    return secured.document, None if report.verdict is Verdict.VALID else report


def _note_issuer(run: Run, document: Json, where: str, facts: dict[str, Json]) -> None:
    """A list may be kept by another than the issuer (Bitstring Status List, 3.2): that is shown."""
    lister = issuer_id(document) if isinstance(document, dict) else None
    if lister is None:
        return
    facts["listIssuer"] = lister
    if lister != issuer_id(run.document):
        message = f"The status list is kept by {harmless(lister, 120)}, not by the issuer."
        run.warn("status.other-issuer", message, where)


def _doubted(code: str, says: str, report: Report, where: str, facts: dict[str, Json]) -> Check:
    problem = next(report.failed(), None) or next(report.not_checked())
    facts["says"] = says
    facts["listProblem"] = problem.message
    message = f"The status list cannot be relied on. About the list: {problem.message}"
    result = failed if report.verdict is Verdict.INVALID else unchecked
    return result(code, message, VERIFICATION, where=where, facts=facts)


def _told(run: Run, code: str, read: Status, where: str, facts: dict[str, Json]) -> Check:
    facts["value"] = read.value
    if read.index is not None and read.entries is not None and read.entries < status_list.MINIMUM_ENTRIES:
        run.warn("status.short-list", f"The status list has only {read.entries:,} entries.", where)
    if read.message:
        facts["message"] = read.message
    if read.references:
        facts["references"] = list(read.references)
    because = (
        f" The issuer’s word: {harmless(read.message, 200)}."
        if read.message not in (None, "set", "unset")
        else ""
    )
    if read.purpose in _TAKEN:
        word, how_long = _TAKEN[read.purpose]
        if not read.is_set:
            message = f"It is not {word}, as of {moment(run.shared.now, time=True)}."
            return passed(code, message, where, facts)
        advice = "Ask its holder or its issuer why, or for another one."
        message = f"It was {word} {how_long} by its issuer.{because}"
        return failed(code, message, f"status.{word}", advice=advice, where=where, facts=facts)
    if read.purpose == "message":
        return passed(
            code, f"The status message is {harmless(read.message or read.value, 200)}.", where, facts
        )
    if not read.is_set:
        return passed(code, f"Its status {harmless(read.purpose, 60)} is not set.", where, facts)
    if read.purpose == "refresh":
        run.warn("status.refresh", "The issuer has a newer version of it.", where)
        return passed(code, "The issuer says that a newer version exists.", where, facts)
    message = (
        f"Its status {harmless(read.purpose, 60)} is set, and this verifier does not know what that means."
    )
    return unchecked(code, message, "status.unknown-purpose", where=where, facts=facts)


def _taken(entry: StatusEntry) -> tuple[str, str]:
    return _TAKEN.get(entry.purpose, (f"given the status {harmless(entry.purpose, 40)}", ""))
