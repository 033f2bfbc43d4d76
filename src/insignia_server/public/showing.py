"""What the public pages show, read from the database and from what was signed."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from insignia.credential import parse
from insignia.report import Report
from insignia.verification import render
from insignia_server.achievements.definition import Definition, Texts, texts
from insignia_server.achievements.facts import Fact, about_facts, assessment_facts
from insignia_server.achievements.models import Achievement, AchievementVersion
from insignia_server.awarding.badge_page import Said, Skill, languages, link, say, skills
from insignia_server.awarding.models import Award, AwardState
from insignia_server.credentials import linkedin
from insignia_server.credentials.models import Credential, CredentialState, VisitorView
from insignia_server.credentials.replaced import sentence_of
from insignia_server.credentials.report_sentence import sentence
from insignia_server.credentials.verification import verify_secured
from insignia_server.issuers.models import Issuer
from insignia_server.kit import scopes
from insignia_server.kit.compiled import Compiled
from insignia_server.kit.errors import Gone, NotHere
from insignia_server.kit.markdown import render as markdown
from insignia_server.organisations import look
from insignia_server.organisations.models import Organisation, OrganisationState
from insignia_server.people.models import User
from insignia_server.public.finding import find_version, proved_domains


@dataclass(frozen=True)
class State:
    """What is true of a badge now: `name` of kit.statuses, a tone, a sentence, perhaps a link."""

    name: str
    tone: str
    sentence: str
    link: str = ""
    link_text: str = ""


@dataclass(frozen=True)
class Shown:
    """A badge page."""

    award: Award
    credential: Credential
    version: AchievementVersion
    issuer: Issuer
    said: Said
    state: State
    report: Report
    domains: Sequence[str]
    language: str
    name: str
    indexed: bool
    suspended: bool  # the organisation, by the operator

    @property
    def texts(self) -> Texts:
        """In the reader's language."""
        return self.said.texts

    @property
    def results(self) -> Sequence[tuple[str, str]]:
        """Pairs of what was measured and what was reached."""
        return self.said.results


def look_of(issuer: Issuer, organisation: Organisation) -> look.Look:
    """How its organisation looks; the logo leads to the issuer's page."""
    return look.of(organisation, home=reverse("issuer", kwargs={"slug": issuer.slug}))


def gone_sentence(credential: Credential) -> str:
    """What a page says in the place of a badge whose learner was erased."""
    text = _("What stood here about this badge and its learner was erased for good.")
    if credential.state != CredentialState.VALID:
        return text
    return f"{text} {_('Whoever has the file of the badge can still verify it with that file.')}"


def find_award(key: uuid.UUID, user: User | None) -> Award:
    """The award of a credential, if this visitor may see it; one query.

    Raises:
        NotHere: there is none, or it is private and the visitor somebody else.
        Gone: its learner was erased.
    """
    with scopes.crossing("public-pages"):
        row = _AWARD.first(key)
    if row is None:
        raise NotHere
    if row.erased:
        raise Gone(gone_sentence(row.credential))
    mine = user is not None and row.person_id == user.pk
    if row.visibility == VisitorView.PRIVATE and not mine:
        raise NotHere
    return row


_AWARD: Final = Compiled[Award](
    lambda key: Award.objects.filter(credential_id=key).select_related(
        "credential", "version__picture", "achievement__issuer", "achievement__organisation"
    )
)


def show(award: Award, *, now: dt.datetime) -> Shown:
    """Everything of a badge page, with a verification that is made now; five queries."""
    credential, version, issuer = award.credential, award.version, award.achievement.issuer
    with scopes.crossing("public-pages"):
        secured = parse(bytes(credential.content))
        report = verify_secured(secured, now=now)
        domains = proved_domains(issuer)
        said = say(version, secured.document)
    return Shown(
        award=award,
        credential=credential,
        version=version,
        issuer=issuer,
        said=said,
        state=state_of(credential, award=award, issuer=issuer, report=report, now=now),
        report=report,
        domains=domains,
        language=version.content.get("in_language") or "en",
        name=award.name,
        indexed=award.visibility == VisitorView.PUBLIC,
        suspended=award.achievement.organisation.state == OrganisationState.SUSPENDED,
    )


