"""What is said of one recipient: dates by the expiry rule, results against their descriptions, evidence."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from insignia.achievement import RESULT_STATUS_TYPES
from insignia_server.achievements.definition import Definition, ResultDescription
from insignia_server.awarding.evidence import token_of
from insignia_server.awarding.models import Award
from insignia_server.awarding.recipients import LIMITS, Recipient, told
from insignia_server.awarding.sheets.context import ResultChoice
from insignia_server.awarding.sheets.links import LinkCheck, TextCheck
from insignia_server.awarding.sheets.results import ResultCheck
from insignia_server.credentials.subject import Evidence, Result, Subject
from insignia_server.kit.errors import Refusal

MOST_EVIDENCE: Final = 20


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What an award says beside the recipient. `dated`: the day was given, so the credential tells it."""

    valid_from: dt.datetime
    valid_until: dt.datetime | None = None
    dated: bool = False
    results: tuple[Result, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    narrative: str = ""

    def subject(self, recipient: Recipient, credential_id: uuid.UUID, *, salt: str = "") -> Subject:
        """Everything that is signed."""
        return Subject(
            credential_id=credential_id,
            identifier=recipient.identifier,
            identifier_kind=recipient.identifier_kind,
            salt=salt or new_salt(),
            name=recipient.name,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            awarded_at=self.valid_from if self.dated else None,
            results=self.results,
            evidence=self.evidence,
            narrative=self.narrative,
        )

    def to_json(self) -> dict[str, Any]:
        """As it is stored beside the award; empty members are left out."""
        found: dict[str, Any] = {"valid_from": self.valid_from.isoformat()}
        if self.valid_until is not None:
            found["valid_until"] = self.valid_until.isoformat()
        if self.dated:
            found["dated"] = True
        if self.results:
            found["results"] = [_filled(one) for one in self.results]
        if self.evidence:
            found["evidence"] = [_filled(one) for one in self.evidence]
        if self.narrative:
            found["narrative"] = self.narrative
        return found

    @classmethod
    def from_json(cls, stored: Mapping[str, Any], *, start: dt.datetime | None = None) -> Facts:
        """What `to_json` gave. `start` stands in where no time was stored.

        Raises ValueError without any time.
        """
        text = stored.get("valid_from")
        begins = parse_datetime(text) if isinstance(text, str) else start
        if begins is None:
            raise ValueError(f"expected a time, got {text!r}")
        return cls(
            valid_from=begins,
            valid_until=parse_datetime(stored["valid_until"]) if "valid_until" in stored else None,
            dated=stored.get("dated", False),
            results=tuple(Result(**one) for one in stored.get("results", ())),
            evidence=tuple(Evidence(**one) for one in stored.get("evidence", ())),
            narrative=stored.get("narrative", ""),
        )

    @classmethod
    def of(cls, award: Award) -> Facts:
        """What stands beside an award; one of which no facts were kept has the dates of its credential."""
        credential = award.credential
        facts = cls.from_json(award.details, start=credential.valid_from)
        if "valid_from" in award.details or credential.valid_until is None:
            return facts
        return replace(facts, valid_until=facts.valid_until or credential.valid_until)


def _filled(one: Result | Evidence) -> dict[str, str]:
    return {name: text for name, text in asdict(one).items() if text}


def new_salt() -> str:
    """A salt for one identifier: 128 random bits."""
    return secrets.token_urlsafe(16)


def result_choice(description: ResultDescription) -> ResultChoice:
    """A result description as the checks of sheets know it; a rubric allows the names of its levels."""
    allowed = description.allowed_values or tuple(level.name for level in description.levels)
    return ResultChoice(
        id=description.key,
        name=description.name,
        type=description.result_type,
        allowed=allowed,
        minimum=description.value_min,
        maximum=description.value_max,
        required_value=description.required_value,
    )


def result_of(description: ResultDescription, text: str) -> Result:
    """A result out of a value that was checked: a level where the description is a rubric, a status of its
    kind."""
    wanted = text.casefold()
    for level in description.levels:
        if wanted in (level.key.casefold(), level.name.casefold()):
            return Result(description=description.key, level=level.key)
    if description.result_type == "Status" and text in RESULT_STATUS_TYPES:
        return Result(description=description.key, status=text)
    return Result(description=description.key, value=text)


def settled(
    definition: Definition,
    *,
    valid_from: dt.datetime | None,
    valid_until: dt.datetime | None,
    results: Sequence[Result],
    evidence: Sequence[Evidence],
    narrative: str,
    now: dt.datetime,
) -> tuple[Facts, list[Refusal], list[Refusal]]:
    """The facts by the achievement's rules, the errors, and the warnings. Nothing is looked up or fetched."""
    errors: list[Refusal] = []
    warnings: list[Refusal] = []
    start, end = _dates(definition, valid_from, valid_until, now, errors, warnings)
    checked = _results(definition, results, errors, warnings)
    pieces = _evidence(definition, evidence, errors)
    story = _text("narrative", narrative, errors, warnings)
    facts = Facts(
        valid_from=start,
        valid_until=end,
        dated=valid_from is not None,
        results=checked,
        evidence=pieces,
        narrative=story,
    )
    return facts, errors, warnings


def _dates(
    definition: Definition,
    valid_from: dt.datetime | None,
    valid_until: dt.datetime | None,
    now: dt.datetime,
    errors: list[Refusal],
    warnings: list[Refusal],
) -> tuple[dt.datetime, dt.datetime | None]:
    for field, moment in (("valid_from", valid_from), ("valid_until", valid_until)):
        if moment is not None and moment.tzinfo is None:
            errors.append(
                Refusal(_("Say the time zone."), field, "zone", "2026-11-25T12:00:00Z", str(moment))
            )
            return now, None
    start = valid_from or now
    latest = now + dt.timedelta(days=LIMITS.days_ahead)
    if start > latest:
        message = _("An award can be dated at most a year ahead.")
        errors.append(
            Refusal(message, "valid_from", "date.too-far", latest.date().isoformat(), start.isoformat())
        )
    elif start > now:
        warnings.append(
            Refusal(_("It becomes valid later."), "valid_from", "date.future", "", start.isoformat())
        )
    try:
        end = valid_until or definition.expiry.until(start)
    except (ValueError, OverflowError):
        message = _("No calendar has this date.")
        errors.append(Refusal(message, "valid_from", "date.unreadable", "", start.isoformat()))
        return start, None
    if end is not None and end <= start:
        given = valid_until is not None
        message = _("It would end before it begins. Choose a later end.")
        rule = _("By the achievement's rule it would be over already. Publish a version with a later end.")
        errors.append(
            Refusal(
                message if given else rule,
                "valid_until",
                "expiry.before-issue",
                start.isoformat(),
                end.isoformat(),
            )
        )
    elif end is not None and end <= now:
        warnings.append(Refusal(_("It is over already."), "valid_until", "expiry.past", "", end.isoformat()))
    return start, end


def _results(
    definition: Definition, results: Sequence[Result], errors: list[Refusal], warnings: list[Refusal]
) -> tuple[Result, ...]:
    checked: list[Result] = []
    seen: set[str] = set()
    for at, given in enumerate(results):
        field = f"results.{at}"
        description = definition.result(given.description)
        if description is None or given.description in seen:
            known = ", ".join(one.key for one in definition.results)
            twice = description is not None
            message = (
                _("This result stands here twice.") if twice else _("The achievement has no such result.")
            )
            code = "result.twice" if twice else "result.unknown"
            errors.append(Refusal(message, field, code, known, given.description))
            continue
        seen.add(given.description)
        checked.append(_result(description, given, field, errors, warnings))
    return tuple(checked)


def _result(
    description: ResultDescription,
    given: Result,
    field: str,
    errors: list[Refusal],
    warnings: list[Refusal],
) -> Result:
    if given.status and given.status not in RESULT_STATUS_TYPES:
        known = ", ".join(RESULT_STATUS_TYPES.terms)
        errors.append(Refusal(_("There is no such status."), field, "result.status", known, given.status))
    if given.level:
        level = next((one for one in description.levels if one.key == given.level), None)
        if level is None:
            known = ", ".join(one.key for one in description.levels)
            message = _("The achievement has no such level.")
            errors.append(Refusal(message, field, "result.level", known, given.level))
        elif _under(description, given.level):
            warnings.append(_under_required(description, field, level.name))
        if not given.value:
            return given
    if not given.value and not given.status:
        message = _("Give a value, or leave the result out.")
        errors.append(Refusal(message, field, "result.missing", description.name, ""))
        return given
    if not given.value:
        return given
    value, findings = ResultCheck(result_choice(description), LIMITS.result)(given.value)
    for is_error, refusal in told(field, findings):
        (errors if is_error else warnings).append(refusal)
    if not value:
        return given
    made = result_of(description, value)
    if made.level and _under(description, made.level):
        warnings.append(_under_required(description, field, value))
    return Result(
        description=description.key,
        value=made.value,
        level=given.level or made.level,
        status=given.status or made.status,
    )


def _under(description: ResultDescription, key: str) -> bool:
    """Whether a level is below the one that is required: by points where both have some, else by their
    order."""
    keys = [level.key for level in description.levels]
    if description.required_level not in keys or key == description.required_level:
        return False
    points = {level.key: _number(level.points) for level in description.levels}
    mine, wanted = points[key], points[description.required_level]
    return mine is not None and wanted is not None and mine < wanted


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text.replace(",", ".")) if text else None
    except InvalidOperation:
        return None


