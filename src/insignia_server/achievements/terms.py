"""The words that fields of a definition choose from, with their names for people."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise, lazy
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from insignia import achievement as open_badges
from insignia.profile import IDENTIFIER_TYPES as _IDENTIFIER_TYPES

Labels = dict[str, "str | Promise"]

_TYPE_NAMES: Final[Labels] = {
    "Achievement": _("Achievement"),
    "ApprenticeshipCertificate": _("Apprenticeship certificate"),
    "Assessment": _("Assessment"),
    "Assignment": _("Assignment"),
    "AssociateDegree": _("Associate degree"),
    "Award": pgettext_lazy("type of achievement", "Award"),
    "Badge": _("Badge"),
    "BachelorDegree": _("Bachelor's degree"),
    "Certificate": _("Certificate"),
    "CertificateOfCompletion": _("Certificate of completion"),
    "Certification": _("Certification"),
    "CommunityService": _("Community service"),
    "Competency": _("Competency"),
    "Course": _("Course"),
    "CoCurricular": _("Co-curricular activity"),
    "Degree": _("Degree"),
    "Diploma": _("Diploma"),
    "DoctoralDegree": _("Doctoral degree"),
    "Fieldwork": _("Fieldwork"),
    "GeneralEducationDevelopment": _("General education development (GED)"),
    "JourneymanCertificate": _("Journeyman certificate"),
    "LearningProgram": _("Learning programme"),
    "License": _("Licence"),
    "Membership": _("Membership"),
    "ProfessionalDoctorate": _("Professional doctorate"),
    "QualityAssuranceCredential": _("Quality assurance credential"),
    "MasterCertificate": _("Master craftsperson certificate"),
    "MasterDegree": _("Master's degree"),
    "MicroCredential": _("Micro-credential"),
    "ResearchDoctorate": _("Research doctorate"),
    "SecondarySchoolDiploma": _("Secondary school diploma"),
}
ACHIEVEMENT_TYPES: Final[Labels] = {
    name: _TYPE_NAMES.get(name, name) for name in open_badges.ACHIEVEMENT_TYPES.terms
}

_TARGET_NAMES: Final[Labels] = {
    "ceasn:Competency": _("Competency (CTDL-ASN)"),
    "ceterms:Credential": _("Credential (CTDL)"),
    "CFItem": _("CASE framework item"),
    "CFRubric": _("CASE rubric"),
    "CFRubricCriterion": _("CASE rubric criterion"),
    "CFRubricCriterionLevel": _("CASE rubric criterion level"),
    "CTDL": _("CTDL resource"),
}
ALIGNMENT_TARGET_TYPES: Final[Labels] = {
    name: _TARGET_NAMES.get(name, name) for name in open_badges.ALIGNMENT_TARGET_TYPES.terms
}

_RESULT_NAMES: Final[Labels] = {
    "GradePointAverage": _("Grade point average"),
    "LetterGrade": _("Letter grade"),
    "Percent": _("Percent"),
    "PerformanceLevel": _("Performance level"),
    "PredictedScore": _("Predicted score"),
    "RawScore": _("Score"),
    "Result": _("Result of another kind"),
    "RubricCriterion": _("Criterion of a rubric"),
    "RubricCriterionLevel": _("Level of a rubric"),
    "RubricScore": _("Score of a rubric"),
    "ScaledScore": _("Scaled score"),
    "Status": _("Status"),
}
RESULT_TYPES: Final[Labels] = {name: _RESULT_NAMES.get(name, name) for name in open_badges.RESULT_TYPES.terms}
RUBRIC_TYPES: Final = frozenset({"RubricCriterion", "RubricCriterionLevel"})
NUMBER_TYPES: Final = frozenset(
    {"GradePointAverage", "Percent", "PredictedScore", "RawScore", "RubricScore", "ScaledScore"}
)

_IDENTIFIER_NAMES: Final[Labels] = {
    "identifier": _("Identifier of another kind"),
    "systemId": _("Identifier in a system"),
    "sourcedId": _("Sourced id"),
    "lisSourcedId": _("LIS sourced id"),
    "oneRosterSourcedId": _("OneRoster sourced id"),
    "sisSourcedId": _("SIS sourced id"),
    "productId": _("Product id"),
    "isbn": _("ISBN"),
    "issn": _("ISSN"),
    "ltiContextId": _("LTI context id"),
    "ltiDeploymentId": _("LTI deployment id"),
    "ltiToolId": _("LTI tool id"),
    "ltiPlatformId": _("LTI platform id"),
}  # kinds that name a thing; those of people are not offered, though they are read
IDENTIFIER_TYPES: Final[Labels] = {
    name: label for name, label in _IDENTIFIER_NAMES.items() if name in _IDENTIFIER_TYPES
}

PARTICIPATION: Final[Labels] = {
    "online": _("Online"),
    "onsite": _("On site"),
    "blended": _("Blended: online and on site"),
    "work": _("Work experience"),
    "volunteering": _("Volunteering"),
}
ASSESSMENT_METHODS: Final[Labels] = {
    "test": _("Test or quiz"),
    "written-exam": _("Written examination"),
    "oral-exam": _("Oral examination"),
    "practical": _("Application of a skill, observed"),
    "project": _("Project or assignment"),
    "portfolio": _("Portfolio"),
    "presentation": _("Presentation"),
    "prior-learning": _("Recognition of prior learning"),
    "none": _("No assessment: participation only"),
}
ASSESSORS: Final[Labels] = {
    "issuer": _("Staff of the issuer"),
    "external": _("External examiners"),
    "employer": _("Supervisors at work"),
    "peers": _("Peers"),
    "automatic": _("Automatic marking"),
    "self": _("The learner"),
}
SUPERVISION: Final[Labels] = {
    "none": _("Not supervised"),
    "online": _("Supervised online"),
    "onsite": _("Supervised on site"),
}
IDENTITY_CHECKS: Final[Labels] = {
    "none": _("Identity not checked"),
    "account": _("Signed in to a personal account"),
    "known": _("Known personally to the assessor"),
    "document": _("Identity document checked"),
    "electronic": _("Electronic identification (eID)"),
}


def _level(number: int) -> str:
    # `%` on a lazy text would fix it in the language of the start.
    return gettext("Level %(level)d") % {"level": number}


EQF_LEVELS: Final[Labels] = {str(number): lazy(_level, str)(number) for number in range(1, 9)}
CYCLES: Final[Labels] = {
    "short": _("Short cycle"),
    "first": _("First cycle (bachelor)"),
    "second": _("Second cycle (master)"),
    "third": _("Third cycle (doctorate)"),
}
STACKABILITY: Final[Labels] = {
    "standalone": _("Stands alone"),
    "stackable": _("Counts towards a larger credential"),
}
KINDS: Final[Labels] = {
    "knowledge": _("Knowledge: foundational knowledge, shown in a validated assessment"),
    "application": _("Application: knowledge applied, shown in work that was assessed"),
}
SUITES: Final[Labels] = {
    "eddsa-rdfc-2022": _("eddsa-rdfc-2022 (Ed25519): the one to choose"),
    "ecdsa-rdfc-2019": _("ecdsa-rdfc-2019 (P-256): where approved algorithms of NIST are asked for"),
    "ob-jwt": _("VC-JWT of Open Badges (RS256): for readers that only take tokens"),
}
STATUS_OPTIONS: Final[Labels] = {
    "revocation": _("Can be revoked. Every verifier understands this."),
    "suspension": _(
        "Can be suspended and reinstated, not revoked for good. Some verifiers do not look at suspensions."
    ),
    "message": _(
        "Can be suspended and revoked. Few verifiers read such messages; others say: status not checked."
    ),
}
STATUS_NAMES: Final[Labels] = {
    "revocation": _("Can be revoked"),
    "suspension": _("Can be suspended"),
    "message": _("Can be suspended and revoked"),
}
EXPIRY_KINDS: Final[Labels] = {
    "never": pgettext_lazy("expiry", "Never"),
    "date": _("On a fixed date"),
    "period": _("Some time after it was awarded"),
}
LANGUAGES: Final[dict[str, str]] = {
    "bg": "български",
    "ca": "català",
    "cs": "čeština",
    "da": "dansk",
    "de": "Deutsch",
    "el": "ελληνικά",
    "en": "English",
    "es": "español",
    "et": "eesti",
    "fi": "suomi",
    "fr": "français",
    "ga": "Gaeilge",
    "hr": "hrvatski",
    "hu": "magyar",
    "is": "íslenska",
    "it": "italiano",
    "lt": "lietuvių",
    "lv": "latviešu",
    "mt": "Malti",
    "nl": "Nederlands",
    "no": "norsk",
    "pl": "polski",
    "pt": "português",
    "ro": "română",
    "sk": "slovenčina",
    "sl": "slovenščina",
    "sv": "svenska",
    "tr": "Türkçe",
    "uk": "українська",
    "ar": "العربية",
    "he": "עברית",
    "hi": "हिन्दी",
    "ja": "日本語",
    "ko": "한국어",
    "th": "ไทย",
    "vi": "Tiếng Việt",
    "zh": "中文",
}


def language_name(code: str) -> str:
    """The language in its own words, or the code where it is not listed."""
    return LANGUAGES.get(code) or LANGUAGES.get(code.partition("-")[0]) or code


def label(labels: Labels, term: str) -> str:
    """The name of a term in the active language; an extension by its own name."""
    return str(labels.get(term, term.removeprefix("ext:")))
