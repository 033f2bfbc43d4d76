"""What is wrong with what was said, whichever the framework. What was not said is frameworks.py's."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from insignia.achievement import ACHIEVEMENT_TYPES, ALIGNMENT_TARGET_TYPES, RESULT_TYPES
from insignia.profile import IDENTIFIER_TYPES
from insignia.schema import is_uri
from insignia_server.achievements import terms
from insignia_server.achievements.definition import Alignment, Definition, ResultDescription
from insignia_server.achievements.fields import value_of
from insignia_server.kit.errors import Refusal

Found = Iterator[Refusal]

# Open Badges 3.0, LanguageCode: two to four letters, a script, a region.
_LANGUAGE: Final = re.compile(r"[a-z]{2,4}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")
_RUNNING: Final = frozenset({"javascript", "vbscript", "data", "blob", "file", "filesystem", "view-source"})
KEY: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")
_NUMBER: Final = re.compile(r"-?\d{1,9}([.,]\d{1,6})?")
_SHORT: Final = {
    "name": 300,
    "human_code": 100,
    "field_of_study": 300,
    "specialization": 300,
    "version": 50,
    "country": 200,
    "image_alt": 1000,
    "assessment.assessor_name": 300,
    "stackability_note": 500,
}
_LONG: Final = {
    "description": 5_000,
    "criteria": 30_000,
    "assessment.description": 10_000,
    "quality_assurance": 10_000,
    "entry_requirements": 10_000,
    "further_information": 10_000,
}
_CHOICES: Final[dict[str, Any]] = {
    "achievement_type": ACHIEVEMENT_TYPES,
    "assessment.supervision": terms.SUPERVISION,
    "assessment.identity_check": terms.IDENTITY_CHECKS,
    "cycle": terms.CYCLES,
    "kind": terms.KINDS,
    "participation": terms.PARTICIPATION,
    "stackability": terms.STACKABILITY,
    "expiry.kind": terms.EXPIRY_KINDS,
}
_URLS: Final = ("criteria_url", "quality_assurance_url", "creator.url")
_AMOUNTS: Final = {"credits_available": 10_000.0, "ects": 300.0, "workload_hours": 100_000.0}
_MOST_TAGS, _MOST_OUTCOMES, _MOST_ROWS = 50, 50, 100


def faults(definition: Definition) -> list[Refusal]:
    """Every fault of what is filled in, with its path."""
    found: list[Refusal] = []
    for check in (_lengths, _choices, _several, _amounts, _addresses, _languages, _expiry, _rules, _others):
        found.extend(check(definition))
    for at, alignment in enumerate(definition.alignments):
        found.extend(_alignment(alignment, f"alignments.{at}"))
    found.extend(_results(definition.results))
    return found


def is_web_address(text: str) -> bool:
    """Whether this is an http or https URL with a host and no space in it."""
    try:
        parts = urlsplit(text)
        return (
            parts.scheme in ("http", "https") and bool(parts.hostname) and is_uri(text) and len(text) <= 2000
        )
    except ValueError:
        return False


def is_harmless_uri(text: str) -> bool:
    """Whether this is a URI (also urn:, did:) that does not run or show anything by itself when followed."""
    return is_uri(text) and text.partition(":")[0].lower() not in _RUNNING


def _lengths(definition: Definition) -> Found:
    for path, most in (_SHORT | _LONG).items():
        text = value_of(definition, path)
        if len(text) > most:
            message = _("Shorten this to %(most)d characters; there are %(count)d.") % {
                "most": most,
                "count": len(text),
            }
            yield Refusal(message, path, "length", str(most), str(len(text)))
        if path in _SHORT and "\n" in text:
            yield Refusal(_("Write this in one line."), path, "length")
    for path, most in (
        ("tags", _MOST_TAGS),
        ("learning_outcomes", _MOST_OUTCOMES),
        ("alignments", _MOST_ROWS),
    ):
        values = value_of(definition, path)
        if len(values) > most:
            message = _("At most %(most)d of these; there are %(count)d.") % {
                "most": most,
                "count": len(values),
            }
            yield Refusal(message, path, "length", str(most), str(len(values)))
    yield from _texts(definition.tags, "tags", 100)
    yield from _texts(definition.learning_outcomes, "learning_outcomes", 1000)


def _texts(values: Sequence[str], path: str, most: int) -> Found:
    for at, value in enumerate(values):
        if not value.strip() or len(value) > most:
            message = _("Each of these has 1 to %(most)d characters.") % {"most": most}
            yield Refusal(message, f"{path}.{at}", "length", str(most), str(len(value)))
    for value in _twice(value.strip().casefold() for value in values):
        yield Refusal(_("“%(value)s” stands here twice.") % {"value": value}, path, "duplicate", got=value)


def _twice(values: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    again: dict[str, None] = {}
    for value in values:
        if value in seen:
            again[value] = None
        seen.add(value)
    return list(again)


def _choices(definition: Definition) -> Found:
    for path, allowed in _CHOICES.items():
        value = value_of(definition, path)
        if value and value not in allowed:
            yield _not_a_term(path, value, getattr(allowed, "terms", allowed))
    for path, known in (("suite", terms.SUITES), ("status", terms.STATUS_OPTIONS)):
        value = value_of(definition, path)
        if value not in known:
            yield _not_a_term(path, value, known)


def _not_a_term(path: str, value: str, allowed: Iterable[str]) -> Refusal:
    return Refusal(_("Choose one of the values that are offered."), path, "term", ", ".join(allowed), value)


def _several(definition: Definition) -> Found:
    """Assessment: several methods and assessors; 'no assessment' goes with none other."""
    assessment = definition.assessment
    for path, values, allowed in (
        ("assessment.methods", assessment.methods, terms.ASSESSMENT_METHODS),
        ("assessment.assessors", assessment.assessors, terms.ASSESSORS),
    ):
        for value in values:
            if value not in allowed:
                yield _not_a_term(path, value, allowed)
    if "none" in assessment.methods and len(assessment.methods) > 1:
        message = _("“No assessment” cannot stand beside a method. Take one of them away.")
        yield Refusal(message, "assessment.methods", "order")
    if assessment.by_participation and definition.kind:
        message = _("A TrustEd Microcredential is assessed. Choose a method, or no kind of micro-credential.")
        yield Refusal(message, "assessment.methods", "order")


def _amounts(definition: Definition) -> Found:
    for path, most in _AMOUNTS.items():
        value = value_of(definition, path)
        if value is not None and not 0 < value <= most:
            message = _("Give a number above 0 and up to %(most)g.") % {"most": most}
            yield Refusal(message, path, "range", f"0 < n <= {most:g}", f"{value:g}")
    if definition.eqf_level is not None and not 1 <= definition.eqf_level <= 8:
        message = _("The European Qualifications Framework has the levels 1 to 8.")
        yield Refusal(message, "eqf_level", "range", "1 to 8", str(definition.eqf_level))


def _addresses(definition: Definition) -> Found:
    for path in _URLS:
        yield from _address(value_of(definition, path), path)
    creator = definition.creator
    if creator.name and not creator.url:
        yield Refusal(
            _("Give the creator's web address; it identifies the creator."), "creator.url", "required"
        )
    if (creator.url or creator.email) and not creator.name:
        yield Refusal(_("Give the creator's name."), "creator.name", "required")
    if creator.email:
        try:
            validate_email(creator.email)
        except ValidationError:
            yield Refusal(
                _("This is not an email address."),
                "creator.email",
                "email",
                "name@example.org",
                creator.email,
            )


def _address(value: str, path: str) -> Found:
    if value and not is_web_address(value):
        message = _("This is not a web address. It begins with https:// or http:// and has no spaces.")
        yield Refusal(message, path, "url", "https://example.org/…", value)


def _language(value: str, path: str) -> Found:
    if value and not _LANGUAGE.fullmatch(value):
        message = _("This is not a language code such as en, de or pt-BR.")
        yield Refusal(message, path, "language", "en", value)


def _languages(definition: Definition) -> Found:
    yield from _language(definition.in_language, "in_language")
    seen = {definition.in_language}
    for at, one in enumerate(definition.translations):
        path = f"translations.{at}"
        if not one.language:
            yield Refusal(_("Choose the language of this translation."), f"{path}.language", "required")
        yield from _language(one.language, f"{path}.language")
        if one.language and one.language in seen:
            yield Refusal(
                _("These texts are there in this language already."), f"{path}.language", "duplicate"
            )
        seen.add(one.language)
        if not one.name.strip():
            yield Refusal(_("Give the name in this language."), f"{path}.name", "required")
        if len(one.name) > _SHORT["name"] or len(one.description) > _LONG["description"]:
            yield Refusal(_("Shorten the texts of this translation."), f"{path}.name", "length")
        if len(one.criteria) > _LONG["criteria"]:
            yield Refusal(_("Shorten the texts of this translation."), f"{path}.criteria", "length")
        yield from _texts(one.learning_outcomes, f"{path}.learning_outcomes", 1000)


def _expiry(definition: Definition) -> Found:
    expiry = definition.expiry
    if expiry.kind == "date":
        try:
            dt.date.fromisoformat(expiry.date)
        except ValueError:
            message = (
                _("Give the date on which all credentials end.")
                if not expiry.date
                else _("This is not a date.")
            )
            yield Refusal(message, "expiry.date", "date", "2027-12-31", expiry.date)
    elif expiry.kind == "period":
        months, days = expiry.months or 0, expiry.days or 0
        if not (0 <= months <= 1200 and 0 <= days <= 36_600) or months + days == 0:
            message = _("Give how long a credential is valid: up to 1200 months and 36600 days.")
            yield Refusal(message, "expiry.months", "range", "1 or more", f"{months} months, {days} days")


def _rules(definition: Definition) -> Found:
    """A name or description of spaces only is none."""
    for path in ("name", "description"):
        text = value_of(definition, path)
        if text and not text.strip():
            yield Refusal(_("There are only spaces here."), path, "required")


def _others(definition: Definition) -> Found:
    for at, entry in enumerate(definition.other_identifiers):
        path = f"other_identifiers.{at}"
        if not entry.identifier.strip():
            yield Refusal(_("Give the identifier, or take this row away."), f"{path}.identifier", "required")
        if entry.identifier_type not in IDENTIFIER_TYPES:
            yield Refusal(_("Choose what kind of identifier this is."), f"{path}.identifier_type", "term")
    for at, one in enumerate(definition.related):
        path = f"related.{at}"
        if not is_harmless_uri(one.id):
            message = _("Give the address of the other edition, such as https://example.org/achievements/1.")
            yield Refusal(message, f"{path}.id", "url", "https://…", one.id)
        yield from _language(one.in_language, f"{path}.in_language")


def _alignment(one: Alignment, path: str) -> Found:
    if not one.target_name.strip():
        yield Refusal(_("Give the name of the skill or standard."), f"{path}.target_name", "required")
    if not is_harmless_uri(one.target_url):
        message = _("Give the address of the skill or standard; it begins with https://.")
        code = "url" if one.target_url else "required"
        yield Refusal(message, f"{path}.target_url", code, "https://example.org/…", one.target_url)
    if one.target_type and one.target_type not in ALIGNMENT_TARGET_TYPES:
        yield _not_a_term(f"{path}.target_type", one.target_type, ALIGNMENT_TARGET_TYPES.terms)


def _results(results: Sequence[ResultDescription]) -> Found:
    for key in _twice(one.key for one in results):
        yield Refusal(_("Two results have the same key."), "results", "duplicate", got=key)
    for at, one in enumerate(results):
        path = f"results.{at}"
        if not KEY.fullmatch(one.key):
            message = _("The key of a result has 1 to 40 letters, digits, dots, dashes or underscores.")
            yield Refusal(message, f"{path}.key", "term", "grade", one.key)
        if not one.name.strip():
            yield Refusal(_("Give the name of the result, such as Grade."), f"{path}.name", "required")
        if one.result_type not in RESULT_TYPES:
            yield Refusal(
                _("Choose what kind of result this is."), f"{path}.result_type", "term", got=one.result_type
            )
        yield from _texts(one.allowed_values, f"{path}.allowed_values", 100)
        yield from _values(one, path)
        yield from _levels(one, path)
        for number, alignment in enumerate(one.alignments):
            yield from _alignment(alignment, f"{path}.alignments.{number}")


def _values(one: ResultDescription, path: str) -> Found:
    if one.required_value and one.allowed_values and one.required_value not in one.allowed_values:
        message = _("The value that is required is not one of the allowed values.")
        yield Refusal(
            message, f"{path}.required_value", "reference", ", ".join(one.allowed_values), one.required_value
        )
    if one.result_type not in terms.NUMBER_TYPES:
        return
    numbers: dict[str, float] = {}
    for name in ("value_min", "value_max", "required_value"):
        text = getattr(one, name)
        if text and not _NUMBER.fullmatch(text):
            yield Refusal(
                _("This kind of result is a number, such as 60 or 1.5."),
                f"{path}.{name}",
                "number",
                "60",
                text,
            )
        elif text:
            numbers[name] = float(text.replace(",", "."))
    low, high = numbers.get("value_min"), numbers.get("value_max")
    if low is not None and high is not None and low >= high:
        message = _("The largest value is above the smallest one.")
        yield Refusal(message, f"{path}.value_max", "order", f"> {one.value_min}", one.value_max)
    needed = numbers.get("required_value")
    if needed is not None and ((low is not None and needed < low) or (high is not None and needed > high)):
        message = _("The value that is required lies outside of the smallest and largest value.")
        yield Refusal(
            message,
            f"{path}.required_value",
            "range",
            f"{one.value_min} to {one.value_max}",
            one.required_value,
        )


def _levels(one: ResultDescription, path: str) -> Found:
    for key in _twice(level.key for level in one.levels):
        yield Refusal(_("Two levels have the same key."), f"{path}.levels", "duplicate", got=key)
    if one.result_type in terms.RUBRIC_TYPES and not one.levels:
        yield Refusal(_("A rubric needs its levels."), f"{path}.levels", "required")
    for number, level in enumerate(one.levels):
        place = f"{path}.levels.{number}"
        if not KEY.fullmatch(level.key):
            message = _("The key of a level has 1 to 40 letters, digits, dots, dashes or underscores.")
            yield Refusal(message, f"{place}.key", "term", "good", level.key)
        if not level.name.strip():
            yield Refusal(_("Give the name of the level."), f"{place}.name", "required")
        for position, alignment in enumerate(level.alignments):
            yield from _alignment(alignment, f"{place}.alignments.{position}")
    if one.required_level and one.required_level not in {level.key for level in one.levels}:
        message = _("The level that is required is not one of the levels.")
        yield Refusal(message, f"{path}.required_level", "reference", got=one.required_level)
