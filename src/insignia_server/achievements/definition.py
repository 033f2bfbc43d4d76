"""What an achievement says and how it is awarded.

Every field of an Open Badges 3.0 Achievement, what frameworks of micro-credentials ask beside them, and the
rules for its credentials. docs/achievement-fields.md is the table.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from insignia_server.achievements import plain_json

if TYPE_CHECKING:
    from insignia_server.kit.errors import Refusal


@dataclass(frozen=True, kw_only=True)
class Alignment:
    """A skill, standard or other node of a framework."""

    target_name: str = ""
    target_url: str = ""
    target_code: str = ""
    target_framework: str = ""
    target_type: str = ""
    target_description: str = ""


@dataclass(frozen=True, kw_only=True)
class RubricLevel:
    """One level of a rubric. `key` names it within its result and stays the same from version to version."""

    key: str = ""
    name: str = ""
    level: str = ""
    points: str = ""
    description: str = ""
    alignments: tuple[Alignment, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ResultDescription:
    """A result that can be given with an award. `required_level` is the key of one of `levels`."""

    key: str = ""
    name: str = ""
    result_type: str = ""
    allowed_values: tuple[str, ...] = ()
    required_value: str = ""
    value_min: str = ""
    value_max: str = ""
    levels: tuple[RubricLevel, ...] = ()
    required_level: str = ""
    alignments: tuple[Alignment, ...] = ()


@dataclass(frozen=True, kw_only=True)
class OtherIdentifier:
    """Another identifier of the achievement, such as a course number."""

    identifier: str = ""
    identifier_type: str = ""


@dataclass(frozen=True, kw_only=True)
class Related:
    """Another edition of the same achievement, by its URI."""

    id: str = ""
    in_language: str = ""
    version: str = ""


@dataclass(frozen=True, kw_only=True)
class Creator:
    """Who wrote the definition, where it is not the issuer."""

    name: str = ""
    url: str = ""
    email: str = ""


@dataclass(frozen=True, kw_only=True)
class Translation:
    """The texts in another language."""

    language: str = ""
    name: str = ""
    description: str = ""
    criteria: str = ""
    learning_outcomes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """How it is assessed: what employers ask. Terms of terms.py; the texts say more where it matters."""

    methods: tuple[str, ...] = ()
    description: str = ""
    assessors: tuple[str, ...] = ()
    assessor_name: str = ""
    supervision: str = ""
    identity_check: str = ""

    @property
    def by_participation(self) -> bool:
        """Whether nothing is assessed: taking part is enough."""
        return self.methods == ("none",)


@dataclass(frozen=True, kw_only=True)
class Expiry:
    """When a credential ends: `never`, on `date` (YYYY-MM-DD, to its end in UTC), or after a `period`."""

    kind: str = "never"
    date: str = ""
    months: int | None = None
    days: int | None = None

    def until(self, start: dt.datetime) -> dt.datetime | None:
        """The end of what is valid from `start`, or None. The 31st plus a month is that month's last day."""
        if self.kind == "date":
            return dt.datetime.combine(dt.date.fromisoformat(self.date), dt.time(23, 59, 59), dt.UTC)
        if self.kind != "period":
            return None
        year, month = divmod(start.month - 1 + (self.months or 0), 12)
        last = calendar.monthrange(start.year + year, month + 1)[1]
        moved = start.replace(year=start.year + year, month=month + 1, day=min(start.day, last))
        return moved + dt.timedelta(days=self.days or 0)


@dataclass(frozen=True, kw_only=True)
class Definition:
    """Everything that one version of an achievement says. Empty means not said; drafts may hold anything."""

    name: str = ""
    description: str = ""
    criteria: str = ""  # Markdown
    criteria_url: str = ""
    image_alt: str = ""
    achievement_type: str = ""
    field_of_study: str = ""
    specialization: str = ""
    tags: tuple[str, ...] = ()
    human_code: str = ""
    other_identifiers: tuple[OtherIdentifier, ...] = ()
    alignments: tuple[Alignment, ...] = ()
    results: tuple[ResultDescription, ...] = ()
    credits_available: float | None = None
    in_language: str = "en"
    related: tuple[Related, ...] = ()
    version: str = ""  # empty: the number of the version
    creator: Creator = Creator()
    translations: tuple[Translation, ...] = ()
    # What frameworks of micro-credentials ask for
    workload_hours: float | None = None
    ects: float | None = None
    eqf_level: int | None = None
    cycle: str = ""
    kind: str = ""  # knowledge | application
    learning_outcomes: tuple[str, ...] = ()
    participation: str = ""
    assessment: Assessment = Assessment()
    quality_assurance: str = ""
    quality_assurance_url: str = ""
    entry_requirements: str = ""
    stackability: str = ""
    stackability_note: str = ""
    country: str = ""  # country or region of the issuer
    further_information: str = ""
    # How it is awarded
    expiry: Expiry = Expiry()
    evidence_required: bool = False
    suite: str = "eddsa-rdfc-2022"
    status: str = "revocation"  # revocation | suspension | message
    name_in_credential: bool = True

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """The definition that JSON describes. Raises Refused with every unknown or mistyped member."""
        return plain_json.from_json(cls, value)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON, the stored form; what is empty is left out."""
        found: dict[str, Any] = plain_json.to_json(self)
        return found

    def result(self, key: str) -> ResultDescription | None:
        """The result description of this key."""
        return next((one for one in self.results if one.key == key), None)


@dataclass(frozen=True)
class Texts:
    """Name, description and criteria in one language."""

    language: str
    name: str
    description: str
    criteria: str
    learning_outcomes: tuple[str, ...]


def texts(definition: Definition, languages: Sequence[str]) -> Texts:
    """The texts in the first of `languages` that there is, otherwise in the definition's own.

    What a translation leaves empty is taken from the definition's own language.
    """
    own = Texts(
        definition.in_language,
        definition.name,
        definition.description,
        definition.criteria,
        definition.learning_outcomes,
    )
    there = {one.language.partition("-")[0]: one for one in definition.translations}
    for language in languages:
        code = language.partition("-")[0]
        if code == definition.in_language.partition("-")[0]:
            return own
        if code in there:
            one = there[code]
            return Texts(
                one.language,
                one.name or own.name,
                one.description or own.description,
                one.criteria or own.criteria,
                one.learning_outcomes or own.learning_outcomes,
            )
    return own


def problems(definition: Definition, framework: str = "") -> list[Refusal]:
    """Everything that keeps the definition from being published, at once; `field` is a path such as
    `alignments.0.target_url`. Codes: required, url, email, term, number, range, length, date, order,
    duplicate, language, reference."""
    from insignia_server.achievements import checks, frameworks

    return [*checks.faults(definition), *frameworks.missing(definition, framework)]
