"""The certificate of one award, and of an invented one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from insignia.credential import parse
from insignia_server.achievements import pictures as stored
from insignia_server.achievements.definition import Definition, texts
from insignia_server.achievements.facts import about_facts
from insignia_server.achievements.models import AchievementVersion
from insignia_server.awarding import badge_page
from insignia_server.awarding.models import Award
from insignia_server.certificates import designs
from insignia_server.certificates.models import CertificateDesign, DesignUse
from insignia_server.designs.drawing import compose
from insignia_server.designs.starter import starter
from insignia_server.kit.errors import NotHere
from insignia_server.kit.pdf import CertificateData, Look, certificate, preview, undrawable
from insignia_server.kit.pictures import SVG, Picture, read_picture
from insignia_server.kit.wording import labelled, listed
from insignia_server.organisations.models import Organisation

_WORKLOAD: Final = ("workload_hours", "ects")


def design_for(award: Award) -> CertificateDesign | None:
    """The design of the award's achievement, else of its issuer, else the organisation's; None: the plain
    one. In a scope or a crossing."""
    issuer, achievement = award.achievement.issuer_id, award.achievement_id
    uses = DesignUse.objects.select_related("design").filter(organisation=award.organisation_id)
    chosen = (
        uses.filter(achievement=achievement).first() or uses.filter(issuer=issuer, achievement=None).first()
    )
    if chosen is not None:
        return chosen.design
    rows = CertificateDesign.objects.filter(organisation=award.organisation_id, is_default=True)
    return rows.first()


def render(award: Award, *, language: str = "", design: CertificateDesign | None = None) -> bytes:
    """The certificate as a PDF with the signed credential attached. In a scope or a crossing.

    `language` of labels and texts: empty, the learner's, else the organisation's. `design`: another one than
    `design_for` gives. Raises NotHere for an achievement without a picture.
    """
    organisation = award.achievement.organisation
    spoken = language or award.language or organisation.language
    data = data_for(award, language=spoken)
    return certificate(data, look_for(design or design_for(award), organisation, language=spoken))


def look_for(design: CertificateDesign | None, organisation: Organisation, *, language: str) -> Look:
    """A stored design as a look, or the plain one in the organisation's colour."""
    values = designs.Values.from_json(design.values) if design else designs.Values()
    pictures = designs.pictures_of(design) if design else {}
    return _of_organisation(values, pictures, organisation, language=language)


def _of_organisation(
    values: designs.Values, pictures: Mapping[str, Picture], organisation: Organisation, *, language: str
) -> Look:
    """What a design leaves open (colours, logo) is the organisation's own look."""
    if "logo" not in pictures and organisation.logo:
        pictures = {**pictures, "logo": designs.organisation_logo(organisation)}
    return designs.look(
        values,
        pictures,
        accent=organisation.accent,
        second=organisation.second_colour,
        language=language,
        logo_alt=organisation.name,
    )


def data_for(award: Award, *, language: str) -> CertificateData:
    """What the certificate of an award says. Raises NotHere for an achievement without a picture."""
    version, credential = award.version, award.credential
    definition = Definition.from_json(version.content)
    said = texts(definition, [language.partition("-")[0]])
    subject = parse(bytes(credential.content)).document.get("credentialSubject") or {}
    with override(language):
        results = badge_page.results(subject, version.document or {})
        workload = workload_of(definition)
    return CertificateData(
        name=award.name,
        achievement=said.name,
        issuer=award.achievement.issuer.name,
        organisation=award.achievement.organisation.name,
        issued_on=credential.valid_from.date(),
        valid_until=credential.valid_until.date() if credential.valid_until else None,
        page_url=f"{settings.PUBLIC_URL}/badges/{award.credential_id}/",
        badge=picture_of(version),
        credential=bytes(credential.content),
        result="; ".join(labelled(name, value) for name, value in results if value),
        workload=workload,
        criteria=said.criteria,
        skills=tuple(one.name for one in badge_page.skills(definition)),
        language=language,
    )


def workload_of(definition: Definition) -> str:
    """Hours and credits in the active language."""
    facts = {one.path: one.value for one in about_facts(definition)}
    return listed(facts[path] for path in _WORKLOAD if facts.get(path))


def picture_of(version: AchievementVersion) -> Picture:
    """The badge of a version, ready to be drawn. Raises NotHere where there is none."""
    if version.picture is None:
        raise NotHere
    drawn = version.picture.media_type == SVG
    return _picture(version.picture.source if drawn else version.picture.png)


@lru_cache(maxsize=32)
def _picture(name: str) -> Picture:
    return read_picture(stored.read(name))


def example(organisation: Organisation, *, language: str, today: dt.date) -> CertificateData:
    """An invented award, to see a design before there is a real one."""
    with override(language):
        title = _("Data Literacy Practitioner")
        return CertificateData(
            name="Amélie Okonkwo-Brandt",
            achievement=title,
            issuer=organisation.name,
            organisation=organisation.name,
            issued_on=today,
            valid_until=dt.date(today.year + 3, today.month, min(today.day, 28)),
            page_url=f"{settings.PUBLIC_URL}/badges/0197b8d2-77aa-7000-8000-000000000000/",
            badge=_example_badge(title, organisation.name),
            credential=b"{}",
            result=_("Grade: 1.3"),
            workload=workload_of(Definition(workload_hours=150, ects=6)),
            criteria=_(
                "Finds and cleans data, asks questions of it, and tells others what it says.\n\n"
                "- A portfolio of three analyses\n- An oral defence before two examiners"
            ),
            skills=(_("Data cleaning"), _("Statistics"), _("Visualisation"), _("Storytelling")),
            language=language,
        )


@lru_cache(maxsize=16)
def _example_badge(title: str, subtitle: str) -> Picture:
    return read_picture(compose(starter(name=title, issuer=subtitle, seed=title)).svg)


def draft_look(
    values: designs.Values,
    pictures: Mapping[str, Picture],
    organisation: Organisation,
    *,
    language: str,
) -> Look:
    """Values that are not stored as a look. Raises Refused for what no certificate can show."""
    designs.require_sound(values, name="draft")
    return _of_organisation(values, pictures, organisation, language=language)


def picture_of_page(data: CertificateData, look: Look, *, width: int) -> tuple[bytes, str]:
    """The page as a PNG of about this many pixels, and the characters on it that no font can draw."""
    long = look.orientation == "landscape"
    inches = {"a4": (8.27, 11.69), "us-letter": (8.5, 11.0)}[look.paper][long]
    return preview(data, look, ppi=width / inches), undrawable(data, look)
