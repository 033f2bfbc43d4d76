"""Realistic Open Badges 3.0 credentials of 2-3 KB, in mixed shapes, the same ones for the same seed."""

from __future__ import annotations

import itertools
import json
import random
import uuid
from collections.abc import Iterator
from typing import Any

CONTEXT = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
]
SITE = "https://badges.example.edu"
STATUS_LIST_LENGTH = 131_072
SUBJECTS = ["Data Literacy", "Welding", "Nursing Care", "Robotics", "Conflict Mediation", "Soil Science"]
VERBS = ["plan", "measure", "explain", "repair", "compare", "document"]
NAMES = [
    "Ada Lindqvist",
    "José Ángel Peña",
    "王小明",
    "Zoë O’Neill",
    "Amara Okafor",
    "Łukasz Żak",
    "Nadia 🌱 Rahimi",
]
FRAMEWORKS = [
    ("ESCO", "http://data.europa.eu/esco/skill/", "ceasn:Competency"),
    ("O*NET", "https://services.onetcenter.org/skill/", "CFItem"),
    ("CASE", "https://case.example.org/items/", "CFItem"),
    ("Credential Engine", "https://credentialfinder.org/competency/", "ceterms:Credential"),
]


def credentials(count: int, seed: int = 7) -> Iterator[dict[str, Any]]:
    """`count` unsigned credentials; each draws its optional members anew."""
    draw = random.Random(seed)
    drawn = (credential(draw, index) for index in itertools.count())
    return itertools.islice((each for each in drawn if 2_000 <= size(each) <= 3_072), count)


