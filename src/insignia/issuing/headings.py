"""What the columns of a table of recipients are called, in several languages."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

# Column, then the headings that mean it: lower case, without accents, spaces and punctuation.
_TEXT = """
email: email emailaddress mail mailaddress recipientemail recipient courriel adressemail epost posta
email: adresseelectronique correo correoelectronico emailadresse postaelettronica indirizzoemail
name: name fullname recipientname displayname learner student nom nomcomplet nombre nombrecompleto
name: nome nomecompleto vollername vollstandigername vorundnachname naam volledigenaam
first_name: firstname givenname forename vorname prenom nombres voornaam
last_name: lastname familyname surname nachname nomdefamille apellidos cognome achternaam
did: did recipientdid recipientid subjectid wallet
student_id: studentid studentnumber sourcedid matrikelnummer personid employeeid learnerid
credential_id: credentialid id badgeid uuid
result: result score grade mark note punkte resultat resultado voto cijfer
level: level achievedlevel niveau nivel livello
evidence: evidence evidenceurl evidencelink link url proof
evidence_name: evidencename evidencetitle
narrative: narrative evidencenarrative comment remarks
valid_from: validfrom date issued issuedon issuedate awarded awarddate datum fecha data
valid_until: validuntil expires expiry expirydate expirationdate expiration gueltigbis
license_number: licensenumber licencenumber license certificatenumber
role: role position rolle funktion
term: term semester academicterm
credits: credits creditsearned ects creditpoints
status_index: statusindex statuslistindex
"""


def _columns() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in _TEXT.split("\n"):
        column, _, headings = line.partition(":")
        if column:
            found.setdefault(column, set()).update(headings.split())
    return {column: frozenset(headings) for column, headings in found.items()}


COLUMNS: Mapping[str, frozenset[str]] = _columns()
_MEANING = {heading: column for column, headings in COLUMNS.items() for heading in headings}


def column_of(heading: str) -> str | None:
    """The column that a heading means, None when it means none."""
    plain = unicodedata.normalize("NFKD", heading.lower())
    return _MEANING.get("".join(c for c in plain if c.isalnum()))