def state_of(
    credential: Credential, *, award: Award, issuer: Issuer, report: Report, now: dt.datetime
) -> State:
    """The state, said first; what was withdrawn says why and where to go."""
    reason = credential.state_reason
    at = credential.state_at or now
    if award.state == AwardState.UNDONE:
        return State(
            "revoked",
            "bad",
            _("{issuer} took this award back: it was made by mistake.").format(issuer=issuer.name),
        )
    if credential.state == CredentialState.SUPERSEDED and credential.superseded_by_id:
        return State(
            "superseded",
            "warn",
            sentence_of(issuer.name, at, reason),
            f"/badges/{credential.superseded_by_id}/",
            _("Show the badge that counts"),
        )
    if credential.state == CredentialState.REVOKED:
        text = _("{issuer} revoked this badge on {day}. Reason: {reason}")
        return State("revoked", "bad", text.format(issuer=issuer.name, day=_day(at), reason=reason or "–"))
    if credential.state == CredentialState.SUSPENDED:
        text = _("{issuer} suspended this badge on {day}. Reason: {reason}")
        return State("suspended", "warn", text.format(issuer=issuer.name, day=_day(at), reason=reason or "–"))
    if credential.valid_until and credential.valid_until <= now:
        text = _("This badge expired on {day}.")
        return State("expired", "warn", text.format(day=_day(credential.valid_until)))
    if not report.valid:
        return State("unverified", "bad", sentence(render.tree(report)))
    text = (
        _("Issued by {issuer} to {name}, still valid today.")
        if award.name
        else _("Issued by {issuer}, still valid today.")
    )
    return State("valid", "good", text.format(issuer=issuer.name, name=award.name))


def _day(value: dt.datetime) -> str:
    return date_format(value, pgettext("date format", "j F Y"), use_l10n=False)


def names(shown: Shown) -> dict[str, tuple[str, str]]:
    """The issuer's DID with the names of issuer and organisation, for the words of the report."""
    issuer = shown.issuer
    return {issuer.did: (issuer.name, shown.award.achievement.organisation.name)}


def linkedin_url(shown: Shown, *, page: str) -> str:
    """LinkedIn's form for a new certification, filled in."""
    return linkedin.address(shown.credential, name=shown.texts.name, issuer=shown.issuer, page=page)


@dataclass(frozen=True)
class ShownAchievement:
    """An achievement page."""

    achievement: Achievement
    version: AchievementVersion
    issuer: Issuer
    texts: Texts
    criteria: str
    criteria_url: str
    skills: Sequence[Skill]
    tags: Sequence[str]
    about: Sequence[Fact]
    assessment: Sequence[Fact]
    domains: Sequence[str]
    newest: int
    suspended: bool


def show_achievement(key: uuid.UUID, number: int | None) -> ShownAchievement:
    """A published version, the newest where none is named; three queries. Raises NotHere."""
    version, newest = find_version(key, number)
    issuer = version.achievement.issuer
    with scopes.crossing("public-pages"):
        domains = proved_domains(issuer)
    definition = Definition.from_json(version.content)
    said = texts(definition, languages())
    return ShownAchievement(
        achievement=version.achievement,
        version=version,
        issuer=issuer,
        texts=said,
        criteria=markdown(said.criteria),
        criteria_url=link(definition.criteria_url),
        skills=skills(definition),
        tags=definition.tags,
        about=about_facts(definition),
        assessment=assessment_facts(definition),
        domains=domains,
        newest=newest,
        suspended=version.achievement.organisation.state == OrganisationState.SUSPENDED,
    )


def document_bytes(version: AchievementVersion) -> bytes:
    """The Achievement object as it is served: the same bytes each time."""
    return json.dumps(version.document, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