def dumps(value: Any) -> str:
    """Compact JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def size(document: dict[str, Any]) -> int:
    """Bytes of the compact JSON."""
    return len(dumps(document).encode())


def credential(draw: random.Random, index: int) -> dict[str, Any]:
    """One unsigned credential with evidence, results, four alignments and a status entry."""
    achievement = _achievement(draw)
    document: dict[str, Any] = {
        "@context": CONTEXT,
        "id": f"urn:uuid:{_uuid(draw)}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": achievement["name"],
        "issuer": _issuer(draw),
        "validFrom": f"2026-{draw.randint(1, 9):02}-{draw.randint(1, 28):02}T08:30:00Z",
        "credentialSubject": {**_subject(draw), "achievement": achievement},
        "evidence": [_evidence(draw) for _ in range(draw.choice([1, 1, 2]))],
        "credentialStatus": _status(index),
    }
    document["credentialSubject"]["result"] = _results(draw, achievement)
    if draw.random() < 0.5:
        document["validUntil"] = "2029-12-31T23:59:59Z"
    if draw.random() < 0.4:
        document["description"] = _sentence(draw, "Awarded to those who can")
    return document


def template() -> tuple[dict[str, Any], dict[str, Any]]:
    """A credential whose shape all awards of one achievement share, and its slots by name."""
    draw = random.Random(3)
    document = next(c for c in iter(lambda: credential(draw, 0), None) if _fits_template(c))
    status = f"{SITE}/status/3#"
    slots: dict[str, Any] = {
        "credential": "/id",
        "recipient": "/credentialSubject/id",
        "from": "/validFrom",
        "status": ["/credentialStatus/statusListIndex", ["/credentialStatus/id", status, ""]],
        "score": "/credentialSubject/result/0/value",
        "evidence": "/evidence/0/id",
        "narrative": "/evidence/0/narrative",
    }
    return document, slots


def _fits_template(document: dict[str, Any]) -> bool:
    subject = document["credentialSubject"]
    return "id" in subject and len(subject["result"]) == 1 and "value" in subject["result"][0]


def fillings(count: int, seed: int = 11) -> Iterator[dict[str, str]]:
    """Slot values for `template`."""
    draw = random.Random(seed)
    for index in range(count):
        yield {
            "credential": f"urn:uuid:{_uuid(draw)}",
            "recipient": f"https://people.example.edu/{_uuid(draw)}",
            "from": f"2026-{draw.randint(1, 9):02}-{draw.randint(1, 28):02}T08:30:00Z",
            "status": str(index % STATUS_LIST_LENGTH),
            "score": str(draw.randint(50, 100)),
            "evidence": f"https://portfolio.example.edu/{_uuid(draw)}",
            "narrative": _narrative(draw),
        }


def status_items(count: int, bits: int = STATUS_LIST_LENGTH, share: float = 0.01) -> Iterator[dict[str, Any]]:
    """Status lists with `share` of the bits set, each differing from the one before in one bit."""
    draw = random.Random(5)
    chosen = set(draw.sample(range(bits), int(bits * share)))
    for _ in range(count):
        chosen.add(draw.randrange(bits))
        yield {"bits": bits, "set": sorted(chosen)}


def _uuid(draw: random.Random) -> str:
    return str(uuid.UUID(int=draw.getrandbits(128), version=4))


def _sentence(draw: random.Random, opening: str) -> str:
    verbs = draw.sample(VERBS, 3)
    return f"{opening} {verbs[0]}, {verbs[1]} and {verbs[2]} {draw.choice(SUBJECTS).lower()} in practice."


def _narrative(draw: random.Random) -> str:
    return f"{draw.choice(NAMES)} showed how to {draw.choice(VERBS)} a “real” case, step by step."


def _issuer(draw: random.Random) -> dict[str, Any]:
    number = draw.randint(1, 5)
    issuer: dict[str, Any] = {
        "id": f"{SITE}/issuers/{number}",
        "type": ["Profile"],
        "name": f"Example College {number}",
        "url": SITE,
    }
    if draw.random() < 0.6:
        issuer["image"] = {
            "id": f"{SITE}/logo/{number}.png",
            "type": "Image",
            "caption": "The college’s logo",
        }
    if draw.random() < 0.3:
        issuer["email"] = "badges@example.edu"
        issuer["address"] = {"type": ["Address"], "addressCountry": "SE", "addressLocality": "Lund"}
    return issuer


def _subject(draw: random.Random) -> dict[str, Any]:
    subject: dict[str, Any] = {"type": ["AchievementSubject"]}
    if draw.random() < 0.6:
        subject["id"] = f"https://people.example.edu/{_uuid(draw)}"
    else:
        subject["identifier"] = [
            {
                "type": "IdentityObject",
                "hashed": True,
                "identityHash": f"sha256${draw.getrandbits(256):064x}",
                "identityType": "emailAddress",
                "salt": f"{draw.getrandbits(32):08x}",
            }
        ]
    if draw.random() < 0.3:
        subject["term"] = "Spring 2026"
    return subject


def _achievement(draw: random.Random) -> dict[str, Any]:
    name = draw.choice(SUBJECTS)
    number = draw.randint(1, 40)
    here = f"{SITE}/achievements/{number}"
    achievement: dict[str, Any] = {
        "id": here,
        "type": ["Achievement"],
        "name": name,
        "description": _sentence(draw, f"{name}: the holder can"),
        "criteria": {"narrative": _sentence(draw, "Pass a practical examination in which you")},
        "achievementType": draw.choice(["Badge", "Certificate", "Competency", "Course"]),
        "alignment": [_alignment(draw, framework) for framework in FRAMEWORKS],
        "resultDescription": [
            _result_description(draw, here, place) for place in range(draw.choice([1, 1, 1, 2]))
        ],
    }
    if draw.random() < 0.7:
        achievement["image"] = {"id": f"{here}/badge.png", "type": "Image"}
    if draw.random() < 0.5:
        achievement["tag"] = draw.sample(["practice", "safety", "teamwork", "analysis"], 2)
    if draw.random() < 0.3:
        achievement["creditsAvailable"] = draw.choice([1.5, 3.0, 7.5])
        achievement["inLanguage"] = "en"
    return achievement


def _alignment(draw: random.Random, framework: tuple[str, str, str]) -> dict[str, Any]:
    name, base, kind = framework
    code = f"{draw.getrandbits(24):06x}"
    alignment = {
        "type": ["Alignment"],
        "targetName": f"{draw.choice(VERBS).capitalize()} {draw.choice(SUBJECTS).lower()}",
        "targetUrl": base + code,
        "targetFramework": name,
        "targetType": kind,
    }
    if draw.random() < 0.5:
        alignment["targetCode"] = code
    return alignment


def _result_description(draw: random.Random, here: str, place: int) -> dict[str, Any]:
    described: dict[str, Any] = {"id": f"{here}/results/{place}", "type": ["ResultDescription"]}
    if draw.random() < 0.6:
        return described | {"name": "Score", "resultType": "Percent", "valueMin": "0", "valueMax": "100"}
    levels = [
        {"id": f"{here}/levels/{level}", "type": ["RubricCriterionLevel"], "name": level, "points": points}
        for level, points in (("Basic", "1"), ("Advanced", "2"))
    ]
    return described | {"name": "Level", "resultType": "RubricCriterionLevel", "rubricCriterionLevel": levels}


def _results(draw: random.Random, achievement: dict[str, Any]) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = []
    for described in achievement["resultDescription"]:
        result = {"type": ["Result"], "resultDescription": described["id"]}
        levels = described.get("rubricCriterionLevel")
        if levels:
            result["achievedLevel"] = draw.choice(levels)["id"]
        else:
            result["value"] = str(draw.randint(50, 100))
        results.append(result)
    return results


def _evidence(draw: random.Random) -> dict[str, Any]:
    evidence: dict[str, Any] = {
        "id": f"https://portfolio.example.edu/{_uuid(draw)}",
        "type": ["Evidence"],
        "name": "Portfolio entry",
        "narrative": _narrative(draw),
    }
    if draw.random() < 0.5:
        evidence["genre"] = draw.choice(["Report", "Video", "Photograph"])
        evidence["audience"] = "Employers"
    return evidence


def _status(index: int) -> dict[str, Any]:
    place, position = divmod(index, STATUS_LIST_LENGTH)
    listed = f"{SITE}/status/{place + 3}"
    return {
        "id": f"{listed}#{position}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(position),
        "statusListCredential": listed,
    }
