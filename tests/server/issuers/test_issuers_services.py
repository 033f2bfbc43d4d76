"""Issuer profiles: made, changed, refused beside their fields, moved to a domain of their own, pinned."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import default_storage
from django.db import IntegrityError
from PIL import Image

from insignia import schema
from insignia_server.audit.models import Entry
from insignia_server.issuers import documents, keylog, services, signing, slugs
from insignia_server.issuers.models import Issuer, SigningKey
from insignia_server.kit import scopes
from insignia_server.kit.errors import Forbidden, NotHere, Refused
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Domain, DomainState, Member, Organisation

NOW = dt.datetime(2026, 11, 25, 12, 0, tzinfo=dt.UTC)
Make = Callable[..., Any]


def refusals(caught: pytest.ExceptionInfo[Refused]) -> dict[str, str]:
    return {refusal.field: refusal.code for refusal in caught.value.refusals}


@pytest.fixture
def stranger(make_organisation: Make) -> Actor:
    return Member.plain.get(organisation=make_organisation("elsewhere", "Elsewhere")).actor()


def proved(organisation: Organisation, name: str = "nordhaven.example", **fields: Any) -> Domain:
    fields = {"state": DomainState.PROVED, "proved_at": NOW, "token": "t", **fields}
    return Domain.objects.create(organisation=organisation, name=name, **fields)


def test_every_field_of_a_profile(scoped: Organisation, owner: Actor) -> None:
    """Issue 3: 'name, description, image, website, email, parent organisation, other identifiers (LinkedIn
    organisation id, ROR, CTID)'."""
    parent = services.create_issuer(by=owner, name="Nordhaven", url="https://nordhaven.example")
    issuer = services.create_issuer(
        by=owner,
        name=" Faculty of Arts ",
        slug="arts",
        description="Draws,\nsings.",
        url="https://arts.nordhaven.example/",
        email="badges@nordhaven.example",
        phone="+49 30 1234567",
        parent=parent,
        identifiers=[
            {"type": "LinkedIn", "value": "https://www.linkedin.com/company/1337/"},
            {"type": "ror", "value": "02mhbdp94"},
            {"type": "ctid", "value": "CE-c4ccf4c4-76d5-4a6e-9ca0-2cd7a8937ee6"},
            {"type": "accountId", "value": "77"},
            {"type": "VAT", "value": "DE1"},
            {"type": "VAT", "value": "DE1"},
        ],
        languages={"de": {"name": "Kunst", "description": ""}, "fr": {"name": ""}},
        now=NOW,
    )
    issuer.refresh_from_db()
    assert issuer.languages == {"de": {"name": "Kunst"}}
    profile = documents.profile(issuer, domain_proofs=[proved(scoped)])
    assert schema.check_profile(profile) == []
    assert profile == {
        "id": "did:web:badges.example.test:issuers:arts",
        "type": ["Profile"],
        "name": "Faculty of Arts",
        "url": "https://arts.nordhaven.example/",
        "phone": "+49 30 1234567",
        "description": "Draws,\nsings.",
        "email": "badges@nordhaven.example",
        "otherIdentifier": [
            {"type": "IdentifierEntry", "identifier": value, "identifierType": kind}
            for value, kind in (
                ("1337", "ext:LinkedInOrganization"),
                ("https://ror.org/02mhbdp94", "ext:ROR"),
                ("ce-c4ccf4c4-76d5-4a6e-9ca0-2cd7a8937ee6", "ext:CTID"),
                ("77", "accountId"),
                ("DE1", "ext:VAT"),
                ("nordhaven.example", "ext:ProvedDomain"),
            )
        ],
        "parentOrg": {
            "id": "did:web:badges.example.test:issuers:nordhaven",
            "type": ["Profile"],
            "name": "Nordhaven",
            "url": "https://nordhaven.example",
        },
    }


def test_a_plain_profile_is_valid_too(issuer: Issuer, owner: Actor) -> None:
    child = services.create_issuer(by=owner, name="X", parent=services.create_issuer(by=owner, name="Y"))
    assert documents.profile(child)["parentOrg"] == {
        "id": "did:web:badges.example.test:issuers:issuer-y",
        "type": ["Profile"],
        "name": "Y",
    }
    assert schema.check_profile(documents.profile(child)) == []


