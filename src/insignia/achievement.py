"""AchievementCredential, Achievement and what is below them, as typed views (Open Badges 3.0, appendix B)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from insignia.data_model import Enumeration, Node, TypeNames, member
from insignia.profile import IdentifierEntry, IdentityObject, Image, Profile
from insignia.verifiable_credential import OpenBadgesCredential

if TYPE_CHECKING:
    from insignia.endorsement import EndorsementCredential

ACHIEVEMENT_TYPES = Enumeration(
    "AchievementType",
    (
        "Achievement",
        "ApprenticeshipCertificate",
        "Assessment",
        "Assignment",
        "AssociateDegree",
        "Award",
        "Badge",
        "BachelorDegree",
        "Certificate",
        "CertificateOfCompletion",
        "Certification",
        "CommunityService",
        "Competency",
        "Course",
        "CoCurricular",
        "Degree",
        "Diploma",
        "DoctoralDegree",
        "Fieldwork",
        "GeneralEducationDevelopment",
        "JourneymanCertificate",
        "LearningProgram",
        "License",
        "Membership",
        "ProfessionalDoctorate",
        "QualityAssuranceCredential",
        "MasterCertificate",
        "MasterDegree",
        "MicroCredential",
        "ResearchDoctorate",
        "SecondarySchoolDiploma",
    ),
    extensible=True,
)
ALIGNMENT_TARGET_TYPES = Enumeration(
    "AlignmentTargetType",
    (
        "ceasn:Competency",
        "ceterms:Credential",
        "CFItem",
        "CFRubric",
        "CFRubricCriterion",
        "CFRubricCriterionLevel",
        "CTDL",
    ),
    extensible=True,
)
RESULT_TYPES = Enumeration(
    "ResultType",
    (
        "GradePointAverage",
        "LetterGrade",
        "Percent",
        "PerformanceLevel",
        "PredictedScore",
        "RawScore",
        "Result",
        "RubricCriterion",
        "RubricCriterionLevel",
        "RubricScore",
        "ScaledScore",
        "Status",
    ),
    extensible=True,
)
RESULT_STATUS_TYPES = Enumeration(
    "ResultStatusType",
    ("Completed", "Enrolled", "Failed", "InProgress", "OnHold", "Provisional", "Withdrew"),
)


class Alignment(Node):
    """A node of a framework (a skill, a standard) that an achievement or result is aligned to."""

    type_names: ClassVar[TypeNames] = (("Alignment",),)

    type: tuple[str, ...] = member("type", required=True, many=True, compacted=True)
    target_code: str | None = member("targetCode")
    target_description: str | None = member("targetDescription")
    target_name: str = member("targetName", required=True)
    target_framework: str | None = member("targetFramework")
    target_type: str | None = member("targetType", ALIGNMENT_TARGET_TYPES)
    target_url: str = member("targetUrl", "uri", required=True)


class Criteria(Node):
    """What is needed to earn the achievement: a page, a Markdown narrative, or both."""

    id: str | None = member("id", "uri")
    narrative: str | None = member("narrative")


class Evidence(Node):
    """The work behind the achievement."""

    type_names: ClassVar[TypeNames] = (("Evidence",),)

    id: str | None = member("id", "uri")
    type: tuple[str, ...] = member("type", required=True, many=True, compacted=True)
    narrative: str | None = member("narrative")
    name: str | None = member("name")
    description: str | None = member("description")
    genre: str | None = member("genre")
    audience: str | None = member("audience")


class Related(Node):
    """Another edition of the same achievement: another language or an earlier version."""

    type_names: ClassVar[TypeNames] = (("Related",),)

    id: str = member("id", "uri", required=True)
    type: tuple[str, ...] = member("type", required=True, many=True, compacted=True)
    in_language: str | None = member("inLanguage", "language")
    version: str | None = member("version")


class RubricCriterionLevel(Node):
    """One level of a rubric."""

    type_names: ClassVar[TypeNames] = (("RubricCriterionLevel",),)

    id: str = member("id", "uri", required=True)
    type: tuple[str, ...] = member("type", required=True, many=True, compacted=True)
    alignments: tuple[Alignment, ...] = member("alignment", "achievement:Alignment", many=True)
    description: str | None = member("description")
    level: str | None = member("level")
    name: str = member("name", required=True)
    points: str | None = member("points")


class ResultDescription(Node):
    """A result that may be given with an achievement."""

    type_names: ClassVar[TypeNames] = (("ResultDescription",),)

    id: str = member("id", "uri", required=True)
    type: tuple[str, ...] = member("type", required=True, many=True, compacted=True)
    alignments: tuple[Alignment, ...] = member("alignment", "achievement:Alignment", many=True)
    allowed_values: tuple[str, ...] = member("allowedValue", many=True)
    name: str = member("name", required=True)
    required_level: str | None = member("requiredLevel", "uri")
    required_value: str | None = member("requiredValue")
    result_type: str = member("resultType", RESULT_TYPES, required=True)
    rubric_criterion_levels: tuple[RubricCriterionLevel, ...] = member(
        "rubricCriterionLevel", "achievement:RubricCriterionLevel", many=True
    )
    value_max: str | None = member("valueMax")
    value_min: str | None = member("valueMin")


class Result(Node):
    """A result that was achieved."""

    type_names: ClassVar[TypeNames] = (("Result",),)

    type: tuple[str, ...] = member("type", required=True, many=True, compacted=True)
    achieved_level: str | None = member("achievedLevel", "uri")
    alignments: tuple[Alignment, ...] = member("alignment", "achievement:Alignment", many=True)
    result_description: str | None = member("resultDescription", "uri")
    status: str | None = member("status", RESULT_STATUS_TYPES)
    value: str | None = member("value")


class Achievement(Node):
    """What can be earned."""

    type_names: ClassVar[TypeNames] = (("Achievement",),)

    id: str = member("id", "uri", required=True)
    type: tuple[str, ...] = member("type", required=True, many=True, compacted=True)
    alignments: tuple[Alignment, ...] = member("alignment", "achievement:Alignment", many=True)
    achievement_type: str | None = member("achievementType", ACHIEVEMENT_TYPES)
    creator: Profile | None = member("creator", "profile:Profile")
    credits_available: float | None = member("creditsAvailable", "number")
    criteria: Criteria = member("criteria", "achievement:Criteria", required=True)
    description: str = member("description", required=True)
    endorsements: tuple[EndorsementCredential, ...] = member(
        "endorsement", "endorsement:EndorsementCredential", many=True
    )
    endorsement_jwts: tuple[str, ...] = member("endorsementJwt", "jws", many=True)
    field_of_study: str | None = member("fieldOfStudy")
    human_code: str | None = member("humanCode")
    image: Image | None = member("image", "profile:Image", or_uri=True)
    in_language: str | None = member("inLanguage", "language")
    name: str = member("name", required=True)
    other_identifiers: tuple[IdentifierEntry, ...] = member(
        "otherIdentifier", "profile:IdentifierEntry", many=True
    )
    related: tuple[Related, ...] = member("related", "achievement:Related", many=True)
    result_descriptions: tuple[ResultDescription, ...] = member(
        "resultDescription", "achievement:ResultDescription", many=True
    )
    specialization: str | None = member("specialization")
    tags: tuple[str, ...] = member("tag", many=True)
    version: str | None = member("version")


class AchievementSubject(Node):
    """The recipient, and what was achieved. There is an `id` or at least one `identifier`."""

    type_names: ClassVar[TypeNames] = (("AchievementSubject",),)

    id: str | None = member("id", "uri")
    type: tuple[str, ...] = member("type", required=True, many=True, compacted=True)
    activity_end_date: str | None = member("activityEndDate", "date-time")
    activity_start_date: str | None = member("activityStartDate", "date-time")
    credits_earned: float | None = member("creditsEarned", "number")
    achievement: Achievement = member("achievement", "achievement:Achievement", required=True)
    identifiers: tuple[IdentityObject, ...] = member("identifier", "profile:IdentityObject", many=True)
    image: Image | None = member("image", "profile:Image", or_uri=True)
    license_number: str | None = member("licenseNumber")
    narrative: str | None = member("narrative")
    results: tuple[Result, ...] = member("result", "achievement:Result", many=True)
    role: str | None = member("role")
    source: Profile | None = member("source", "profile:Profile")
    term: str | None = member("term")


class AchievementCredential(OpenBadgesCredential):
    """The badge: an achievement, awarded to one recipient. Also known as OpenBadgeCredential."""

    type_names: ClassVar[TypeNames] = (
        ("VerifiableCredential",),
        ("AchievementCredential", "OpenBadgeCredential"),
    )

    name: str | None = member("name", required=True, required_in="1.1")
    image: Image | None = member("image", "profile:Image", or_uri=True)
    subjects: tuple[AchievementSubject, ...] = member(
        "credentialSubject", "achievement:AchievementSubject", required=True, many=True, single=True
    )
    endorsements: tuple[EndorsementCredential, ...] = member(
        "endorsement", "endorsement:EndorsementCredential", many=True
    )
    endorsement_jwts: tuple[str, ...] = member("endorsementJwt", "jws", many=True)
    evidence: tuple[Evidence, ...] = member("evidence", "achievement:Evidence", many=True)

    @property
    def subject(self) -> AchievementSubject:
        """The recipient and the achievement; an AchievementCredential has one subject."""
        return self.subjects[0]
