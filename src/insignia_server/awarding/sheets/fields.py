"""Which column holds what: headings in four languages and of the exports that people upload."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

FIELDS: Final = (
    "email",
    "identifier",
    "identifier_type",
    "name",
    "given_name",
    "family_name",
    "awarded_on",
    "expires_on",
    "evidence_url",
    "evidence_narrative",
    "narrative",
    "achievement",
    "external_id",
    "locale",
    "group",
)
RESULT: Final = "result:"

# Field, then headings: small letters without accents and punctuation; a line of each field by language,
# and as Credly, Accredible, Canvas, Moodle, Open edX and Coursera call it.
_TEXT: Final = """
email: email, e mail, email address, mail, mail address, recipient email, learner email, earner email
email: student email, user email, recipient, emails, email to, contact email, email adresse
email: mailadresse, mail adresse, adresse e mail, emailadresse empfanger, empfanger, courriel
email: adresse courriel, adresse electronique, adresse email, adresse mail, mel, mail etudiant
email: correo, correo electronico, direccion de correo, direccion de correo electronico
email: direccion email, sis login id, institutional email, primary email
identifier: identifier, recipient identifier, did, recipient did, wallet, wallet did, holder did
identifier: sourced id, student id, student number, person id, learner id, user id, username
identifier: user name, login, login id, matrikelnummer, personalnummer, kennung, benutzername
identifier: anmeldename, nutzername, martrikel, numero etudiant, identifiant, nom d utilisateur
identifier: matricule, numero de estudiante, identificador, matricula, nombre de usuario, usuario
identifier: sis user id, id number, issuer earner id, recipient id
identifier_type: identifier type, id type, identity type, type of identifier, recipient type
identifier_type: kennungsart, art der kennung, type d identifiant, tipo de identificador
name: name, full name, recipient name, learner name, student name, display name, learner, student
name: earner, name on certificate, certificate name, recipient full name, user full name
name: candidate name, participant, vollstandiger name, voller name, vor und nachname, name vorname
name: anzeigename, teilnehmer, teilnehmerin, nom complet, nom et prenom, prenom et nom, nom prenom
name: etudiant, participante, apprenant, nombre completo, nombre y apellidos, nombre y apellido
name: apellidos y nombre, estudiante, alumno
given_name: first name, given name, forename, first, given names, issued to first name
given_name: recipient first name, vorname, vornamen, rufname, prenom, prenoms, nombre, nombres
given_name: nombre de pila
family_name: last name, family name, surname, last, issued to last name, recipient last name
family_name: second name, nachname, familienname, zuname, nom, nom de famille, apellido, apellidos
family_name: primer apellido
awarded_on: awarded on, date, issue date, issued on, issued at, date issued, issuance date, awarded
awarded_on: award date, date awarded, date of award, valid from, earned on, date earned
awarded_on: completion date, completed on, completion time, completed at, date completed, issued
awarded_on: graduation date, end date, passed on, datum, ausstellungsdatum, ausgestellt am
awarded_on: verliehen am, verleihungsdatum, abschlussdatum, erworben am, gultig ab, gultig von
awarded_on: abgeschlossen am, datum der verleihung, date d emission, date de delivrance
awarded_on: date d obtention, date d attribution, delivre le, obtenu le, fecha, fecha de emision
awarded_on: fecha de expedicion, fecha de obtencion, fecha de finalizacion, emitido el
awarded_on: certificate issued date, created date, enrollment completion time
expires_on: expires on, expiry, expiry date, expiration, expiration date, expires, expires at
expires_on: valid until, valid to, valid through, expired on, end of validity, gultig bis
expires_on: ablaufdatum, lauft ab am, ablauf, verfallsdatum, date d expiration, expire le
expires_on: valable jusqu au, valide jusqu au, fin de validite, fecha de caducidad
expires_on: fecha de vencimiento, caduca el, vence el, valido hasta, caducidad
evidence_url: evidence, evidence url, evidence link, evidence urls, proof, proof url, portfolio
evidence_url: portfolio url, work url, artifact url, project url, evidence id, link, url, nachweis
evidence_url: nachweis url, nachweis link, beleg, belege, preuve, lien, lien de preuve, url preuve
evidence_url: evidencia, enlace, enlace de evidencia, url de evidencia, prueba, course certificate url
evidence_narrative: evidence narrative, evidence description, evidence text, evidence name
evidence_narrative: evidence comment, beschreibung des nachweises, nachweisbeschreibung
evidence_narrative: description de la preuve, descripcion de la evidencia
narrative: narrative, comment, comments, remark, remarks, description, feedback, message
narrative: personal message, note to, kommentar, bemerkung, bemerkungen, anmerkung, begrundung
narrative: beschreibung, commentaire, remarque, appreciation, narration, comentario, comentarios
narrative: observaciones, narrativa, descripcion, mensaje
achievement: achievement, badge, badge name, achievement name, badge template, badge template id
achievement: credential, credential name, course, course name, course title, certificate
achievement: achievement code, badge code, badge class, achievement id, course id, credential title
achievement: template, award, specialization, abzeichen, leistung, kurs, kursname, zertifikat
achievement: kurstitel, lehrveranstaltung, modul, insigne, formation, cours, certificat, intitule
achievement: diplome, insignia, curso, certificado, logro
external_id: external id, row id, reference, external reference, key, transaction id, record id
external_id: your id, license, licence, license number, licence number, credential id
external_id: certificate number, serial, referenz, vorgangsnummer, zertifikatsnummer, lizenznummer
external_id: lizenz, schlussel, externe id, reference externe, numero de certificat
external_id: numero de licence, licence numero, id externe, referencia, id externo
external_id: numero de certificado, numero de licencia, certificate id, id
locale: locale, language, lang, preferred language, sprache, langue, idioma, lengua
group: group, groups, cohort, class, group name, section, team, group tags, batch, intake, department
group: gruppe, kohorte, klasse, kurs gruppe, groupe, cohorte, classe, promotion, grupo, clase, seccion
result: result, score, grade, mark, final grade, final score, course grade, points, percent
result: percentage, course total, course total real, current grade, current score, gpa, marks
result: ergebnis, note, punkte, punktzahl, punktestand, bewertung, gesamtnote, prozent, abschlussnote
result: resultat, points obtenus, note finale, moyenne, resultado, nota, calificacion, puntuacion
result: puntos, nota final, puntaje, promedio
"""


def plain(heading: str) -> str:
    """A heading as it is compared: small letters, no accents, words of letters and digits."""
    text = unicodedata.normalize("NFKD", heading.casefold().replace("ß", "ss"))
    text = "".join(c for c in text if not unicodedata.combining(c))
    return re.sub(r"[\W_]+", " ", text).strip()


def _meanings() -> dict[str, str]:
    found: dict[str, str] = {}
    for line in _TEXT.split("\n"):
        name, _, headings = line.partition(": ")
        for heading in headings.split(", ") if name else ():
            found.setdefault(heading.replace(" ", ""), name)
    return found


_MEANING: Final = _meanings()
_ADDRESS: Final = re.compile(r"[^\s@,;]+@[^\s@,;]+\.[^\s@,;]+")


def _meaning(heading: str) -> str | None:
    return _MEANING.get(plain(heading).replace(" ", "")) if len(heading) < 80 else None


def recognised(heading: str) -> bool:
    """Whether the text is a heading that means something here."""
    return _meaning(heading) is not None


def looks_like_address(text: str) -> bool:
    """Whether a cell holds an email address, so that its row is no header."""
    return "@" in text and len(text) < 1_000 and _ADDRESS.search(text) is not None


def guess_mapping(
    headings: Sequence[str],
    *,
    remembered: Mapping[str, str] | None = None,
    results: Iterable[tuple[str, str]] = (),
    sample: Sequence[Sequence[str]] = (),
) -> dict[str, str]:
    """Field -> heading for the columns whose meaning can be told; the rest is for the user to map.

    `remembered` is a mapping that the user confirmed before: it goes first where its heading exists, and a
    field remembered as '' stays unmapped. `results` are (id, name) of the achievement's result descriptions:
    a column named like one becomes `result:<id>`; a column such as `Grade` becomes the only one there is, or
    without any `result:<heading>`. `sample` are first rows, in which addresses are found under any heading.
    """
    remembered = remembered or {}
    by_plain = {plain(heading): heading for heading in reversed(headings)}
    found: dict[str, str] = {}
    refused = {name for name, heading in remembered.items() if not heading}
    for name, heading in remembered.items():
        there = heading if heading in headings else by_plain.get(plain(heading)) if heading else None
        if there and there not in found.values():
            found[name] = there
    described = tuple(results)
    for heading in headings:
        if heading in found.values():
            continue
        name = _result_field(heading, described) or _meaning(heading) or ""
        if name == "result":
            name = (
                RESULT + (described[0][0] if len(described) == 1 else heading) if len(described) < 2 else ""
            )
        if name and name not in refused and name not in found:
            found[name] = heading
    if "email" not in found and "email" not in refused:
        found.update(_address_column(headings, found, sample))
    return _settled(found)


def _result_field(heading: str, described: Sequence[tuple[str, str]]) -> str | None:
    key = plain(heading)
    return next((RESULT + i for i, name in described if key and key in (plain(name), plain(i))), None)


def _address_column(
    headings: Sequence[str], found: Mapping[str, str], sample: Sequence[Sequence[str]]
) -> dict[str, str]:
    for index, heading in enumerate(headings):
        cells = [row[index] for row in sample if index < len(row) and row[index].strip()]
        if cells and heading not in found.values() and 2 * sum(map(looks_like_address, cells)) > len(cells):
            return {"email": heading}
    return {}


def _settled(found: dict[str, str]) -> dict[str, str]:
    """Where one word has two meanings, the neighbours tell: `Nom` alone is a whole name, as is `Nombre`."""
    if "name" not in found:
        for lone, other in (("family_name", "given_name"), ("given_name", "family_name")):
            if lone in found and other not in found and plain(found[lone]) in ("nom", "nombre"):
                found["name"] = found.pop(lone)
                break
    elif "given_name" in found and "family_name" not in found and plain(found["name"]) == "name":
        found["family_name"] = found.pop("name")  # German lists: Name, Vorname
    return found