def test_every_problem_at_once_beside_its_field(scoped: Organisation, owner: Actor) -> None:
    with pytest.raises(Refused) as caught:
        services.create_issuer(
            by=owner,
            name=" ",
            slug="Not A Slug",
            description="x" * 5001,
            url="javascript:alert(1)",
            email="nobody",
            phone="call me",
            identifiers=[{"type": "ror", "value": "02mhbdp95"}],
            languages={"de": {"title": "x"}},
        )
    assert refusals(caught) == dict.fromkeys(
        ["name", "description", "url", "email", "phone", "identifiers", "languages", "slug"], "invalid"
    )
    assert not Issuer.objects.exists()
    assert not SigningKey.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", 7, "Write a text"),
        ("name", "a\x00b", "control characters"),
        ("name", "x" * 201, "Shorten this to 200 characters; there are 201"),
        ("url", "ftp://nordhaven.example", "whole web address"),
        ("url", "https://user:secret@nordhaven.example", "whole web address"),
        ("url", "https://" + "x" * 500, "Shorten"),
        ("email", "a@b@c", "email address"),
        ("phone", "12", "telephone"),
        ("identifiers", "ror", "a list"),
        ("identifiers", None, "a list"),
        ("identifiers", [{"type": "VAT", "value": "1"}] * 21, "at most 20"),
        ("identifiers", ["ror"], "its type and its value"),
        ("identifiers", [{"type": "ror"}], "its type and its value"),
        ("identifiers", [{"type": "VAT", "value": 1}], "Write a text"),
        (
            "identifiers",
            [{"type": "linkedin", "value": "https://www.linkedin.com/company/nordhaven"}],
            "number",
        ),
        ("identifiers", [{"type": "ror", "value": "https://ror.org/0000000"}], "check digits"),
        ("identifiers", [{"type": "ctid", "value": "ce-1"}], "CTID"),
        ("identifiers", [{"type": "V A T", "value": "1"}], "letters and digits"),
        ("identifiers", [{"type": "VAT", "value": ""}], "Write the identifier"),
        ("identifiers", [{"type": "VAT", "value": "x" * 201}], "Write the identifier"),
        ("languages", [], "for each language"),
        ("languages", {"deutsch!": {}}, "by its code"),
        ("languages", {7: {}}, "by its code"),
        ("languages", {"de": "Kunst"}, "for each language"),
        ("languages", {"de": {"name": "x" * 201}}, "Shorten"),
    ],
)
def test_what_is_refused_says_why(issuer: Issuer, owner: Actor, field: str, value: Any, words: str) -> None:
    with pytest.raises(Refused, match=words) as caught:
        services.update_issuer(by=owner, issuer=issuer, **{field: value})
    assert refusals(caught) == {field: "invalid"}


@pytest.mark.parametrize(
    "ror", ["02mhbdp94", "https://ror.org/05xpvk416", "ror.org/04m01e293", "https://ror.org/042NB2S44"]
)
def test_check_digits_of_real_ror_identifiers(issuer: Issuer, owner: Actor, ror: str) -> None:
    services.update_issuer(by=owner, issuer=issuer, identifiers=[{"type": "ror", "value": ror}])
    assert issuer.identifiers == [{"type": "ror", "value": f"https://ror.org/{ror[-9:].lower()}"}]


def test_a_change_is_audited_without_what_was_written(issuer: Issuer, owner: Actor) -> None:
    before = issuer.revision
    services.update_issuer(by=owner, issuer=issuer, name="Arts", email="arts@nordhaven.example", url="")
    issuer.refresh_from_db()
    assert (issuer.name, issuer.email, issuer.url) == ("Arts", "arts@nordhaven.example", "")
    assert issuer.revision != before
    assert Entry.objects.get(action="issuer.update").facts == {"fields": ["email", "name", "url"]}


def test_a_field_that_there_is_not_is_a_defect(issuer: Issuer, owner: Actor) -> None:
    for name in ("slug", "did", "base_url"):
        with pytest.raises(TypeError, match=f"no {name}"):
            services.update_issuer(by=owner, issuer=issuer, **{name: "x"})


