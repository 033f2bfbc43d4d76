"""Endorsements as typed views."""

from __future__ import annotations

import pytest

from insignia.contexts import CREDENTIALS_V2, OPEN_BADGES_3_0_3
from insignia.endorsement import EndorsementCredential
from insignia.errors import DataModelError

ENDORSEMENT = {
    "@context": [CREDENTIALS_V2, OPEN_BADGES_3_0_3],
    "id": "https://example.org/endorsements/1",
    "type": ["VerifiableCredential", "EndorsementCredential"],
    "name": "In good standing",
    "issuer": {"id": "https://accrediter.example/1", "type": ["Profile"]},
    "validFrom": "2020-01-01T00:00:00Z",
    "credentialSubject": {"id": "urn:x", "type": ["EndorsementSubject"], "endorsementComment": "*Good*"},
    "note": 1,
}


def test_the_view() -> None:
    view = EndorsementCredential.read(ENDORSEMENT)
    assert (view.subject.id, view.subject.endorsement_comment) == ("urn:x", "*Good*")
    assert view.extra == {"note": 1}


def test_an_endorsement_has_a_name_and_a_subject_with_an_id() -> None:
    """EndorsementCredential: name 1; EndorsementSubject: id 1."""
    broken = {**ENDORSEMENT, "credentialSubject": {"type": ["EndorsementSubject"]}}
    del broken["name"]
    with pytest.raises(DataModelError) as caught:
        EndorsementCredential.read(broken)
    assert [p.expected for p in caught.value.problems] == ['a member "id"', 'a member "name"']
