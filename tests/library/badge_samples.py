"""A profile, an endorsement and a badge with every class of the data model, for several tests."""

from __future__ import annotations

from typing import Any

from insignia.contexts import CREDENTIALS_V2, OPEN_BADGES_3_0_3

ALIGNMENT = {
    "type": ["Alignment"],
    "targetName": "Collaboration",
    "targetUrl": "https://example.org/skills/1",
    "targetCode": "1",
    "targetDescription": "Works with others",
    "targetFramework": "Example skills",
    "targetType": "CFItem",
}
PROFILE: dict[str, Any] = {
    "id": "https://example.edu/issuers/1",
    "type": ["Profile"],
    "name": "Example University",
    "url": "https://example.edu",
    "email": "registrar@example.edu",
    "phone": "1-222-333-4444",
    "image": {"id": "https://example.edu/logo.png", "type": "Image", "caption": "Logo"},
    "address": {
        "type": ["Address"],
        "addressCountry": "USA",
        "geo": {"type": "GeoCoordinates", "latitude": 1, "longitude": 1.5},
    },
    "otherIdentifier": [{"type": "IdentifierEntry", "identifier": "12", "identifierType": "ext:rid"}],
    "parentOrg": {"id": "did:example:1", "type": ["Profile"]},
    "dateOfBirth": "1900-01-01",
}
ENDORSEMENT: dict[str, Any] = {
    "@context": [CREDENTIALS_V2, OPEN_BADGES_3_0_3],
    "id": "https://example.org/endorsements/1",
    "type": ["VerifiableCredential", "EndorsementCredential"],
    "name": "In good standing",
    "issuer": {"id": "https://accrediter.example/1", "type": ["Profile"]},
    "validFrom": "2020-01-01T00:00:00Z",
    "credentialSubject": {"id": PROFILE["id"], "type": ["EndorsementSubject"], "endorsementComment": "Good"},
    "credentialStatus": {"id": "https://accrediter.example/s", "type": "1EdTechRevocationList"},
}
FULL: dict[str, Any] = {
    "@context": [CREDENTIALS_V2, OPEN_BADGES_3_0_3, {"ext": "https://example.org/ext#"}],
    "id": "https://example.edu/credentials/1",
    "type": ["VerifiableCredential", "AchievementCredential"],
    "name": "Degree",
    "description": "A degree",
    "image": {"id": "data:image/png;base64,AAAA", "type": "Image"},
    "issuer": {**PROFILE, "endorsement": [ENDORSEMENT], "endorsementJwt": ["a.b.c"]},
    "validFrom": "2020-01-01T00:00:00Z",
    "validUntil": "2030-01-01T00:00:00+01:00",
    "awardedDate": "2019-01-01T00:00:00Z",
    "credentialSubject": {
        "id": "did:example:learner",
        "type": ["AchievementSubject"],
        "activityStartDate": "2019-01-01T00:00:00Z",
        "activityEndDate": "2019-02-01T00:00:00Z",
        "creditsEarned": 42.5,
        "licenseNumber": "A-1",
        "role": "Captain",
        "term": "Fall",
        "narrative": "How it went",
        "source": PROFILE,
        "image": {"id": "https://example.edu/baked.png", "type": "Image"},
        "identifier": [
            {"type": "IdentityObject", "hashed": False, "identityHash": "x", "identityType": "name"},
        ],
        "achievement": {
            "id": "https://example.edu/achievements/degree",
            "type": ["Achievement"],
            "name": "Degree",
            "description": "A degree",
            "criteria": {"id": "https://example.edu/criteria", "narrative": "Study"},
            "achievementType": "Degree",
            "alignment": [ALIGNMENT],
            "creator": PROFILE,
            "creditsAvailable": 60,
            "endorsement": [ENDORSEMENT],
            "endorsementJwt": ["a..c"],
            "fieldOfStudy": "Research",
            "humanCode": "R1",
            "image": {"id": "https://example.edu/d.png", "type": "Image"},
            "inLanguage": "en-GB",
            "otherIdentifier": PROFILE["otherIdentifier"],
            "related": [{"id": "urn:other", "type": ["Related"], "inLanguage": "es", "version": "1"}],
            "resultDescription": [
                {
                    "id": "urn:r1",
                    "type": ["ResultDescription"],
                    "name": "Grade",
                    "resultType": "LetterGrade",
                    "allowedValue": ["F", "A"],
                    "requiredValue": "A",
                    "alignment": [ALIGNMENT],
                },
                {
                    "id": "urn:r2",
                    "type": ["ResultDescription"],
                    "name": "Rubric",
                    "resultType": "RubricCriterionLevel",
                    "requiredLevel": "urn:l1",
                    "rubricCriterionLevel": [
                        {
                            "id": "urn:l1",
                            "type": ["RubricCriterionLevel"],
                            "name": "Mastered",
                            "level": "Mastered",
                            "points": "4",
                            "alignment": [ALIGNMENT],
                        }
                    ],
                },
            ],
            "specialization": "Computers",
            "tag": ["research", "computers"],
            "version": "1.0",
        },
        "result": [
            {"type": ["Result"], "resultDescription": "urn:r1", "value": "A", "alignment": [ALIGNMENT]},
            {"type": ["Result"], "resultDescription": "urn:r2", "achievedLevel": "urn:l1"},
        ],
    },
    "endorsement": [ENDORSEMENT],
    "endorsementJwt": ["a.b.c"],
    "evidence": [
        {
            "id": "https://example.edu/work",
            "type": ["Evidence"],
            "narrative": "The work",
            "name": "Thesis",
            "description": "Long",
            "genre": "Prose",
            "audience": "All",
            "ext:pages": 99,
        }
    ],
    "credentialSchema": [{"id": "https://example.org/s.json", "type": "1EdTechJsonSchemaValidator2019"}],
    "credentialStatus": {"id": "https://example.edu/s#1", "type": "BitstringStatusListEntry"},
    "refreshService": {"id": "https://example.edu/r", "type": "1EdTechCredentialRefresh"},
    "termsOfUse": [{"type": "Policy"}],
    "proof": [
        {"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022", "created": "2020-01-01T00:00:00Z"}
    ],
}