def test_parents_stay_within_the_organisation_and_make_no_circle(
    issuer: Issuer, owner: Actor, stranger: Actor
) -> None:
    child = services.create_issuer(by=owner, name="Drawing", parent=issuer)
    grandchild = services.create_issuer(by=owner, name="Ink", parent=child)
    for wrong in (issuer, child, grandchild):
        with pytest.raises(Refused, match="belongs to Faculty of Arts already"):
            services.update_issuer(by=owner, issuer=issuer, parent=wrong)
    with scopes.organisation(stranger.organisation_id):
        foreign = services.create_issuer(by=stranger, name="Foreign")
    with pytest.raises(NotHere):
        services.update_issuer(by=owner, issuer=issuer, parent=foreign)
    services.update_issuer(by=owner, issuer=child, parent=None)
    child.refresh_from_db()
    assert child.parent is None


def test_addresses_are_made_of_names(scoped: Organisation, owner: Actor) -> None:
    names = ["Straße der Künste", "Straße der Künste", "new", "A", "x" * 200, "-- a  --  b --"]
    made = [services.create_issuer(by=owner, name=name).slug for name in names]
    assert made == [
        "strasse-der-kunste",
        "strasse-der-kunste-2",
        "issuer-new",
        "issuer-a",
        "x" * 44,
        "a-b",
    ]


@pytest.mark.parametrize("name", ["東京大学", "Университет", "جامعة", "—"])
def test_a_name_without_latin_letters_asks_for_an_address(
    scoped: Organisation, owner: Actor, name: str
) -> None:
    """It is part of the DID for ever, so nobody becomes `issuer` without a word."""
    with pytest.raises(Refused, match="small letters a-z") as caught:
        services.create_issuer(by=owner, name=name)
    assert refusals(caught) == {"slug": "invalid"}
    assert services.create_issuer(by=owner, name=name, slug="todai").slug == "todai"


@pytest.mark.parametrize(
    "slug", ["", "a", "-a", "a-", "a--b", "A", "a_b", "ä", "a.b", "x" * 61, "a/b", "a\nb"]
)
def test_addresses_that_do_not_fit(scoped: Organisation, owner: Actor, slug: str) -> None:
    with pytest.raises(Refused, match="small letters a-z") as caught:
        services.create_issuer(by=owner, name="Arts", slug=slug)
    assert refusals(caught) == {"slug": "invalid"}


def test_addresses_are_unique_in_the_instance(issuer: Issuer, stranger: Actor) -> None:
    with scopes.organisation(stranger.organisation_id):
        with pytest.raises(Refused, match="faculty-of-arts is taken"):
            services.create_issuer(by=stranger, name="Arts", slug="faculty-of-arts")
        with pytest.raises(Refused, match="kept for the server"):
            services.create_issuer(by=stranger, name="Arts", slug="keys")
        assert services.create_issuer(by=stranger, name="Faculty of Arts").slug == "faculty-of-arts-2"


def test_who_comes_second_is_told(issuer: Issuer, owner: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slugs, "new", lambda slug: slug)
    with pytest.raises(Refused, match="faculty-of-arts is taken"):
        services.create_issuer(by=owner, name="Arts", slug="faculty-of-arts")
    monkeypatch.setattr(slugs, "TRIES", 1)
    with pytest.raises(Refused, match="faculty-of-arts is taken"):
        services.create_issuer(by=owner, name="Faculty of Arts")


def test_issuers_are_a_matter_of_those_who_may(
    issuer: Issuer, act_as: Callable[..., Actor], stranger: Actor, scoped: Organisation
) -> None:
    author, domain = act_as("author", "awarder", "approver", "auditor"), proved(scoped)
    for by, error in ((author, Forbidden), (stranger, NotHere)):
        calls: list[Callable[[], object]] = [
            lambda by=by: services.update_issuer(by=by, issuer=issuer, name="X"),  # type: ignore[misc]
            lambda by=by: services.archive_issuer(by=by, issuer=issuer),  # type: ignore[misc]
            lambda by=by: services.unarchive_issuer(by=by, issuer=issuer),  # type: ignore[misc]
            lambda by=by: services.set_issuer_picture(by=by, issuer=issuer, content=b""),  # type: ignore[misc]
            lambda by=by: services.use_own_domain(by=by, issuer=issuer, domain=domain),  # type: ignore[misc]
            lambda by=by: services.use_instance_domain(by=by, issuer=issuer),  # type: ignore[misc]
            lambda by=by: services.ask_document_check(by=by, issuer=issuer),  # type: ignore[misc]
        ]
        for call in calls:
            with pytest.raises(error):
                call()
    with pytest.raises(Forbidden):
        services.create_issuer(by=author, name="X")