def _under_required(description: ResultDescription, field: str, got: str) -> Refusal:
    wanted = next(
        (one.name for one in description.levels if one.key == description.required_level),
        description.required_value,
    )
    return Refusal(
        _("The level is under the one that the achievement requires. Should this person be awarded?"),
        field,
        "score.under-required",
        wanted,
        got,
    )


def _evidence(
    definition: Definition, evidence: Sequence[Evidence], errors: list[Refusal]
) -> tuple[Evidence, ...]:
    if definition.evidence_required and not evidence:
        message = _("This achievement asks for evidence: give a link, or tell of the work.")
        errors.append(Refusal(message, "evidence", "evidence.missing", _("a link or a text"), ""))
    if len(evidence) > MOST_EVIDENCE:
        message = _("Give fewer pieces of evidence.")
        errors.append(Refusal(message, "evidence", "evidence.many", str(MOST_EVIDENCE), str(len(evidence))))
    for at, piece in enumerate(evidence):
        field = f"evidence.{at}"
        if not (piece.url or piece.name or piece.description or piece.narrative):
            message = _("Give a link, or tell of the work; or leave it out.")
            errors.append(Refusal(message, field, "evidence.empty", _("a link or a text"), ""))
        if piece.url and not token_of(piece.url):  # a file of this instance, which may be within a network
            errors += link_problems(field, piece.url)
        for text in (piece.name, piece.description, piece.narrative, piece.genre):
            _text(field, text, errors, [])
    return tuple(evidence[:MOST_EVIDENCE])


def link_problems(field: str, address: str) -> list[Refusal]:
    """What is wrong with the address of a piece of evidence: one link, http or https. Empty: nothing."""
    if not address:
        return []
    links, findings = LinkCheck(LIMITS.link)(address)
    errors = [refusal for is_error, refusal in told(field, findings) if is_error]
    if len(links) > 1:
        message = _("Give one link for each piece of evidence.")
        errors.append(Refusal(message, field, "evidence.links", "1", str(len(links))))
    return errors


def _text(field: str, text: str, errors: list[Refusal], warnings: list[Refusal]) -> str:
    checked, findings = TextCheck(LIMITS.narrative)(text) if text else ("", ())
    for is_error, refusal in told(field, findings):
        (errors if is_error else warnings).append(refusal)
    return checked
