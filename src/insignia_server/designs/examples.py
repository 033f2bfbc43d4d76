"""Achievements that were invented to look at starter designs: fields, languages, levels, types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from insignia_server.designs.drawing import Design
from insignia_server.designs.starter import starter


@dataclass(frozen=True, slots=True)
class Example:
    """What a starter design is made from."""

    name: str
    kind: str
    level: str
    issuer: str


EXAMPLES: Final = tuple(
    Example(*line.split(" | "))
    for line in """
Data Analytics | Course | foundation | Nordhaven Academy
Wundmanagement in der Pflege | Certification | Aufbau | Klinikum Seeberg
Soudage TIG | Competency | avancé | AFPI Loire
Introducción al derecho laboral | Course | básico | Universidad de Arbela
Deutsch als Fremdsprache B2 | CertificateOfCompletion | - | Sprachhaus Lindau
Leadership for New Managers | Course | 2 | Nordhaven Academy
Bachelor of Arts in History | BachelorDegree | - | University of Wrenfield
Robotics Workshop | Badge | - | Makerspace 12
Ersthelfer am Arbeitsplatz | CertificateOfCompletion | - | Rettungsdienst Elm
Cuisine végétale | Course | expert | École des Saveurs
Energía solar fotovoltaica | Certification | intermedio | Instituto Solano
Cybersecurity Analyst | Certification | expert | Halden Security Institute
Nachhaltige Forstwirtschaft | Diploma | EQF 5 | Waldschule Tann
Piano Performance | Award | advanced | Conservatory of Elm
Astronomy Club Member | Membership | - | Orion Society
Project Management | MicroCredential | practitioner | Harbour Business School
Photographie de portrait | Course | débutant | Atelier Lumen
Volunteer of the Year | Award | - | Civic Hands
Accounting Essentials | Course | basic | Ledger College
Barista-Grundkurs | Course | Grundkurs | Rösterei Akademie
Organic Chemistry Laboratory Technique | Assessment | level 3 | Wrenfield Science
Segelschein Binnen | License | - | Yachtclub Nordsee
Teaching with Digital Media | LearningProgram | - | Pedagogica
Diseño de interfaces | Competency | avanzado | Estudio Mora
""".strip().splitlines()
)


def example_designs() -> list[Design]:
    """Their starter designs, each knowing those before it."""
    made: list[Design] = []
    for i, one in enumerate(EXAMPLES):
        level = one.level.removeprefix("-")
        made.append(
            starter(name=one.name, kind=one.kind, level=level, issuer=one.issuer, seed=f"s{i}", taken=made)
        )
    return made