def test_an_archived_issuer_comes_back(issuer: Issuer, owner: Actor) -> None:
    for _ in range(2):
        services.archive_issuer(by=owner, issuer=issuer, now=NOW)
        assert issuer.archived_at == NOW
    for _ in range(2):
        services.unarchive_issuer(by=owner, issuer=issuer)
        assert issuer.archived_at is None
    assert Entry.objects.filter(action__in=("issuer.archive", "issuer.unarchive")).count() == 2
    assert signing.signer(issuer, "Ed25519").controller == issuer.did


def png(size: int = 64) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (size, size), "teal").save(out, "PNG")
    return out.getvalue()


def test_a_picture_is_cleaned_kept_and_drawn(issuer: Issuer, owner: Actor) -> None:
    for _ in range(2):
        services.set_issuer_picture(by=owner, issuer=issuer, content=png())
    with default_storage.open(issuer.picture) as file, Image.open(file) as drawn:
        assert (drawn.size, drawn.format) == ((512, 512), "PNG")
    assert default_storage.exists(issuer.picture_source)
    profile = documents.profile(issuer)
    assert profile["image"] == {
        "id": "https://badges.example.test/issuers/faculty-of-arts/image.png",
        "type": "Image",
    }
    assert schema.check_profile(profile) == []
    services.set_issuer_picture(by=owner, issuer=issuer, content=b"")
    issuer.refresh_from_db()
    assert (issuer.picture, issuer.picture_source) == ("", "")


def test_what_is_no_picture_is_refused(issuer: Issuer, owner: Actor, settings: Any) -> None:
    with pytest.raises(Refused, match="Choose a PNG, JPEG, WebP or SVG picture") as caught:
        services.set_issuer_picture(by=owner, issuer=issuer, content=b"GIF89a")
    assert caught.value.refusals[0].field == "picture"
    unseen = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0H9" opacity="0"/></svg>'
    with pytest.raises(Refused, match="it is transparent"):
        services.set_issuer_picture(by=owner, issuer=issuer, content=unseen)
    settings.MAX_PICTURE_BYTES = 1024
    with pytest.raises(Refused, match="may have 1 KB; it has 2 KB"):
        services.set_issuer_picture(by=owner, issuer=issuer, content=bytes(1025))


def test_the_first_signature_pins_addresses_and_did(
    issuer: Issuer, owner: Actor, settings: Any, scoped: Organisation
) -> None:
    """Issue 3: 'These addresses are pinned at the first signature'."""
    assert Issuer.objects.get().pinned_at is None
    signing.signer(issuer, "P-256")
    assert issuer.pinned_at == Issuer.objects.get().pinned_at
    assert issuer.pinned_at is not None
    settings.PUBLIC_URL = "https://moved.example.test"
    again = Issuer.objects.get()
    services.pin(again)
    assert (again.base_url, again.did) == (
        "https://badges.example.test",
        "did:web:badges.example.test:issuers:faculty-of-arts",
    )
    with pytest.raises(Refused, match=r"The DID did:web:badges.example.test:issuers:faculty-of-arts stays"):
        services.use_own_domain(by=owner, issuer=issuer, domain=proved(scoped))
    assert Entry.objects.filter(action="issuer.pin").count() == 1


def test_a_stale_row_is_brought_up_to_date_when_another_pinned(issuer: Issuer) -> None:
    stale = Issuer.objects.get()
    services.pin(issuer, now=NOW)
    assert services.pin(stale, now=NOW + dt.timedelta(days=1)).pinned_at == NOW


def test_an_instance_that_moved_before_the_first_signature_takes_its_new_addresses(
    issuer: Issuer, settings: Any
) -> None:
    settings.PUBLIC_URL = "https://moved.example.test:8443"
    key = signing.signer(issuer, "Ed25519")
    assert issuer.base_url == "https://moved.example.test:8443"
    assert issuer.did == key.controller == "did:web:moved.example.test%3A8443:issuers:faculty-of-arts"
    log = keylog.read(documents.key_log(issuer))
    assert log.did == issuer.did
    assert (
        json.loads(documents.key_log(issuer))[-1]["was"]
        == "did:web:badges.example.test:issuers:faculty-of-arts"
    )


