"""Step 4, the dates: is the credential valid yet, and still?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from insignia.credential import Form, instant
from insignia.report import Check
from insignia.verification.render.words import harmless, moment
from insignia.verification.run import Run, failed, passed

Json = Any


def validity(run: Run) -> Iterator[Check]:
    """`validFrom` and `validUntil`, in data model 1.1 `issuanceDate` and `expirationDate`; the claims
    `nbf` and `exp` of a JWT that carries them in their place."""
    yield _start(run)
    yield _end(run)
    awarded = instant(run.document.get("awardedDate"))
    if awarded is not None and awarded > run.shared.now:
        run.warn(
            "validity.awarded", f"It says that it was awarded later, on {moment(awarded)}.", "/awardedDate"
        )


def _start(run: Run) -> Check:
    name, value = _member(run, "validFrom", "issuanceDate")
    if value is None:
        return passed("validity.from", "It has no date before which it is not valid.")
    start = instant(value)
    if start is None:
        return _unreadable("validity.from", name, value)
    shown = moment(start, time=True)
    if start > run.shared.now:
        return failed(
            "validity.from",
            f"It is not valid yet: it becomes valid on {shown}.",
            "validity.not-yet",
            advice="Verify it again from that day on.",
            where=f"/{name}",
            facts={name: value},
        )
    return passed("validity.from", f"It is valid since {shown}.", f"/{name}", {name: value})


def _end(run: Run) -> Check:
    name, value = _member(run, "validUntil", "expirationDate")
    end = instant(value)
    where = f"/{name}"
    if value is not None and end is None:
        return _unreadable("validity.until", name, value)
    claim = numeric_date(run.secured.jwt.payload.get("exp")) if _has_claims(run) and run.secured.jwt else None
    if claim is not None and (end is None or claim < end):
        end, where, value = claim, "/exp", claim.isoformat()
    if end is None:
        return passed("validity.until", "It has no expiry date.")
    shown = moment(end, time=True)
    if end < run.shared.now:
        return failed(
            "validity.until",
            f"It expired on {shown}.",
            "validity.expired",
            advice="Ask its holder for a renewed one.",
            where=where,
            facts={name: value},
        )
    return passed("validity.until", f"It is valid until {shown}.", where, {name: value})


def _member(run: Run, name: str, earlier: str) -> tuple[str, Json]:
    """The member by its name in the document's data model; a 1.1 credential may have the new name too."""
    document = run.document
    if run.secured.data_model == "1.1" and (earlier in document or name not in document):
        return earlier, document.get(earlier)
    return name, document.get(name)


def _has_claims(run: Run) -> bool:
    return run.secured.form in (Form.JWT_OB, Form.JWT_VC11)


def numeric_date(value: Json) -> datetime | None:
    """The moment of a NumericDate (RFC 7519, section 2); None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _unreadable(code: str, name: str, value: Json) -> Check:
    message = f"Its {name} is not a date and time with a zone: {harmless(value, 60)}."
    return failed(code, message, "validity.malformed", where=f"/{name}", facts={name: harmless(value, 60)})
