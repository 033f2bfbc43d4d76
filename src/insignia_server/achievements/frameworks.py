"""What an achievement must say, by framework, and how much of it is there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insignia_server.achievements.definition import Definition
from insignia_server.achievements.fields import is_filled, label_of, section_of
from insignia_server.kit.errors import Refusal

Condition = Callable[[Definition], bool]


def _assessed(definition: Definition) -> bool:
    return not definition.assessment.by_participation


@dataclass(frozen=True)
class Need:
    """A field that a framework asks for: its path (`a|b`: one of the two), why, and when."""

    path: str
    why: str | Promise = ""
    when: Condition | None = None


@dataclass(frozen=True)
class Framework:
    """A template: what must be said before an achievement is published, and what should be."""

    name: str
    label: str | Promise
    text: str | Promise
    required: tuple[Need, ...]
    recommended: tuple[Need, ...]
    source: str = ""

    @property
    def fields(self) -> tuple[str, ...]:
        """The paths of everything that it names."""
        return tuple(need.path for need in (*self.required, *self.recommended))


_EVERY: Final = (
    Need("name"),
    Need("description"),
    Need(
        "criteria|criteria_url",
        gettext_lazy("What somebody has to do to earn it: as text, an address, or both."),
    ),
    Need("in_language"),
    Need("assessment.methods", gettext_lazy("Employers ask first how it was assessed.")),
    Need("assessment.assessors", gettext_lazy("Employers ask by whom it was assessed."), _assessed),
    Need("assessment.supervision", gettext_lazy("Was anybody watching?"), _assessed),
    Need("assessment.identity_check", gettext_lazy("Was it made sure who took the assessment?"), _assessed),
)
_ADVISED: Final = (
    Need("achievement_type"),
    Need("image_alt", gettext_lazy("Read out to people who do not see the picture.")),
    Need("tags", gettext_lazy("People and search find it by these words.")),
    Need("learning_outcomes"),
    Need("alignments", gettext_lazy("Skills that machines recognise, from a public framework.")),
)

FRAMEWORKS: Final[dict[str, Framework]] = {
    framework.name: framework
    for framework in (
        Framework(
            "plain",
            gettext_lazy("Open Badge"),
            gettext_lazy("Any achievement. Asks for the essentials, and for how it is assessed."),
            _EVERY,
            _ADVISED,
        ),
        Framework(
            "eu-microcredential",
            gettext_lazy("European micro-credential"),
            gettext_lazy(
                "The standard elements of the Council Recommendation of 16 June 2022 (2022/C 243/02)."
            ),
            (
                *_EVERY,
                Need("country", gettext_lazy("Country or region of the issuer.")),
                Need("learning_outcomes", gettext_lazy("What a learner knows, understands and can do.")),
                Need(
                    "ects|workload_hours",
                    gettext_lazy("Notional workload, in ECTS credits wherever possible."),
                ),
                Need("participation", gettext_lazy("Form of participation in the learning activity.")),
                Need("quality_assurance", gettext_lazy("Type of quality assurance that underpins it.")),
            ),
            (
                Need("eqf_level", gettext_lazy("Level of the learning experience, if applicable.")),
                Need("cycle", gettext_lazy("Cycle of higher education, if applicable.")),
                Need("entry_requirements", gettext_lazy("What is needed to enrol.")),
                Need("results", gettext_lazy("Grade achieved.")),
                Need(
                    "stackability",
                    gettext_lazy("Whether it stands alone or counts towards something larger."),
                ),
                Need("further_information"),
                Need("achievement_type"),
                Need("image_alt", gettext_lazy("Read out to people who do not see the picture.")),
                Need("alignments", gettext_lazy("Skills that machines recognise, from a public framework.")),
            ),
            source="https://eur-lex.europa.eu/legal-content/EN/TXT/?uri=celex:32022H0627(02)",
        ),
        Framework(
            "1edtech-trusted-microcredential",
            gettext_lazy("1EdTech TrustEd Microcredential"),
            gettext_lazy(
                "Knowledge or application, shown in a validated assessment, with skills that are aligned."
            ),
            (
                *_EVERY,
                Need("kind", gettext_lazy("Knowledge, or the ability to apply it.")),
                Need("achievement_type"),
                Need("learning_outcomes", gettext_lazy("The outcomes that the assessment measures.")),
                Need("alignments", gettext_lazy("At least one skill or standard.")),
                Need("assessment.description", gettext_lazy("How the assessment measures the outcomes.")),
                Need(
                    "evidence_required",
                    gettext_lazy("An application micro-credential shows the work that was assessed."),
                    lambda definition: definition.kind == "application",
                ),
            ),
            (
                Need("results", gettext_lazy("The result of the assessment.")),
                Need("workload_hours"),
                Need("credits_available|ects"),
                Need("quality_assurance", gettext_lazy("Accreditation of the issuer.")),
                Need("stackability"),
                Need("tags"),
                Need("image_alt", gettext_lazy("Read out to people who do not see the picture.")),
            ),
            source="https://www.1edtech.org/program/tmc",
        ),
    )
}


@dataclass(frozen=True)
class Gap:
    """A field that is not filled: its first path, its name, its section, and why it is asked for."""

    path: str
    label: str
    section: str
    why: str


@dataclass(frozen=True)
class Completeness:
    """How much of what is asked for is there. At 100 percent nothing that is required is missing."""

    percent: int
    missing: tuple[Gap, ...]
    advised: tuple[Gap, ...]
    filled: int
    required: int


def framework_of(name: str) -> Framework:
    """The framework of this name; an empty name is the plain one. Raises KeyError."""
    return FRAMEWORKS[name or "plain"]


def completeness(definition: Definition, framework: str = "") -> Completeness:
    """What is there and what is missing for publication."""
    chosen = framework_of(framework)
    needs = [need for need in chosen.required if need.when is None or need.when(definition)]
    missing = _gaps(definition, needs)
    filled = len(needs) - len(missing)
    return Completeness(
        percent=filled * 100 // len(needs),
        missing=missing,
        advised=_gaps(
            definition, [need for need in chosen.recommended if need.when is None or need.when(definition)]
        ),
        filled=filled,
        required=len(needs),
    )


def missing(definition: Definition, framework: str = "") -> list[Refusal]:
    """A refusal for each field that must be filled before publication and is not."""
    return [
        Refusal(_("Fill in: %(field)s.") % {"field": gap.label}, gap.path, "required", gap.why)
        for gap in completeness(definition, framework).missing
    ]


def _gaps(definition: Definition, needs: list[Need]) -> tuple[Gap, ...]:
    return tuple(
        Gap(need.path.split("|", maxsplit=1)[0], label_of(need.path), section_of(need.path), str(need.why))
        for need in needs
        if not _there(definition, need.path)
    )


def _there(definition: Definition, path: str) -> bool:
    return definition.evidence_required if path == "evidence_required" else is_filled(definition, path)
