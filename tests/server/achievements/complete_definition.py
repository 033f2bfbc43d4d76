"""A definition that can be published as it stands."""

from __future__ import annotations

from insignia_server.achievements.definition import Assessment, Definition

COMPLETE = Definition(
    name="Data Literacy",
    description="Reads, questions and shows data.",
    criteria="Finish the five modules and hand in a portfolio.",
    assessment=Assessment(
        methods=("portfolio", "oral-exam"),
        assessors=("issuer",),
        supervision="onsite",
        identity_check="document",
    ),
)
