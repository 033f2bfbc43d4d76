"""The invented university and company of the demo: what they teach, and whom."""

from __future__ import annotations

from typing import Any

ESCO = "http://data.europa.eu/esco/skill/"
PASSWORD = "insignia-demo-2026"

UNIVERSITY: dict[str, Any] = {
    "name": "Nordhaven University",
    "slug": "nordhaven",
    "issuer": {
        "name": "Nordhaven University",
        "slug": "nordhaven-university",
        "description": "A public university on the northern coast, founded in 1891. Its Academy for Continuing "
        "Education certifies single skills in short courses that can be combined.",
        "url": "https://nordhaven.example",
        "email": "badges@nordhaven.example",
    },
    "academy": {
        "name": "Nordhaven Academy for Continuing Education",
        "slug": "nordhaven-academy",
        "description": "Short courses for people at work: in the evening, online and on site.",
        "url": "https://academy.nordhaven.example",
        "email": "academy@nordhaven.example",
    },
}
COMPANY: dict[str, Any] = {
    "name": "Kestrel Works",
    "slug": "kestrel",
    "issuer": {
        "name": "Kestrel Works",
        "slug": "kestrel-works",
        "description": "Makes sensors for wind turbines, and trains the people who mount them.",
        "url": "https://kestrel.example",
        "email": "learning@kestrel.example",
    },
}
ACCOUNTS: tuple[dict[str, Any], ...] = (
    {"email": "owner@nordhaven.example", "name": "Ingrid Solberg", "in": "nordhaven", "roles": ["owner"]},
    {"email": "author@nordhaven.example", "name": "Tomás Herrera", "in": "nordhaven", "roles": ["author"]},
    {"email": "awarder@nordhaven.example", "name": "Leyla Demir", "in": "nordhaven", "roles": ["awarder"]},
    {"email": "approver@nordhaven.example", "name": "Henrik Dahl", "in": "nordhaven", "roles": ["approver"]},
    {"email": "auditor@nordhaven.example", "name": "Signe Berg", "in": "nordhaven", "roles": ["auditor"]},
    {"email": "owner@kestrel.example", "name": "Marta Nowak", "in": "kestrel", "roles": ["owner"]},
    {"email": "operator@insignia.example", "name": "Olu Adeyemi", "operator": True},
    {"email": "ann@example.org", "name": "Ann Lindqvist"},
)
LEARNERS: tuple[tuple[str, str], ...] = (
    ("ann@example.org", "Ann Lindqvist"),
    ("amara.okafor@example.org", "Amara Okafor"),
    ("bao.nguyen@example.org", "Nguyễn Gia Bảo"),
    ("chiara.rossi@example.org", "Chiara Rossi"),
    ("dmitri.volkov@example.org", "Дмитрий Волков"),
    ("elena.papadaki@example.org", "Ελένη Παπαδάκη"),
    ("fatima.alsayed@example.org", "فاطمة السيد"),
    ("george.mensah@example.org", "George Mensah"),
    ("hana.sato@example.org", "佐藤 花"),
    ("ines.moreau@example.org", "Inès Moreau"),
    ("jakub.wisniewski@example.org", "Jakub Wiśniewski"),
    ("kavya.iyer@example.org", "Kavya Iyer"),
    ("liam.obrien@example.org", "Liam O’Brien"),
    ("mia.schaefer@example.org", "Mia Schäfer"),
    ("noor.haddad@example.org", "Noor Haddad"),
    ("oscar.lund@example.org", "Oscar Lund"),
    ("priya.nair@example.org", "Priya Nair"),
    ("ruth.levi@example.org", "רות לוי"),
    ("sofia.almeida@example.org", "Sofia Almeida"),
    ("tariq.rahman@example.org", "Tariq Rahman"),
)


def _esco(name: str, key: str, description: str = "") -> dict[str, str]:
    return {
        "target_name": name,
        "target_url": f"{ESCO}{key}",
        "target_framework": "ESCO",
        "target_type": "ceasn:Competency",
        "target_description": description,
    }