def test_a_host_without_a_name_is_an_error_of_the_settings(
    scoped: Organisation, owner: Actor, settings: Any
) -> None:
    settings.PUBLIC_URL = "http://127.0.0.1:8000"
    with pytest.raises(ImproperlyConfigured, match="domain name"):
        services.create_issuer(by=owner, name="Arts")


def test_an_own_domain_before_the_first_signature(issuer: Issuer, owner: Actor, scoped: Organisation) -> None:
    services.use_own_domain(by=owner, issuer=issuer, domain=proved(scoped), now=NOW)
    assert (issuer.did, issuer.base_url) == ("did:web:nordhaven.example", "https://badges.example.test")
    assert keylog.read(documents.key_log(issuer)).did == "did:web:nordhaven.example"
    with pytest.raises(Refused, match=r"https://nordhaven.example/.well-known/did.json does not answer"):
        signing.signer(issuer, "Ed25519")
    Issuer.objects.update(document_seen_at=NOW)
    assert signing.signer(issuer, "Ed25519").controller == "did:web:nordhaven.example"


def test_an_own_domain_stays_when_the_instance_moves(
    issuer: Issuer, owner: Actor, scoped: Organisation, settings: Any
) -> None:
    services.use_own_domain(by=owner, issuer=issuer, domain=proved(scoped))
    Issuer.objects.update(document_seen_at=NOW)
    entries = documents.key_log(issuer)
    settings.PUBLIC_URL = "https://moved.example.test"
    services.pin(issuer)
    assert (issuer.base_url, issuer.did) == ("https://moved.example.test", "did:web:nordhaven.example")
    assert documents.key_log(issuer) == entries


def test_back_to_the_domain_of_the_instance(issuer: Issuer, owner: Actor, scoped: Organisation) -> None:
    first = issuer.did
    services.use_instance_domain(by=owner, issuer=issuer)
    assert len(json.loads(documents.key_log(issuer))) == 2
    services.use_own_domain(by=owner, issuer=issuer, domain=proved(scoped))
    services.use_instance_domain(by=owner, issuer=issuer)
    assert (issuer.did, issuer.own_domain) == (first, "")
    assert keylog.read(documents.key_log(issuer)).did == first


@pytest.mark.parametrize(
    "fields",
    [
        {"state": DomainState.PENDING, "proved_at": None},
        {"state": DomainState.LOST},
        {"state": "checking", "proved_at": None},
    ],
)
def test_only_a_proved_domain(
    issuer: Issuer, owner: Actor, scoped: Organisation, fields: dict[str, Any]
) -> None:
    with pytest.raises(Refused, match=r"Prove that nordhaven.example is yours first"):
        services.use_own_domain(by=owner, issuer=issuer, domain=proved(scoped, **fields))


def test_a_domain_has_one_issuer(
    issuer: Issuer, owner: Actor, scoped: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    domain = proved(scoped)
    services.use_own_domain(by=owner, issuer=issuer, domain=domain)
    other = services.create_issuer(by=owner, name="Other")
    with pytest.raises(Refused, match=r"Another issuer profile uses nordhaven.example"):
        services.use_own_domain(by=owner, issuer=other, domain=domain)

    def lost_the_race(*args: object, **kwargs: object) -> None:
        raise IntegrityError

    monkeypatch.setattr(signing, "rename", lost_the_race)
    with pytest.raises(Refused, match=r"Another issuer profile uses other.example"):
        services.use_own_domain(by=owner, issuer=other, domain=proved(scoped, "other.example"))


def test_a_foreign_domain_is_not_here(issuer: Issuer, owner: Actor, make_organisation: Make) -> None:
    elsewhere = make_organisation("elsewhere", "Elsewhere")
    with scopes.organisation(elsewhere.pk):
        domain = proved(elsewhere, "elsewhere.example")
    with pytest.raises(NotHere):
        services.use_own_domain(by=owner, issuer=issuer, domain=domain)


def test_the_proved_domains_of_an_organisation(issuer: Issuer, scoped: Organisation) -> None:
    proved(scoped, "b.example")
    proved(scoped, "a.example")
    proved(scoped, "lost.example", state=DomainState.LOST)
    assert [domain.name for domain in services.proved_domains(issuer)] == ["a.example", "b.example"]
