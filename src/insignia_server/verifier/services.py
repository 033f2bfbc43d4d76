"""Verifying for anyone: at once when everything is at hand, otherwise by a job."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from insignia.errors import ResolveError
from insignia.report import Report
from insignia.resolver import Document, OfflineResolver, Purpose, Resolver
from insignia.verification import receipt, render
from insignia_server.credentials.verification import verify_bytes
from insignia_server.issuers.resolver import local
from insignia_server.kit import fetch
from insignia_server.kit.foreign import Within
from insignia_server.kit.portions import delete_in_portions
from insignia_server.verifier import receipts
from insignia_server.verifier.models import Verification, VerificationState
from insignia_server.verifier.reading import Found, Unreadable, read_file

KEPT = dt.timedelta(days=1)
PATIENCE = 30.0  # seconds for all that one badge names on other servers; far less than the job's lease
OWN_PAGE = re.compile(
    r"/(?:badges|credentials)/(?P<key>[0-9a-f-]{36})(?:\.json|\.jwt|\.png|\.svg|\.pdf|/(?:share/)?)?",
    re.ASCII | re.IGNORECASE,
)


class NotedResolver:
    """Answers nothing, and remembers that it was asked for something of another server."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._bundled = OfflineResolver()

    def resolve(self, url: str, purpose: Purpose) -> Document:
        """A bundled document; for others ResolveError offline."""
        try:
            return self._bundled.resolve(url, purpose)
        except ResolveError:
            self.asked.append(url)
            raise


def at_hand(*, found: Found, source: str, now: dt.datetime, recipient: str = "") -> Verification:
    """Verify what was found as far as nobody else is asked; the row, not saved. It waits when another server
    is needed."""
    row = Verification(
        source=source[:500], address=found.address, content=found.content or None, recipient=recipient
    )
    own = own_credential(found.address) if found.address else None
    if own is not None:
        row.content = own
    if row.content:
        noted = NotedResolver()
        report = examine(bytes(row.content), resolver=noted, now=now, recipient=recipient)
        if not noted.asked:
            conclude(row, report, now=now)
    return row


def accept(row: Verification) -> Verification:
    """Keep it, and let a job ask the other servers that it waits for."""
    with transaction.atomic():
        row.save()
        if row.state == VerificationState.WAITING:
            from insignia_server.verifier.jobs import run_verification

            run_verification.enqueue(verification=str(row.pk), language=get_language() or "")
    return row


def own_credential(address: str) -> bytes | None:
    """The credential behind a page of this instance; None for other addresses and for what is not shown."""
    if not address.startswith(settings.PUBLIC_URL + "/"):
        return None
    match = OWN_PAGE.fullmatch(re.split("[?#]", address.removeprefix(settings.PUBLIC_URL))[0])
    if match is None:
        return None
    try:
        key = uuid.UUID(match["key"])
    except ValueError:
        return None
    return local(f"/credentials/{key}.json") or local(f"/credentials/{key}.jwt")


def examine(content: bytes, *, resolver: Resolver, now: dt.datetime, recipient: str = "") -> Report:
    """The report on some bytes; also of what is no credential. `resolver` answers for other servers."""
    return verify_bytes(content, resolver=resolver, now=now, recipient=recipient or None)


def conclude(row: Verification, report: Report, *, now: dt.datetime) -> None:
    """Write the report and its receipt into the row."""
    row.report = storable(render.tree(report))
    row.receipt = receipt.sign(
        report, receipts.signer(), created=now, verification_method=receipts.verification_method()
    )
    row.state = VerificationState.DONE


def storable(value: Any) -> Any:
    """The same without NUL characters, which a foreign badge may hold and PostgreSQL cannot."""
    if isinstance(value, str):
        return value.replace("\x00", "\N{REPLACEMENT CHARACTER}")
    if isinstance(value, dict):
        return {storable(name): storable(inner) for name, inner in value.items()}
    return [storable(inner) for inner in value] if isinstance(value, list | tuple) else value


def fail(row: Verification, sentence: str, advice: str) -> None:
    """Write down why there is no report."""
    row.problem = {"sentence": sentence, "advice": advice}
    row.state = VerificationState.FAILED


def give_up(*, verification: str, language: str = "") -> None:
    """The job failed for good: whoever waits on the page is told, in `language`."""
    row = Verification.objects.filter(pk=verification, state=VerificationState.WAITING).first()
    if row is not None:
        with translation.override(language or settings.LANGUAGE_CODE):
            fail(row, _("This is a defect of the server, and it was logged. Try again later."), "")
        row.save()


def run(
    row: Verification,
    *,
    now: dt.datetime,
    resolver: Resolver | None = None,
    get: Callable[..., Any] = fetch.fetch,
) -> Verification:
    """Fetch and verify: what a job does. Never raises for what another server answers."""
    others = resolver or Within(PATIENCE)
    try:
        if not row.content:
            row.content = _content(row.address, get=get)
        conclude(
            row,
            examine(bytes(row.content), resolver=others, now=now, recipient=row.recipient),
            now=now,
        )
    except Unreadable as error:
        fail(row, error.sentence, error.advice)
    except ResolveError as error:
        fail(row, _("{address} could not be fetched.").format(address=row.address[:200]), fetch.advice(error))
    row.save()
    return row


def _content(address: str, *, get: Callable[..., Any]) -> bytes:
    """What is at an address; of one that is gone for good the address itself, since that is how hosted badges
    of Open Badges 1 and 2 are revoked. Raises as `follow` does."""
    try:
        return follow(address, get=get)
    except ResolveError as error:
        if error.code != ResolveError.GONE:
            raise
        return address.encode()


ACCEPT = ", ".join(
    (
        *("application/vc", "application/vc+jwt", "application/ld+json"),
        *("application/json;q=0.9", "image/*;q=0.8", "*/*;q=0.5"),
    )
)


def follow(address: str, *, get: Callable[..., Any], steps: int = 2) -> bytes:
    """The bytes of the credential at an address; one that leads to a picture or another address is followed.

    Raises:
        ResolveError: not fetched; Unreadable: no badge there.
    """
    fetched = get(address, accept=ACCEPT)
    own = own_credential(fetched.url)
    if own is not None:
        return own
    try:
        found = read_file(fetched.content)
    except Unreadable as error:
        if fetched.media_type == "text/html":
            raise Unreadable(
                _("There is a web page at this address, and no badge that can be verified."),
                _("Download the badge from that page (as JSON, PNG or SVG) and drop the file here."),
            ) from None
        raise error from None
    if found.content:
        return found.content
    if steps:
        return follow(found.address, get=get, steps=steps - 1)
    raise Unreadable(_("The address leads from one to the next."), _("Use the address of the badge itself."))


def forget_old(*, now: dt.datetime) -> int:
    """Delete what is older than a day; returns how many."""
    return delete_in_portions(Verification.objects.filter(created_at__lt=now - KEPT))