def _micro(**fields: Any) -> dict[str, Any]:
    """What all micro-credentials of the university have in common."""
    return {
        "achievement_type": "MicroCredential",
        "in_language": "en",
        "participation": "blended",
        "quality_assurance": "Courses of the Academy are reviewed every three years by the university's quality "
        "board with external members.",
        "country": "NO",
        "stackability": "stackable",
        **fields,
    }


ACHIEVEMENTS: tuple[dict[str, Any], ...] = (
    {
        "artwork": "data-literacy-foundations",
        "earn_url": "https://academy.nordhaven.example/data-literacy/foundations",
        "issuer": "academy",
        "framework": "eu-microcredential",
        "definition": _micro(
            name="Data Literacy: Foundations",
            description="Reads tables and charts critically, cleans small data sets, and says what they can and "
            "cannot show.",
            criteria="To earn this you have:\n\n- cleaned and documented a data set of at least 500 rows of your "
            "own choice\n- answered two questions with it, each with one chart\n- explained in a ten-minute talk "
            "what the data cannot show\n\nThe project is marked with the rubric below by two assessors.",
            image_alt="Blue round badge with three rising bars and the words Data Literacy Foundations",
            field_of_study="Information and communication technologies",
            human_code="DL-1",
            tags=["data", "statistics", "spreadsheets"],
            alignments=[_esco("interpret current data", "1e77e42a-181f-4b48-8e74-201ce50ffc29")],
            results=[
                {
                    "key": "score",
                    "name": "Project score",
                    "result_type": "RawScore",
                    "value_min": "0",
                    "value_max": "100",
                    "required_value": "60",
                }
            ],
            workload_hours=50,
            ects=2,
            eqf_level=5,
            learning_outcomes=[
                "cleans a data set and documents each step",
                "chooses a chart that fits the question",
                "names the limits of a data set in plain words",
            ],
            assessment={
                "methods": ["project", "presentation"],
                "assessors": ["issuer"],
                "assessor_name": "Two lecturers of the Academy",
                "supervision": "onsite",
                "identity_check": "document",
            },
            entry_requirements="None. Bring a laptop.",
            stackability_note="With Practitioner and Expert it makes the Certificate in Data Literacy.",
        ),
    },
    {
        "artwork": "data-literacy-practitioner",
        "earn_url": "https://academy.nordhaven.example/data-literacy/practitioner",
        "issuer": "academy",
        "framework": "eu-microcredential",
        "definition": _micro(
            name="Data Literacy: Practitioner",
            description="Combines sources, tests hypotheses and automates a report that others rely on.",
            criteria="To earn this you have:\n\n- combined at least three sources into one documented data set\n- "
            "tested two hypotheses and reported the uncertainty\n- automated a monthly report for a real "
            "reader, who confirmed that it is of use",
            image_alt="Teal badge with a chart line and the words Data Literacy Practitioner",
            field_of_study="Information and communication technologies",
            human_code="DL-2",
            tags=["data", "statistics", "automation"],
            alignments=[_esco("perform data analysis", "2b92a5b2-6758-4ee3-9fb4-b6387a55cc8f")],
            results=[
                {
                    "key": "grade",
                    "name": "Grade",
                    "result_type": "LetterGrade",
                    "allowed_values": ["A", "B", "C", "D", "E"],
                    "required_value": "D",
                }
            ],
            workload_hours=125,
            ects=5,
            eqf_level=6,
            learning_outcomes=[
                "combines sources and keeps track of their origin",
                "tests a hypothesis and reports uncertainty",
                "automates a report",
            ],
            assessment={
                "methods": ["project", "oral-exam"],
                "assessors": ["issuer", "employer"],
                "supervision": "onsite",
                "identity_check": "document",
            },
            entry_requirements="Data Literacy: Foundations, or equivalent experience.",
        ),
    },
    {
        "artwork": "data-literacy-expert",
        "earn_url": "https://academy.nordhaven.example/data-literacy/expert",
        "issuer": "academy",
        "framework": "eu-microcredential",
        "definition": _micro(
            name="Data Literacy: Expert",
            description="Leads the work with data in an organisation: quality, ethics and decisions.",
            criteria="To earn this you have led a data project of at least three months in your organisation, "
            "defended it before a jury, and written a policy for the quality of data that is in use.",
            image_alt="Dark blue badge with a constellation of points and the words Data Literacy Expert",
            field_of_study="Information and communication technologies",
            human_code="DL-3",
            tags=["data", "leadership", "ethics"],
            alignments=[_esco("manage data", "9ff9db9d-d14b-426e-83f3-e7449af6c79f")],
            workload_hours=250,
            ects=10,
            eqf_level=7,
            learning_outcomes=["leads a data project", "writes and applies a policy for data quality"],
            assessment={
                "methods": ["portfolio", "oral-exam"],
                "assessors": ["issuer", "external"],
                "supervision": "onsite",
                "identity_check": "document",
            },
            entry_requirements="Data Literacy: Practitioner.",
            evidence_required=True,
        ),
    },
    {
        "artwork": "python-for-science",
        "earn_url": "https://nordhaven.example/courses/python-for-science",
        "issuer": "university",
        "framework": "plain",
        "definition": _micro(
            name="Python for Science",
            description="Writes tested Python programs for measurements, models and figures.",
            criteria="Passes the practical examination: three tasks in three hours at a computer of the "
            "university, with documentation but without network.",
            image_alt="Green badge with two curves and the words Python for Science",
            human_code="PY-S",
            tags=["Python", "programming", "science"],
            alignments=[_esco("Python (computer programming)", "ccd0a1d9-afda-43d9-b901-96344886e14d")],
            results=[
                {
                    "key": "percent",
                    "name": "Examination",
                    "result_type": "Percent",
                    "value_min": "0",
                    "value_max": "100",
                    "required_value": "50",
                }
            ],
            workload_hours=75,
            ects=3,
            eqf_level=6,
            learning_outcomes=["writes tested programs", "draws figures that can be published"],
            assessment={
                "methods": ["practical"],
                "assessors": ["automatic", "issuer"],
                "supervision": "onsite",
                "identity_check": "document",
            },
        ),
    },
    {
        "artwork": "research-integrity",
        "issuer": "university",
        "framework": "plain",
        "definition": _micro(
            name="Research Integrity",
            description="Knows and applies the European Code of Conduct for Research Integrity.",
            criteria="Solves six cases from practice and discusses two of them with the ombudsperson.",
            image_alt="Plum badge with a balance and the words Research Integrity",
            human_code="RI",
            tags=["research", "ethics"],
            alignments=[
                _esco(
                    "apply research ethics and scientific integrity principles in research activities",
                    "833289fa-3646-4010-9d9e-93ba8c9ef2d8",
                )
            ],
            workload_hours=12,
            learning_outcomes=["recognises misconduct", "plans for open data and authorship"],
            assessment={
                "methods": ["written-exam", "oral-exam"],
                "assessors": ["issuer"],
                "supervision": "onsite",
                "identity_check": "account",
            },
            expiry={"kind": "period", "months": 60},
        ),
    },
    {
        "artwork": "academic-writing",
        "earn_url": "https://nordhaven.example/courses/academic-writing",
        "issuer": "university",
        "framework": "plain",
        "definition": _micro(
            name="Academic Writing",
            description="Plans, writes and revises a paper of 3,000 words that follows the rules of its field.",
            criteria="Hands in a paper, reviews two papers of others, and revises the own one after review.",
            image_alt="Amber badge with a fountain pen and the words Academic Writing",
            human_code="AW",
            tags=["writing", "English"],
            alignments=[_esco("write scientific publications", "c3c2420c-ce9a-4371-8eed-1db479c3a562")],
            workload_hours=50,
            ects=2,
            learning_outcomes=[
                "structures an argument",
                "cites correctly",
                "reviews the text of another person",
            ],
            assessment={
                "methods": ["project"],
                "assessors": ["issuer", "peers"],
                "supervision": "none",
                "identity_check": "account",
            },
        ),
    },
    {
        "artwork": "laboratory-safety",
        "issuer": "university",
        "framework": "plain",
        "definition": {
            "name": "Laboratory Safety",
            "description": "May work in the chemical laboratories of the university under supervision.",
            "criteria": "Attends the training of one day and passes the test with at least 18 of 20 points.",
            "image_alt": "Orange badge with a flask and the words Laboratory Safety",
            "achievement_type": "Certification",
            "in_language": "en",
            "human_code": "LAB",
            "tags": ["safety", "chemistry"],
            "alignments": [
                _esco("apply safety procedures in laboratory", "6f571969-3640-4774-a9bc-fd2ef583fdec")
            ],
            "results": [
                {
                    "key": "points",
                    "name": "Test",
                    "result_type": "RawScore",
                    "value_min": "0",
                    "value_max": "20",
                    "required_value": "18",
                }
            ],
            "assessment": {
                "methods": ["test"],
                "assessors": ["issuer"],
                "supervision": "onsite",
                "identity_check": "account",
            },
            "expiry": {"kind": "period", "months": 24},
            "status": "suspension",
        },
    },
    {
        "artwork": "sustainability-basics",
        "issuer": "university",
        "framework": "plain",
        "definition": _micro(
            name="Sustainability Basics",
            description="Explains the goals of sustainable development and measures the footprint of a decision.",
            criteria="Completes the online course and one measurement in the own surroundings.",
            image_alt="Green badge with a leaf and the words Sustainability Basics",
            human_code="SUS",
            tags=["sustainability", "climate"],
            workload_hours=25,
            ects=1,
            learning_outcomes=["explains the 17 goals", "measures a footprint"],
            assessment={
                "methods": ["project", "test"],
                "assessors": ["issuer", "automatic"],
                "supervision": "none",
                "identity_check": "account",
            },
        ),
    },
    {
        "artwork": "tutor",
        "issuer": "university",
        "framework": "plain",
        "definition": {
            "name": "Peer Tutor",
            "description": "Guided a group of first-year students through a semester.",
            "criteria": "Prepared and led ten sessions, was visited twice, and reflected on the feedback.",
            "image_alt": "Red badge with two speech bubbles and the words Peer Tutor",
            "achievement_type": "CoCurricular",
            "in_language": "en",
            "tags": ["teaching", "teamwork"],
            "alignments": [_esco("tutor students", "63b9a087-a5db-424e-96ef-3212c8b5311e")],
            "assessment": {
                "methods": ["practical"],
                "assessors": ["issuer", "peers"],
                "supervision": "onsite",
                "identity_check": "account",
            },
        },
    },
)
COMPANY_ACHIEVEMENTS: tuple[dict[str, Any], ...] = (
    {
        "artwork": "first-aid",
        "earn_url": "https://kestrel.example/courses/first-aid",
        "issuer": "company",
        "framework": "plain",
        "definition": {
            "name": "First Aid at Height",
            "description": "Gives first aid on a turbine and brings a person down safely.",
            "criteria": "Two days of training and a rescue under the eyes of an instructor.",
            "image_alt": "Red badge with a cross and the words First Aid",
            "achievement_type": "Certification",
            "in_language": "en",
            "tags": ["first aid", "rescue"],
            "alignments": [_esco("provide first aid", "1d21f6ad-340f-45da-a0a3-4e83867f47a6")],
            "assessment": {
                "methods": ["practical"],
                "assessors": ["external"],
                "supervision": "onsite",
                "identity_check": "document",
            },
            "expiry": {"kind": "period", "months": 24},
        },
    },
)
