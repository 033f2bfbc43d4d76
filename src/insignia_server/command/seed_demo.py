"""Fill an empty demo instance: people, two organisations, achievements, awards that are really signed."""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import sys
from pathlib import Path
from typing import Any


def arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing can be said."""


def run(options: argparse.Namespace) -> int:
    """Only where DEMO is set, and only once."""
    from django.conf import settings

    from insignia_server.kit import scopes
    from insignia_server.organisations.models import Organisation

    if not settings.DEMO:
        print("This instance is no demo (DEMO is not set); nothing was changed.", file=sys.stderr)
        return 1
    with scopes.crossing("demo"):
        filled = Organisation.objects.exists()
    if filled:
        print("There are organisations already; nothing was changed.", file=sys.stderr)
        return 1
    seed(now=dt.datetime.now(dt.UTC))
    return 0


def seed(*, now: dt.datetime) -> None:
    """Everything, by the same services that the pages call; then every badge is verified."""
    from insignia_server.command import demo_look, demo_story
    from insignia_server.command.demo_data import ACHIEVEMENTS, COMPANY, COMPANY_ACHIEVEMENTS, UNIVERSITY
    from insignia_server.kit import scopes
    from insignia_server.organisations.models import Member

    people = _people(now)
    university = _organisation(UNIVERSITY, people["owner@nordhaven.example"])
    company = _organisation(COMPANY, people["owner@kestrel.example"])
    _memberships(people, {"nordhaven": university, "kestrel": company})
    with scopes.organisation(university.pk):
        demo_look.dress(Member.objects.get(roles=["owner"]).actor(), university)
    _teach(university, UNIVERSITY, ("issuer", "academy"), ACHIEVEMENTS, "nordhaven-university", now)
    _teach(company, COMPANY, ("issuer",), COMPANY_ACHIEVEMENTS, "kestrel-works", now)
    demo_story.tell(university, people, now=now)
    verify_all(now=dt.datetime.now(dt.UTC))


def _people(now: dt.datetime) -> dict[str, Any]:
    from allauth.account.models import EmailAddress

    from insignia_server.command.demo_data import ACCOUNTS, PASSWORD
    from insignia_server.people.models import User
    from insignia_server.people.services import prove_identifier

    found = {}
    for account in ACCOUNTS:
        user = User.objects.create_user(
            account["email"], PASSWORD, name=account["name"], is_staff=bool(account.get("operator"))
        )
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        prove_identifier(user=user, kind="emailAddress", value=user.email, now=now)
        found[user.email] = user
    return found


def _organisation(data: dict[str, Any], owner: Any) -> Any:
    from insignia_server.organisations import services

    return services.found(user=owner, name=data["name"], slug=data["slug"])


def _memberships(people: dict[str, Any], organisations: dict[str, Any]) -> None:
    from insignia_server.command.demo_data import ACCOUNTS
    from insignia_server.kit import scopes
    from insignia_server.organisations.models import Member

    for account in ACCOUNTS:
        if "in" in account and account["roles"] != ["owner"]:
            organisation = organisations[account["in"]]
            with scopes.organisation(organisation.pk):
                Member.objects.create(
                    organisation=organisation, user=people[account["email"]], roles=account["roles"]
                )


def _teach(
    organisation: Any,
    data: dict[str, Any],
    issuers: tuple[str, ...],
    rows: tuple[dict[str, Any], ...],
    logo: str,
    now: dt.datetime,
) -> None:
    """Issuer profiles, achievements, awards."""
    from insignia_server.issuers import services as issuing
    from insignia_server.issuers.pictures import set_issuer_picture
    from insignia_server.kit import scopes
    from insignia_server.organisations import domains
    from insignia_server.organisations.models import Member

    with scopes.organisation(organisation.pk):
        by = Member.objects.get(roles=["owner"]).actor()
        domain = domains.add_domain(by=by, name=f"{data['slug']}.example")
        domains.conclude(domain, method="dns", detail="TXT record found", now=now)
        made: dict[str, Any] = {}
        for name in issuers:
            made[name] = issuing.create_issuer(by=by, parent=made.get("issuer"), **data[name])
            set_issuer_picture(by=by, issuer=made[name], content=artwork(logo))
        for place, row in enumerate(rows):
            _achievement(by, made.get(row["issuer"], made["issuer"]), row, place, now)


def _achievement(by: Any, issuer: Any, row: dict[str, Any], place: int, now: dt.datetime) -> None:
    from insignia_server.achievements import services as achievements
    from insignia_server.achievements.definition import Definition
    from insignia_server.awarding import services as awarding
    from insignia_server.command import demo_story
    from insignia_server.command.demo_data import LEARNERS

    definition = Definition.from_json(row["definition"])
    made = achievements.create(
        by=by,
        issuer=issuer,
        definition=definition,
        framework=row["framework"],
        earn_url=row.get("earn_url", ""),
    )
    achievements.set_picture(by=by, achievement=made, content=artwork(row["artwork"]))
    if place == 8:
        return  # the last one stays a draft, so that there is something to publish
    achievements.publish(by=by, achievement=made, note="First version")
    if row["artwork"] == "laboratory-safety":
        demo_story.long_ago(by, made, now)
    for number, (email, name) in enumerate(LEARNERS[place::3] + LEARNERS[:1]):
        awarding.award(
            by=by,
            achievement=made,
            recipient=awarding.Recipient(email=email, name=name),
            key=f"demo:{place}:{email}",
            valid_from=now - dt.timedelta(days=(number * 17 + place * 5) % 300 + 1),
            results=results_of(definition, email),
            evidence=evidence_of(definition, email),
            send=number < 3,
            now=now,
        )


def results_of(definition: Any, email: str) -> tuple[Any, ...]:
    """A believable result for each result description, the same each time."""
    from insignia_server.awarding.services import Result

    found = []
    for one in definition.results:
        chance = hashlib.sha256(f"{email}{one.key}".encode()).digest()[0]
        if one.allowed_values:
            value = one.allowed_values[chance % 3]
        else:
            least, most = int(one.required_value or 0), int(one.value_max or 100)
            value = str(least + chance % (most - least + 1))
        found.append(Result(description=one.key, value=value))
    return tuple(found)


def evidence_of(definition: Any, email: str) -> tuple[Any, ...]:
    """A portfolio where evidence is asked for."""
    from insignia_server.awarding.services import Evidence

    if not definition.evidence_required:
        return ()
    person = email.partition("@")[0]
    return (
        Evidence(
            url=f"https://portfolio.example/{person}",
            name="Portfolio",
            description="The project, its data and the policy that came of it.",
        ),
    )


def artwork(name: str) -> bytes:
    """An SVG of config/demo_artwork."""
    return (Path(__file__).parents[1] / "config" / "demo_artwork" / f"{name}.svg").read_bytes()


def verify_all(*, now: dt.datetime) -> int:
    """Verify every credential with the library: what is in force is valid, and nothing else is.

    Raises:
        RuntimeError: one is not what it should be: then the demo is worth nothing.
    """
    from insignia_server.credentials.models import Credential, CredentialState
    from insignia_server.credentials.verification import verify_bytes
    from insignia_server.kit import scopes

    count = 0
    with scopes.crossing("demo"):
        for credential in Credential.objects.iterator():
            report = verify_bytes(bytes(credential.content), now=now)
            over = credential.valid_until is not None and credential.valid_until <= now
            if report.valid != (credential.state == CredentialState.VALID and not over):
                raise RuntimeError(f"{credential.pk}: {[check.message for check in report.failed()]}")
            count += 1
    print(f"{count} badges issued and verified")
    return count
